"""Which numbers a question is about: whole numbers in the order of arrival, taken from the rows that go by.

A latency objective counts the requests that ended as expected, and of the failed ones those that its limit makes slow.
Failures are few, so its histograms are those of all rows, which objectives share, put right for the failed ones.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np

from slogate.analyzer.early_end import NEVER_US
from slogate.analyzer.evidence import Bools, Ints
from slogate.analyzer.mean import exact_sum
from slogate.analyzer.passes.buckets import histogram_of
from slogate.analyzer.passes.part import Part, Subset, Values, Which, counts_within
from slogate.analyzer.quantile import exceeding
from slogate.slo.grammar import Limit


class Sample(Protocol):
    """The numbers of one part."""

    def __len__(self) -> int: ...

    @property
    def histogram(self) -> Ints:
        """As `Values.histogram`."""

    def within(self, low: int, high: int, step: int) -> tuple[Ints, int, int]:
        """As `Values.within`; the least and the largest may lie further out than any that there is."""


class Series(Protocol):
    """Numbers of every part."""

    def of(self, part: Part) -> Sample:
        """Those of this one."""


@dataclass(frozen=True)
class Computed:
    """What `values` takes from a part."""

    values: Callable[[Part], Ints]

    def of(self, part: Part) -> Sample:
        """Those of this one."""
        return Values(self.values(part).astype(np.int64))


class Counted:
    """The rows of a subset that an objective counts: all but those `dropped`.

    `failed` are the places of the failed rows in the subset, `failed_us` their response times there; `kept` says which
    of them count, with the response times `kept_us`.
    """

    def __init__(self, subset: Subset, kept: Bools, kept_us: Ints) -> None:
        self.subset = subset
        self.kept = kept
        self.kept_us = kept_us
        self._dropped = subset.failed[~kept]

    def __len__(self) -> int:
        return len(self.subset) - len(self._dropped)

    @property
    def histogram(self) -> Ints:
        """As `Values.histogram`."""
        counts = self.subset.histogram
        if len(self.subset.failed):
            counts = counts - histogram_of(self.subset.failed_us) + histogram_of(self.kept_us)
        return counts

    def within(self, low: int, high: int, step: int) -> tuple[Ints, int, int]:
        """As `Sample.within`."""
        counts, least, most = self.subset.within(low, high, step)
        if len(self.subset.failed):
            kept, least_kept, most_kept = counts_within(self.kept_us, low, high, step)
            counts = counts - counts_within(self.subset.failed_us, low, high, step)[0] + kept
            least, most = min(least, least_kept), max(most, most_kept)
        return counts, least, most

    def count(self, first: int, end: int, test: Callable[[Ints], Bools]) -> int:
        """How many of the counted rows from `first` to `end` (their numbers among the counted ones) pass a test."""
        subset, here = self._places(first, end)
        count = np.count_nonzero(test(self.subset.values[subset]))
        if here.start < here.stop:
            count -= np.count_nonzero(test(self.subset.failed_us[here]))
            count += np.count_nonzero(test(self._kept_in(here)))
        return int(count)

    def total(self, first: int, end: int, power: Literal[1, 2] = 1) -> int:
        """The exact sum of their response times, or of the squares of those."""
        subset, here = self._places(first, end)
        values = [self.subset.values[subset], self.subset.failed_us[here], self._kept_in(here)]
        whole, failed, kept = (exact_sum(item, power) for item in values)
        return whole - failed + kept

    def failures(self, first: int, end: int) -> int:
        """How many of them failed."""
        _, here = self._places(first, end)
        return int(np.count_nonzero(self.kept[here]))

    def _places(self, first: int, end: int) -> tuple[slice, slice]:
        """Where these rows lie in the subset, and among its failed ones."""
        low, high = self._place(first), self._place(end)
        inside = np.searchsorted(self.subset.failed, (low, high))
        return slice(low, high), slice(int(inside[0]), int(inside[1]))

    def _place(self, number: int) -> int:
        before = self._dropped - np.arange(len(self._dropped))  # how many counted rows each has before it
        return number + int(np.searchsorted(before, number, side="right"))

    def _kept_in(self, here: slice) -> Ints:
        upto = np.count_nonzero(self.kept[: here.start])
        return self.kept_us[upto : upto + np.count_nonzero(self.kept[here])]


@dataclass(frozen=True)
class Latencies:
    """The latencies that a percentile or a maximum is over: as `judge_requests.counted_latencies`."""

    which: Which
    limit: Limit

    def of(self, part: Part) -> Counted:
        """Those of this one."""
        subset = part.of(self.which)
        response = np.where(subset.timed_out, NEVER_US, subset.failed_us)
        kept = exceeding(response, self.limit.value, strict=self.limit.strict)
        return Counted(subset, kept, response[kept])


@dataclass(frozen=True)
class Averaged:
    """The response times that a mean is over: a timeout enters with the time that was waited for it."""

    which: Which
    limit: Limit

    def of(self, part: Part) -> Counted:
        """Those of this one."""
        subset = part.of(self.which)
        kept = subset.timed_out | exceeding(subset.failed_us, self.limit.value, strict=self.limit.strict)
        return Counted(subset, kept, subset.failed_us[kept])


@dataclass(frozen=True)
class Everything:
    """All response times, whatever the outcome: what an error rate is over."""

    which: Which

    def of(self, part: Part) -> Counted:
        """Those of this one."""
        subset = part.of(self.which)
        return Counted(subset, np.ones(len(subset.failed), dtype=bool), subset.failed_us)
