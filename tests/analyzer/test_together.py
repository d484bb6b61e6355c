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
from slogate.analyzer.together import Companion, Series, companions, mean_response, series_of, series_of_requests
from slogate.analyzer.units import Unit

BINS = 120


def wandering(random: np.random.Generator) -> Floats:
    """Each value is nine tenths of the one before, and something new."""
    steps = random.standard_normal(BINS)
    return np.array(list(itertools.accumulate(steps, lambda before, step: 0.9 * before + step)))


def found(broken: Floats, values: Floats) -> list[Companion]:
    inside = broken > np.nanmean(broken)
    return list(companions(broken, [Series("CPU", "ratio", values, least=0.02)], inside) or ())


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
    candidates = [Series("memory", "ratio", noisy, least=0.02), Series("CPU", "ratio", -broken, least=0.02)]
    told = companions(broken, candidates, broken > 0.5)
    assert told is not None
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
        (np.zeros(BINS), np.arange(BINS, dtype=np.float64)),  # nothing moved
        (np.arange(BINS, dtype=np.float64), np.full(BINS, 0.5)),
        (np.arange(BINS, dtype=np.float64), np.full(BINS, np.nan)),
    ],
)
def test_what_cannot_move_together_is_not_told(broken: Floats, values: Floats) -> None:
    assert found(broken, values) == []


def test_too_few_bins_tell_nothing_which_is_not_the_same_as_nothing_that_moved() -> None:
    few, enough = np.arange(19.0), np.arange(20.0)
    assert companions(few, [Series("CPU", "ratio", few, least=0.02)], few > 9) is None
    assert companions(enough, [Series("CPU", "ratio", np.full(20, 0.5), least=0.02)], enough > 9) == ()


@pytest.mark.parametrize(
    ("unit", "least", "otherwise", "during", "told"),
    [
        ("ms", 1.0, 0.1, 0.2, False),  # twice as late, and both are nothing
        ("ms", 1.0, 0.1, 8.0, True),
        ("ms", 1.0, 100.0, 105.0, False),  # 5 ms, of 100
        ("ms", 1.0, 100.0, 115.0, True),
        ("count", 0.5, 50.0, 52.0, False),
        ("count", 0.5, 50.0, 30.0, True),
        ("ratio", 0.02, 0.50, 0.51, False),
        ("ratio", 0.02, 0.50, 0.53, True),  # of all the memory there is, so that a tenth would be too much to ask
        ("bytes", 100_000.0, 4_000.0, 40_000.0, False),
        ("bytes", 100_000.0, 4_000.0, 4_000_000.0, True),
    ],
)
def test_a_difference_that_is_nothing_to_a_reader_is_not_told_however_surely_it_is_there(
    unit: Unit, least: float, otherwise: float, during: float, told: bool
) -> None:
    broken = np.random.default_rng(1).random(BINS)
    inside = broken > 0.5
    values = np.where(inside, during, otherwise)
    assert bool(companions(broken, [Series("it", unit, values, least)], inside)) is told


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
        for item in (
            *series_of(measured, grid),
            *series_of_requests(np.full(4, 50.0), np.array([0, 0, 0, 50.0]), grid),
            mean_response(np.array([500.0, 0, 1000, 0]), np.array([50.0, 50, 50, 0])),
        )
    }
    assert series["arrivals a second"] == [50, 50, 50, 50]
    assert series["failed requests"] == [0, 0, 0, 1]
    assert series["mean response time"][:3] == [10, 0, 20]
    assert math.isnan(series["mean response time"][3])
    assert series["CPU"][:2] == [0.1, 0.2]
    assert math.isnan(series["CPU"][2])
    assert series["CPU"][3] == 0.4
    assert series["lateness of the load generator"] == [1, 2, 3, 4]
    assert series["CPU of shop, of one core"] == [1, 1.5, 1, 1]
    assert not any("ghost" in name for name in series)
    assert series["page loads under way"] == [0, 1, 1, 0]
