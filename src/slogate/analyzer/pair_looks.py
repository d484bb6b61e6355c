"""What a look is worth at pairs of runs that are looked at after each further pair, until they are decided.

As in `looks`, every look is made at the same smaller level (Pocock, Biometrika 64, 1977). The t statistics of a growing
number of normal differences without a shift do not depend on their spread, so the law of the smallest p-value over all
looks can be drawn once. That is exact but for the error of the draw, also with few pairs, where tables that assume a
known spread promise too much. A p-value that takes this law into account is then corrected for the number of metrics
like any other: a level made for one metric would be too large for a fraction of it.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy import special

from slogate.analyzer.evidence import Floats

LEAST_PAIRS = 3
_DRAWS = 200_000  # 2.5 % is then known to 0.04 %
_SEED = 20261124


@dataclass(frozen=True)
class PairLooks:
    """Looks after `least`, `least + 1`, ... `most` pairs."""

    least: int
    most: int

    def p_value(self, of_look: float) -> float:
        """How often no shift would look as large as this at any look; `of_look` is the two-sided p-value of one."""
        smallest = _smallest(self.least, self.most)
        fewer = int(np.searchsorted(smallest, of_look / 2, side="right"))
        return min(1.0, 2 * (fewer + 1) / (len(smallest) + 1))

    def level(self, alpha: float) -> float:
        """The one-sided level of each look with which all of them together are wrong with probability `alpha`."""
        return float(np.quantile(_smallest(self.least, self.most), alpha))


@lru_cache
def _smallest(least: int, most: int) -> Floats:
    """The smallest one-sided p-value over the looks at each of many series without a shift, in order."""
    random = np.random.default_rng(_SEED)
    differences = random.standard_normal((_DRAWS, most))
    totals, squares = np.cumsum(differences, axis=1), np.cumsum(differences**2, axis=1)
    smallest = np.ones(_DRAWS)
    for pairs in range(least, most + 1):
        mean = totals[:, pairs - 1] / pairs
        variance = (squares[:, pairs - 1] - pairs * mean**2) / (pairs - 1)
        smallest = np.minimum(smallest, special.stdtr(pairs - 1, mean / np.sqrt(variance / pairs)))
    return np.sort(smallest)
