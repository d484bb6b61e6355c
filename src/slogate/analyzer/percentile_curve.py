"""All percentiles of latency as a curve that gives the tail its room: each tenth of what is left is as wide."""

import math

import numpy as np

from slogate.analyzer.evidence import Ints
from slogate.analyzer.passes.buckets import span_of

_POINTS_A_DECADE = 24

Curve = tuple[tuple[float, float], ...]


def curve_of(counts: Ints, worst_us: int) -> Curve:
    """Order statistics at even steps of log10(1 / (1 - p)): pairs of that number, which is 1 at p90 and 2 at p99, and
    the latency in ms. The last one is the maximum, `worst_us`, at p = 1 - 1/n. Empty without data.

    They come from a histogram in microseconds, `counts` by the buckets of `passes.buckets`, and so are off by half a
    bucket at most, 0.4 %: for a picture, where an objective's own percentile is exact.
    """
    n = int(counts.sum())
    if n == 0:
        return ()
    last = math.log10(n)
    steps = np.linspace(0, last, max(2, math.ceil(last * _POINTS_A_DECADE) + 1)) if n > 1 else np.zeros(1)
    # The rank of the inverted_cdf quantile, as in `quantile`; rounding keeps 0.99 * 100 from becoming rank 100.
    ranks = np.clip(np.ceil(np.round((1 - 10**-steps) * n, 6)).astype(np.int64) - 1, 0, n - 1)
    found = np.searchsorted(np.cumsum(counts), ranks[:-1], side="right")
    values_us = [min(_middle_us(bucket), worst_us) for bucket in found.tolist()]
    return tuple((step, value_us / 1000) for step, value_us in zip(steps.tolist(), [*values_us, worst_us], strict=True))


def _middle_us(bucket: int) -> float:
    """The middle of the whole numbers in a bucket; of those that are not positive, 0."""
    low, above = span_of(bucket)
    return (low + above - 1) / 2 if bucket else 0.0
