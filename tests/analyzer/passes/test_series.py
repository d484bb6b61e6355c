"""What an objective counts of a part, and of any stretch of it, is what it counts of arrays."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from synthetic import rows

from slogate.analyzer.evidence import Ints, Outcome, Requests
from slogate.analyzer.judge_requests import _averaged_latencies, counted_latencies
from slogate.analyzer.passes.part import Part, Which
from slogate.analyzer.passes.series import Averaged, Computed, Everything, Latencies
from slogate.slo.grammar import Dimension, Limit, parse_limit

LIMITS = [parse_limit(text, Dimension.DURATION) for text in ("< 20ms", "<= 20ms", "< 1s")]
IN_ARRAYS: dict[type, Callable[[Requests, Limit], Ints]] = {
    Latencies: counted_latencies,
    Averaged: _averaged_latencies,
    Everything: lambda requests, _: requests.response_us,
}


def drawn(seed: int, n: int, failing: float) -> Requests:
    random = np.random.default_rng(seed)
    kinds = [kind for kind in Outcome if kind is not Outcome.OK]
    outcome = np.where(random.random(n) < failing, random.choice(kinds, n), Outcome.OK)
    return rows(np.round(random.lognormal(3, 1, n)), outcome=outcome.tolist())


def series_of(kind: type, limit: Limit) -> Latencies | Averaged | Everything:
    series: Latencies | Averaged | Everything = kind(Which()) if kind is Everything else kind(Which(), limit)
    return series


@pytest.mark.parametrize("kind", IN_ARRAYS)
@given(
    seed=st.integers(0, 2**32 - 1),
    n=st.integers(1, 60),
    failing=st.sampled_from([0.0, 0.3, 1.0]),
    limit=st.sampled_from(LIMITS),
    data=st.data(),
)
def test_a_stretch_counts_what_the_arrays_do(
    kind: type, seed: int, n: int, failing: float, limit: Limit, data: st.DataObject
) -> None:
    requests = drawn(seed, n, failing)
    expected = IN_ARRAYS[kind](requests, limit)
    part = Part(requests)
    counted = series_of(kind, limit).of(part)
    assert len(counted) == len(expected)
    first = data.draw(st.integers(0, len(expected)))
    end = data.draw(st.integers(first, len(expected)))
    for stretch, values in ((counted, expected), (counted.stretch(part, first, end), expected[first:end])):
        assert [stretch.at_least(least) for least in (1, 20_000, 20_001, 10**9)] == [
            np.count_nonzero(values >= least) for least in (1, 20_000, 20_001, 10**9)
        ]
        assert stretch.total() == sum(values.tolist())
        assert stretch.total(2) == sum(value**2 for value in values.tolist())
    if kind is Everything:
        assert counted.failures() == np.count_nonzero(requests.failed)
        assert counted.stretch(part, first, end).failures() == np.count_nonzero(requests.failed[first:end])


@pytest.mark.parametrize("kind", IN_ARRAYS)
def test_the_runs_of_a_sample_are_its_numbers(kind: type) -> None:
    requests = drawn(7, 300, 0.2)
    for limit in LIMITS:
        counted = series_of(kind, limit).of(Part(requests))
        found = np.concatenate([run.ordered for run in counted.runs])
        assert sorted(found.tolist()) == sorted(IN_ARRAYS[kind](requests, limit).tolist())


def test_what_is_computed_of_a_part_is_sorted() -> None:
    requests = drawn(8, 50, 0.0)
    sample = Computed(lambda part: part.rows.latency_us).of(Part(requests))
    assert [run.ordered.tolist() for run in sample.runs] == [sorted(requests.latency_us.tolist())]
