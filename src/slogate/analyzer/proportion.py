"""Exact bounds on a proportion (Clopper and Pearson, Biometrika 26, 1934), for a size that need not be whole.

The binomial tail is a regularised incomplete beta function, which is defined for real arguments too; that is what lets
an *effective* sample size be used.
"""

import math
from collections.abc import Callable

from scipy import optimize, stats


def lower_bound(count: float, size: float, alpha: float) -> float:
    """The proportion below which `count` of `size` or more would be rarer than `alpha`; 0 when nothing was counted."""
    if size <= 0 or count <= 0:
        return 0.0
    return float(stats.beta.ppf(alpha, count, size - count + 1))


def upper_bound(count: float, size: float, alpha: float) -> float:
    """The proportion above which `count` of `size` or fewer would be rarer than `alpha`; 1 when all were counted, or
    none seen.
    """
    if size <= 0 or count >= size:
        return 1.0
    return float(stats.beta.ppf(1 - alpha, count + 1, size - count))


def most_to_stay_below(proportion: float, size: float, alpha: float) -> float | None:
    """The largest count of `size` whose upper bound is still below `proportion`; None when not even 0 is (the size is
    too small).
    """
    if size <= 0 or upper_bound(0, size, alpha) >= proportion:
        return None
    return _crossing(lambda count: upper_bound(count, size, alpha) - proportion, 0.0, proportion * size)


def fewest_to_be_above(proportion: float, size: float, alpha: float) -> float | None:
    """The smallest count of `size` whose lower bound is above `proportion`; None when not even all of them are."""
    if size <= 0 or lower_bound(size, size, alpha) <= proportion:
        return None
    return _crossing(lambda count: lower_bound(count, size, alpha) - proportion, proportion * size, size)


def least_size(proportion: float, alpha: float) -> int:
    """How many independent observations without a single exceedance it takes to be sure: 299 for p99 at 95 %."""
    if proportion >= 1 - alpha:
        return 1
    return math.ceil(math.log(alpha) / math.log1p(-proportion))


def _crossing(function: Callable[[float], float], low: float, high: float) -> float:
    if function(low) >= 0 or function(high) <= 0:
        return low if abs(function(low)) < abs(function(high)) else high
    return float(optimize.brentq(function, low, high, xtol=1e-6))
