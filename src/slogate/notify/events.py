"""What is told of a night: trouble that begins and trouble that is over. A state that lasts is told once.

Pure: it looks at the incidents that are known and at the night, and at nothing else.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from slogate.analyzer.result import State
from slogate.history.incidents import Incident
from slogate.notify.night import Night, Shift
from slogate.slo.channels import Kind

UNDECIDED_NIGHTS = 3

# What a night that was judged like this says of earlier trouble: that it is over.
_ENDS: dict[State, frozenset[Kind]] = {
    State.PASS: frozenset({"fail", "inconclusive", "not_judgeable", "silence"}),
    State.WARNING: frozenset({"fail", "inconclusive", "not_judgeable", "silence"}),
    State.FAIL: frozenset({"inconclusive", "not_judgeable", "silence"}),
    State.INCONCLUSIVE: frozenset({"not_judgeable", "silence"}),
    State.ERROR: frozenset({"silence"}),
}


@dataclass(frozen=True)
class Begun:
    """New trouble; `shifts` are what has moved, where that is the trouble or belongs to it."""

    kind: Kind
    families: frozenset[str]
    shifts: tuple[Shift, ...] = ()


@dataclass(frozen=True)
class Changes:
    """What is told of a night; of most nights nothing."""

    begun: tuple[Begun, ...]
    over: tuple[Incident, ...]


def changes(known: Sequence[Incident], night: Night) -> Changes:
    """What is new. `known` are the incidents of this service and profile, open and recent ones.

    A shift is told unless people have heard of it: it had begun when an incident was opened that is open still, or was
    about the same family of objectives.
    """
    is_open = [incident for incident in known if incident.is_open]
    over = [incident for incident in is_open if incident.kind in _ENDS.get(night.state, frozenset())]
    lasting = {incident.kind for incident in is_open}
    begun: list[Begun] = []
    shifts = tuple(night.shifts or ())
    kind = _kind_of(night)
    if kind is not None and kind not in lasting:
        told = shifts if kind == "fail" else ()
        begun.append(Begun(kind, frozenset(item.family for item in night.broken), told))
    if night.shifts is not None and night.state is not State.ERROR:
        over += [item for item in is_open if item.kind == "change_point" and not _lasts(item, shifts)]
        failing = kind == "fail" and "fail" not in lasting
        news = () if failing else tuple(shift for shift in shifts if not _heard_of(shift, known))
        if news:
            begun.append(Begun("change_point", frozenset(shift.family for shift in news), news))
    return Changes(tuple(begun), tuple(over))


def _kind_of(night: Night) -> Kind | None:
    match night.state:
        case State.FAIL:
            return "fail"
        case State.ERROR:
            return "not_judgeable"
        case State.INCONCLUSIVE if night.undecided >= UNDECIDED_NIGHTS:
            return "inconclusive"
    return None


def _lasts(incident: Incident, shifts: Iterable[Shift]) -> bool:
    return any(shift.began_at <= incident.opened_at and shift.family in incident.families for shift in shifts)


def _heard_of(shift: Shift, known: Iterable[Incident]) -> bool:
    return any(
        shift.began_at <= incident.opened_at
        and incident.kind in {"fail", "change_point"}
        and (incident.is_open or shift.family in incident.families)
        for incident in known
    )
