"""All percentiles of latency as a curve that gives the tail its room: each tenth of what is left is as wide."""

import math

import numpy as np

from slogate.analyzer.evidence import Floats, Ints

_POINTS_A_DECADE = 24

Curve = tuple[tuple[float, float], ...]


def percentile_curve(latencies: Ints | Floats) -> Curve:
    """Exact order statistics at even steps of log10(1 / (1 - p)): pairs of that number, which is 1 at p90 and 2 at p99,
    and the latency, in the unit of the data. The last one is the maximum, at p = 1 - 1/n. Empty without data.
    """
    n = len(latencies)
    if n == 0:
        return ()
    last = math.log10(n)
    steps = np.linspace(0, last, max(2, math.ceil(last * _POINTS_A_DECADE) + 1)) if n > 1 else np.zeros(1)
    # The rank of the inverted_cdf quantile, as in `quantile`; rounding keeps 0.99 * 100 from becoming rank 100.
    ranks = np.clip(np.ceil(np.round((1 - 10**-steps) * n, 6)).astype(np.int64) - 1, 0, n - 1)
    ranks[-1] = n - 1
    ordered = np.partition(latencies, np.unique(ranks))
    return tuple(zip(steps.tolist(), ordered[ranks].astype(np.float64).tolist(), strict=True))
