"""Exact p-values of every split: against an obvious oracle, with and without equal values."""

import itertools

import numpy as np
import pytest
from scipy import stats

from slogate.analyzer.evidence import Floats
from slogate.analyzer.mann_whitney import LEAST_SEGMENT, doubled_ranks, p_values, scores


def by_counting(values: Floats, at: int) -> float:
    """Of all ways to choose the earlier part, the share of those with a sum of ranks as far out, twice."""
    ranks = stats.rankdata(values)
    sums = np.array([sum(chosen) for chosen in itertools.combinations(ranks, at)])
    seen = ranks[:at].sum()
    return float(min(1.0, 2 * min((sums <= seen).mean(), (sums >= seen).mean())))


@pytest.mark.parametrize("levels", [1, 2, 3, 100])
def test_it_counts_the_orders(levels: int) -> None:
    values = np.random.default_rng(levels).integers(0, levels, 11).astype(float)
    expected = [by_counting(values, at) for at in range(LEAST_SEGMENT, len(values) - LEAST_SEGMENT + 1)]
    assert p_values(doubled_ranks(values)) == pytest.approx(expected)


def test_without_equal_values_it_is_that_of_scipy() -> None:
    values = np.random.default_rng(1).normal(size=40)
    found = p_values(doubled_ranks(values))
    for at in (3, 10, 20, 37):
        exact = stats.mannwhitneyu(values[:at], values[at:], method="exact").pvalue
        assert found[at - LEAST_SEGMENT] == pytest.approx(exact)


def test_it_does_not_depend_on_direction_or_scale() -> None:
    values = np.random.default_rng(2).normal(size=30)
    found = p_values(doubled_ranks(values))
    assert p_values(doubled_ranks(-values)) == pytest.approx(found)
    assert p_values(doubled_ranks(np.exp(values))) == pytest.approx(found)
    assert p_values(doubled_ranks(values[::-1])) == pytest.approx(found[::-1])


def test_all_rows_are_orders_of_the_same_ranks() -> None:
    ranks = doubled_ranks(np.random.default_rng(3).integers(0, 9, 20).astype(float))
    orders = np.random.default_rng(4).permuted(np.tile(ranks, (5, 1)), axis=1)
    assert p_values(orders) == pytest.approx(np.array([p_values(order) for order in orders]))


def test_sixty_nights_that_are_apart_are_told_exactly() -> None:
    values = np.arange(60.0)
    assert p_values(doubled_ranks(values))[60 - 4 - LEAST_SEGMENT] == pytest.approx(2 / 487_635, rel=1e-9)


@pytest.mark.parametrize("levels", [2, 4, 1000])
def test_the_score_is_that_of_scipy(levels: int) -> None:
    values = np.random.default_rng(levels).integers(0, levels, 40).astype(float)
    found = scores(doubled_ranks(values))
    for at in (3, 10, 20, 37):
        p = stats.mannwhitneyu(values[:at], values[at:], method="asymptotic", use_continuity=False).pvalue
        assert 2 * stats.norm.sf(found[at - LEAST_SEGMENT]) == pytest.approx(p)


def test_equal_values_have_a_score_of_zero() -> None:
    assert scores(doubled_ranks(np.zeros(20))).max() == 0
