"""Every whole number is in the bucket whose span it is in, and buckets are narrow."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from slogate.analyzer.passes.buckets import COUNT, histogram_of, span_of


@given(st.one_of(st.integers(-(2**40), 2**62), st.integers(0, 61).map(lambda power: 2**power - 1)))
def test_a_number_is_in_the_span_of_its_bucket(value: int) -> None:
    counts = histogram_of(np.array([value]))
    [bucket] = np.flatnonzero(counts).tolist()
    assert counts.sum() == 1
    low, high = span_of(bucket)
    assert low <= value < high


@pytest.mark.parametrize("first", [1, 1000, 50_000, 2**53 - 3, 2**62 - 9])
def test_spans_follow_each_other_without_a_gap(first: int) -> None:
    bucket = int(np.flatnonzero(histogram_of(np.array([first])))[0])
    for low in range(bucket, bucket + 3):
        assert span_of(low)[1] == span_of(low + 1)[0]


@pytest.mark.parametrize("value", [500, 50_000, 10_000_000, 2**61])
def test_a_bucket_is_less_than_one_per_cent_wide(value: int) -> None:
    low, high = span_of(int(np.flatnonzero(histogram_of(np.array([value])))[0]))
    assert high - low <= value / 100


def test_no_number_has_no_bucket() -> None:
    assert histogram_of(np.zeros(0, np.int64)).tolist() == [0] * COUNT
