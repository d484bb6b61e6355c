"""Is a quantile below its limit, and between which values does it lie?

"p99 < T" says that the share of requests slower than T is below 1 %. So the number of requests slower than T is held
against an exact binomial bound (`proportion`), with the effective sample size (`dependence`). The interval in
milliseconds is the same test turned round: the limits T that would neither pass nor fail at this effective size, read
off the order statistics (Conover, Practical Nonparametric Statistics, section 3.2).
"""

import math
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
    rank = _rank(len(values), quantile)
    return float(np.partition(values, rank)[rank])


def exceeding(values: Ints | Floats, limit: float, *, strict: bool) -> Bools:
    """Which values break the limit: with `< limit` also those equal to it."""
    return values >= limit if strict else values > limit


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
    n = len(values)
    share = 1 - quantile
    slower = int(np.count_nonzero(exceeding(values, limit, strict=strict)))
    effective_slower = slower / n * size
    most = proportion.most_to_stay_below(share, size, alpha)
    fewest = proportion.fewest_to_be_above(share, size, alpha)
    ordered = np.sort(values)
    high = None if most is None else float(ordered[n - 1 - min(n - 1, math.floor(most / size * n + 1e-9))])
    low = None if fewest is None else float(ordered[max(0, n - math.ceil(fewest / size * n - 1e-9))])
    return QuantileTest(
        estimate=float(ordered[_rank(n, quantile)]),
        low=low,
        high=high if high is None or math.isfinite(high) else None,
        below=proportion.upper_bound(effective_slower, size, alpha) < share,
        above=proportion.lower_bound(effective_slower, size, alpha) > share,
        n=n,
        n_effective=size,
        exceedances=slower,
        needed=proportion.least_size(share, alpha),
    )


def _rank(n: int, quantile: float) -> int:
    # The small term keeps 0.99 * 100 = 99.00000000000001 from becoming rank 100.
    return max(0, math.ceil(quantile * n - 1e-9) - 1)
