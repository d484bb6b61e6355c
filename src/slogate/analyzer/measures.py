"""What of a run is held against another: one number a metric, or why there is none.

What slo.yaml has an objective on enters with the estimate of its verdict, judged for every run by the same file; so a
run that is not judgeable has no number, and what counts as a request is the same for all. Endpoints and pages have
further metrics of their own, which are told and decide nothing.
"""

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from slogate.analyzer.capacity import fault_of_generator
from slogate.analyzer.early_end import NEVER_US
from slogate.analyzer.evidence import Bools, Evidence, Ints, Outcome, RequestStream
from slogate.analyzer.finding import Severity
from slogate.analyzer.measure import (
    ZERO,
    Family,
    Measure,
    Number,
    comparable,
    measure,
    number_of,
    of_result,
    variance_of_share,
)
from slogate.analyzer.page_loads import loads_of
from slogate.analyzer.passes.groups import Group, Tally, split, tallies
from slogate.analyzer.passes.part import Part, Which
from slogate.analyzer.passes.stream import Passes, answer, together
from slogate.analyzer.passes.values import sorted_values
from slogate.analyzer.quantile import order_statistic
from slogate.analyzer.verdict import Verdict
from slogate.analyzer.web import METRICS
from slogate.analyzer.web.facts import LoadOutcome, PageLoad
from slogate.slo.model import Area, Slo

QUANTILES = (
    *(0.01, 0.02, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9),
    *(0.925, 0.95, 0.96, 0.97, 0.98, 0.99, 0.995, 0.999),
)
_LEAST_BEYOND = 5  # requests beyond a quantile, on its thinner side: of fewer it is nearly the largest or the smallest
_LEAST_OF_ENDPOINT = 30
_OF_ENDPOINT = (0.5, 0.95, 0.99)


@dataclass(frozen=True)
class RunMeasures:
    """A run by its name. `quantiles_ms` belong to `QUANTILES` and are of all judged requests; None where there are too
    few beyond one. `fault` tells what of the generator's own doing keeps the run from speaking for the target.
    """

    run: str
    numbers: Mapping[Measure, Number]
    quantiles_ms: tuple[float | None, ...]
    fault: str = ""


def measures_of(run: str, slo: Slo, evidence: Evidence, verdict: Verdict) -> RunMeasures:
    """Everything of a run that can be compared. `verdict` is by the same `slo` for all runs."""
    numbers = {
        of_result(result): number_of(result)
        for result in verdict.objectives
        if result.limit is not None and result.unit != "change"
    }
    errors = [item for item in verdict.findings if item.severity is Severity.ERROR and item.subject is None]
    broken = {finding.area for finding in errors}
    rows = evidence.requests
    quantiles: tuple[float | None, ...] = (None,) * len(QUANTILES)
    if rows is not None and Area.API not in broken:
        found = answer(rows, _of_requests(rows, Which(None, frozenset(slo.ignored_endpoints()))))
        numbers |= _endpoints(found, numbers)
        numbers |= _throughput(sum(rows.n for rows in found.endpoints.values()), evidence)
        quantiles = _quantiles(found.latencies)
    if Area.WEB not in broken:
        numbers |= _pages(evidence, numbers)
    fault = fault_of_generator(verdict.findings)
    return RunMeasures(run, numbers, quantiles, "" if fault is None else fault.message)


@dataclass(frozen=True)
class _OfRequests:
    """The judged requests of each endpoint, their latencies, and all latencies. Latencies are the response times of the
    requests that ended as expected; a timeout is slower than any.
    """

    endpoints: Mapping[str, Tally]
    latencies_of: Mapping[str, Tally]
    latencies: Tally | None


