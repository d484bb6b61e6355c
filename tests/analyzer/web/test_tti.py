"""TTI on synthetic intervals: what Lighthouse 13 does in each case, and a slow oracle for everything else."""

from collections.abc import Callable, Iterator
from itertools import product

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from slogate.analyzer.web.facts import LoadOutcome, LongTask, PageLoad, Request
from slogate.analyzer.web.metric import Metric, MissingReason, missing
from slogate.analyzer.web.tti import (
    ALLOWED_IN_FLIGHT,
    Period,
    cpu_quiet_periods,
    network_busy,
    network_quiet_periods,
    quiet_window,
    tti,
)

PageLoadFactory = Callable[..., PageLoad]
FCP_MS, DCL_MS, END_MS = 100.0, 200.0, 20_000.0


def task(start_ms: float, duration_ms: float) -> LongTask:
    return LongTask(start_ms=start_ms, duration_ms=duration_ms)


def request(start_ms: float, end_ms: float | None, **more: object) -> Request:
    known = {"url": "http://shop/api", "method": "GET", "type": "Fetch", "status": 200} | more
    return Request(start_ms=start_ms, end_ms=end_ms, **known)  # type: ignore[arg-type]  # fields as each case needs them


def polling(pollers: int, **more: object) -> tuple[Request, ...]:
    """`pollers` requests in flight at any time, each of a second, one beginning when the last one ends."""
    return tuple(request(float(s), s + 1000.0, **more) for s in range(0, 20_000, 1000) for _ in range(pollers))


CASES: dict[str, tuple[tuple[LongTask, ...], tuple[Request, ...], float | MissingReason]] = {
    "nothing happens": ((), (), DCL_MS),
    "four polling GETs whose bodies are read": ((), polling(4), MissingReason.NO_NET_QUIET),
    "two polling GETs are allowed": ((), polling(2), DCL_MS),
    "four GETs whose bodies are never read do not finish": ((), (request(300, None),) * 4, DCL_MS),
    "an 80 ms task every 2 s": (
        tuple(task(s, 80) for s in range(1000, 20_000, 2000)),
        (),
        MissingReason.NO_CPU_QUIET,
    ),
    "polling 404s": ((), polling(4, status=404), DCL_MS),
    "polling 500s": ((), polling(4, status=500), DCL_MS),
    "polling POSTs": ((), polling(4, method="POST"), DCL_MS),
    "sendBeacon, which is a POST": ((), polling(4, method="POST", type="Ping"), DCL_MS),
    "requests that fail": ((), polling(4, failed=True, status=None), DCL_MS),
    "data and blob addresses": ((), polling(2, url="data:image/png") + polling(2, url="blob:http://shop/1"), DCL_MS),
    "web sockets": ((), polling(4, url="wss://shop/live"), DCL_MS),
    "a busy network and a 200 ms task": ((task(1000, 200),), (request(0, 3000),) * 4, 1200.0),
    "a 300 ms task in a same-origin iframe": ((task(1000, 300),), (), 1300.0),
    "a task of exactly 50 ms counts": ((task(1000, 50),), (), 1050.0),
    "a task below 50 ms does not": ((task(1000, 49.9),), (), DCL_MS),
    "a task that ends before FCP": ((task(10, 60),), (), DCL_MS),
    "the network chooses a later CPU gap": ((task(4000, 100), task(9500, 100)), (request(0, 5000),) * 3, 9600.0),
    "the network fits into an early CPU gap": ((task(12_000, 100),), (request(0, 5000),) * 3, DCL_MS),
}


@pytest.mark.parametrize("case", CASES)
def test_synthetic_pages(page_load: PageLoadFactory, case: str) -> None:
    tasks, requests, expected = CASES[case]
    load = page_load(fcp_ms=FCP_MS, dcl_ms=DCL_MS, long_tasks=tasks, requests=requests, end_ms=END_MS)
    assert tti(load) == (missing(expected) if isinstance(expected, MissingReason) else Metric(expected))


def test_a_late_first_paint_is_the_earliest_tti(page_load: PageLoadFactory) -> None:
    assert tti(page_load(fcp_ms=3000.0)) == Metric(3000.0)


def test_missing_first_paint_and_dcl_cannot_be_judged(page_load: PageLoadFactory) -> None:
    assert tti(page_load(fcp_ms=None)) == missing(MissingReason.NO_FCP)
    assert tti(page_load(dcl_ms=None)) == missing(MissingReason.NO_DCL)


