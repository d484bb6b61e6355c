"""Rows are sorted by their arrival, those that arrived together stay as they were, and windows hold about as many."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from synthetic import rows

from slogate.analyzer.evidence import Ints, Requests
from slogate.runs.arrival_order import Arrivals, in_order_of_arrival

YEARS_US = 2**57


def arrived(at_us: list[int]) -> Requests:
    """Requests that started then; `latency_us` numbers them."""
    made = rows(np.arange(len(at_us)) / 1000, planned=False)
    return replace(made, started_us=np.array(at_us, np.int64))


@given(st.lists(st.integers(-50, 50) | st.integers(-YEARS_US, YEARS_US), min_size=1), st.integers(0, 20))
def test_the_order_is_that_of_a_stable_sort(at_us: list[int], cut: int) -> None:
    requests = arrived(at_us)
    parts = [requests.where(slice(0, cut)), requests.where(slice(cut, None))]
    found = in_order_of_arrival(parts)
    expected = sorted(range(len(at_us)), key=lambda place: at_us[place])
    assert found.latency_us.tolist() == expected
    assert found.started_us.tolist() == sorted(at_us)


def arrivals(at_us: Ints) -> Arrivals:
    counted = Arrivals()
    for part in np.array_split(at_us, 3):
        counted.add(part, int(part.min()), int(part.max()))
    return counted


@pytest.mark.parametrize("spread_s", [10, 10_000_000])
def test_each_arrival_is_between_two_edges_and_few_are_between_the_same_two(spread_s: int) -> None:
    at_us = np.random.default_rng(1).integers(0, spread_s * 1_000_000, 3000)
    edges = arrivals(at_us).edges(100)
    held = [int(np.count_nonzero((at_us >= low) & (at_us < high))) for low, high in pairwise(edges)]
    assert sum(held) == len(at_us)
    assert max(held) <= 100 + len(at_us) / min(spread_s, 1000)


def test_where_nothing_arrived_there_is_no_edge() -> None:
    assert Arrivals().edges(100) == []
