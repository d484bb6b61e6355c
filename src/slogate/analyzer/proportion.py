"""Exact bounds on a proportion (Clopper and Pearson, Biometrika 26, 1934), for a size that need not be whole.

The binomial tail is a regularised incomplete beta function, which is defined for real arguments too; that is what lets
an *effective* sample size be used.
"""

import math

from scipy import special  # and not scipy.stats, whose import takes longer than a judgement

_PRECISION = 1e-9
_MOST_SIZE = 1e7


def lower_bound(count: float, size: float, alpha: float) -> float:
    """The proportion below which `count` of `size` or more would be rarer than `alpha`; 0 when nothing was counted."""
    if size <= 0 or count <= 0:
        return 0.0
    return float(special.betaincinv(count, size - count + 1, alpha))


def upper_bound(count: float, size: float, alpha: float) -> float:
    """The proportion above which `count` of `size` or fewer would be rarer than `alpha`; 1 when all were counted, or
    none seen.
    """
    if size <= 0 or count >= size:
        return 1.0
    return float(special.betaincinv(count + 1, size - count, 1 - alpha))


def most_to_stay_below(proportion: float, size: float, alpha: float) -> float | None:
    """The largest count of `size` whose upper bound is still below `proportion`; None when not even 0 is (the size is
    too small).
    """
    if size <= 0 or upper_bound(0, size, alpha) >= proportion:
        return None
    return max(0.0, float(special.bdtrik(alpha, size, proportion)))  # where the tail up to the count has mass alpha


def fewest_to_be_above(proportion: float, size: float, alpha: float) -> float | None:
    """The smallest count of `size` whose lower bound is above `proportion`; None when not even all of them are."""
    if size <= 0 or lower_bound(size, size, alpha) <= proportion:
        return None
    count = float(special.bdtrik(1 - alpha, size, proportion)) + 1
    if count > 1:
        return min(size, count)
    low, high = 0.0, min(1.0, size)  # below one, where the binomial distribution has no counts but effective ones lie
    while high - low > _PRECISION:
        middle = (low + high) / 2
        low, high = (low, middle) if lower_bound(middle, size, alpha) > proportion else (middle, high)
    return high


def least_size(proportion: float, alpha: float) -> int:
    """How many independent observations without a single exceedance it takes to be sure: 299 for p99 at 95 %."""
    if proportion >= 1 - alpha:
        return 1
    return math.ceil(math.log(alpha) / math.log1p(-proportion))


def least_size_above(observed: float, proportion: float, alpha: float) -> float | None:
    """The size from which on the lower bound of this `observed` share is above `proportion`; None when the two are too
    close, or on the wrong side of each other, for any sensible size.
    """
    if observed <= proportion:
        return None
    high = 1.0
    while lower_bound(observed * high, high, alpha) <= proportion:
        high *= 2
        if high > _MOST_SIZE:
            return None
    low = 0.0
    while high - low > _PRECISION * high:
        middle = (low + high) / 2
        low, high = (low, middle) if lower_bound(observed * middle, middle, alpha) > proportion else (middle, high)
    return high
