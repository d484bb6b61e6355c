"""The largest 60 s moving average of a host metric: what an alert on the same limit would have seen."""

from dataclasses import dataclass

import numpy as np

from slogate.analyzer.evidence import Floats

WINDOW_S = 60.0
LEAST_COVERAGE = 0.8  # of the seconds of the phase; a sampler that lost a fifth of them cannot speak for the whole


@dataclass(frozen=True)
class Peak:
    """The largest moving average (the average of all, when the phase is shorter than the window), the stretch
    [start_s, end_s) that it is of, and how much of the phase was seen.
    """

    value: float | None
    window_s: float
    samples: int
    coverage: float
    start_s: float
    end_s: float

    @property
    def covered(self) -> bool:
        """Whether enough of the phase was sampled for a judgement."""
        return self.value is not None and self.coverage >= LEAST_COVERAGE


def peak_average(time_s: Floats, values: Floats, start_s: float, end_s: float, weights: Floats | None = None) -> Peak:
    """The peak over [start_s, end_s) of samples taken about once a second; NaN values are gaps and stay gaps.

    `weights` are of how many things each value is the average, for an average over those things: a second without any
    was seen and adds nothing, and the value is None when there was none at all.
    """
    counts = np.ones(len(values)) if weights is None else weights
    sums = np.where(counts == 0, 0.0, values * counts)
    keep = (time_s >= start_s) & (time_s < end_s) & ~np.isnan(sums)
    times, kept, counts = time_s[keep], sums[keep], counts[keep]
    length = end_s - start_s
    if len(kept) == 0:
        return Peak(None, min(WINDOW_S, length), 0, 0.0, start_s, end_s)
    # A sample tells of the second before it, or of what has passed since the last one if that is less.
    seen_s = 1.0 + float(np.minimum(np.diff(times), 1.0).sum())
    coverage = min(1.0, seen_s / max(1.0, float(np.floor(length))))
    if counts.sum() == 0:
        return Peak(None, min(WINDOW_S, length), len(kept), coverage, start_s, end_s)
    average = float(kept.sum() / counts.sum())
    if length <= WINDOW_S:
        return Peak(average, length, len(kept), coverage, start_s, end_s)
    totals, weight = (np.concatenate(([0.0], np.cumsum(column))) for column in (kept, counts))
    first = np.searchsorted(times, times - WINDOW_S, side="right")
    last = np.arange(1, len(times) + 1)
    # Windows count from the first full minute on, and when a gap leaves enough in them: one sample is no average.
    of_window = weight[last] - weight[first]
    full = (times - start_s >= WINDOW_S - 1.5) & (last - first >= LEAST_COVERAGE * WINDOW_S) & (of_window > 0)
    if not full.any():
        return Peak(average, WINDOW_S, len(kept), coverage, start_s, end_s)
    averages = (totals[last] - totals[first])[full] / of_window[full]
    highest = int(averages.argmax())
    ends_s = float(times[full][highest])
    return Peak(float(averages[highest]), WINDOW_S, len(kept), coverage, max(start_s, ends_s - WINDOW_S), ends_s)
