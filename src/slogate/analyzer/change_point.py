"""Whether a series of nights changed its level, and on which night the new one began.

Whether: every split into an earlier and a later part of at least three nights is tested (`mann_whitney`), and the most
unlikely one is held against how unlikely the most unlikely split of nights in random order is (for an unknown place
see Pettitt, Applied Statistics 28, 1979). Splits are compared by the exact p-value and not by z: by z four nights that
are all worse than 56 others stand no higher than a small shift in the middle, which chance makes far more often. Ranks
know no distribution, and one wild night moves them little.

Where: the split of the same direction whose two medians are nearest to the nights, by the sum of the distances. That is
not the most unlikely one: a night before the change that was a little slow makes the later part longer, and so surer.
"""

from dataclasses import dataclass

import numpy as np

from slogate.analyzer.change_point_limits import CRITICAL
from slogate.analyzer.evidence import Floats
from slogate.analyzer.hodges_lehmann import location_shift
from slogate.analyzer.mann_whitney import LEAST_SEGMENT, doubled_ranks, p_values, scores

LEAST_NIGHTS, MOST_NIGHTS = min(CRITICAL), max(CRITICAL)
_WORTH_COUNTING = 2.5  # |z| below this is never rare enough, and the exact p-values of equal nights take long


@dataclass(frozen=True)
class Split:
    """The later part begins with the night at position `at`; `rises` tells that its values are larger."""

    at: int
    rises: bool


def find(values: Floats, least_shift: float = 0.0) -> Split | None:
    """The split at which values [n], in the order of time, changed by at least `least_shift` in their units.

    None where there is no such change, or fewer values than can show one. More than MOST_NIGHTS are a ValueError.
    """
    n = len(values)
    if n > MOST_NIGHTS:
        raise ValueError(f"{n} nights are more than the {MOST_NIGHTS} that are looked at together")
    if n < LEAST_NIGHTS:
        return None
    ranks = doubled_ranks(values)
    if scores(ranks).max() < _WORTH_COUNTING:
        return None
    p = p_values(ranks)
    for index in np.argsort(p, kind="stable"):
        if p[index] > CRITICAL[n]:
            return None
        at = int(index) + LEAST_SEGMENT
        shift = location_shift(values[:at], values[at:]).estimate
        if abs(shift) >= least_shift and shift != 0:
            return Split(_place(values, at, least_shift, rises=shift > 0), shift > 0)
    return None


def _place(values: Floats, unlikely: int, least_shift: float, *, rises: bool) -> int:
    """The first position of the later part, among splits whose medians differ in that direction by that much; that of
    the most unlikely split where there is none.
    """
    nearest, place = np.inf, unlikely
    for at in range(LEAST_SEGMENT, len(values) - LEAST_SEGMENT + 1):
        earlier, later = np.median(values[:at]), np.median(values[at:])
        if (later - earlier if rises else earlier - later) < least_shift:
            continue
        distance = float(np.abs(values[:at] - earlier).sum() + np.abs(values[at:] - later).sum())
        if distance < nearest:
            nearest, place = distance, at
    return place
