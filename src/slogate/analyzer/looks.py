"""At what level to judge what may be judged more than once: after each further load of a page, until it is decided.

Who looks again whenever the answer is not clear yet errs more often than once looked at: each look has its own chance
to be wrong. So every look is made at a smaller level, the same for all (Pocock, Biometrika 64, 1977), and the largest
at which the chance to be wrong at *any* of them is still within alpha. That chance is computed exactly, for a binomial
count watched as it grows (Armitage, McPherson and Rowe, JRSS A 132, 1969), and on each side as if the other could not
end it. So the bound holds whatever makes the looking stop: this objective, another one on the same page, or
an interruption.
"""

from functools import lru_cache

import numpy as np
from scipy import special

from slogate.analyzer.evidence import Floats

_DIGITS = 12  # tails that differ by less are equal but for rounding, as those of a fair coin on both sides


@lru_cache
def level_of_each(share: float, least: int, most: int, alpha: float) -> float:
    """The level of each look after `least`, `least + 1`, ... `most` observations, when what is tested is whether the
    share (0..1) that breaks a limit is below or above `share`; `alpha` itself when there is one look.
    """
    if most <= least:
        return alpha
    size, count = np.arange(least, most + 1)[:, None], np.arange(most + 1)
    passing: Floats = special.bdtr(np.minimum(count, size), size, share)
    failing: Floats = np.where(count <= size, special.bdtrc(count - 1, size, share), 1.0)
    failing[:, 0] = 1.0
    tails = np.unique(np.round(np.concatenate([passing[passing < alpha], failing[failing < alpha]]), _DIGITS))
    levels = np.append((np.append(0.0, tails[:-1]) + tails) / 2, alpha)  # between the values that a tail can have

    def within(level: float) -> bool:
        """Whether looks at that level err seldom enough."""
        return max(_ever(passing < level, share, least), _ever(failing < level, share, least)) <= alpha

    low, high = 0, len(levels)  # at the lowest level nothing is ever decided
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if within(float(levels[middle])) else (low, middle)
    return float(levels[low])


def _ever(decided: np.ndarray, share: float, least: int) -> float:
    """The chance that a count which grows by one with probability `share` comes to be `decided[look, count]`."""
    open_ = np.zeros(decided.shape[1])
    open_[0] = 1.0
    ever = 0.0
    for size in range(1, least + len(decided)):
        open_[1:] = open_[1:] * (1 - share) + open_[:-1] * share
        open_[0] *= 1 - share
        if size >= least:
            ever += float(open_[decided[size - least]].sum())
            open_[decided[size - least]] = 0.0
    return ever
