"""Sums over the contiguous batches of a series whose length is known: what `dependence.batch_sums` says of an array."""

import math
from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np

from slogate.analyzer.dependence import batch_edges, effect_of
from slogate.analyzer.evidence import Bools, Floats, Ints
from slogate.analyzer.passes.part import Part
from slogate.analyzer.passes.series import Averaged, Counted, Everything, Latencies

Sum = Callable[[Counted, int, int], int]


class BatchSums:
    """The sums of several things over each batch of the counted rows."""

    def __init__(self, series: Latencies | Averaged | Everything, n: int, wanted: Sequence[Sum]) -> None:
        self._series = series
        self._edges: list[int] = batch_edges(n).tolist()
        self._wanted = wanted
        self._seen = 0
        self._batch = 0
        self._sums = [[0] * max(0, len(self._edges) - 1) for _ in wanted]

    def take(self, part: Part) -> None:
        """Looks at the next rows."""
        counted = self._series.of(part)
        first, end = self._seen, self._seen + len(counted)
        self._seen = end
        inner = [edge for edge in self._edges[self._batch + 1 : -1] if edge < end]
        for number, (low, high) in enumerate(pairwise([first, *inner, end])):
            for sums, sum_of in zip(self._sums, self._wanted, strict=True):
                if high > low and sums:
                    sums[self._batch + number] += sum_of(counted, low - first, high - first)
        self._batch += len(inner)

    def sums(self, number: int) -> tuple[Floats, Floats]:
        """The sums of one of the wanted things, and the sizes of the batches."""
        return np.array(self._sums[number], np.float64), np.diff(self._edges).astype(np.float64)

    def design_effect(self) -> float:
        """The largest over all of them, which count."""
        return max((effect_of(*self.sums(number)) for number in range(len(self._wanted))), default=1.0)


def indicator_counts(thresholds: Sequence[float]) -> list[Sum]:
    """Counts of "x or slower" and "slower than x", as `dependence.latency_indicators`."""
    tests = [test for x in thresholds for test in (_at_least(math.ceil(x)), _at_least(math.floor(x) + 1))]
    return [lambda counted, low, high, test=test: counted.count(low, high, test) for test in tests]  # type: ignore[misc]  # mypy knows no default of a lambda


def _at_least(whole: int) -> Callable[[Ints], Bools]:
    return lambda values: np.greater_equal(values, whole)
