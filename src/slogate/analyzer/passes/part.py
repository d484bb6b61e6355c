"""Consecutive requests, and what several folds want to know of them, computed once."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

import numpy as np

from slogate.analyzer.evidence import Bools, Ints, Outcome, Requests
from slogate.analyzer.passes.values import Values, sorted_values

T = TypeVar("T")
_FEW = 4  # endpoints, which are compared one by one: that is cheaper than to look each row up
_FEW_FAILED = 16  # one in so many


@dataclass(frozen=True)
class Which:
    """Which rows: those of these endpoints (None: of any) but not of the ignored ones, and of judged phases."""

    names: frozenset[str] | None = None
    ignored: frozenset[str] = frozenset()

    def endpoints(self, names: Sequence[str]) -> Bools:
        """Which of these endpoints are meant."""
        return np.array([(self.names is None or name in self.names) and name not in self.ignored for name in names])


class Subset:
    """Some of the rows: the response times (microseconds) of those that `passed`, and which of them failed, and how.

    The failed ones are at `failed` among them, and at `failed_row` in the part.
    """

    def __init__(self, which: Which, rows: Requests, places: Ints, response_us: Ints) -> None:
        self.which = which
        outcome = rows.outcome if len(places) == len(rows) else rows.outcome.take(places)
        passed = outcome == Outcome.OK
        self.failed: Ints = np.flatnonzero(~passed)
        self.failed_row = places.take(self.failed)
        self.failed_outcome = outcome.take(self.failed)
        self.failed_us = response_us.take(self.failed)
        self.timed_out = self.failed_outcome == Outcome.SLOW_TIMEOUT
        self.passed = sorted_values(response_us.compress(passed))

    def __len__(self) -> int:
        return len(self.passed) + len(self.failed)


class Part:
    """Consecutive rows, which several passes may look at."""

    def __init__(self, rows: Requests) -> None:
        self.rows = rows
        self._kept: dict[Hashable, Any] = {}
        self._passing: dict[Hashable, Any] = {}

    def keep(self, key: Hashable, compute: Callable[["Part"], T]) -> T:
        """What `compute` makes of this part, computed for the first who asks; few numbers a row at most."""
        return _once(self._kept, key, compute, self)

    def once(self, key: Hashable, compute: Callable[["Part"], T]) -> T:
        """The same of what is not worth its memory when a pass is over."""
        return _once(self._passing, key, compute, self)

    def forget(self) -> None:
        """A pass is over."""
        self._passing = {}
        if self._many_failed:
            self._kept = {}  # what is known of each failed row would take several times the room of the rows

    @property
    def arrival_us(self) -> Ints:
        """As `Requests.arrival_us`."""
        return self.once("arrival_us", lambda part: part.rows.arrival_us)

    @property
    def response_us(self) -> Ints:
        """As `Requests.response_us`."""
        return self.once("response_us", lambda part: part.rows.started_us - part.arrival_us + part.rows.latency_us)

    @property
    def late_us(self) -> Ints:
        """As `Requests.late_us`."""
        return self.once("late_us", lambda part: part.rows.started_us - part.rows.connect_us - part.arrival_us)

    @property
    def failed(self) -> Bools:
        """As `Requests.failed`."""
        return self.once("failed", lambda part: part.rows.failed)

    def chosen(self, which: Which) -> Bools:
        """Where the rows are that are asked for."""
        return self.once(("chosen", which), lambda part: part._where(which.endpoints(part.rows.endpoints)))

    def places(self, which: Which) -> Ints:
        """The same as places in the part."""
        return self.once(("places", which), lambda part: np.flatnonzero(part.chosen(which)))

    def responses_of(self, which: Which) -> Ints:
        """Their response times, in the order of arrival."""
        return self.once(("responses", which), lambda part: part._taken(part.places(which)))

    def of(self, which: Which) -> Subset:
        """The rows that are asked for."""
        return self.keep(which, lambda part: Subset(which, part.rows, part.places(which), part.responses_of(which)))

    def histogram(self, values: Values) -> Ints:
        """That of numbers of this part."""
        return self.once(("histogram", values), lambda _: values.histogram())

    @cached_property
    def _many_failed(self) -> bool:
        return int(np.count_nonzero(self.rows.outcome)) * _FEW_FAILED > len(self.rows)

    def _taken(self, places: Ints) -> Ints:
        # Places are taken several times faster than what a mask marks, where that is neither rare nor the rule.
        return self.response_us if len(places) == len(self.rows) else self.response_us.take(places)

    def _where(self, wanted: Bools) -> Bools:
        return self.rows.judged if wanted.all() else self.rows.judged & self._on(wanted)

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


def _once(known: dict[Hashable, Any], key: Hashable, compute: Callable[[Part], T], part: Part) -> T:
    if key not in known:
        known[key] = compute(part)
    found: T = known[key]
    return found
