"""Is a quantile below its limit, and between which values does it lie?

"p99 < T" says that the share of requests slower than T is below 1 %. So the number of requests slower than T is held
against an exact binomial bound (`proportion`), with the effective sample size (`dependence`). The interval in
milliseconds is the same test turned round: the limits T that would neither pass nor fail at this effective size, read
off the order statistics (Conover, Practical Nonparametric Statistics, section 3.2).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from slogate.analyzer import proportion
from slogate.analyzer.dependence import design_effect, effective_size, latency_indicators
from slogate.analyzer.evidence import Bools, Floats, Ints


@dataclass(frozen=True)
class QuantileTest:
    """The outcome of testing `quantile < limit` on n observations.

    `below` and `above` say whether the whole interval lies on one side of the limit; both False is inconclusive. `low`
    and `high` bound the quantile in the unit of the data, None where the data cannot bound it. `needed` is the
    effective size that a pass takes at least.
    """

    estimate: float
    low: float | None
    high: float | None
    below: bool
    above: bool
    n: int
    n_effective: float
    exceedances: int
    needed: int


def order_statistic(values: Ints | Floats, quantile: float) -> float:
    """The exact sample quantile: the smallest value with at least `quantile` of the data at or below it
    (inverted_cdf).
    """
    rank = rank_of(len(values), quantile)
    return float(np.partition(values, rank)[rank])


def exceeding(values: Ints | Floats, limit: float, *, strict: bool) -> Bools:
    """Which values break the limit: with `< limit` also those equal to it."""
    return values >= limit if strict else values > limit


def least_exceeding(limit: float, *, strict: bool) -> int:
    """The least whole number that breaks the limit."""
    return math.ceil(limit) if strict else math.floor(limit) + 1


def check_latency(latencies: Ints, quantile: float, limit: float, *, strict: bool, alpha: float) -> QuantileTest:
    """Tests latencies (in time order, at least one) whose neighbours may depend on each other."""
    effect = design_effect(latency_indicators(latencies, limit))
    return _check(latencies, quantile, limit, strict, alpha, effective_size(len(latencies), effect, alpha))


def check_independent(values: Floats, quantile: float, limit: float, *, strict: bool, alpha: float) -> QuantileTest:
    """Tests independent values such as page loads; +inf stands for "not reached", slower than any limit."""
    return _check(values, quantile, limit, strict, alpha, float(len(values)))


def _check(
    values: Ints | Floats, quantile: float, limit: float, strict: bool, alpha: float, size: float
) -> QuantileTest:
    slower = int(np.count_nonzero(exceeding(values, limit, strict=strict)))
    ordered = np.sort(values)
    found = [None if rank is None else float(ordered[rank]) for rank in ranks_of(len(values), quantile, size, alpha)]
    return tested(len(values), slower, found, quantile, size, alpha)


def ranks_of(n: int, quantile: float, size: float, alpha: float) -> tuple[int, int | None, int | None]:
    """The ranks, from 0, of the estimate and of its lower and upper bound among n values worth `size`; None for a bound
    that does not exist.
    """
    share = 1 - quantile
    most = proportion.most_to_stay_below(share, size, alpha)
    fewest = proportion.fewest_to_be_above(share, size, alpha)
    high = None if most is None else n - 1 - min(n - 1, math.floor(most / size * n + 1e-9))
    low = None if fewest is None else max(0, n - math.ceil(fewest / size * n - 1e-9))
    return rank_of(n, quantile), low, high


def tested(
    n: int, slower: int, found: Sequence[float | None], quantile: float, size: float, alpha: float
) -> QuantileTest:
    """The outcome for n values worth `size`, of which so many break the limit; `found` are those of `ranks_of`."""
    share = 1 - quantile
    effective_slower = slower / n * size
    estimate, low, high = found
    assert estimate is not None  # noqa: S101  # at least one value has a quantile
    return QuantileTest(
        estimate=estimate,
        low=low,
        high=high if high is None or math.isfinite(high) else None,
        below=proportion.upper_bound(effective_slower, size, alpha) < share,
        above=proportion.lower_bound(effective_slower, size, alpha) > share,
        n=n,
        n_effective=size,
        exceedances=slower,
        needed=proportion.least_size(share, alpha),
    )


def rank_of(n: int, quantile: float) -> int:
    """The rank, from 0, of a quantile of n values."""
    # The small term keeps 0.99 * 100 = 99.00000000000001 from becoming rank 100.
    return max(0, math.ceil(quantile * n - 1e-9) - 1)
