"""Whole numbers of a few thousand rows, sorted once: whatever is asked of them is then found by bisection."""

from functools import cached_property
from typing import Literal

import numpy as np

from slogate.analyzer.evidence import Ints
from slogate.analyzer.mean import exact_sum
from slogate.analyzer.passes.buckets import histogram_of

_NARROW = np.iinfo(np.int32)


class Values:
    """The numbers in `ordered`, of which none is less than the one before it."""

    def __init__(self, ordered: Ints) -> None:
        self.ordered = ordered

    @property
    def runs(self) -> tuple["Values"]:
        """As of a `Sample`."""
        return (self,)

    def __len__(self) -> int:
        return len(self.ordered)

    @cached_property
    def least(self) -> int:
        """The first of them, of which there must be one."""
        return int(self.ordered[0])

    @cached_property
    def most(self) -> int:
        """The last of them, of which there must be one."""
        return int(self.ordered[-1])

    def histogram(self) -> Ints:
        """How many are in each bucket."""
        return histogram_of(self.ordered)

    def below(self, limit: int) -> int:
        """How many are less than that."""
        if len(self.ordered) == 0 or limit <= self.least:
            return 0
        if limit > self.most:
            return len(self.ordered)
        return int(self.ordered.searchsorted(self.ordered.dtype.type(limit)))

    def within(self, low: int, high: int, step: int) -> tuple[Ints, int, int]:
        """How many there are in each `step` of [low, high), and the least and the largest of them."""
        bins = -(-(high - low) // step)
        inside = self.ordered[self.below(low) : self.below(high)]
        if len(inside) == 0:
            return np.zeros(bins, np.int64), high, low
        places = inside.astype(np.int64) - low
        counts = np.bincount(places if step == 1 else places // step, minlength=bins)
        return counts, int(inside[0]), int(inside[-1])

    def total(self, power: Literal[1, 2] = 1) -> int:
        """Their exact sum, or that of their squares."""
        return exact_sum(self.ordered, power)


NOTHING = Values(np.zeros(0, np.int64))


def sorted_values(values: Ints) -> Values:
    """Of numbers in any order."""
    return Values(in_order(values))


def in_order(values: Ints) -> Ints:
    """The numbers sorted, in half the room and half the time where they fit."""
    if len(values) and _NARROW.min <= values.min() and values.max() <= _NARROW.max:
        values = values.astype(np.int32)
        values.sort()
        return values
    return np.sort(values)
