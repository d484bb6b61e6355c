"""The normal range of a metric: median ± k·MAD of earlier runs that passed (decision 018).

MAD is the median absolute deviation, scaled by 1.4826 so that it estimates the standard deviation of normal noise. Both
are of few runs, so k depends on how many there are: with it a run that is like the earlier ones lies above the range in
1 % of the cases, and below it as often (`tests/sim`).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from slogate.analyzer.units import Unit

LEAST_RUNS = 5
MOST_RUNS = 30  # the newest: what was normal a season ago need not be so now
_OF_NORMAL_NOISE = 1.4826
# For 5, 6, ... 30 runs: the 99 % quantile of (x - median) / (1.4826 MAD) of independent normal noise, from 4 million
# draws, rounded up. An odd number of runs takes more than the even one after it, because the median is one of them.
_K = (
    *(10.0, 6.2, 6.0, 4.8, 4.7, 4.1, 4.1, 3.7, 3.7, 3.5, 3.5, 3.3, 3.3),
    *(3.2, 3.2, 3.1, 3.1, 3.0, 3.0, 3.0, 2.9, 2.9, 2.9, 2.9, 2.9, 2.8),
)
# A series that hardly moves has a range in which every trifle would be abnormal. So half the range is at least this
# share of the median, and this much of the unit.
_LEAST_SHARE = 0.1
_LEAST: dict[Unit, float] = {"ratio": 0.02, "ms": 1.0, "bytes": 10e6, "bytes_per_s": 100e3, "per_s": 5.0}


@dataclass(frozen=True)
class Band:
    """The normal range, and the median and number of the runs that it is of. Nothing is normally below zero."""

    low: float
    high: float
    median: float
    runs: int


def band_of(earlier: Sequence[float], unit: Unit) -> Band | None:
    """The range of the newest of these values, the oldest first; None of fewer than five."""
    if len(earlier) < LEAST_RUNS:
        return None
    values = np.asarray(earlier[-MOST_RUNS:], np.float64)
    median = float(np.median(values))
    spread = _OF_NORMAL_NOISE * float(np.median(np.abs(values - median)))
    half = max(_K[len(values) - LEAST_RUNS] * spread, _LEAST_SHARE * abs(median), _LEAST.get(unit, 0.0))
    return Band(max(0.0, median - half), median + half, median, len(values))
