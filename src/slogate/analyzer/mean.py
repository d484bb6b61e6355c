"""Is a mean below its limit? Student's t over the means of 30 contiguous batches, so that dependence between
neighbours is paid for.

Batch means: Law, Simulation Modeling and Analysis, section 9.5. The variance between batches is never taken smaller
than independent observations would give, as in `dependence.design_effect`.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy import special

from slogate.analyzer.dependence import BATCHES, batch_sums
from slogate.analyzer.evidence import Floats, Ints

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
    return mean_of(len(values), exact_sum(values), exact_sum(values, 2), *batch_sums(values), alpha)


def mean_of(n: int, total: int, squares: int, sums: Floats, sizes: Floats, alpha: float) -> MeanEstimate:
    """The mean of n values from their sum, the sum of their squares, and their `batch_sums`."""
    mean = total / n
    if n < LEAST:
        return MeanEstimate(mean, None, None, n, float(n))
    independent = (n * squares - total**2) / (n * n * (n - 1))  # of whole numbers, so that nothing is rounded before
    between = float(np.var(sums / sizes, ddof=1)) / len(sums)
    variance = max(independent, between)
    half = float(special.stdtrit(len(sums) - 1, 1 - alpha)) * variance**0.5
    effective = n if variance == 0 else n * independent / variance
    return MeanEstimate(mean, max(0.0, mean - half), mean + half, n, effective)


def exact_sum(values: Ints, power: Literal[1, 2] = 1) -> int:
    """The sum of whole numbers, or of their squares, which a machine's integer may not hold."""
    if len(values) == 0:
        return 0
    most = max(abs(int(values.min())), abs(int(values.max())))
    values = values.astype(np.int64, copy=False)  # products of narrower numbers would overflow
    if most**power * len(values) < 2**63:
        return int(values.sum() if power == 1 else np.dot(values, values))
    if most < 2**40 and len(values) < 2**22:  # in halves of 20 bits, whose products do not overflow
        high, low = values >> 20, values & (2**20 - 1)
        return (int(np.dot(high, high)) << 40) + (int(np.dot(high, low)) << 21) + int(np.dot(low, low))
    return sum(int(value) ** power for value in values.tolist())
