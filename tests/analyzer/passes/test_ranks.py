"""Numbers of any rank are found exactly, however wide they are spread and however few are looked at together."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from synthetic import Stream, rows

from slogate.analyzer.evidence import Ints
from slogate.analyzer.passes.part import Part
from slogate.analyzer.passes.ranks import Spread, at_ranks
from slogate.analyzer.passes.series import Computed
from slogate.analyzer.passes.stream import Passes, answer


def found(values: Ints, ranks: list[int], window: int) -> list[int]:
    requests = rows(np.zeros(len(values)))
    requests.latency_us[:] = values
    series = Computed(lambda part: part.rows.latency_us)

    def question() -> Passes[list[int]]:
        spread = Spread(series)
        yield [spread]
        assert len(spread) == len(values)
        return (yield from at_ranks(series, spread.counts, ranks))

    return answer(Stream(requests, window), question())


@given(
    st.lists(st.integers(-3, 3) | st.integers(0, 10**7) | st.integers(2**61, 2**62), min_size=1, max_size=60),
    st.integers(1, 70),
    st.data(),
)
def test_ranks_are_those_of_sorted_numbers(values: list[int], window: int, data: st.DataObject) -> None:
    ranks = data.draw(st.lists(st.integers(0, len(values) - 1), max_size=4))
    assert found(np.array(values, np.int64), ranks, window) == [sorted(values)[rank] for rank in ranks]


@pytest.mark.parametrize("n", [10_000])
def test_many_numbers_that_differ_little_take_few_passes(n: int) -> None:
    values = 50_000_000 + np.random.default_rng(3).integers(0, 400_000, n)
    seen = []

    def noted(part: Part) -> Ints:
        seen.append(len(part.rows))
        return values[: len(part.rows)]

    def question() -> Passes[list[int]]:
        spread = Spread(Computed(noted))
        yield [spread]
        return (yield from at_ranks(Computed(noted), spread.counts, [0, n // 2, n - 1]))

    assert answer(rows(np.zeros(n)), question()) == np.sort(values)[[0, n // 2, n - 1]].tolist()
    assert len(seen) <= 3
