"""Is a mean below its limit? Student's t over the means of 30 contiguous batches, so that dependence between
neighbours is paid for.

Batch means: Law, Simulation Modeling and Analysis, section 9.5. The variance between batches is never taken smaller
than independent observations would give, as in `dependence.design_effect`.
"""

from dataclasses import dataclass

import numpy as np
from scipy import special

from slogate.analyzer.dependence import BATCHES, batch_sums
from slogate.analyzer.evidence import Ints

LEAST = 2 * BATCHES


@dataclass(frozen=True)
class MeanEstimate:
    """The mean of n values with its two-sided interval (alpha on each side); None bounds when n is below 60."""

    estimate: float
    low: float | None
    high: float | None
    n: int
    n_effective: float


def estimate_mean(values: Ints, alpha: float) -> MeanEstimate:
    """The mean of `values` (time order, at least one), in their unit."""
    n = len(values)
    mean = float(np.mean(values))
    if n < LEAST:
        return MeanEstimate(mean, None, None, n, float(n))
    sums, sizes = batch_sums(values)
    independent = float(np.var(values, ddof=1)) / n
    between = float(np.var(sums / sizes, ddof=1)) / len(sums)
    variance = max(independent, between)
    half = float(special.stdtrit(len(sums) - 1, 1 - alpha)) * variance**0.5
    effective = n if variance == 0 else n * independent / variance
    return MeanEstimate(mean, max(0.0, mean - half), mean + half, n, effective)
