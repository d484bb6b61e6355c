"""Exact order statistics in two passes or a few more: a histogram tells in which bucket the wanted rank is, and the
next pass counts the values in it one by one. A bucket too wide for that is divided, again and again.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from slogate.analyzer.evidence import Ints
from slogate.analyzer.passes import buckets
from slogate.analyzer.passes.part import Part
from slogate.analyzer.passes.series import Series
from slogate.analyzer.passes.stream import Passes

_MOST_STEPS = 1 << 13


class Spread:
    """How many numbers there are, and in which buckets."""

    def __init__(self, series: Series) -> None:
        self._series = series
        self.counts: Ints = np.zeros(buckets.COUNT, np.int64)

    def __len__(self) -> int:
        return int(self.counts.sum())

    def take(self, part: Part) -> None:
        """Looks at the next rows."""
        for run in self._series.of(part).runs:
            self.counts += part.histogram(run)


@dataclass(frozen=True)
class _Span:
    """Where the numbers of some ranks lie: in [low, high), above `below` others."""

    low: int
    high: int
    below: int

    @property
    def step(self) -> int:
        return -(-(self.high - self.low) // _MOST_STEPS)


class _Closer:
    """Counts the numbers in a span."""

    def __init__(self, series: Series, span: _Span) -> None:
        self._series = series
        self.span = span
        self._counts: Ints = np.zeros(-(-(span.high - span.low) // span.step), np.int64)
        self._least, self._most = span.high, span.low

    def take(self, part: Part) -> None:
        """Looks at the next rows."""
        span = self.span
        for run in self._series.of(part).runs:
            if len(run) and run.least < span.high and run.most >= span.low:
                counts, least, most = run.within(span.low, span.high, span.step)
                self._counts += counts
                self._least, self._most = min(self._least, least), max(self._most, most)

    def narrowed(self, rank: int) -> _Span:
        """Where the number of a rank lies."""
        span = self.span
        at, before = _where(self._counts, rank - span.below)
        low = span.low + at * span.step
        return _Span(max(low, self._least), min(low + span.step, span.high, self._most + 1), span.below + before)


def at_ranks(series: Series, counts: Ints, ranks: Sequence[int]) -> Passes[list[int]]:
    """The numbers of these ranks, the least of which is 0; `counts` are those of its `Spread`."""
    spans: dict[int, _Span] = {}
    for rank in ranks:
        bucket, before = _where(counts, rank)
        spans[rank] = _Span(*buckets.span_of(bucket), before)
    while wide := {rank: span for rank, span in spans.items() if span.high - span.low > 1}:
        closer = {span: _Closer(series, span) for span in wide.values()}
        yield list(closer.values())
        for rank, span in wide.items():
            spans[rank] = closer[span].narrowed(rank)
    return [spans[rank].low for rank in ranks]


def _where(counts: Ints, rank: int) -> tuple[int, int]:
    """In which of these places the number of a rank is, and how many are before that."""
    upto = np.cumsum(counts)
    at = int(np.searchsorted(upto, rank, side="right"))
    return at, int(upto[at] - counts[at])
