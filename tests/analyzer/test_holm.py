"""Holm's correction by a table that was worked by hand, and by its laws."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slogate.analyzer.holm import adjusted


@pytest.mark.parametrize(
    ("given_values", "expected"),
    [
        ([], []),
        ([0.04], [0.04]),
        ([0.01, 0.04, 0.03], [0.03, 0.06, 0.06]),
        ([0.04, 0.01], [0.04, 0.02]),
        ([0.6, 0.7, 0.0], [1.0, 1.0, 0.0]),
    ],
)
def test_table(given_values: list[float], expected: list[float]) -> None:
    assert adjusted(given_values) == pytest.approx(expected)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=8))
def test_it_never_helps_never_exceeds_bonferroni_and_keeps_the_order(values: list[float]) -> None:
    corrected = adjusted(values)
    for value, after in zip(values, corrected, strict=True):
        assert value <= after <= min(1.0, value * len(values)) + 1e-12
    by_value = [after for _, after in sorted(zip(values, corrected, strict=True))]
    assert by_value == sorted(by_value)
