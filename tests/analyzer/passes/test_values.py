"""What is asked of sorted numbers is what counting them one by one tells."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from slogate.analyzer.passes.buckets import histogram_of
from slogate.analyzer.passes.values import NOTHING, sorted_values

NUMBERS = st.lists(st.integers(-5, 40) | st.integers(-(2**62), 2**62), max_size=40)
NEAR = st.integers(-8, 45) | st.integers(-(2**62), 2**62)


@given(NUMBERS, NEAR)
def test_as_many_are_below_a_limit_as_are_less(numbers: list[int], limit: int) -> None:
    assert sorted_values(np.array(numbers, np.int64)).below(limit) == sum(number < limit for number in numbers)


@given(NUMBERS, st.integers(-10, 30), st.integers(1, 40), st.integers(1, 7))
def test_each_step_of_a_span_holds_those_in_it(numbers: list[int], low: int, width: int, step: int) -> None:
    counts, least, most = sorted_values(np.array(numbers, np.int64)).within(low, low + width, step)
    inside = [number for number in numbers if low <= number < low + width]
    assert len(counts) == -(-width // step)
    assert counts.tolist() == [sum((number - low) // step == at for number in inside) for at in range(len(counts))]
    assert (least, most) == ((min(inside), max(inside)) if inside else (low + width, low))


@given(NUMBERS)
def test_sums_are_exact(numbers: list[int]) -> None:
    values = sorted_values(np.array(numbers, np.int64))
    assert values.total() == sum(numbers)
    assert values.total(2) == sum(number**2 for number in numbers)
    assert values.histogram().tolist() == histogram_of(np.array(sorted(numbers), np.int64)).tolist()


@pytest.mark.parametrize(("most", "kind"), [(2**31 - 1, np.int32), (2**31, np.int64)])
def test_numbers_take_half_the_room_where_they_fit(most: int, kind: type) -> None:
    values = sorted_values(np.array([most, -1, 7]))
    assert values.ordered.dtype == kind
    assert values.ordered.tolist() == [-1, 7, most]
    assert [values.below(limit) for limit in (-(2**40), 7, 8, most, most + 1, 2**40)] == [0, 1, 2, 2, 3, 3]
    assert values.total(2) == most**2 + 50


def test_of_no_number_nothing_is_known() -> None:
    assert (len(NOTHING), NOTHING.below(5), NOTHING.total(), NOTHING.within(0, 3, 1)[0].tolist()) == (
        0,
        0,
        0,
        [0, 0, 0],
    )
