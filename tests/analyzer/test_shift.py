"""A shift between two sets of runs, held against scipy's own tests, against tables, and by its laws."""

import math
from collections.abc import Callable, Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from slogate.analyzer.shift import Shift, Spread, paired, spread_of, unpaired

VALUES = st.lists(st.floats(-5, 5), min_size=3, max_size=8)


@pytest.mark.parametrize(
    ("base", "candidate"), [([1.0, 1.2, 0.9], [1.5, 1.4, 1.8]), ([0.1, 0.2, 0.4, 0.1], [3.0, 0.2, 0.3])]
)
def test_three_runs_a_side_are_welch(base: list[float], candidate: list[float]) -> None:
    oracle = stats.ttest_ind(candidate, base, equal_var=False)
    shift = unpaired(base, candidate)
    assert shift.p_value == pytest.approx(oracle.pvalue)
    expected = oracle.confidence_interval(0.9)
    assert shift.interval(0.05) == pytest.approx((expected.low, expected.high))


@pytest.mark.parametrize(("base", "candidate"), [([1.0, 1.2], [1.5, 1.4]), ([1.0], [1.4, 1.5, 1.6])])
def test_fewer_runs_pool_their_spread(base: list[float], candidate: list[float]) -> None:
    """With one run on a side scipy has no answer, and the pooled spread is that of the other side."""
    degrees = len(base) + len(candidate) - 2
    inside = sum(float(np.var(side)) * len(side) for side in (base, candidate))
    error = math.sqrt(inside / degrees * (1 / len(base) + 1 / len(candidate)))
    shift = unpaired(base, candidate)
    assert shift.standard_error == pytest.approx(error)
    assert shift.degrees == degrees


def test_pairs_are_students_test_of_their_differences() -> None:
    base, candidate = [1.0, 2.0, 3.0, 4.0], [1.1, 2.3, 3.1, 4.4]
    assert paired(base, candidate).p_value == pytest.approx(stats.ttest_rel(candidate, base).pvalue)


def test_what_both_of_a_pair_share_is_gone() -> None:
    drift = [0.0, 5.0, -3.0, 8.0]
    base, candidate = [1.0, 1.1, 0.9, 1.0], [1.5, 1.7, 1.4, 1.6]
    still = paired(base, candidate)
    first, second = ([x + d for x, d in zip(side, drift, strict=True)] for side in (base, candidate))
    assert paired(first, second).p_value == pytest.approx(still.p_value)
    apart = unpaired(first, second).p_value
    assert apart is not None
    assert apart > 0.5


@pytest.mark.parametrize("shift", [unpaired([1.0], [2.0]), paired([1.0], [2.0])])
def test_one_run_a_side_says_nothing_of_its_spread(shift: Shift) -> None:
    assert (shift.estimate, shift.p_value, shift.interval(0.05)) == (1.0, None, None)


def test_earlier_runs_tell_the_spread_of_single_ones() -> None:
    shift = unpaired([1.0], [1.2], Spread(deviation=0.1, degrees=9))
    assert shift.standard_error == pytest.approx(0.1 * math.sqrt(2))
    assert shift.degrees == 9


def test_two_runs_a_side_use_their_own_spread() -> None:
    assert unpaired([1.0, 1.1], [1.0, 1.1], Spread(50.0, 9)) == unpaired([1.0, 1.1], [1.0, 1.1])


def test_the_spread_takes_ten_runs() -> None:
    assert spread_of([1.0] * 9) is None
    assert spread_of([1.0] * 10) == Spread(0.0, 2 * 81 / 26)


def test_a_slow_drift_is_no_spread() -> None:
    noise = np.random.default_rng(1).normal(0, 0.1, 200)
    spread = spread_of((noise + np.linspace(0, 10, 200)).tolist())
    assert spread is not None
    assert spread.deviation == pytest.approx(0.1, rel=0.15)


def test_a_wild_run_moves_the_mean_and_not_hodges_and_lehmann() -> None:
    shift = unpaired([1.0, 1.1, 0.9, 1.0, 1.05], [1.0, 1.1, 0.9, 1.0, 9.0])
    assert shift.estimate > 1.5
    assert shift.hodges_lehmann == pytest.approx(0.0, abs=0.06)


@pytest.mark.parametrize("compute", [unpaired, paired])
def test_what_does_not_vary_is_certain(compute: Callable[[list[float], list[float]], Shift]) -> None:
    equal, other = compute([3.0, 3.0], [3.0, 3.0]), compute([3.0, 3.0], [4.0, 4.0])
    assert (equal.p_value, other.p_value) == (1.0, 0.0)


def test_the_error_is_never_below_that_of_independent_requests() -> None:
    assert unpaired([0.0] * 3, [0.0] * 3, sampling_variance=0.04).standard_error == pytest.approx(0.2)
    assert paired([0.0] * 3, [0.0] * 3, 0.04).standard_error == pytest.approx(0.2)


@given(VALUES, VALUES)
def test_swapping_the_sides_turns_the_shift_round(base: Sequence[float], candidate: Sequence[float]) -> None:
    there, back = unpaired(base, candidate), unpaired(candidate, base)
    assert there.estimate == pytest.approx(-back.estimate, abs=1e-9)
    assert there.hodges_lehmann == pytest.approx(-back.hodges_lehmann, abs=1e-9)
    assert there.standard_error == pytest.approx(back.standard_error)


@given(VALUES, VALUES, st.floats(-10, 10))
def test_adding_the_same_to_every_run_changes_nothing(
    base: Sequence[float], candidate: Sequence[float], constant: float
) -> None:
    still = unpaired(base, candidate)
    moved = unpaired([value + constant for value in base], [value + constant for value in candidate])
    assert moved.estimate == pytest.approx(still.estimate, abs=1e-9)
    assert moved.standard_error == pytest.approx(still.standard_error, abs=1e-9)
