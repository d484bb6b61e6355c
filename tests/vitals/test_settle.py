from dataclasses import replace

import pytest

from slogate.analyzer.web.facts import LongTask, Request
from slogate.vitals.settle import MARGIN_MS, Pace, Progress, assess

LOADED = Progress(
    now_ms=5200.0, load_end_ms=100.0, fcp_ms=80.0, ready_ms=None, wants_ready=False, long_tasks=(), requests=()
)


def request(start_ms: float, end_ms: float | None, *, status: int = 200) -> Request:
    return Request(url="http://shop/api", method="GET", type="Fetch", start_ms=start_ms, end_ms=end_ms, status=status)


def test_five_quiet_seconds_after_load_and_paint_are_enough() -> None:
    assert assess(LOADED, Pace()).settled
    early = assess(replace(LOADED, now_ms=5100.0), Pace())
    assert not early.settled
    assert early.look_again_ms == pytest.approx(100.0)


@pytest.mark.parametrize(
    ("change", "lacks"),
    [
        ({"load_end_ms": None}, "load event"),
        ({"now_ms": 4000.0, "fcp_ms": None}, "nothing is painted"),
        ({"now_ms": 4000.0, "wants_ready": True}, "ready element"),
        ({"long_tasks": (LongTask(start_ms=3000.0, duration_ms=80.0),)}, "main thread"),
        ({"requests": (request(0.0, None),) * 3}, "GETs"),
    ],
)
def test_what_is_missing_is_named(change: dict[str, object], lacks: str) -> None:
    assessment = assess(replace(LOADED, **change), Pace())  # type: ignore[arg-type]  # fields by name
    assert not assessment.settled
    assert lacks in assessment.lacks


def test_the_window_starts_at_the_last_of_load_paint_and_ready() -> None:
    for change in ({"load_end_ms": 3000.0}, {"fcp_ms": 3000.0}, {"wants_ready": True, "ready_ms": 3000.0}):
        late = replace(LOADED, **change)  # type: ignore[arg-type]  # fields by name
        assert not assess(late, Pace()).settled
        assert assess(replace(late, now_ms=8000.0 + MARGIN_MS), Pace()).settled


def test_a_long_task_puts_the_end_off_and_one_before_the_window_does_not() -> None:
    busy = replace(LOADED, long_tasks=(LongTask(start_ms=3000.0, duration_ms=80.0),))
    assert assess(replace(busy, now_ms=8200.0), Pace()).settled
    assert assess(replace(LOADED, long_tasks=(LongTask(start_ms=20.0, duration_ms=60.0),)), Pace()).settled


def test_two_open_streams_and_polled_errors_do_not_keep_a_page_from_settling() -> None:
    streams = (request(0.0, None),) * 2
    errors = tuple(request(float(s), s + 100.0, status=404) for s in range(0, 5200, 100) for _ in range(4))
    assert assess(replace(LOADED, requests=streams + errors), Pace()).settled


def test_a_page_that_paints_nothing_is_given_up_once_it_is_idle() -> None:
    blank = replace(LOADED, fcp_ms=None)
    assert assess(blank, Pace()).settled
    assert not assess(replace(blank, requests=(request(0.0, None),)), Pace()).settled
    assert not assess(replace(blank, requests=(request(0.0, 300.0),)), Pace()).settled


def test_a_warm_up_waits_for_load_and_paint_only() -> None:
    warmup = Pace(quiet_ms=0)
    assert assess(replace(LOADED, now_ms=110.0), warmup).settled
    assert not assess(replace(LOADED, now_ms=110.0, fcp_ms=None), warmup).settled
    assert not assess(replace(LOADED, now_ms=110.0, load_end_ms=None), warmup).settled


def test_what_a_visitor_did_puts_the_end_off() -> None:
    clicked = replace(LOADED, now_ms=7000.0, interacted_ms=6500.0)
    assert not assess(clicked, Pace(quiet_ms=1000)).settled
    assert assess(replace(clicked, now_ms=7500.0 + MARGIN_MS), Pace(quiet_ms=1000)).settled
