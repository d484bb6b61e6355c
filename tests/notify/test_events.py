"""Told is a change of state, and nothing else: each row is a course of nights and what is told in them."""

from datetime import timedelta

import pytest
from past_runs import FIRST_NIGHT
from told_nights import night, shift

from slogate.analyzer.result import State
from slogate.history.incidents import Incident
from slogate.notify.events import changes
from slogate.notify.night import Night
from slogate.notify.opening import opening_of

P, W, F, U, E = State.PASS, State.WARNING, State.FAIL, State.INCONCLUSIVE, State.ERROR


class Series:
    """Nights one after the other, with the incidents that they open and close, as a history would keep them."""

    def __init__(self) -> None:
        self.known: list[Incident] = []
        self.undecided = 0

    def of(self, state: State, number: int, shifts: tuple[int, ...] | None = None, family: str = "api.latency") -> str:
        """What is told of a night: `+fail` and `-fail`."""
        self.undecided = self.undecided + 1 if state is U else self.undecided if state is E else 0
        moved = None if shifts is None else tuple(shift(began, family) for began in shifts)
        tonight = night(number, state, undecided=self.undecided, shifts=moved)
        return self.after(tonight)

    def after(self, tonight: Night) -> str:
        found = changes(self.known, tonight)
        now = tonight.started_at + timedelta(minutes=5)
        over = {item.id for item in found.over}
        self.known = [
            Incident(**{**vars(item), "resolved_at": now}) if item.id in over else item for item in self.known
        ]
        for begun in found.begun:
            opened = opening_of(begun, tonight, now)
            self.known.append(Incident(**vars(opened), id=len(self.known) + 1))
        told = [f"-{item.kind}" for item in found.over] + [f"+{item.kind}" for item in found.begun]
        return " ".join(told)


@pytest.mark.parametrize(
    ("nights", "told"),
    [
        ([P, P, W, P], ["", "", "", ""]),
        ([P, F, F, F, P], ["", "+fail", "", "", "-fail"]),
        ([F, W], ["+fail", "-fail"]),
        ([F, P, F], ["+fail", "-fail", "+fail"]),
        ([F, E, F, P], ["+fail", "+not_judgeable", "-not_judgeable", "-fail"]),  # an outage says nothing of the failure
        ([F, U, F, P], ["+fail", "", "", "-fail"]),  # undecided is not over
        ([E, E, P], ["+not_judgeable", "", "-not_judgeable"]),
        ([E, U], ["+not_judgeable", "-not_judgeable"]),
        ([U, U, P, U, U], [""] * 5),
        ([U, U, U, U, P], ["", "", "+inconclusive", "", "-inconclusive"]),
        ([U, U, E, U, P], ["", "", "+not_judgeable", "-not_judgeable +inconclusive", "-inconclusive"]),
        ([U, U, U, F, P], ["", "", "+inconclusive", "-inconclusive +fail", "-fail"]),
    ],
)
def test_what_a_course_of_verdicts_tells(nights: list[State], told: list[str]) -> None:
    series = Series()
    assert [series.of(state, number) for number, state in enumerate(nights)] == told


def test_a_change_point_is_told_when_it_is_found_and_when_it_is_over() -> None:
    series = Series()
    assert series.of(P, 20, ()) == ""
    assert series.of(P, 21, (18,)) == "+change_point"
    assert series.of(P, 22, (18,)) == ""
    assert series.of(P, 23, (19,)) == ""  # its place is known better now; it is the same
    assert series.of(P, 24, None) == ""  # nobody looked
    assert series.of(E, 25, ()) == "+not_judgeable"  # and of a night without numbers nothing can be said
    assert series.of(P, 26, ()) == "-not_judgeable -change_point"


def test_one_regression_is_one_alert_also_where_it_is_found_to_be_a_change_later() -> None:
    series = Series()
    assert series.of(F, 18, ()) == "+fail"
    assert series.of(F, 20, (18,)) == ""
    assert series.of(P, 22, (18,)) == "-fail"  # back to normal, which the trend sees some nights later
    assert series.of(P, 23, ()) == ""


def test_a_failure_that_is_a_change_point_at_once_is_one_alert() -> None:
    series = Series()
    assert series.of(F, 18, (17,)) == "+fail"
    assert series.known[0].details[-1].startswith("p95 latency: +23 %")
    assert series.of(F, 19, (17,)) == ""


def test_a_later_change_is_news_while_an_earlier_one_lasts() -> None:
    series = Series()
    assert series.of(P, 21, (18,)) == "+change_point"
    assert series.of(P, 30, (18, 27)) == "+change_point"
    assert series.of(P, 33, (27,)) == "-change_point"
    assert [item.subject[:10] for item in series.known if item.is_open] == ["2026-09-28"]


def test_a_change_of_something_else_is_news_after_a_failure_is_over() -> None:
    series = Series()
    assert series.of(F, 10, ()) == "+fail"
    assert series.of(P, 12, ()) == "-fail"
    assert series.of(P, 13, (9,), family="resources.cpu") == "+change_point"


def test_silence_is_over_with_any_run() -> None:
    series = Series()
    silence = Incident("shop", "", "silence", "no run", FIRST_NIGHT, id=1)
    for state in (P, F, U, E):
        series.known, series.undecided = [silence], 0
        assert series.of(state, 3).startswith("-silence"), state
