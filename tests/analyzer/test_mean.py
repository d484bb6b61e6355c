"""The interval of a mean from batch means."""

import numpy as np
import pytest
from scipy import stats

from slogate.analyzer.mean import LEAST, estimate_mean


def test_fewer_than_sixty_values_have_a_mean_and_no_interval() -> None:
    found = estimate_mean(np.arange(1, LEAST), 0.05)
    assert (found.estimate, found.low, found.high, found.n) == (30.0, None, None, 59)


def test_one_value() -> None:
    assert estimate_mean(np.array([7]), 0.05).estimate == 7.0


def test_the_interval_is_students_over_the_batch_means() -> None:
    random = np.random.default_rng(1)
    # A slow drift, so that the batch means vary more than independence would allow.
    values = np.round(1000 + 300 * np.sin(np.arange(3000) / 400) + random.normal(0, 50, 3000)).astype(np.int64)
    batches = values.reshape(30, 100).mean(axis=1)
    expected = stats.ttest_1samp(batches, 0).confidence_interval(0.9)  # 5 % on each side
    found = estimate_mean(values, 0.05)
    assert found.estimate == pytest.approx(values.mean())
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high))
    assert found.n_effective < 300


def test_batch_means_that_agree_by_chance_do_not_narrow_the_interval() -> None:
    values = np.tile([0, 1000], 3000)  # every batch has the same mean
    found = estimate_mean(values, 0.05)
    half = stats.t.ppf(0.95, 29) * values.std(ddof=1) / 6000**0.5
    assert (found.low, found.high) == pytest.approx((500 - half, 500 + half))
    assert found.n_effective == pytest.approx(6000)


def test_equal_values_have_no_spread() -> None:
    found = estimate_mean(np.full(600, 250), 0.05)
    assert (found.low, found.estimate, found.high, found.n_effective) == (250.0, 250.0, 250.0, 600)


def test_a_latency_is_not_negative() -> None:
    values = np.zeros(60, np.int64)
    values[0] = 10_000_000
    assert estimate_mean(values, 0.05).low == 0.0


def test_the_interval_misses_a_known_mean_no_more_often_than_it_says() -> None:
    random = np.random.default_rng(2)
    true_mean = 100_000 * np.exp(0.5)
    repetitions = 400
    too_high = too_low = 0
    for _ in range(repetitions):
        found = estimate_mean(np.round(random.lognormal(np.log(100_000), 1.0, 3000)).astype(np.int64), 0.05)
        assert found.low is not None
        assert found.high is not None
        too_high += found.low > true_mean
        too_low += found.high < true_mean
    most = stats.binom.ppf(1 - 1e-4, repetitions, 0.05)
    assert too_high <= most
    assert too_low <= most


def test_dependence_widens_the_interval() -> None:
    random = np.random.default_rng(3)
    noise = random.normal(0, 100, 6000)
    dependent = np.empty(6000)
    state = 0.0
    for index, step in enumerate(noise):
        state = 0.95 * state + step
        dependent[index] = state
    values = np.round(100_000 + dependent).astype(np.int64)
    shuffled = random.permutation(values)
    assert estimate_mean(values, 0.05).n_effective < estimate_mean(shuffled, 0.05).n_effective / 5
