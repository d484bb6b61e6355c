"""Nights, incidents and a clock that tests set, for those who are told of them."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from past_runs import FIRST_NIGHT

from slogate.analyzer.result import State
from slogate.history.incidents import Incident, Opening
from slogate.notify.night import Broken, Night, Shift

BROKEN = Broken(
    "api.latency.p95",
    "api.latency",
    "p95 latency",
    "612 ms (580 ms .. 640 ms), the limit is < 500ms, 22 % over it",
    "Where: GET /api/cart_items carries 80 % of them.",
)


class Clock:
    """A clock that stands still until it is told."""

    def __init__(self, now: datetime = FIRST_NIGHT) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **time: float) -> None:
        """Lets time pass."""
        self.now += timedelta(**time)


def night(number: int, state: State = State.PASS, **fields: Any) -> Night:
    """The night of this number; one that fails fails by `BROKEN`."""
    usual = Night(
        service="shop",
        profile="nightly",
        run_id=f"{number:032x}",
        release=f"1.{number}.0",
        commit=f"{number:07x}",
        started_at=FIRST_NIGHT + timedelta(days=number),
        state=state,
        headline=f"it is a {state}",
        broken=(BROKEN,) if state is State.FAIL else (),
    )
    return replace(usual, **fields)


def shift(began: int, family: str = "api.latency") -> Shift:
    """An objective that got worse in the night of this number."""
    return Shift(
        f"{family}.p95",
        family,
        "p95 latency",
        "+23 % (18 .. 28 %)",
        f"1.{began}.0",
        f"{began:07x}",
        FIRST_NIGHT + timedelta(days=began),
    )


def opening(**fields: Any) -> Opening:
    """What is known of a failed night."""
    usual = Opening(
        service="shop",
        profile="nightly",
        kind="fail",
        headline=f"p95 latency {BROKEN.detail}",
        opened_at=FIRST_NIGHT,
        families=frozenset({"api.latency"}),
        run_id="0" * 32,
        release="1.5.0",
        commit="abc1234def",
        details=(f"p95 latency: {BROKEN.detail}",),
        since="2026-09-01 02:00 UTC, with 1.5.0 (abc1234); the last good one was 1.4.0",
        look_first=BROKEN.look_first,
        link="https://reports.example.com/1/report.html",
    )
    return replace(usual, **fields)


def incident(**fields: Any) -> Incident:
    """The same as an incident of the history."""
    own = {name: fields.pop(name) for name in set(fields) - set(Opening.__dataclass_fields__)}
    known = opening(**fields)
    return Incident(**{name: getattr(known, name) for name in Opening.__dataclass_fields__}, **{"id": 7, **own})
