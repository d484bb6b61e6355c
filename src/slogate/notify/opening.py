"""From a night to what is known of an incident that begins in it: the sentences that people are told. Pure."""

from collections.abc import Sequence
from datetime import datetime

from slogate.history.incidents import Opening
from slogate.notify.events import Begun
from slogate.notify.message import date, version
from slogate.notify.night import Broken, Night, Shift

_MOST_DETAILS = 10


def opening_of(begun: Begun, night: Night, now: datetime) -> Opening:
    """The incident of this trouble. `now` is when people are told."""
    moved, headline = begun.kind == "change_point", _headline(begun, night)
    first = begun.shifts[0] if moved else None
    return Opening(
        service=night.service,
        profile=night.profile,
        kind=begun.kind,
        subject=first.began_at.isoformat() if first is not None else "",
        families=begun.families,
        run_id=night.run_id,
        release=first.release if first is not None else night.release,
        commit=first.commit if first is not None else night.commit,
        headline=headline,
        details=_details(begun, night, headline),
        since=_since(first, night),
        look_first=_look_first(begun, night),
        link=night.link,
        opened_at=now,
    )


def _headline(begun: Begun, night: Night) -> str:
    if begun.kind == "change_point":
        return _and_more([f"{shift.name} {shift.change}" for shift in begun.shifts])
    if begun.kind == "inconclusive":
        return f"{night.undecided} nights running without a decision: {night.headline}"
    if begun.kind == "fail" and night.broken:
        return _and_more([f"{item.name} {item.detail}" for item in night.broken])
    return night.headline


def _and_more(sentences: list[str]) -> str:
    return sentences[0] if len(sentences) == 1 else f"{sentences[0]}, and {len(sentences) - 1} more"


def _details(begun: Begun, night: Night, headline: str) -> list[str]:
    told = [] if begun.kind == "change_point" else _broken(night.broken, headline)
    told += [
        f"{shift.name}: {shift.change} since {version(shift.release, shift.commit)}, {date(shift.began_at)}"
        for shift in begun.shifts
    ]
    left_out = len(told) - _MOST_DETAILS
    return told if left_out <= 0 else [*told[:_MOST_DETAILS], f"and {left_out} more"]


def _broken(broken: Sequence[Broken], headline: str) -> list[str]:
    """One line for all that broke alike; none where the headline has said it."""
    alike: dict[str, list[str]] = {}
    for item in broken:
        alike.setdefault(item.detail, []).append(item.name)
    if len(alike) == 1 and next(iter(alike)) in headline:
        return []
    return [f"{', '.join(names)}: {detail}" for detail, names in alike.items()]


def _since(shift: Shift | None, night: Night) -> str:
    measured = version(night.release, night.commit)
    if shift is not None:
        return f"{date(shift.began_at)}, with {version(shift.release, shift.commit)}; found in the run of {measured}"
    good = f"; the last good one was {night.last_good}" if night.last_good else ""
    what = f", with {measured}" if measured else ""
    return f"{date(night.started_at)}{what}{good}"


def _look_first(begun: Begun, night: Night) -> str:
    if begun.kind != "change_point":
        clue = next((item.look_first for item in night.broken if item.look_first), "") or night.cure
        if clue:
            return clue
    if begun.shifts:
        first = begun.shifts[0]
        return f"what came with {version(first.release, first.commit)}, and its host at {date(first.began_at)}"
    return "the report, and what changed since the last good run"
