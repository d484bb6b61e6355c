from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slogate.analyzer.web.facts import LoadOutcome, LongTask, NavigationTiming, PageLoad, Paint
from slogate.analyzer.web.metric import Metric, MissingReason, missing
from slogate.analyzer.web.tbt import tbt
from slogate.analyzer.web.tti import tti

PageLoadFactory = Callable[..., PageLoad]
FCP_MS, LAST_TASK_END_MS = 1000.0, 5000.0


def tasks(*spans_ms: tuple[float, float]) -> tuple[LongTask, ...]:
    """Tasks by start and duration."""
    return tuple(LongTask(start_ms=start, duration_ms=duration) for start, duration in spans_ms)


@pytest.mark.parametrize(
    ("spans_ms", "blocked_ms"),
    [
        ((), 0.0),
        (((2000, 50),), 0.0),
        (((2000, 51),), 1.0),
        (((2000, 250),), 200.0),
        (((2000, 250), (3000, 90)), 240.0),
        (((500, 400),), 0.0),  # ended before FCP
        (((500, 500),), 0.0),  # ended at FCP
        (((500, 540),), 0.0),  # 40 ms after FCP
        (((500, 550),), 0.0),  # 50 ms after FCP
        (((500, 700),), 150.0),  # 200 ms after FCP
        (((1000, 100),), 50.0),  # began at FCP
    ],
)
def test_what_of_a_task_blocks(
    page_load: PageLoadFactory, spans_ms: tuple[tuple[float, float], ...], blocked_ms: float
) -> None:
    last = (LAST_TASK_END_MS - 60, 60.0)  # which sets TTI, and blocks for 10 ms
    load = page_load(fcp_ms=FCP_MS, long_tasks=tasks(*spans_ms, last))
    assert tti(load) == Metric(LAST_TASK_END_MS)
    assert tbt(load) == Metric(blocked_ms + 10)


@pytest.mark.parametrize(("dcl_ms", "blocked_ms"), [(12_150.0, 100.0), (12_040.0, 0.0), (12_500.0, 150.0)])
def test_a_task_is_cut_off_at_tti(page_load: PageLoadFactory, dcl_ms: float, blocked_ms: float) -> None:
    """A quiet window of 5 s comes before the task, so TTI is the end of DOMContentLoaded, which lies inside it."""
    load = page_load(fcp_ms=FCP_MS, dcl_ms=dcl_ms, long_tasks=tasks((12_000, 200)))
    assert tti(load) == Metric(dcl_ms)
    assert tbt(load) == Metric(blocked_ms)


def test_a_task_after_tti_does_not_block(page_load: PageLoadFactory) -> None:
    assert tbt(page_load(long_tasks=tasks((12_000, 900)))) == Metric(0.0)


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"fcp_ms": None}, MissingReason.NO_FCP),
        ({"dcl_ms": None}, MissingReason.NO_DCL),
        ({"end_ms": None}, MissingReason.NOT_MEASURED),
        ({"outcome": LoadOutcome.CRASHED}, MissingReason.NOT_MEASURED),
        ({"long_tasks": tasks(*((float(s), 80.0) for s in range(0, 20_000, 2000)))}, MissingReason.NO_CPU_QUIET),
    ],
)
def test_where_fcp_or_tti_is_missing_it_is_missing_for_the_same_reason(
    page_load: PageLoadFactory, facts: dict[str, object], reason: MissingReason
) -> None:
    load = page_load(**facts)
    assert tti(load) == tbt(load) == missing(reason)


spans = st.lists(st.tuples(st.integers(0, 9_000), st.integers(50, 900)), max_size=6)


def load_of(spans_ms: list[tuple[int, int]]) -> PageLoad:
    return PageLoad(
        page="home",
        index=1,
        warmup=False,
        throttle="none",
        started_at_us=0,
        outcome=LoadOutcome.OK,
        timing=NavigationTiming(dcl_end_ms=10.0),
        paints=(Paint(name="first-contentful-paint", start_ms=FCP_MS),),
        long_tasks=tasks(*((float(start), float(length)) for start, length in spans_ms)),
        end_ms=60_000.0,
    )


@given(spans)
def test_it_is_what_a_walk_in_steps_of_a_millisecond_finds(spans_ms: list[tuple[int, int]]) -> None:
    load = load_of(spans_ms)
    interactive_ms = tti(load).value
    assert interactive_ms is not None
    walked = 0
    for start, length in spans_ms:
        inside = sum(1 for ms in range(start, start + length) if FCP_MS <= ms < interactive_ms)
        walked += max(0, inside - 50)
    assert tbt(load) == Metric(float(walked))
