"""Looks at a growing number of pairs: with the law of the smallest p-value they are wrong as seldom as a single one."""

import numpy as np
import pytest
from scipy import stats

from slogate.analyzer.pair_looks import PairLooks
from slogate.analyzer.shift import paired


def test_one_look_is_itself() -> None:
    looks = PairLooks(5, 5)
    assert looks.level(0.05) == pytest.approx(0.05, abs=0.002)
    assert looks.p_value(0.05) == pytest.approx(0.05, abs=0.002)


def test_more_looks_take_smaller_levels_down_to_their_number() -> None:
    levels = [PairLooks(3, most).level(0.05) for most in (3, 4, 6, 8, 12)]
    assert levels == sorted(levels, reverse=True)
    of_union = [0.05 / (most - 2) for most in (3, 4, 6, 8, 12)]
    assert all(level > least - 0.001 for level, least in zip(levels, of_union, strict=True))


def test_no_p_value_is_below_that_of_its_look_or_above_one() -> None:
    looks = PairLooks(3, 8)
    values = [0.0, 1e-9, 1e-4, 0.01, 0.2, 1.0]
    found = [looks.p_value(value) for value in values]
    assert found == sorted(found)
    assert all(value <= after <= 1 for value, after in zip(values, found, strict=True))
    assert found[0] > 0  # the law was drawn, so nothing is known to be impossible


def test_pairs_without_a_shift_are_ever_found_in_five_percent() -> None:
    random, looks, ever = np.random.default_rng(7), PairLooks(3, 8), 0
    repetitions = 1500
    for _ in range(repetitions):
        differences = random.normal(0, 0.3, 8).tolist()
        shifts = [paired([0.0] * pairs, differences[:pairs]).p_value or 0.0 for pairs in range(3, 9)]
        ever += min(map(looks.p_value, shifts)) <= 0.05
    found = stats.binomtest(ever, repetitions).proportion_ci(0.999, "exact")
    assert found.low <= 0.05 <= found.high
