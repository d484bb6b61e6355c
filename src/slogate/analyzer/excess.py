"""How far each request, endpoint and stretch of time goes beyond what an objective on requests allows.

Each objective is a sum over its requests that must not be above zero: of a percentile, "slower than the limit" less the
share that may be; of an error rate, "failed" less the share that may; of a mean, the latency less the limit; of a
maximum, "slower than the limit". So the excess of any group of requests is its part of that sum, and groups add up.
"""

from dataclasses import dataclass

import numpy as np

from slogate.analyzer.evidence import Bools, Floats, Ints, Outcome, Requests
from slogate.analyzer.grid import Grid
from slogate.analyzer.quantile import exceeding
from slogate.slo.grammar import Limit
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


@dataclass(frozen=True)
class Cells:
    """What the excess of any objective is made of, worked out once for all of them: which rows are judged, response
    times, and for each row a number that stands for its endpoint and its bin.
    """

    rows: Requests
    judged: Bools
    grid: Grid
    response_us: Ints
    cell: Ints

    def sums(self, chosen: Bools, values: Floats | None = None) -> Floats:
        """Counts of the chosen rows, or sums of their values: one row an endpoint, one column a bin."""
        whole = bool(chosen.all())  # and then nothing need be copied
        cell = self.cell if whole else self.cell[chosen]
        weights = values if whole or values is None else values[chosen]
        shape = (len(self.rows.endpoints), self.grid.count)
        return np.bincount(cell, weights, shape[0] * shape[1]).astype(np.float64).reshape(shape)


def cells_of(rows: Requests, judged: Bools, grid: Grid) -> Cells:
    """The cells of rows, of which those that are `judged` lie in the grid. No row is copied: there may be millions."""
    arrival_us = rows.arrival_us
    response_us = rows.started_us - arrival_us + rows.latency_us
    return Cells(rows, judged, grid, response_us, rows.endpoint * grid.count + grid.places(arrival_us / 1e6))


@dataclass(frozen=True)
class Sums:
    """What the excess of one objective comes from, by endpoint and bin: how many requests it is about, how many break
    its limit, and their response times in ms; and the sum of the squares of those. Sums of stretches of time add up.
    """

    requests: Floats
    broken: Floats
    total_ms: Floats
    squares: float

    def __add__(self, other: "Sums") -> "Sums":
        return Sums(
            self.requests + other.requests,
            self.broken + other.broken,
            self.total_ms + other.total_ms,
            self.squares + other.squares,
        )


def sums_of(objective: Objective, cells: Cells) -> Sums:
    """The sums of `objective`, which has a limit, over the judged rows."""
    counted, broken = _counted(objective, _limit(objective), cells)
    response_ms = cells.response_us / 1000
    return Sums(
        cells.sums(counted),
        cells.sums(broken),
        cells.sums(counted, response_ms),
        float(np.sum(np.square(response_ms), where=counted)),
    )


def excess_of(objective: Objective, sums: Sums) -> Excess:
    """The excess of `objective` by its sums."""
    limit, requests, over = _limit(objective), sums.requests, sums.broken
    n = max(1.0, float(requests.sum()))
    if objective.statistic == "mean":
        beyond = sums.total_ms - limit.value / 1000 * requests
        spread = max(0.0, sums.squares / n - (float(sums.total_ms.sum()) / n) ** 2)
    else:
        share = float(over.sum()) / n
        beyond, spread = over - _allowed(objective, limit) * requests, share * (1 - share)
    return Excess(
        endpoint_sum=beyond.sum(axis=1),
        endpoint_requests=requests.sum(axis=1).astype(np.int64),
        endpoint_broken=over.sum(axis=1).astype(np.int64),
        bin_sum=beyond.sum(axis=0),
        bin_requests=requests.sum(axis=0).astype(np.int64),
        bin_broken=over.sum(axis=0).astype(np.int64),
        spread=spread,
    )


def _limit(objective: Objective) -> Limit:
    assert objective.limit is not None, "an objective on requests always has one"  # noqa: S101  # the grammar sees to it
    return objective.limit


def _counted(objective: Objective, limit: Limit, cells: Cells) -> tuple[Bools, Bools]:
    """Which rows an objective is about, and which of them break its limit."""
    rows = cells.rows
    mine = cells.judged if objective.subject is None else cells.judged & rows.on({objective.subject})
    if objective.metric == "errors":
        return mine, mine & rows.failed
    timed_out = rows.outcome == Outcome.SLOW_TIMEOUT
    slow = exceeding(cells.response_us, limit.value, strict=limit.strict)
    if objective.statistic != "mean":  # which takes the time that was waited; to all others none is slower
        slow |= timed_out
    counted: Bools = mine & (~rows.failed | slow | timed_out)
    return counted, counted & slow


def _allowed(objective: Objective, limit: Limit) -> float:
    """The share of requests that may break the limit."""
    if objective.metric == "errors":
        return limit.value
    return 0.0 if objective.quantile is None else 1 - objective.quantile
