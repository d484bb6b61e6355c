"""The shift between two sets of numbers: laws, and how often its interval holds the truth."""

import numpy as np
import pytest

from slogate.analyzer.hodges_lehmann import location_shift


def test_it_is_the_median_of_all_differences() -> None:
    shift = location_shift(np.array([1.0, 2.0, 4.0]), np.array([10.0, 11.0]))
    assert shift.estimate == 8.5
    assert (shift.low, shift.high) == (6.0, 10.0)


def test_it_shifts_scales_and_turns_with_the_numbers() -> None:
    random = np.random.default_rng(1)
    earlier, later = random.normal(size=20), random.normal(size=6)
    shift = location_shift(earlier, later)
    moved = location_shift(earlier, 2 + later)
    scaled = location_shift(3 * earlier, 3 * later)
    turned = location_shift(later, earlier)
    assert moved.low == pytest.approx(2 + shift.low)
    assert (scaled.low, scaled.high) == pytest.approx((3 * shift.low, 3 * shift.high))
    assert (turned.low, turned.high) == pytest.approx((-shift.high, -shift.low))


def test_one_wild_number_moves_it_little() -> None:
    earlier, later = np.linspace(1, 2, 20), np.linspace(3, 4, 6)
    wild = later.copy()
    wild[-1] = 1e9
    assert location_shift(earlier, wild).estimate == pytest.approx(location_shift(earlier, later).estimate, abs=0.2)


def test_single_numbers_and_equal_ones_have_a_shift() -> None:
    assert location_shift(np.array([1.0]), np.array([3.0])).estimate == 2.0
    shift = location_shift(np.full(30, 5.0), np.full(4, 5.0))
    assert (shift.low, shift.estimate, shift.high) == (0.0, 0.0, 0.0)


@pytest.mark.parametrize(("n", "m"), [(10, 4), (50, 5), (40, 20)])
def test_its_interval_holds_the_truth_as_often_as_it_says(n: int, m: int) -> None:
    random = np.random.default_rng(n)
    shifts = [location_shift(random.normal(size=n), 1 + random.normal(size=m)) for _ in range(1000)]
    assert 0.93 <= np.mean([shift.low <= 1 <= shift.high for shift in shifts]) <= 0.98
