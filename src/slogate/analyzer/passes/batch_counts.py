"""Sums over the contiguous batches of a series whose length is known: what `dependence.batch_sums` says of an array."""

import math
from collections.abc import Callable, Sequence
from functools import partial
from itertools import pairwise

import numpy as np

from slogate.analyzer.dependence import batch_edges, effect_of
from slogate.analyzer.evidence import Floats
from slogate.analyzer.passes.part import Part
from slogate.analyzer.passes.series import Averaged, Counted, Everything, Latencies, Stretch

Sum = Callable[[Counted | Stretch], int]


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
        if not self._edges:
            return
        counted = self._series.of(part)
        first, end = self._seen, self._seen + len(counted)
        self._seen = end
        inner = [edge for edge in self._edges[self._batch + 1 : -1] if edge < end]
        for batch, (low, high) in enumerate(pairwise([first, *inner, end]), self._batch):
            if high > low:
                stretch = counted.stretch(part, low - first, high - first)
                for sums, sum_of in zip(self._sums, self._wanted, strict=True):
                    sums[batch] += sum_of(stretch)
        self._batch += len(inner)

    def sums(self, number: int) -> tuple[Floats, Floats]:
        """The sums of one of the wanted things, and the sizes of the batches."""
        return np.array(self._sums[number], np.float64), np.diff(self._edges).astype(np.float64)

    def design_effect(self) -> float:
        """The largest over all of them, which count."""
        return max((effect_of(*self.sums(number)) for number in range(len(self._wanted))), default=1.0)


def total(rows: Counted | Stretch) -> int:
    """Of the response times, exactly."""
    return rows.total()


def failures(rows: Counted | Stretch) -> int:
    """How many failed."""
    return rows.failures()


def indicator_counts(thresholds: Sequence[float]) -> list[Sum]:
    """Counts of "x or slower" and "slower than x", as `dependence.latency_indicators`."""
    return [partial(_at_least, limit) for x in thresholds for limit in (math.ceil(x), math.floor(x) + 1)]


def _at_least(limit: int, rows: Counted | Stretch) -> int:
    return rows.at_least(limit)
