"""Which loads count as loads under load: by their times, and by how they ended."""

from dataclasses import replace

import pytest
from synthetic import BEGAN_S, evidence, page, rows, summary_of_load

from slogate.analyzer.evidence import Evidence, Phase
from slogate.analyzer.page_loads import LoadsOfPage, loads_made, loads_of, shortage
from slogate.analyzer.web.facts import LoadOutcome, PageLoad

LOAD = (Phase("pages", BEGAN_S - 99, BEGAN_S - 50, judged=True), Phase("load", BEGAN_S, BEGAN_S + 60, judged=True))


def loaded(start_s: float, end_s: float | None, **facts: object) -> PageLoad:
    """A load under load; seconds since the judged load began."""
    ended_at_us = None if end_s is None else round((BEGAN_S + end_s) * 1e6)
    times: dict[str, object] = {"started_at_us": round((BEGAN_S + start_s) * 1e6), "ended_at_us": ended_at_us}
    changes = {"when": "loaded"} | times | facts
    return replace(page(), **changes)  # type: ignore[arg-type]  # the facts of a load


def found(*loads: PageLoad, **changes: object) -> LoadsOfPage:
    return loads_of(evidence(None, **{"phases": LOAD, "pages": loads, **changes}), "home", "loaded")


@pytest.mark.parametrize(
    ("start_s", "end_s", "outcome", "judged"),
    [
        (0, 6, LoadOutcome.OK, True),
        (54, 60, LoadOutcome.OK, True),
        (54, 60.001, LoadOutcome.OK, False),
        (54, None, LoadOutcome.OK, False),
        (-0.001, 6, LoadOutcome.OK, False),
        (60, 66, LoadOutcome.OK, False),
        (30, 75, LoadOutcome.DEADLINE, True),  # it hung, and the end of the load is no excuse
        (59.9, 61, LoadOutcome.HTTP_ERROR, True),
        (30, None, LoadOutcome.CRASHED, True),
        (60, 61, LoadOutcome.HTTP_ERROR, False),
        (-1, 6, LoadOutcome.HTTP_ERROR, False),
    ],
)
def test_the_load_must_hold_from_its_beginning_to_its_end(
    start_s: float, end_s: float | None, outcome: LoadOutcome, judged: bool
) -> None:
    load = loaded(start_s, end_s, outcome=outcome)
    assert found(load) == (LoadsOfPage((load,)) if judged else LoadsOfPage((), (load,)))


def test_without_a_judged_load_nothing_was_under_load() -> None:
    warm_up = (Phase("warm-up", BEGAN_S, BEGAN_S + 60, judged=False),)
    pages = (Phase("pages", BEGAN_S, BEGAN_S + 60, judged=True),)
    for phases in ((), warm_up, pages):
        assert found(loaded(0, 6), phases=phases).judged == ()


def test_each_load_belongs_to_one_page_and_condition_and_warm_up_loads_to_none() -> None:
    idle, under_load = page(), loaded(0, 6)
    everything = (page(warmup=True), idle, page("cart"), under_load, loaded(6, 12, page="cart"))
    measured = evidence(phases=LOAD, pages=everything)
    assert loads_of(measured, "home", "idle") == LoadsOfPage((idle,))
    assert loads_of(measured, "home", "loaded") == LoadsOfPage((under_load,))


def test_how_many_were_made_is_known_by_condition() -> None:
    measured = evidence(page_loads=5, loads_made={"home": 7}, loads_made_under_load={"home": 3})
    assert [loads_made(measured, name, "idle") for name in ("home", "cart")] == [7, 5]
    assert [loads_made(measured, name, "loaded") for name in ("home", "cart")] == [3, None]


def in_time(count: int, **changes: object) -> Evidence:
    loads = tuple(loaded(6 * number, 6 * number + 6) for number in range(count))
    return evidence(None, **{"phases": LOAD, "pages": loads, "planned_pages": ("home",), **changes})


def test_a_load_that_was_too_short_says_how_long_would_do() -> None:
    found = shortage(in_time(3), 5)
    assert (found.why, found.cure) == ("the load of 60 s had no time for more", "duration: 100s would do")
    several = shortage(in_time(3, planned_pages=("home", "cart")), 5)
    assert several.cure == "duration: 200s would do, or fewer pages (pages: in the profile)"
    assert shortage(in_time(0), 5).cure == "a longer duration would do"


def test_a_load_that_ended_early_is_to_last() -> None:
    ended = in_time(3, load=replace(summary_of_load(), ended_early="p95 is sure to fail"))
    assert shortage(ended, 5).why == "the load ended early, after 60 s, and had no time for more"
    assert "abort: never" in shortage(ended, 5).cure
    assert "60 s" in shortage(evidence(rows([5.0] * 3000), planned_pages=("home",)), 5).why
