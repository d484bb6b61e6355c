"""By how much the later of two sets of numbers differ from the earlier, and within which bounds, whatever their
distribution: the median of all pairwise differences (Hodges and Lehmann, Annals of Mathematical Statistics 34, 1963).
"""

import math
from dataclasses import dataclass

import numpy as np
from scipy import special

from slogate.analyzer.evidence import Floats

_ALPHA = 0.05


@dataclass(frozen=True)
class LocationShift:
    """The later numbers minus the earlier ones, and the 95 % interval of it, in their units."""

    estimate: float
    low: float
    high: float


def location_shift(earlier: Floats, later: Floats) -> LocationShift:
    """The shift between two sets, at least one number each.

    The interval holds the differences that the test of Mann and Whitney does not reject, by its normal approximation
    (Hollander and Wolfe, Nonparametric Statistical Methods, 1999, 4.3): it lies between two ordered differences.
    """
    differences = np.sort((later[:, None] - earlier[None, :]).ravel())
    pairs = len(differences)
    half = -float(special.ndtri(_ALPHA / 2)) * math.sqrt(pairs * (len(earlier) + len(later) + 1) / 12)
    outside = max(0, math.floor(pairs / 2 - half) - 1)
    return LocationShift(
        float(np.median(differences)), float(differences[outside]), float(differences[pairs - 1 - outside])
    )
