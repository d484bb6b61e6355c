"""Is a quantile below its limit: against numpy and scipy where the data are independent, by laws, and by simulation."""

import math
import operator

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats

from slogate.analyzer.evidence import Ints
from slogate.analyzer.quantile import (
    QuantileTest,
    check_independent,
    check_latency,
    exceeding,
    least_exceeding,
    order_statistic,
)

ALPHA = 0.05
QUANTILES = st.sampled_from([0.5, 0.9, 0.95, 0.99, 0.999])


@st.composite
def latencies(draw: st.DrawFn, most: int = 1500) -> Ints:
    """Microseconds with many ties or few, and now and then a stretch of slow ones."""
    n = draw(st.integers(1, most))
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    values = np.round(random.lognormal(4, draw(st.sampled_from([0.1, 1.0, 2.0])), n)).astype(np.int64) + 1
    if draw(st.booleans()):
        values[n // 3 : n // 2] *= 10
    return values


def verdict(test: QuantileTest) -> int:
    """1 for a pass, 0 for undecided, -1 for a fail: the larger the better."""
    return int(test.below) - int(test.above)


# Estimates


@given(latencies(), st.floats(0.001, 0.9999))
@settings(max_examples=200, deadline=None)
def test_the_estimate_is_the_exact_order_statistic(values: Ints, quantile: float) -> None:
    assume(abs(quantile * len(values) - round(quantile * len(values))) > 1e-6)  # there the two round differently
    assert order_statistic(values, quantile) == np.quantile(values, quantile, method="inverted_cdf")


@pytest.mark.parametrize(
    ("n", "quantile", "rank"),
    [(100, 0.99, 99), (1000, 0.99, 990), (1000, 0.999, 999), (10, 0.9, 9), (20, 0.95, 19), (3, 0.5, 2), (1, 0.99, 1)],
)
def test_a_rank_that_is_whole_stays_whole(n: int, quantile: float, rank: int) -> None:
    assert order_statistic(np.arange(1, n + 1), quantile) == rank


def test_exactly_the_limit_breaks_a_strict_one_alone() -> None:
    values = np.array([99, 100, 101])
    assert exceeding(values, 100, strict=True).tolist() == [False, True, True]
    assert exceeding(values, 100, strict=False).tolist() == [False, False, True]


@pytest.mark.parametrize("strict", [False, True])
@pytest.mark.parametrize("limit", [100, 100.0, 100.5, 99.9])
def test_the_least_number_that_breaks_a_limit_is_the_first_that_does(limit: float, strict: bool) -> None:
    breaking = np.flatnonzero(exceeding(np.arange(200), limit, strict=strict))
    assert least_exceeding(limit, strict=strict) == breaking[0]


# Intervals of independent data


@pytest.mark.parametrize("quantile", [0.5, 0.9, 0.95, 0.99])
@pytest.mark.parametrize("n", [4, 5, 11, 28, 29, 58, 59, 250, 298, 299, 1000, 4000])
def test_the_interval_is_scipys(n: int, quantile: float) -> None:
    values = np.random.default_rng(n).lognormal(0, 1, n)
    found = check_independent(values, quantile, 1.0, strict=True, alpha=ALPHA)
    high = stats.quantile_test(values, p=quantile, alternative="less").confidence_interval(1 - ALPHA).high
    low = stats.quantile_test(values, p=quantile, alternative="greater").confidence_interval(1 - ALPHA).low
    assert found.high == (None if math.isnan(high) else high)
    assert found.low == (None if math.isnan(low) else low)
    assert found.n_effective == n


@pytest.mark.parametrize(("quantile", "least"), [(0.5, 5), (0.9, 29), (0.95, 59), (0.99, 299), (0.999, 2995)])
def test_a_pass_takes_the_least_size(quantile: float, least: int) -> None:
    fast = np.ones(least)
    assert check_independent(fast, quantile, 2.0, strict=True, alpha=ALPHA).below
    assert not check_independent(fast[1:], quantile, 2.0, strict=True, alpha=ALPHA).below
    assert check_independent(fast, quantile, 2.0, strict=True, alpha=ALPHA).needed == least


def test_more_confidence_takes_more() -> None:
    assert check_independent(np.ones(5), 0.5, 2.0, strict=True, alpha=0.01).needed == 7
    assert not check_independent(np.ones(6), 0.5, 2.0, strict=True, alpha=0.01).below


def test_what_was_not_reached_is_slower_than_any_limit() -> None:
    values = np.array([1.0, 1.0, math.inf, math.inf, math.inf, math.inf, math.inf])
    found = check_independent(values, 0.5, 1e12, strict=False, alpha=ALPHA)
    assert (verdict(found), found.estimate, found.high, found.exceedances) == (0, math.inf, None, 5)
    found = check_independent(np.full(5, math.inf), 0.5, 1e12, strict=False, alpha=ALPHA)
    assert verdict(found) == -1


# Requests, whose neighbours may depend on each other


@given(st.integers(1, 298), st.integers(0, 2**32 - 1))
@settings(max_examples=50, deadline=None)
def test_fewer_than_299_requests_never_pass_a_p99(n: int, seed: int) -> None:
    values = np.random.default_rng(seed).integers(1, 10, n)
    assert not check_latency(values, 0.99, 1e9, strict=True, alpha=ALPHA).below


@given(latencies(most=3), QUANTILES, st.booleans(), st.floats(0.5, 1e6))
@settings(max_examples=50, deadline=None)
def test_next_to_no_requests_decide_nothing(values: Ints, quantile: float, strict: bool, limit: float) -> None:
    found = check_latency(values, quantile, limit, strict=strict, alpha=ALPHA)
    assert (verdict(found), found.low, found.high, found.n_effective) == (0, None, None, 0.0)


@given(latencies(), QUANTILES, st.booleans(), st.data())
@settings(max_examples=200, deadline=None)
def test_the_verdict_is_the_side_of_the_limit_on_which_the_interval_lies(
    values: Ints, quantile: float, strict: bool, data: st.DataObject
) -> None:
    near = float(data.draw(st.sampled_from(values.tolist())))  # the limit on an observation, beside it, and far away
    limit = near + data.draw(st.sampled_from([-1.0, -0.5, 0.0, 0.5, 1.0, 1e6]))
    found = check_latency(values, quantile, limit, strict=strict, alpha=ALPHA)
    breaks = operator.ge if strict else operator.gt
    assert found.below == (found.high is not None and not breaks(found.high, limit))
    assert found.above == (found.low is not None and breaks(found.low, limit))
    assert not (found.below and found.above)
    assert found.low is None or found.low <= found.estimate
    assert found.high is None or found.high >= found.estimate


@given(latencies(), QUANTILES, st.integers(1, 10**6), st.integers(2, 1000))
@settings(max_examples=100, deadline=None)
def test_scaling_or_shifting_everything_changes_nothing(values: Ints, quantile: float, limit: int, factor: int) -> None:
    plain = check_latency(values, quantile, limit, strict=True, alpha=ALPHA)
    scaled = check_latency(values * factor, quantile, limit * factor, strict=True, alpha=ALPHA)
    shifted = check_latency(values + factor, quantile, limit + factor, strict=True, alpha=ALPHA)
    for other in (scaled, shifted):
        assert (other.below, other.above, other.n_effective) == (plain.below, plain.above, plain.n_effective)
    assert scaled.estimate == plain.estimate * factor
    assert shifted.high == (None if plain.high is None else plain.high + factor)


@given(st.integers(0, 2**32 - 1), QUANTILES)
@settings(max_examples=40, deadline=None)
def test_the_order_of_whole_batches_changes_nothing(seed: int, quantile: float) -> None:
    random = np.random.default_rng(seed)
    values = np.abs(np.cumsum(random.integers(-50, 51, 30 * 40))) + 1
    moved = values.reshape(30, 40)[random.permutation(30)].ravel()
    limit = float(np.quantile(values, quantile))
    plain, other = (check_latency(v, quantile, limit, strict=True, alpha=ALPHA) for v in (values, moved))
    assert other.n_effective == pytest.approx(plain.n_effective)
    assert (other.low, other.high, verdict(other)) == (plain.low, plain.high, verdict(plain))


@given(latencies(), QUANTILES, st.floats(1, 1e4), st.data())
@settings(max_examples=150, deadline=None)
def test_at_a_fixed_effect_a_slower_request_never_improves_a_verdict(
    values: Ints, quantile: float, limit: float, data: st.DataObject
) -> None:
    before = values.astype(np.float64)
    after = before.copy()
    after[data.draw(st.integers(0, len(values) - 1))] *= data.draw(st.floats(1.0, 1e6))
    plain, slower = (check_independent(v, quantile, limit, strict=True, alpha=ALPHA) for v in (before, after))
    assert verdict(slower) <= verdict(plain)
    assert slower.estimate >= plain.estimate


@given(latencies(), QUANTILES, st.floats(1, 1e4), st.floats(0, 1), st.booleans(), st.booleans())
@settings(max_examples=150, deadline=None)
def test_at_a_fixed_effect_a_tighter_limit_never_improves_a_verdict(
    values: Ints, quantile: float, limit: float, factor: float, strict: bool, strict_after: bool
) -> None:
    plain = check_independent(values.astype(np.float64), quantile, limit, strict=strict, alpha=ALPHA)
    tighter = check_independent(
        values.astype(np.float64), quantile, limit * factor, strict=strict or strict_after, alpha=ALPHA
    )
    assert verdict(tighter) <= verdict(plain)


@pytest.mark.parametrize("n", [1, 2, 3, 4, 5, 59, 60, 100, 5000])
@pytest.mark.parametrize("value", [0, 1, 2**62])
def test_equal_latencies(n: int, value: int) -> None:
    values = np.full(n, value)
    for limit in (0.5, float(2**62)):
        found = check_latency(values, 0.99, limit, strict=True, alpha=ALPHA)
        assert found.estimate == value
        assert not (found.below and value >= limit)
        assert not (found.above and value < limit)
    decided = check_latency(values, 0.99, 2.0**62, strict=False, alpha=ALPHA)
    assert decided.below == (n == 5000)


def test_a_limit_that_equals_every_observation() -> None:
    values = np.full(5000, 100_000)
    assert verdict(check_latency(values, 0.99, 100_000, strict=True, alpha=ALPHA)) == -1
    assert verdict(check_latency(values, 0.99, 100_000, strict=False, alpha=ALPHA)) == 1


def test_a_stall_is_not_decided_by_the_number_of_its_requests() -> None:
    # 60 s at 200/s with one stall of 1 s: the 200 requests in it are one piece of bad luck, not 200.
    times_s = np.arange(12_000) / 200
    values = np.where((times_s > 20) & (times_s < 21), 1_000_000, 5_000)
    found = check_latency(values, 0.99, 500_000, strict=True, alpha=ALPHA)
    assert found.n_effective < 12_000 / 50
    assert verdict(found) == 0


# Error rates


def lognormal(random: np.random.Generator, n: int) -> Ints:
    return np.round(random.lognormal(np.log(100_000), 0.8, n)).astype(np.int64)


TRUE_P99: float = float(stats.lognorm(0.8, scale=100_000).ppf(0.99))


def test_at_the_true_p99_the_test_errs_no_more_often_than_it_says() -> None:
    random = np.random.default_rng(20260921)
    repetitions = 300
    verdicts = [
        verdict(check_latency(lognormal(random, 20_000), 0.99, TRUE_P99, strict=True, alpha=ALPHA))
        for _ in range(repetitions)
    ]
    most = stats.binom.ppf(1 - 1e-4, repetitions, ALPHA)
    assert verdicts.count(1) <= most, f"{verdicts.count(1)} false passes"
    assert verdicts.count(-1) <= most, f"{verdicts.count(-1)} false fails"
    assert verdicts.count(0) > repetitions / 2


@pytest.mark.parametrize(("factor", "right"), [(1.25, 1), (0.8, -1)])
def test_a_limit_well_away_from_the_truth_is_decided(factor: float, right: int) -> None:
    random = np.random.default_rng(20260922)
    verdicts = [
        verdict(check_latency(lognormal(random, 20_000), 0.99, TRUE_P99 * factor, strict=True, alpha=ALPHA))
        for _ in range(40)
    ]
    assert verdicts == [right] * 40
