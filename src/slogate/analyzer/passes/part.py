"""A few thousand consecutive requests, and what several folds want to know of them, computed once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

import numpy as np

from slogate.analyzer.evidence import Bools, Ints, Outcome, Requests
from slogate.analyzer.passes.buckets import histogram_of

T = TypeVar("T")
_FEW = 4  # endpoints, which are compared one by one: that is cheaper than to look each row up


@dataclass(frozen=True)
class Which:
    """Which rows: those of these endpoints (None: of any) but not of the ignored ones, and of judged phases."""

    names: frozenset[str] | None = None
    ignored: frozenset[str] = frozenset()

    def endpoints(self, names: Sequence[str]) -> Bools:
        """Which of these endpoints are meant."""
        return np.array([(self.names is None or name in self.names) and name not in self.ignored for name in names])


class Values:
    """Whole numbers in the order of arrival."""

    def __init__(self, values: Ints) -> None:
        self.values = values
        self._within: dict[tuple[int, int, int], tuple[Ints, int, int]] = {}

    def __len__(self) -> int:
        return len(self.values)

    @cached_property
    def histogram(self) -> Ints:
        """How many are in each bucket."""
        return histogram_of(self.values)

    def within(self, low: int, high: int, step: int) -> tuple[Ints, int, int]:
        """How many there are in each `step` of [low, high), and the least and the largest of them."""
        key = (low, high, step)
        if key not in self._within:
            self._within[key] = counts_within(self.values, *key)
        return self._within[key]


class Subset(Values):
    """The response times (microseconds) of some of the rows, and which of them failed, at `failed`, and how."""

    def __init__(self, rows: Requests, response_us: Ints, places: Ints | None) -> None:
        super().__init__(response_us if places is None else response_us.take(places))
        self._places = places
        outcome = rows.outcome if places is None else rows.outcome.take(places)
        self.failed: Ints = np.flatnonzero(outcome != Outcome.OK)
        self.failed_outcome = outcome[self.failed]
        self.failed_us = self.values[self.failed]
        self.timed_out = self.failed_outcome == Outcome.SLOW_TIMEOUT

    @property
    def failed_row(self) -> Ints:
        """Where in the rows the failed ones are."""
        return self.failed if self._places is None else self._places[self.failed]


class Part:
    """Consecutive rows."""

    def __init__(self, rows: Requests) -> None:
        self.rows = rows
        self._subsets: dict[Which, Subset] = {}
        self._chosen: dict[Which, Bools] = {}
        self._once: dict[object, Any] = {}

    def once(self, key: object, compute: Callable[["Part"], T]) -> T:
        """What `compute` makes of this part, computed for the first who asks."""
        if key not in self._once:
            self._once[key] = compute(self)
        found: T = self._once[key]
        return found

    @cached_property
    def arrival_us(self) -> Ints:
        """As `Requests.arrival_us`."""
        return self.rows.arrival_us

    @cached_property
    def response_us(self) -> Ints:
        """As `Requests.response_us`."""
        return self.rows.started_us - self.arrival_us + self.rows.latency_us

    def chosen(self, which: Which) -> Bools:
        """Where the rows are that are asked for."""
        if which not in self._chosen:
            wanted = which.endpoints(self.rows.endpoints)
            self._chosen[which] = self.rows.judged if wanted.all() else self.rows.judged & self._on(wanted)
        return self._chosen[which]

    def of(self, which: Which) -> Subset:
        """The rows that are asked for."""
        if which not in self._subsets:
            # Places are taken several times faster than what a mask marks, where that is neither rare nor the rule.
            places = np.flatnonzero(self.chosen(which))
            every = len(places) == len(self.rows)
            self._subsets[which] = Subset(self.rows, self.response_us, None if every else places)
        return self._subsets[which]

    def _on(self, wanted: Bools) -> Bools:
        """Where the rows of the wanted endpoints are."""
        if np.count_nonzero(wanted) <= _FEW:
            return self._one_of(np.flatnonzero(wanted))
        if np.count_nonzero(~wanted) <= _FEW:
            return ~self._one_of(np.flatnonzero(~wanted))
        return wanted.take(self.rows.endpoint)

    def _one_of(self, few: Ints) -> Bools:
        on: Bools = np.zeros(len(self.rows), dtype=bool)
        for number in few.tolist():
            on |= self.rows.endpoint == number
        return on


def counts_within(values: Ints, low: int, high: int, step: int) -> tuple[Ints, int, int]:
    """As `Values.within`."""
    bins = -(-(high - low) // step)
    inside = values[(values >= low) & (values < high)] - low
    if len(inside) == 0:
        return np.zeros(bins, np.int64), high, low
    counts = np.bincount(inside if step == 1 else inside // step, minlength=bins)
    return counts, int(inside.min()) + low, int(inside.max()) + low
