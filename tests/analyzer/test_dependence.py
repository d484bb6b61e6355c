"""The design effect: near 1 for independent requests, large where neighbours share a stall."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from slogate.analyzer.dependence import BATCHES, batch_sums, design_effect, effective_size, latency_indicators
from slogate.analyzer.evidence import Ints


def queue(load: float, n: int, seed: int) -> Ints:
    """Response times in us of an M/M/1 queue: each request waits for those before it (Lindley's recursion)."""
    random = np.random.default_rng(seed)
    service, gaps = random.exponential(load, n), random.exponential(1.0, n)
    response = np.empty(n)
    wait = 0.0
    for index in range(n):
        response[index] = wait + service[index]
        wait = max(0.0, response[index] - gaps[index])
    return np.round(response * 1e5).astype(np.int64)


@given(st.integers(4, 5000))
@settings(max_examples=100, deadline=None)
def test_batches_are_all_there_in_order_and_of_about_one_size(n: int) -> None:
    values = np.arange(1, n + 1)
    sums, sizes = batch_sums(values)
    assert len(sums) == len(sizes) == min(BATCHES, n // 2)
    assert (sizes.sum(), sums.sum()) == (n, values.sum())
    assert sizes.max() - sizes.min() <= 1
    first = int(sizes[0])
    assert sums[0] == values[:first].sum()


@pytest.mark.parametrize("n", range(4))
def test_fewer_than_four_values_make_no_batches(n: int) -> None:
    sums, sizes = batch_sums(np.ones(n, dtype=bool))
    assert (len(sums), len(sizes)) == (0, 0)


def test_independent_requests_have_an_effect_near_one() -> None:
    random = np.random.default_rng(1)
    effects = [design_effect([random.random(3000) < 0.1]) for _ in range(300)]
    assert min(effects) == 1.0
    # The variance of 30 batch means is chi-squared with 29 degrees of freedom; 1 is where it is floored.
    assert np.mean(effects) == pytest.approx(
        np.mean(np.maximum(1, stats.chi2(29).rvs(9999, random_state=1) / 29)), abs=0.05
    )


@pytest.mark.parametrize("indicators", [[], [np.ones(100, bool)], [np.zeros(100, bool)], [np.array([True])]])
def test_a_constant_series_says_nothing(indicators: list[np.ndarray[tuple[int], np.dtype[np.bool_]]]) -> None:
    assert design_effect(indicators) == 1.0


def test_a_periodic_stall_has_a_large_effect() -> None:
    # 60 s at 200/s; every 10 s the server stands still for 1 s, and requests wait for its end.
    times_s = np.arange(12_000) / 200
    into_stall_s = times_s % 10
    latencies = np.where(into_stall_s < 1, (1 - into_stall_s) * 1e6, 5_000).astype(np.int64)
    assert design_effect(latency_indicators(latencies)) > 100


def test_a_queue_has_a_large_effect_and_shuffling_takes_it_away() -> None:
    latencies = queue(0.9, 20_000, seed=2)
    effect = design_effect(latency_indicators(latencies))
    shuffled = np.random.default_rng(3).permutation(latencies)
    assert effect > 20
    assert design_effect(latency_indicators(shuffled)) < 4


def test_the_largest_of_several_indicators_counts() -> None:
    dependent, independent = np.arange(3000) < 1500, np.arange(3000) % 2 == 0
    assert design_effect([independent, dependent]) == design_effect([dependent]) > 100


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=30, deadline=None)
def test_the_order_of_whole_batches_does_not_matter(seed: int) -> None:
    random = np.random.default_rng(seed)
    latencies = np.cumsum(random.integers(-5, 6, 30 * 40)) + 1000
    order = random.permutation(30)
    moved = latencies.reshape(30, 40)[order].ravel()
    assert design_effect(latency_indicators(moved)) == pytest.approx(design_effect(latency_indicators(latencies)))


@pytest.mark.parametrize(("n", "size"), [(0, 0.0), (1, 0.0), (2, 0.0), (3, 0.0)])
def test_too_few_to_make_batches_are_worth_nothing(n: int, size: float) -> None:
    assert effective_size(n, 1.0, 0.05) == size


def test_the_effective_size_pays_for_an_estimated_variance() -> None:
    guard = stats.norm.ppf(0.95) / stats.t.ppf(0.95, 29)
    assert effective_size(3000, 1.0, 0.05) == pytest.approx(3000 * guard**2)
    assert effective_size(3000, 10.0, 0.05) == pytest.approx(300 * guard**2)


@given(st.integers(4, 10_000), st.floats(1, 1000), st.sampled_from([0.2, 0.05, 0.001]))
@settings(max_examples=100, deadline=None)
def test_the_effective_size_is_never_more_than_the_size(n: int, effect: float, alpha: float) -> None:
    assert 0 < effective_size(n, effect, alpha) < n


def test_indicators_look_at_the_bulk_the_tail_and_the_limit() -> None:
    latencies = np.arange(1000)
    indicators = latency_indicators(latencies, 900.0)
    assert [int(indicator.sum()) for indicator in indicators] == [500, 499, 100, 99, 10, 9, 100, 99]


def test_equal_latencies_do_not_hide_the_dependence_of_the_others() -> None:
    latencies = np.full(6000, 5_000)
    latencies[:2400] = 6_000
    latencies[-1] = 4_999
    assert design_effect(latency_indicators(latencies)) > 100


@pytest.mark.parametrize("n", [0, 1, 2])
def test_indicators_of_next_to_nothing(n: int) -> None:
    assert all(len(indicator) == n for indicator in latency_indicators(np.arange(n), 5.0))
