"""How far each request, endpoint and stretch of time goes beyond what an objective on requests allows.

Each objective is a sum over its requests that must not be above zero: of a percentile, "slower than the limit" less the
share that may be; of an error rate, "failed" less the share that may; of a mean, the latency less the limit; of a
maximum, "slower than the limit". So the excess of any group of requests is its part of that sum, and groups add up.
"""

from dataclasses import dataclass

import numpy as np

from slogate.analyzer.early_end import NEVER_US
from slogate.analyzer.evidence import Bools, Floats, Ints, Outcome, Requests
from slogate.analyzer.grid import Grid, sums
from slogate.analyzer.quantile import exceeding
from slogate.slo.model import Objective


@dataclass(frozen=True)
class Excess:
    """The excess of one objective: in all, by endpoint and by bin.

    `broken` counts requests that break the limit by themselves, `requests` those that the objective is about; `spread`
    is the variance of one request's part. Sums are in the objective's own unit: requests, or milliseconds of a mean.
    """

    endpoint_sum: Floats
    endpoint_requests: Ints
    endpoint_broken: Ints
    bin_sum: Floats
    bin_requests: Ints
    bin_broken: Ints
    spread: float


def measure_excess(objective: Objective, rows: Requests, grid: Grid) -> Excess:
    """The excess of `objective`, which has a limit, over judged rows."""
    counted, broken, part = _parts(objective, rows)
    endpoint, place = rows.endpoint[counted], grid.places(rows.arrival_us[counted] / 1e6)
    kinds = len(rows.endpoints)
    return Excess(
        endpoint_sum=np.bincount(endpoint, part, kinds).astype(np.float64),
        endpoint_requests=np.bincount(endpoint, minlength=kinds),
        endpoint_broken=np.bincount(endpoint[broken], minlength=kinds),
        bin_sum=sums(place, part, grid),
        bin_requests=np.bincount(place, minlength=grid.count),
        bin_broken=np.bincount(place[broken], minlength=grid.count),
        spread=float(part.var()) if len(part) else 0.0,
    )


def _parts(objective: Objective, rows: Requests) -> tuple[Bools, Bools, Floats]:
    """Which rows count, and of those: which break the limit, and the part that each has in the sum."""
    limit = objective.limit
    assert limit is not None, "an objective on requests always has a limit"  # noqa: S101  # the grammar sees to it
    mine: Bools = np.ones(len(rows), np.bool_) if objective.subject is None else rows.on({objective.subject})
    if objective.metric == "errors":
        broken = rows.failed[mine]
        return mine, broken, broken.astype(np.float64) - limit.value
    timed_out = rows.outcome == Outcome.SLOW_TIMEOUT
    # A mean takes the time that was waited for a timeout; to all others it is slower than any limit.
    response = rows.response_us if objective.statistic == "mean" else np.where(timed_out, NEVER_US, rows.response_us)
    slow = exceeding(response, limit.value, strict=limit.strict)
    counted: Bools = mine & (~rows.failed | slow | timed_out)
    broken = slow[counted]
    if objective.statistic == "mean":
        return counted, broken, (response[counted] - limit.value) / 1000
    allowed = 0.0 if objective.quantile is None else 1 - objective.quantile
    return counted, broken, broken.astype(np.float64) - allowed
