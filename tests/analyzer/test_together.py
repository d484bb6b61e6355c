"""What moved together: told where it did, and hardly ever of series that have nothing to do with each other."""

import itertools
import math
from dataclasses import replace

import numpy as np
import pytest
from scipy import stats
from synthetic import BEGAN_S, calm_generator, evidence, page, samples

from slogate.analyzer.evidence import Floats
from slogate.analyzer.grid import Grid
from slogate.analyzer.together import Companion, Series, companions, series_of

BINS = 120


def wandering(random: np.random.Generator) -> Floats:
    """Each value is nine tenths of the one before, and something new."""
    steps = random.standard_normal(BINS)
    return np.array(list(itertools.accumulate(steps, lambda before, step: 0.9 * before + step)))


def found(broken: Floats, values: Floats) -> list[Companion]:
    inside = broken > np.nanmean(broken)
    return companions(broken, [Series("CPU", "ratio", values)], inside)


def test_the_correlation_is_spearmans_and_the_averages_say_how_much() -> None:
    random = np.random.default_rng(1)
    broken = random.random(BINS)
    values = np.exp(broken + 0.1 * random.random(BINS))
    [told] = found(broken, values)
    assert told.correlation == pytest.approx(stats.spearmanr(broken, values).statistic)
    assert told.bins == BINS
    assert told.during == pytest.approx(values[broken > broken.mean()].mean())
    assert told.otherwise == pytest.approx(values[broken <= broken.mean()].mean())


def test_the_sign_of_the_correlation_is_kept_and_the_closest_comes_first() -> None:
    broken = np.random.default_rng(1).random(BINS)
    noisy = broken + np.random.default_rng(2).random(BINS)
    told = companions(broken, [Series("memory", "ratio", noisy), Series("CPU", "ratio", -broken)], broken > 0.5)
    assert [item.name for item in told] == ["CPU", "memory"]
    assert told[0].correlation == pytest.approx(-1.0)


def test_ties_share_their_rank() -> None:
    random = np.random.default_rng(1)
    broken = random.integers(0, 3, BINS).astype(np.float64)
    values = broken + random.integers(0, 2, BINS)
    [told] = found(broken, values)
    assert told.correlation == pytest.approx(stats.spearmanr(broken, values).statistic)


def test_bins_without_a_value_are_left_out() -> None:
    broken = np.random.default_rng(1).random(BINS)
    values = broken.copy()
    values[:50], broken[60:70] = np.nan, np.nan
    [told] = found(broken, values)
    assert told.bins == BINS - 60


@pytest.mark.parametrize(
    ("broken", "values"),
    [
        (np.arange(19.0), np.arange(19.0)),  # too few
        (np.zeros(BINS), np.arange(BINS, dtype=np.float64)),  # nothing moved
        (np.arange(BINS, dtype=np.float64), np.full(BINS, 0.5)),
        (np.arange(BINS, dtype=np.float64), np.full(BINS, np.nan)),
    ],
)
def test_what_cannot_move_together_is_not_told(broken: Floats, values: Floats) -> None:
    assert found(broken, values) == []


def test_two_wandering_series_are_seldom_told() -> None:
    """Series with a memory correlate without having to do with each other: a plain test would tell of many."""
    told = naive = 0
    for seed in range(300):
        random = np.random.default_rng(seed)
        left, right = wandering(random), wandering(random)
        told += bool(found(left, right))
        naive += stats.spearmanr(left, right).pvalue < 0.05
    assert naive > 90
    assert told <= 15


def test_a_run_offers_what_it_has_over_time() -> None:
    grid = Grid(BEGAN_S, 1.0, 4)
    host = samples([1, 2, 4], {"cpu": [0.1, 0.2, 0.4], "memory": [0.5, np.nan, 0.5]})
    load = page(when="loaded", started_at_us=int((BEGAN_S + 1.2) * 1e6), ended_at_us=int((BEGAN_S + 2.7) * 1e6))
    measured = evidence(host=host, pages=(load,), generators=(calm_generator(4, lag_ms=[1, 2, 3, 4]),))
    shop = samples([1, 2, 3, 4], {"cpu": [1.0, 1.5, 1.0, 1.0]}, "shop")
    measured = replace(measured, processes=(shop, samples([1], {"processes": 0.0}, "ghost")))
    series = {
        item.name: item.values.tolist()
        for item in series_of(measured, np.full(4, 50.0), np.array([0, 0, 0, 50.0]), grid)
    }
    assert series["arrivals a second"] == [50, 50, 50, 50]
    assert series["failed requests"] == [0, 0, 0, 1]
    assert series["CPU"][:2] == [0.1, 0.2]
    assert math.isnan(series["CPU"][2])
    assert series["CPU"][3] == 0.4
    assert series["lateness of the load generator"] == [1, 2, 3, 4]
    assert series["CPU of shop, of one core"] == [1, 1.5, 1, 1]
    assert not any("ghost" in name for name in series)
    assert series["page loads under way"] == [0, 1, 1, 0]
