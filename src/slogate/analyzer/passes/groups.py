"""Order statistics of many groups of rows at once: of each endpoint, of each stretch of time.

Of a group with few rows the numbers themselves are kept, which take less room than a histogram; so that memory is
bounded by the rows where there are many groups, and by the groups where there are many rows.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from slogate.analyzer.evidence import Bools, Ints
from slogate.analyzer.mean import exact_sum
from slogate.analyzer.passes import buckets
from slogate.analyzer.passes.part import Part, Values
from slogate.analyzer.passes.ranks import at_ranks
from slogate.analyzer.passes.stream import Passes, together
from slogate.analyzer.quantile import rank_of

_NOTHING = Values(np.zeros(0, np.int64))


@dataclass(frozen=True)
class Group:
    """The rows of a group in one part: their numbers, and which of them failed."""

    values: Values
    failed: Bools


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
    """The groups of these rows by the key of each; rows of equal keys stay in their order."""
    if len(keys) == 0:
        return {}
    if np.any(keys[1:] < keys[:-1]):
        order = np.argsort(keys, kind="stable")
        values, failed, keys = values[order], failed[order], keys[order]
    first = [0, *(np.flatnonzero(keys[1:] != keys[:-1]) + 1).tolist()]
    parts: Iterable[tuple[int, int]] = zip(first, [*first[1:], len(keys)], strict=True)
    return {int(keys[low]): Group(Values(values[low:high]), failed[low:high]) for low, high in parts}


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
        group = part.once(self.grouping, self.grouping).get(self.key)
        return _NOTHING if group is None else group.values


class _Gathering:
    """One group, so far."""

    def __init__(self) -> None:
        self.n = self.failed = self.total = 0
        self.worst = -(2**63)
        self.few: list[Ints] = []
        self.counts: Ints | None = None

    def add(self, group: Group) -> None:
        values = group.values.values
        self.n += len(values)
        self.failed += int(np.count_nonzero(group.failed))
        self.total += exact_sum(values)
        self.worst = max(self.worst, int(values.max()))
        if self.counts is not None:
            self.counts += group.values.histogram
            return
        self.few.append(values.copy())  # of the few alone: a view would keep the whole part in memory
        if self.n > buckets.COUNT:
            self.counts = buckets.histogram_of(np.concatenate(self.few))
            self.few = []


class _Gathered:
    """All groups."""

    def __init__(self, grouping: Grouping) -> None:
        self._grouping = grouping
        self.groups: dict[int, _Gathering] = {}

    def take(self, part: Part) -> None:
        """Looks at the next rows."""
        for key, group in part.once(self._grouping, self._grouping).items():
            self.groups.setdefault(key, _Gathering()).add(group)
