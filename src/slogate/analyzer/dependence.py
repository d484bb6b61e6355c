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
_AT = (0.5, 0.9, 0.99)


def batch_sums(values: Bools | Floats | Ints) -> tuple[Floats, Floats]:
    """Sums and sizes of up to 30 contiguous batches of as equal a size as can be; none where there are fewer than 4
    values.
    """
    edges = batch_edges(len(values))
    if len(edges) == 0:
        return np.empty(0), np.empty(0)
    return np.add.reduceat(values, edges[:-1], dtype=np.float64), np.diff(edges).astype(np.float64)


def batch_edges(n: int) -> Ints:
    """Where the batches of n values begin, and the last one ends; empty where there are fewer than 4 values."""
    batches = min(BATCHES, n // _SMALLEST_BATCH)
    return np.linspace(0, n, batches + 1 if batches >= 2 else 0).astype(np.int64)


def design_effect(indicators: Iterable[Bools]) -> float:
    """The largest design effect over several 0/1 series of the same observations in time order, and at least 1.

    A rare indicator alone hides the dependence that bulk indicators show (simulated: 25 to 29 % false verdicts on a
    queue), so callers pass indicators at the median and in the tail. A constant series says nothing and is skipped.
    """
    return max((effect_of(*batch_sums(indicator)) for indicator in indicators), default=1.0)


def effect_of(sums: Floats, sizes: Floats) -> float:
    """The design effect of one 0/1 series from the `batch_sums` of it, at least 1."""
    share = sums.sum() / sizes.sum() if len(sums) else 0.0
    if not 0 < share < 1:
        return 1.0
    variance = float(np.var(sums / sizes, ddof=1))
    return max(1.0, variance * float(sizes.mean()) / (share * (1 - share)))


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


def latency_indicators(latencies: Ints, limit: float | None = None, at: Sequence[float] = _AT) -> list[Bools]:
    """The 0/1 series "x or slower" and "slower than x" at the median, p90, p99 and the limit.

    The two differ where many latencies are equal: then one of them may be constant, and say nothing.
    """
    if len(latencies) == 0:
        return []
    ranks = indicator_ranks(len(latencies), at)
    ordered = np.partition(latencies, ranks)
    thresholds = [float(ordered[rank]) for rank in ranks]
    if limit is not None:
        thresholds.append(limit)
    return [slower for x in thresholds for slower in (latencies >= x, latencies > x)]


def indicator_ranks(n: int, at: Sequence[float] = _AT) -> list[int]:
    """The ranks, from 0, of the latencies that `latency_indicators` takes."""
    return sorted({min(n - 1, int(q * n)) for q in at})