def test_a_load_that_did_not_end_well_is_not_measured(page_load: PageLoadFactory) -> None:
    assert tti(page_load(outcome=LoadOutcome.HTTP_ERROR)) == missing(MissingReason.NOT_MEASURED)
    assert tti(page_load(end_ms=None)) == missing(MissingReason.NOT_MEASURED)


@pytest.mark.parametrize(("end_ms", "reached"), [(5100.0, False), (5100.1, True)])
def test_the_quiet_window_must_reach_past_5_s_after_fcp(
    page_load: PageLoadFactory, end_ms: float, reached: bool
) -> None:
    assert (tti(page_load(end_ms=end_ms)).value is not None) is reached


def test_while_watching_a_request_in_flight_is_busy() -> None:
    watched = [request(0, None)] * 3
    assert network_busy(watched) == []
    assert network_busy(watched, unfinished_until_ms=7000.0) == [Period(0, 7000.0)] * 3


# The oracle looks at every instant of a small integer grid and at every pair of periods.

WINDOW, GRID = 5, 40


def runs(quiet: list[bool]) -> Iterator[Period]:
    """The maximal runs of quiet unit steps [t, t+1)."""
    start = None
    for t, is_quiet in enumerate([*quiet, False]):
        if is_quiet and start is None:
            start = t
        elif not is_quiet and start is not None:
            yield Period(start, t)
            start = None


def oracle(cpu: list[Period], network: list[Period], after: int, end: int) -> Period | MissingReason:
    def busy(periods: list[Period], t: int) -> int:
        return sum(p.start_ms <= t < p.end_ms for p in periods)

    def usable(quiet: list[bool]) -> list[Period]:
        return [p for p in runs(quiet) if p.end_ms > after + WINDOW and p.end_ms - p.start_ms >= WINDOW]

    cpu_quiet = usable([busy(cpu, t) == 0 for t in range(end)])
    network_quiet = usable([busy(network, t) <= ALLOWED_IN_FLIGHT for t in range(end)])
    pairs = [
        (max(c.start_ms, n.start_ms), c)
        for c, n in product(cpu_quiet, network_quiet)
        if min(c.end_ms, n.end_ms) - max(c.start_ms, n.start_ms) >= WINDOW
    ]
    if pairs:
        return min(pairs, key=lambda pair: pair[0])[1]
    if cpu_quiet and network_quiet and network_quiet[-1].start_ms <= cpu_quiet[-1].start_ms:
        return MissingReason.NO_NET_QUIET
    return MissingReason.NO_NET_QUIET if cpu_quiet and not network_quiet else MissingReason.NO_CPU_QUIET


@st.composite
def tasks_in_order(draw: st.DrawFn) -> list[Period]:
    """Main-thread tasks: one after another, with time between them."""
    edges = sorted(draw(st.sets(st.integers(1, GRID), max_size=8)))
    return [Period(start, end) for start, end in zip(edges[::2], edges[1::2], strict=False)]


@st.composite
def overlapping_requests(draw: st.DrawFn, *, at_most: int = 12) -> list[Period]:
    """Requests with no two edges at one time: Lighthouse splits a quiet period at such a tie, by order of arrival."""
    edges = draw(st.lists(st.integers(0, GRID), unique=True, max_size=2 * at_most))
    return [Period(min(pair), max(pair)) for pair in zip(edges[::2], edges[1::2], strict=False)]


@settings(max_examples=400, deadline=None)
@given(cpu=tasks_in_order(), network=overlapping_requests(), after=st.integers(0, 15))
@example(cpu=[Period(1, 2)], network=[Period(0, 10)] * 3, after=0)
@example(cpu=[], network=[], after=0)
def test_agrees_with_the_oracle(cpu: list[Period], network: list[Period], after: int) -> None:
    end = GRID + 1
    cpu = [task for task in cpu if task.end_ms < end]
    found = quiet_window(cpu, network, after_ms=after, end_ms=end, window_ms=WINDOW)
    assert found == oracle(cpu, network, after, end)


@given(tasks=tasks_in_order())
def test_cpu_quiet_periods_fill_what_the_tasks_leave(tasks: list[Period]) -> None:
    end = GRID + 1
    quiet = sum(p.end_ms - p.start_ms for p in cpu_quiet_periods(tasks, end_ms=end))
    assert quiet == end - sum(p.end_ms - p.start_ms for p in tasks)


@given(network=overlapping_requests(at_most=ALLOWED_IN_FLIGHT))
def test_two_requests_never_make_the_network_busy(network: list[Period]) -> None:
    assert network_quiet_periods(network, end_ms=100) == [Period(0, 100)]
