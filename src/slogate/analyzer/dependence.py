"""How much independent evidence is in a series of dependent observations.

Requests of one run share queues, caches and stalls, so n of them say less than n independent ones. The *design effect*
is how many times too large n is: the variance of batch means over what independence would give (Kish, Survey Sampling,
1965; batch means as in Schmeiser, Batch Size Effects in the Analysis of Simulation Output, Operations Research 30(3),
1982).
"""

from collections.abc import Iterable, Sequence

import numpy as np
from scipy import special

from slogate.analyzer.evidence import Bools, Floats, Ints

BATCHES = 30
_SMALLEST_BATCH = 2


def batch_sums(values: Bools | Floats | Ints) -> tuple[Floats, Floats]:
    """Sums and sizes of up to 30 contiguous batches of as equal a size as can be; none where there are fewer than 4
    values.
    """
    batches = min(BATCHES, len(values) // _SMALLEST_BATCH)
    if batches < 2:
        return np.empty(0), np.empty(0)
    edges = np.linspace(0, len(values), batches + 1).astype(np.int64)
    return np.add.reduceat(values, edges[:-1], dtype=np.float64), np.diff(edges).astype(np.float64)


def design_effect(indicators: Iterable[Bools]) -> float:
    """The largest design effect over several 0/1 series of the same observations in time order, and at least 1.

    A rare indicator alone hides the dependence that bulk indicators show (simulated: 25 to 29 % false verdicts on a
    queue), so callers pass indicators at the median and in the tail. A constant series says nothing and is skipped.
    """
    effects = [1.0]
    for indicator in indicators:
        sums, sizes = batch_sums(indicator)
        if len(sums) == 0:
            continue
        share = sums.sum() / sizes.sum()
        if 0 < share < 1:
            variance = float(np.var(sums / sizes, ddof=1))
            effects.append(variance * float(sizes.mean()) / (share * (1 - share)))
    return max(effects)


def effective_size(n: int, effect: float, alpha: float) -> float:
    """n observations with a design effect that was itself estimated from batches: n / effect * (z / t)^2."""
    batches = min(BATCHES, n // _SMALLEST_BATCH)
    return 0.0 if batches < 2 else n / effect * guard(batches, alpha)


def guard(batches: int, alpha: float) -> float:
    """What not knowing the variance costs: (z / t)^2, by which an effective size is multiplied.

    z and t are the 1 - alpha quantiles of the normal and of Student's distribution with one degree of freedom fewer
    than there are batches, of which there must be two.
    """
    return float(special.ndtri(1 - alpha) / special.stdtrit(batches - 1, 1 - alpha)) ** 2


def latency_indicators(
    latencies: Ints, limit: float | None = None, at: Sequence[float] = (0.5, 0.9, 0.99)
) -> list[Bools]:
    """The 0/1 series "x or slower" and "slower than x" at the median, p90, p99 and the limit.

    The two differ where many latencies are equal: then one of them may be constant, and say nothing.
    """
    if len(latencies) == 0:
        return []
    ranks = sorted({min(len(latencies) - 1, int(q * len(latencies))) for q in at})
    ordered = np.partition(latencies, ranks)
    thresholds = [float(ordered[rank]) for rank in ranks]
    if limit is not None:
        thresholds.append(limit)
    return [slower for x in thresholds for slower in (latencies >= x, latencies > x)]
