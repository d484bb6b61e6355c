"""Order statistics of many groups of rows at once: of each endpoint, of each stretch of time.

Of a group with few rows the numbers themselves are kept, which take less room than a histogram; so that memory is
bounded by the rows where there are many groups, and by the groups where there are many rows.
"""

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from slogate.analyzer.evidence import Bools, Ints
from slogate.analyzer.passes import buckets
from slogate.analyzer.passes.part import Part
from slogate.analyzer.passes.ranks import at_ranks
from slogate.analyzer.passes.stream import Passes, together
from slogate.analyzer.passes.values import NOTHING, Values, sorted_values
from slogate.analyzer.quantile import rank_of


@dataclass(frozen=True)
class Group:
    """The rows of a group in one part: their numbers, and how many of them failed."""

    values: Values
    failed: int


# By what the rows are grouped: of a part, the groups that have rows in it.
Grouping = Callable[[Part], Mapping[int, Group]]


@dataclass(frozen=True)
class Tally:
    """What is known of a group: how many numbers and how many failed rows it has, the exact sum, the largest, and the
    wanted order statistics.
    """

    n: int
    failed: int
    total: int
    worst: int
    at: tuple[int, ...]


def tallies(grouping: Grouping, quantiles: Sequence[float]) -> Passes[dict[int, Tally]]:
    """Each group that has rows, by its number."""
    gathered = _Gathered(grouping)
    yield [gathered]
    groups = sorted(gathered.groups.items())
    found = yield from together([_tally(_OfGroup(grouping, key), group, quantiles) for key, group in groups])
    return {key: tally for (key, _), tally in zip(groups, found, strict=True)}


def split(values: Ints, failed: Bools, keys: Ints) -> dict[int, Group]:
    """The groups of these rows by the key of each."""
    if len(keys) == 0:
        return {}
    if np.any(keys[1:] < keys[:-1]):
        order = np.argsort(keys, kind="stable")
        values, failed, keys = values[order], failed[order], keys[order]
    edges = [0, *(np.flatnonzero(keys[1:] != keys[:-1]) + 1).tolist(), len(keys)]
    return _grouped(values, failed, keys[edges[:-1]], edges)


def split_by_time(values: Ints, failed: Bools, arrival_us: Ints, keys_of: Callable[[Ints], Ints]) -> dict[int, Group]:
    """The groups of rows in the order of their arrival by what `keys_of` makes of that: never less for a later one."""
    edges = [0]
    while edges[-1] < len(arrival_us):
        [key] = keys_of(arrival_us[edges[-1] :][:1])
        edges.append(bisect_right(arrival_us, key, edges[-1], key=keys_of))
    return _grouped(values, failed, keys_of(arrival_us[edges[:-1]]), edges)


def _grouped(values: Ints, failed: Bools, keys: Ints, edges: Sequence[int]) -> dict[int, Group]:
    return {
        key: Group(sorted_values(values[low:high]), int(np.count_nonzero(failed[low:high])))
        for key, (low, high) in zip(keys.tolist(), pairwise(edges), strict=True)
    }


def _tally(series: "_OfGroup", group: "_Gathering", quantiles: Sequence[float]) -> Passes[Tally]:
    ranks = [rank_of(group.n, quantile) for quantile in quantiles]
    counts = group.counts
    if counts is None:
        ordered = np.sort(np.concatenate(group.few))
        at = [int(ordered[rank]) for rank in ranks]
    else:
        at = yield from at_ranks(series, counts, ranks)
    return Tally(group.n, group.failed, group.total, group.worst, tuple(at))


@dataclass(frozen=True)
class _OfGroup:
    """The numbers of one group, as a series."""

    grouping: Grouping
    key: int

    def of(self, part: Part) -> Values:
        """Those of this part."""
        group = part.keep(self.grouping, self.grouping).get(self.key)
        return NOTHING if group is None else group.values


class _Gathering:
    """One group, so far."""

    def __init__(self) -> None:
        self.n = self.failed = self.total = 0
        self.worst = -(2**63)
        self.few: list[Ints] = []
        self.counts: Ints | None = None

    def add(self, group: Group) -> None:
        values = group.values
        self.n += len(values)
        self.failed += group.failed
        self.total += values.total()
        self.worst = max(self.worst, values.most)
        if self.counts is not None:
            self.counts += values.histogram()
            return
        self.few.append(values.ordered)
        if self.n > buckets.COUNT:
            self.counts = buckets.histogram_of(np.sort(np.concatenate(self.few)))
            self.few = []


class _Gathered:
    """All groups."""

    def __init__(self, grouping: Grouping) -> None:
        self._grouping = grouping
        self.groups: dict[int, _Gathering] = {}

    def take(self, part: Part) -> None:
        """Looks at the next rows."""
        for key, group in part.keep(self._grouping, self._grouping).items():
            self.groups.setdefault(key, _Gathering()).add(group)
