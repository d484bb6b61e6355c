"""The order in which requests arrived, of rows in any order: into which stretches of time they are divided, and how
those of a stretch are sorted.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np

from slogate.analyzer.evidence import Ints, Requests

_MOST_BINS = 1 << 18


class Arrivals:
    """How many arrived when, in bins of about a second; of twice that and so on, where there are too many of them."""

    def __init__(self) -> None:
        self._shift = 20
        self._counts: Counter[int] = Counter()

    def add(self, arrival_us: Ints, first_us: int, last_us: int) -> None:
        """Some more of them, of which the first and the last arrived then."""
        bins = arrival_us >> self._shift
        first = first_us >> self._shift
        if (last_us >> self._shift) - first < _MOST_BINS:
            counts = np.bincount(bins - first)
            there = np.flatnonzero(counts)
            found, counts = there + first, counts[there]
        else:
            found, counts = np.unique(bins, return_counts=True)
        self._counts.update(dict(zip(found.tolist(), counts.tolist(), strict=True)))
        while len(self._counts) > _MOST_BINS:
            self._shift += 1
            halved: Counter[int] = Counter()
            for at, count in self._counts.items():
                halved[at >> 1] += count
            self._counts = halved

    def edges(self, rows: int) -> list[int]:
        """Times between which there are about so many rows, in which all of them are."""
        edges, inside = [], rows
        for at in sorted(self._counts):
            if inside + self._counts[at] > rows:
                edges.append(at << self._shift)
                inside = 0
            inside += self._counts[at]
        return [*edges, (max(self._counts) + 1) << self._shift] if edges else []


def in_order_of_arrival(parts: Sequence[Requests]) -> Requests:
    """Rows of consecutive parts of a file, sorted; those that arrived together stay in the order of the file."""
    arrival_us = np.concatenate([rows.arrival_us for rows in parts])
    order = _order(arrival_us)
    last = parts[-1]

    def joined(name: str) -> Any:
        column = np.concatenate([getattr(rows, name) for rows in parts])
        return column if order is None else column.take(order)

    names = ("started_us", "intended_us", "planned", "latency_us", "endpoint", "status", "outcome", "connect_us")
    columns = {name: joined(name) for name in (*names, "worker", "judged")}
    return Requests(endpoints=last.endpoints, workers=last.workers, **columns)


def _order(arrival_us: Ints) -> Ints | None:
    """The order of arrival, None where it is the present one."""
    if np.all(arrival_us[:-1] <= arrival_us[1:]):
        return None
    bits = len(arrival_us).bit_length()
    first_us = arrival_us.min()
    if int(arrival_us.max()) - int(first_us) >= 1 << (63 - bits):
        return np.argsort(arrival_us, kind="stable")
    # Numbers are sorted several times as fast as places by them, so each is given its place to carry with it.
    placed: Ints = arrival_us - first_us
    placed <<= bits
    placed |= np.arange(len(placed))
    placed.sort()
    placed &= (1 << bits) - 1
    return placed
