"""How far a group of requests goes beyond a limit: parts add up to the whole, whatever the objective."""

import pytest
from synthetic import BEGAN_S, objective, rows

from slogate.analyzer.evidence import Bools, Outcome, Requests
from slogate.analyzer.excess import Cells, Excess, cells_of, excess_of, sums_of
from slogate.analyzer.grid import Grid
from slogate.slo.model import Objective

GRID = Grid(BEGAN_S, 1.0, 4)
LATENCIES = [10.0] * 150 + [700.0] * 30 + [10.0] * 20  # at 50/s: the slow ones arrive from 3.0 s to 3.6 s


def measure_excess(about: Objective, cells: Cells) -> Excess:
    return excess_of(about, sums_of(about, cells))


def all_of(requests: Requests) -> tuple[Requests, Bools]:
    return requests, requests.judged


@pytest.mark.parametrize(
    ("text", "whole", "broken"),
    [
        ("api: {latency: {p95: < 500ms}}", 30 - 0.05 * 200, 30),
        ("api: {latency: {p95: < 700ms}}", 30 - 0.05 * 200, 30),
        ("api: {latency: {p95: <= 700ms}}", 0 - 0.05 * 200, 0),
        ("api: {latency: {max: < 500ms}}", 30, 30),
        ("api: {latency: {mean: < 100ms}}", 30 * 600 - 170 * 90, 30),
        ("api: {errors: < 1%}", 0 - 0.01 * 200, 0),
    ],
)
def test_the_excess_is_what_breaks_the_limit_less_what_may(text: str, whole: float, broken: int) -> None:
    found = measure_excess(objective(text), cells_of(*all_of(rows(LATENCIES, endpoint=[0, 1] * 100)), GRID))
    assert found.endpoint_sum.sum() == pytest.approx(whole)
    assert found.bin_sum.sum() == pytest.approx(whole)
    assert found.endpoint_broken.sum() == found.bin_broken.sum() == broken
    assert found.endpoint_requests.tolist() == [100, 100]
    assert found.bin_requests.tolist() == [50, 50, 50, 50]
    assert found.bin_broken.tolist() == [0, 0, 0, broken]


def test_fast_failures_are_no_part_of_latency_and_timeouts_are() -> None:
    outcome = [Outcome.OK, Outcome.HTTP_ERROR, Outcome.HTTP_ERROR, Outcome.SLOW_TIMEOUT]
    requests = rows([10.0, 10.0, 900.0, 100.0], outcome=outcome)
    p95 = measure_excess(objective("api: {latency: {p95: < 500ms}}"), cells_of(*all_of(requests), GRID))
    assert (p95.endpoint_requests.sum(), p95.endpoint_broken.sum()) == (3, 2)
    mean = measure_excess(objective("api: {latency: {mean: < 500ms}}"), cells_of(*all_of(requests), GRID))
    assert (mean.endpoint_requests.sum(), mean.endpoint_broken.sum()) == (3, 1)
    assert mean.endpoint_sum.sum() == pytest.approx(10 + 900 + 100 - 3 * 500)
    errors = measure_excess(objective("api: {errors: < 1%}"), cells_of(*all_of(requests), GRID))
    assert (errors.endpoint_requests.sum(), errors.endpoint_broken.sum()) == (4, 3)


def test_an_objective_on_one_endpoint_is_about_that_one() -> None:
    requests = rows(LATENCIES, endpoint=[0, 1] * 100)
    text = 'api: {endpoints: {"GET /b": {latency: {p95: < 500ms}}}}'
    found = measure_excess(objective(text), cells_of(*all_of(requests), GRID))
    assert (found.endpoint_requests.tolist(), found.endpoint_broken.tolist()) == ([0, 100], [0, 15])


def test_what_is_not_judged_is_in_no_sum() -> None:
    requests = rows(LATENCIES, judged=[True] * 160 + [False] * 40)
    found = measure_excess(objective("api: {latency: {p95: < 500ms}}"), cells_of(*all_of(requests), GRID))
    assert (found.endpoint_requests.sum(), found.endpoint_broken.sum()) == (160, 10)


@pytest.mark.parametrize(
    "text", ["api: {latency: {p95: < 500ms}}", "api: {latency: {mean: < 100ms}}", "api: {errors: < 1%}"]
)
def test_the_sums_of_stretches_of_time_add_up(text: str) -> None:
    about, requests = objective(text), rows(LATENCIES, endpoint=[0, 1] * 100)
    whole = measure_excess(about, cells_of(*all_of(requests), GRID))
    first, second = (
        sums_of(about, cells_of(*all_of(requests.where(part)), GRID)) for part in (slice(70), slice(70, 200))
    )
    found = excess_of(about, first + second)
    assert found.bin_sum == pytest.approx(whole.bin_sum)
    assert found.endpoint_broken.tolist() == whole.endpoint_broken.tolist()
    assert found.spread == pytest.approx(whole.spread)
