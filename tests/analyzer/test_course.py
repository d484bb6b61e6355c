"""When it happened: a course is told of shapes in time, and hardly ever of chance."""

import numpy as np
import pytest
from synthetic import BEGAN_S, objective, rows

from slogate.analyzer.course import Course, course_of
from slogate.analyzer.evidence import Bools, Floats
from slogate.analyzer.excess import cells_of, excess_of, sums_of
from slogate.analyzer.grid import Grid

P99 = "api: {latency: {p99: < 500ms}}"
SECONDS, PER_S = 120, 50
AT_S = np.arange(SECONDS * PER_S) / PER_S


def course(slow: Bools, seconds: int = SECONDS, text: str = P99) -> Course | None:
    latencies: Floats = np.where(slow, 900.0, 20.0)
    grid = Grid(BEGAN_S, 1.0, seconds)
    requests = rows(latencies)
    about, cells = objective(text), cells_of(requests, requests.judged, grid)
    return course_of(excess_of(about, sums_of(about, cells)), grid)


def share(random: np.random.Generator, of: float, where: Bools) -> Bools:
    return (random.random(len(where)) < of) & where


@pytest.mark.parametrize(
    ("start_s", "end_s", "of", "kind"),
    [
        (40, 43, 1.0, "stretch"),  # one stall
        (40, 41, 1.0, "stretch"),  # within a single bin
        (30, 80, 0.2, "stretch"),  # a phase
        (70, 120, 0.2, "from"),
        (0, 50, 0.2, "until"),
        (0, 120, 0.04, "throughout"),
    ],
)
@pytest.mark.parametrize("text", [P99, "api: {latency: {mean: < 25ms}}"])
def test_a_stretch_is_found_where_it_was(start_s: int, end_s: int, of: float, kind: str, text: str) -> None:
    found = course(share(np.random.default_rng(3), of, (start_s <= AT_S) & (end_s > AT_S)), text=text)
    assert found is not None
    assert found.kind == kind
    if kind != "throughout":
        assert found.start_s == pytest.approx(start_s, abs=2)
        assert found.end_s == pytest.approx(end_s, abs=2)
        assert np.flatnonzero(found.inside)[[0, -1]] == pytest.approx([found.start_s or 0, (found.end_s or 0) - 1])


def test_stalls_at_even_intervals_are_bursts_with_a_period() -> None:
    found = course((AT_S % 6 < 1.0) & (AT_S > 1))
    assert found is not None
    assert (found.kind, found.bursts, found.every_s) == ("bursts", 19, 6.0)
    assert found.inside.sum() == 19


def test_bursts_at_uneven_times_have_no_period() -> None:
    slow = np.isin(np.floor(AT_S), [3, 4, 30, 41, 90])
    found = course(slow)
    assert found is not None
    assert (found.kind, found.bursts, found.every_s) == ("bursts", 4, None)


def test_a_stretch_that_the_rest_does_not_need_is_not_named() -> None:
    """The rest of the load breaks the limit too, so "from 40 s to 80 s" would send the reader to the wrong place."""
    random = np.random.default_rng(3)
    slow = share(random, 0.05, np.ones_like(AT_S, np.bool_)) | share(random, 0.1, (AT_S > 40) & (AT_S < 80))
    found = course(slow)
    assert found is not None
    assert found.kind == "throughout"


@pytest.mark.parametrize("of", [0.012, 0.03, 0.3])
def test_chance_alone_has_no_course(of: float) -> None:
    kinds = []
    for seed in range(60):
        found = course(share(np.random.default_rng(seed), of, np.ones_like(AT_S, np.bool_)))
        assert found is not None
        kinds.append(found.kind)
    assert kinds.count("throughout") >= 57


def test_a_load_too_short_has_none() -> None:
    assert course(np.ones(9 * PER_S, np.bool_), seconds=9) is None


def test_where_all_requests_are_alike_it_is_all_along() -> None:
    found = course(np.ones_like(AT_S, np.bool_))
    assert found is not None
    assert found.kind == "throughout"
