"""Which numbers a question is about: whole numbers in the order of arrival, taken from the rows that go by.

A latency objective counts the requests that ended as expected, which all objectives on the same rows share, and of the
failed ones those that its limit makes slow.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np

from slogate.analyzer.early_end import NEVER_US
from slogate.analyzer.evidence import Bools, Ints
from slogate.analyzer.mean import exact_sum
from slogate.analyzer.passes.part import Part, Subset, Which
from slogate.analyzer.passes.values import Values, sorted_values
from slogate.analyzer.quantile import exceeding
from slogate.slo.grammar import Limit


class Sample(Protocol):
    """The numbers of one part."""

    @property
    def runs(self) -> tuple[Values, ...]:
        """Sorted numbers, which together are those of the sample."""


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
        return part.once(self, lambda part: sorted_values(self.values(part)))


class Counted:
    """The rows of a subset that an objective counts: those that did not fail, and of the failed ones those that are
    `kept`, with the response times `kept_us`.
    """

    def __init__(self, subset: Subset, kept: Bools, kept_us: Ints) -> None:
        self.runs = (subset.passed, sorted_values(kept_us))
        self._subset = subset
        self._kept = kept
        self._kept_us = kept_us
        self._dropped = subset.failed[~kept]

    def __len__(self) -> int:
        return sum(len(run) for run in self.runs)

    def at_least(self, limit: int) -> int:
        """How many of the response times are not less."""
        return sum(len(run) - run.below(limit) for run in self.runs)

    def total(self, power: Literal[1, 2] = 1) -> int:
        """The exact sum of the response times, or of the squares of those."""
        return sum(run.total(power) for run in self.runs)

    def failures(self) -> int:
        """How many of them failed."""
        return len(self._kept_us)

    def stretch(self, part: Part, first: int, end: int) -> "Counted | Stretch":
        """Those from `first` to `end`, which are numbers among the counted rows of this part."""
        if first == 0 and end == len(self):
            return self
        low, high = self._place(first), self._place(end)
        before, upto = np.searchsorted(self._subset.failed, (low, high)).tolist()
        kept = [int(np.count_nonzero(self._kept[:at])) for at in (before, upto)]
        return Stretch(
            part.responses_of(self._subset.which)[low:high],
            self._subset.failed_us[before:upto],
            self._kept_us[kept[0] : kept[1]],
        )

    def _place(self, number: int) -> int:
        before = self._dropped - np.arange(len(self._dropped))  # how many counted rows each has before it
        return number + int(np.searchsorted(before, number, side="right"))


@dataclass(frozen=True)
class Stretch:
    """Some consecutive ones of the counted rows: `whole` of a subset, less the `failed` among them, and `kept` ones."""

    whole: Ints
    failed: Ints
    kept: Ints

    def at_least(self, limit: int) -> int:
        """As `Counted.at_least`."""
        whole, failed, kept = (int(np.count_nonzero(item >= limit)) for item in (self.whole, self.failed, self.kept))
        return whole - failed + kept

    def total(self, power: Literal[1, 2] = 1) -> int:
        """As `Counted.total`."""
        whole, failed, kept = (exact_sum(item, power) for item in (self.whole, self.failed, self.kept))
        return whole - failed + kept

    def failures(self) -> int:
        """As `Counted.failures`."""
        return len(self.kept)


@dataclass(frozen=True)
class Latencies:
    """The latencies that a percentile or a maximum is over: as `judge_requests.counted_latencies`."""

    which: Which
    limit: Limit

    def of(self, part: Part) -> Counted:
        """Those of this one."""
        return part.keep(self, self._of)

    def _of(self, part: Part) -> Counted:
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
        return part.keep(self, self._of)

    def _of(self, part: Part) -> Counted:
        subset = part.of(self.which)
        kept = subset.timed_out | exceeding(subset.failed_us, self.limit.value, strict=self.limit.strict)
        return Counted(subset, kept, subset.failed_us[kept])


@dataclass(frozen=True)
class Everything:
    """All response times, whatever the outcome: what an error rate is over."""

    which: Which

    def of(self, part: Part) -> Counted:
        """Those of this one."""
        return part.keep(self, self._of)

    def _of(self, part: Part) -> Counted:
        subset = part.of(self.which)
        return Counted(subset, np.ones(len(subset.failed), dtype=bool), subset.failed_us)
