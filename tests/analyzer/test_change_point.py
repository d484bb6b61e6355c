"""One change point in a series of nights: where it is, and what is none."""

import numpy as np
import pytest
from change_point_limits import ALPHA, smallest

from slogate.analyzer.change_point import LEAST_NIGHTS, MOST_NIGHTS, Split, find
from slogate.analyzer.change_point_limits import CRITICAL
from slogate.analyzer.mann_whitney import LEAST_SEGMENT, doubled_ranks, p_values, scores


def noisy(n: int, seed: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).normal(0, 0.05, n)


@pytest.mark.parametrize("n", [LEAST_NIGHTS, 20, 37, MOST_NIGHTS])
def test_the_limits_are_reached_by_chance_as_often_as_they_say(n: int) -> None:
    reached = int((smallest(n, 40_000, seed=7) <= CRITICAL[n]).sum())
    assert reached <= 40 + 4 * 40**0.5
    assert reached >= (15 if n > LEAST_NIGHTS else 1)
    assert ALPHA == 40 / 40_000


def test_what_is_not_worth_counting_is_never_rare_enough() -> None:
    random = np.random.default_rng(5)
    for n in CRITICAL:
        for at in range(LEAST_SEGMENT, n // 2 + 1):
            apart = np.concatenate([np.arange(at, n), np.arange(at)])
            for _ in range(3):
                ranks = doubled_ranks(apart)
                rare = p_values(ranks) <= CRITICAL[n]
                assert (scores(ranks)[rare] > 2.5).all()
                pair = random.integers(0, n, 2)
                apart[pair] = apart[pair[::-1]]


def test_there_is_a_limit_for_every_number_of_nights() -> None:
    assert list(CRITICAL) == list(range(LEAST_NIGHTS, 61))


@pytest.mark.parametrize("slower", [0.3, -0.3])
@pytest.mark.parametrize(("n", "at"), [(60, 56), (60, 30), (60, 4), (22, 17)])
def test_a_clear_change_is_found_where_it_is(n: int, at: int, slower: float) -> None:
    values = noisy(n)
    values[at:] += slower
    assert find(values, 0.05) == Split(at, slower > 0)


def test_a_slow_night_before_the_change_does_not_date_it_early() -> None:
    values = noisy(60)
    values[56:] += 0.3
    values[55] = values[:55].max() + 0.001
    assert find(values, 0.05) == Split(56, rises=True)


def test_both_parts_have_three_nights_whatever_the_series() -> None:
    random = np.random.default_rng(8)
    found = [find(np.cumsum(random.normal(0, 0.03, n)), 0.05) for n in random.integers(LEAST_NIGHTS, 30, 400)]
    places = [split.at for split in found if split is not None]
    assert len(places) > 100
    assert min(places) >= LEAST_SEGMENT
    drifts = [np.linspace(0, 0.12, 30) + random.normal(0, 0.03, 30) for _ in range(400)]
    splits = [split for values in drifts if (split := find(values, 0.05)) is not None]
    assert all(LEAST_SEGMENT <= split.at <= 30 - LEAST_SEGMENT and split.rises for split in splits)


def test_one_wild_night_is_no_change() -> None:
    values = noisy(60)
    for at in (0, 30, 58, 59):
        wild = values.copy()
        wild[at] += 5
        assert find(wild) is None


def test_a_change_too_small_to_matter_does_not_hide_one_that_matters() -> None:
    values = np.concatenate([noisy(25) / 50, 0.02 + noisy(30, 2) / 50, 0.3 + noisy(5, 3) / 50])
    assert find(values[:55], 0.05) is None
    assert find(values[:55], 0.01) == Split(25, rises=True)
    assert find(values, 0.05) == Split(55, rises=True)


def test_constant_nights_are_no_change() -> None:
    assert find(np.zeros(60)) is None
    assert find(np.full(20, 7.5)) is None


def test_a_few_nights_that_are_not_zero_are_no_change_and_many_are() -> None:
    values = np.zeros(60)
    values[[7, 30, 58]] = 1.0
    assert find(values) is None
    values[55:] = 1.0
    assert find(values) == Split(55, rises=True)


def test_fewer_nights_than_needed_show_nothing() -> None:
    values = np.concatenate([np.zeros(LEAST_NIGHTS - 4), np.ones(3)])
    assert find(values) is None


def test_more_nights_than_are_looked_at_are_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="61 nights"):
        find(np.zeros(61))
