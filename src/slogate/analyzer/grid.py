"""A stretch of time in bins of equal width, and what samples and counts are in each of them."""

from dataclasses import dataclass

import numpy as np

from slogate.analyzer.evidence import Floats, HostSamples, Ints


@dataclass(frozen=True)
class Grid:
    """A stretch of time in `count` bins of `width_s`; `start_s` is since the epoch."""

    start_s: float
    width_s: float
    count: int

    def places(self, times_s: Floats) -> Ints:
        """The bin of each time; what lies beyond an end belongs to the bin there."""
        return np.clip(np.floor((times_s - self.start_s) / self.width_s), 0, self.count - 1).astype(np.int64)


def averages(samples: HostSamples, column: str, grid: Grid) -> Floats:
    """The average of a column in each bin, NaN where it has no sample; a sample tells of the second before it."""
    at_s, values = samples.time_s - 0.5, samples.columns[column]
    keep = (at_s >= grid.start_s) & (at_s < grid.start_s + grid.width_s * grid.count) & ~np.isnan(values)
    place = grid.places(at_s[keep])
    count = np.bincount(place, minlength=grid.count).astype(np.float64)
    return ratio(sums(place, values[keep], grid), count)


def sums(place: Ints, values: Floats, grid: Grid) -> Floats:
    """The sum of the values in each bin."""
    return np.bincount(place, values, grid.count).astype(np.float64)


def ratio(part: Floats, whole: Floats) -> Floats:
    """`part` over `whole`; NaN where there is nothing."""
    shares: Floats = np.divide(part, whole, out=np.full(len(whole), np.nan), where=whole > 0)
    return shares