def _of_requests(rows: RequestStream, which: Which) -> Passes[_OfRequests]:
    def by_endpoint(part: Part) -> Mapping[int, Group]:
        chosen = np.flatnonzero(part.chosen(which))
        return split(part.response_us[chosen], part.rows.failed[chosen], part.rows.endpoint[chosen])

    def latencies(part: Part) -> tuple[Ints, Bools, Ints]:
        timeout = part.rows.outcome == Outcome.SLOW_TIMEOUT
        counted = np.flatnonzero(part.chosen(which) & (~part.rows.failed | timeout))
        response_us = np.where(timeout, NEVER_US, part.response_us)
        return response_us[counted], timeout[counted], part.rows.endpoint[counted]

    def latencies_by_endpoint(part: Part) -> Mapping[int, Group]:
        return split(*latencies(part))

    def all_latencies(part: Part) -> Mapping[int, Group]:
        response_us, failed, _ = latencies(part)
        return {0: Group(sorted_values(response_us), int(np.count_nonzero(failed)))} if len(response_us) else {}

    of_each, latencies_of_each, of_all = yield from together(
        [tallies(by_endpoint, ()), tallies(latencies_by_endpoint, _OF_ENDPOINT), tallies(all_latencies, QUANTILES)]
    )
    return _OfRequests(
        {rows.endpoints[key]: tally for key, tally in of_each.items()},
        {rows.endpoints[key]: tally for key, tally in latencies_of_each.items()},
        of_all.get(0),
    )


def _endpoints(found: _OfRequests, known: Mapping[Measure, Number]) -> Iterator[tuple[Measure, Number]]:
    taken = {item.id for item in known}
    for name, rows in found.endpoints.items():
        if rows.n < _LEAST_OF_ENDPOINT:
            continue
        latencies = found.latencies_of.get(name)
        if latencies is not None:
            for quantile, value_us in zip(_OF_ENDPOINT, latencies.at, strict=True):
                statistic = f"p{100 * quantile:.0f}"
                key = f"api[{name}].latency.{statistic}"
                if key not in taken and latencies.n * (1 - quantile) >= _LEAST_BEYOND:
                    timed = _timed(_ms(value_us))
                    yield measure(Family.ENDPOINTS, Area.API, key, "latency", statistic, name, "ms"), timed
        key = f"api[{name}].errors"
        if key not in taken:
            share = rows.failed / rows.n
            number = Number(share, sampling_variance=variance_of_share(share, rows.n, "errors"))
            yield measure(Family.ENDPOINTS, Area.API, key, "errors", "rate", name, "ratio"), number


def _ms(value_us: int) -> float:
    return math.inf if value_us >= NEVER_US else value_us / 1000


def _timed(value_ms: float) -> Number:
    if value_ms == math.inf:
        return Number(None, "so many requests timed out that it has no value")
    return Number(value_ms) if value_ms > 0 else Number(None, ZERO)


def _throughput(requests: int, evidence: Evidence) -> Iterator[tuple[Measure, Number]]:
    """Requests a second. An open load makes as many whatever the target does, so they have no direction."""
    phase = evidence.judged_phase()
    if phase is not None and phase.seconds > 0:
        made = Measure(
            "api.throughput", Family.INFORMATION, Area.API, "throughput", "rate", None, "count", directed=False
        )
        yield made, Number(requests / phase.seconds)


def _pages(evidence: Evidence, known: Mapping[Measure, Number]) -> Iterator[tuple[Measure, Number]]:
    taken = {item.id for item in known}
    for page, condition in itertools.product(evidence.planned_pages, evidence.conditions):
        loads = loads_of(evidence, page, condition).judged
        suffix = "[loaded]" if condition == "loaded" else ""
        if not loads or any(load.outcome is not LoadOutcome.OK for load in loads):
            continue
        for metric in METRICS.values():
            key = f"web[{page}].{metric.name}{suffix}"
            median = None if key in taken else _median(loads, metric.name)
            if median is not None:
                of_page = measure(Family.PAGES, Area.WEB, key, metric.name, "median", page, metric.unit)
                yield of_page, comparable(of_page, Number(median))


def _median(loads: Sequence[PageLoad], metric: str) -> float | None:
    """Of the loads of a page; None where one of them has no value."""
    values = [METRICS[metric].measure(load).value for load in loads]
    known = np.array([value for value in values if value is not None])
    return order_statistic(known, 0.5) if len(known) == len(values) else None


def _quantiles(latencies: Tally | None) -> tuple[float | None, ...]:
    if latencies is None:
        return (None,) * len(QUANTILES)
    return tuple(
        None if latencies.n * min(quantile, 1 - quantile) < _LEAST_BEYOND else _finite(_ms(value_us))
        for quantile, value_us in zip(QUANTILES, latencies.at, strict=True)
    )


def _finite(value: float) -> float | None:
    return value if 0 < value < math.inf else None
