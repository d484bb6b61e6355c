"""Clopper-Pearson bounds against scipy's, and what is made of them."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from slogate.analyzer.proportion import (
    fewest_to_be_above,
    least_size,
    least_size_above,
    lower_bound,
    most_to_stay_below,
    upper_bound,
)

ALPHAS = st.sampled_from([0.2, 0.1, 0.05, 0.01, 0.001])


@st.composite
def counted(draw: st.DrawFn) -> tuple[int, int]:
    size = draw(st.integers(1, 3000))
    return draw(st.integers(0, size) | st.integers(0, min(size, 5)) | st.integers(max(0, size - 3), size)), size


@given(counted(), ALPHAS)
@settings(max_examples=150, deadline=None)
def test_bounds_are_those_of_the_exact_binomial_test(observed: tuple[int, int], alpha: float) -> None:
    count, size = observed
    at_most = stats.binomtest(count, size, alternative="less").proportion_ci(1 - alpha, method="exact").high
    at_least = stats.binomtest(count, size, alternative="greater").proportion_ci(1 - alpha, method="exact").low
    assert upper_bound(count, size, alpha) == pytest.approx(at_most, rel=1e-6, abs=1e-9)
    assert lower_bound(count, size, alpha) == pytest.approx(at_least, rel=1e-6, abs=1e-9)


@given(counted(), ALPHAS)
@settings(max_examples=60, deadline=None)
def test_bounds_enclose_the_share_and_grow_with_the_count(observed: tuple[int, int], alpha: float) -> None:
    count, size = observed
    assert 0 <= lower_bound(count, size, alpha) <= count / size <= upper_bound(count, size, alpha) <= 1
    between = count + 0.37  # an effective count need not be whole
    if between < size:
        assert lower_bound(count, size, alpha) < lower_bound(between, size, alpha)
        assert upper_bound(count, size, alpha) < upper_bound(between, size, alpha)


@pytest.mark.parametrize(("count", "size"), [(0, 0), (1, 0), (0, -1.0)])
def test_nothing_seen_bounds_nothing(count: float, size: float) -> None:
    assert (lower_bound(count, size, 0.05), upper_bound(count, size, 0.05)) == (0.0, 1.0)


def test_nothing_counted_and_all_counted() -> None:
    assert lower_bound(0, 100, 0.05) == 0.0
    assert upper_bound(0, 100, 0.05) == pytest.approx(1 - 0.05 ** (1 / 100))
    assert upper_bound(100, 100, 0.05) == 1.0
    assert lower_bound(100, 100, 0.05) == pytest.approx(0.05 ** (1 / 100))


@pytest.mark.parametrize(
    ("percentile", "least"), [(50, 5), (75, 11), (90, 29), (95, 59), (99, 299), (99.9, 2995), (99.99, 29956)]
)
def test_least_size(percentile: float, least: int) -> None:
    share = 1 - percentile / 100
    assert least_size(share, 0.05) == least
    assert upper_bound(0, least, 0.05) < share <= upper_bound(0, least - 1, 0.05)


@given(st.floats(1e-4, 1.0), ALPHAS)
@settings(max_examples=100, deadline=None)
def test_least_size_is_the_first_that_suffices(proportion: float, alpha: float) -> None:
    least = least_size(proportion, alpha)
    assert (1 - proportion) ** least <= alpha * (1 + 1e-9)
    assert least == 1 or (1 - proportion) ** (least - 1) > alpha * (1 - 1e-9)


def test_least_size_of_a_tiny_proportion_is_told_at_once() -> None:
    assert least_size(1e-12, 0.05) == pytest.approx(math.log(20) * 1e12, rel=1e-6)


@given(st.sampled_from([0.5, 0.1, 0.05, 0.01, 0.001]), st.floats(1, 50_000), ALPHAS)
@settings(max_examples=100, deadline=None)
def test_the_most_and_the_fewest_are_where_the_bounds_cross(proportion: float, size: float, alpha: float) -> None:
    most, fewest = most_to_stay_below(proportion, size, alpha), fewest_to_be_above(proportion, size, alpha)
    if most is None:
        assert upper_bound(0, size, alpha) >= proportion
    else:
        assert 0 <= most <= proportion * size
        assert upper_bound(max(0.0, most - 1e-3), size, alpha) < proportion <= upper_bound(most + 1e-3, size, alpha)
    if fewest is None:
        assert lower_bound(size, size, alpha) <= proportion
    else:
        assert proportion * size <= fewest <= size
        assert lower_bound(fewest - 1e-3, size, alpha) <= proportion < lower_bound(fewest + 1e-3, size, alpha)


@pytest.mark.parametrize(("size", "most"), [(298, None), (1000, 4), (10_000, 83)])
def test_how_many_may_be_slower_than_a_p99(size: int, most: int | None) -> None:
    found = most_to_stay_below(0.01, size, 0.05)
    assert (None if found is None else math.floor(found)) == most


def test_no_size_at_all() -> None:
    assert most_to_stay_below(0.01, 0, 0.05) is None
    assert fewest_to_be_above(0.01, 0, 0.05) is None


@given(st.floats(0.01, 1), st.floats(0.001, 0.9), ALPHAS)
@settings(max_examples=100, deadline=None)
def test_from_the_least_size_above_on_the_share_is_sure_to_be_above(
    observed: float, proportion: float, alpha: float
) -> None:
    size = least_size_above(observed, proportion, alpha)
    if observed <= proportion:
        assert size is None
    elif observed > 1.05 * proportion:
        assert size is not None
        for times in (1.001, 1.5, 10):
            assert lower_bound(observed * size * times, size * times, alpha) > proportion
        assert lower_bound(observed * size * 0.99, size * 0.99, alpha) <= proportion


def test_a_share_that_is_too_near_has_no_least_size() -> None:
    assert least_size_above(0.0100001, 0.01, 0.05) is None


def test_where_all_break_the_limit_the_least_size_is_known_in_closed_form() -> None:
    assert least_size_above(1.0, 0.5, 0.05) == pytest.approx(math.log(0.05) / math.log(0.5))
