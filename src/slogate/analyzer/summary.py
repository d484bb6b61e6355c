"""What a report shows beside the verdict: the course of the run over time, each endpoint, each page.

Estimates only; nothing is judged.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from slogate.analyzer.evidence import Evidence, Ints, Phase, RequestStream
from slogate.analyzer.host_course import HostCourse, host_course
from slogate.analyzer.marks import Mark, since
from slogate.analyzer.page_loads import loads_of
from slogate.analyzer.passes.groups import Group, Tally, split, split_by_time, tallies
from slogate.analyzer.passes.part import Part, Which
from slogate.analyzer.passes.ranks import Spread
from slogate.analyzer.passes.series import Everything
from slogate.analyzer.passes.stream import Passes, answer, both, together
from slogate.analyzer.passes.values import sorted_values
from slogate.analyzer.percentile_curve import Curve, curve_of
from slogate.analyzer.web import METRICS
from slogate.analyzer.web.facts import PageLoad
from slogate.analyzer.worst_load import worst_load
from slogate.slo.conditions import Condition

_MOST_BUCKETS = 120
_QUANTILES = (0.5, 0.95, 0.99)
_JUDGED = Which()


@dataclass(frozen=True)
class Bucket:
    """A stretch of the load: what arrived in it. Latencies are response times in ms, None where nothing arrived."""

    start_s: float
    seconds: float
    judged: bool
    requests: int
    failed: int
    p50_ms: float | None
    p95_ms: float | None
    p99_ms: float | None
    worst_ms: float | None


@dataclass(frozen=True)
class EndpointSummary:
    """One endpoint over the judged phase, all its requests whatever their outcome; latencies in ms."""

    name: str
    requests: int
    failed: int
    mean_ms: float
    p50_ms: float
    p95_ms: float
    p99_ms: float
    worst_ms: float


@dataclass(frozen=True)
class PageSummary:
    """The loads of one page under one condition, in order: each metric in its unit, None where a load has none.

    The last of them, `outlasting` ones, were not over when the load was, and are not judged. `worst` is one of those
    that are; `filmed` are the metrics of the load that was made for its pictures, and is not judged.
    """

    name: str
    when: Condition
    loads: tuple[PageLoad, ...]
    outlasting: int
    metrics: dict[str, tuple[float | None, ...]]
    worst: PageLoad | None = None
    filmed: dict[str, float | None] | None = None

    def metrics_of(self, load: PageLoad) -> dict[str, float | None]:
        """The metrics of one of the loads."""
        return {name: values[self.loads.index(load)] for name, values in self.metrics.items()}


@dataclass(frozen=True)
class Summary:
    """Everything beside the verdict; `curve` are all percentiles of the judged requests, in ms, and `marks` those in
    the load.
    """

    timeline: tuple[Bucket, ...]
    overall: EndpointSummary | None
    endpoints: tuple[EndpointSummary, ...]
    pages: tuple[PageSummary, ...]
    host: HostCourse
    judged_requests: int
    judged_seconds: float
    curve: Curve
    marks: tuple[Mark, ...] = ()


def summarise(evidence: Evidence, filmed: Mapping[tuple[str, Condition], PageLoad] = MappingProxyType({})) -> Summary:
    """The summary of a run; `filmed` are the evidence loads by page and condition, where there are any."""
    rows = evidence.requests
    phases = [phase for phase in evidence.phases if phase.name in Phase.OF_LOAD]
    phase = evidence.judged_phase()
    found = _OfRequests() if rows is None else answer(rows, _of_requests(rows, phases))
    return Summary(
        timeline=found.timeline,
        overall=found.overall,
        endpoints=found.endpoints,
        pages=tuple(
            _page(name, when, evidence, filmed.get((name, when)))
            for name in evidence.planned_pages
            for when in evidence.conditions
        ),
        host=host_course(evidence.host, evidence.generators, phases[0].start_s, phases[-1].end_s, evidence.processes)
        if phases
        else HostCourse(),
        judged_requests=found.judged,
        judged_seconds=phase.seconds if phase is not None else 0.0,
        curve=found.curve,
        marks=_marks(evidence, phases),
    )


def _marks(evidence: Evidence, phases: list[Phase]) -> tuple[Mark, ...]:
    if not phases:
        return ()
    start_s, end_s = phases[0].start_s, phases[-1].end_s
    return since((mark for mark in evidence.marks if start_s <= mark.at_s <= end_s), start_s)


@dataclass(frozen=True)
class _Stretches:
    """The buckets of the timeline: `count` of them, each `width_s` long but for the last."""

    start_s: float
    end_s: float
    width_s: float
    count: int
    judged_from_s: float

    def of(self, arrival_us: Ints) -> Ints:
        """The bucket of each arrival; one that is before or after all has a number that none of them has."""
        positions: Ints = np.floor((arrival_us / 1e6 - self.start_s) / self.width_s).astype(np.int64)
        return positions

    def bucket(self, index: int, tally: Tally | None) -> Bucket:
        """One of them, with what arrived in it."""
        p50_ms, p95_ms, p99_ms = (None, None, None) if tally is None else (value / 1000 for value in tally.at)
        return Bucket(
            start_s=index * self.width_s,
            seconds=min(self.width_s, self.end_s - self.start_s - index * self.width_s),
            judged=self.start_s + (index + 0.5) * self.width_s >= self.judged_from_s,
            requests=0 if tally is None else tally.n,
            failed=0 if tally is None else tally.failed,
            p50_ms=p50_ms,
            p95_ms=p95_ms,
            p99_ms=p99_ms,
            worst_ms=None if tally is None else tally.worst / 1000,
        )


def _stretches(phases: list[Phase]) -> _Stretches:
    start_s, end_s = phases[0].start_s, phases[-1].end_s
    width_s = max(1.0, np.ceil((end_s - start_s) / _MOST_BUCKETS))
    judged_from_s = next((phase.start_s for phase in phases if phase.judged), np.inf)
    return _Stretches(start_s, end_s, width_s, int(np.ceil((end_s - start_s) / width_s)), judged_from_s)


@dataclass(frozen=True)
class _OfRequests:
    """The timeline, all judged requests, and each endpoint."""

    timeline: tuple[Bucket, ...] = ()
    overall: EndpointSummary | None = None
    endpoints: tuple[EndpointSummary, ...] = ()
    judged: int = 0
    curve: Curve = ()


def _of_requests(rows: RequestStream, phases: list[Phase]) -> Passes[_OfRequests]:
    stretches = _stretches(phases) if phases else None

    def by_time(part: Part) -> Mapping[int, Group]:
        if stretches is None:
            return {}
        return split_by_time(part.response_us, part.failed, part.arrival_us, stretches.of)

    def by_endpoint(part: Part) -> Mapping[int, Group]:
        places = part.places(_JUDGED)
        return split(part.responses_of(_JUDGED), part.failed[places], part.rows.endpoint[places])

    def at_once(part: Part) -> Mapping[int, Group]:
        response_us, failed = part.responses_of(_JUDGED), part.failed & part.chosen(_JUDGED)
        return {0: Group(sorted_values(response_us), int(np.count_nonzero(failed)))} if len(response_us) else {}

    [in_time, all_of_them, of_each], counts = yield from both(
        together([tallies(grouping, _QUANTILES) for grouping in (by_time, at_once, by_endpoint)]), _histogram()
    )
    endpoints = [_endpoint(rows.endpoints[index], tally) for index, tally in of_each.items()]
    overall = all_of_them.get(0)
    return _OfRequests(
        timeline=()
        if stretches is None
        else tuple(stretches.bucket(index, in_time.get(index)) for index in range(stretches.count)),
        overall=None if overall is None else _endpoint("all endpoints", overall),
        endpoints=tuple(sorted(endpoints, key=lambda item: -item.p95_ms)),
        judged=0 if overall is None else overall.n,
        curve=() if overall is None else curve_of(counts, overall.worst),
    )


def _histogram() -> Passes[Ints]:
    """How many judged response times are in each bucket."""
    spread = Spread(Everything(_JUDGED))
    yield [spread]
    return spread.counts


def _endpoint(name: str, tally: Tally) -> EndpointSummary:
    p50_ms, p95_ms, p99_ms = (value / 1000 for value in tally.at)
    return EndpointSummary(
        name=name,
        requests=tally.n,
        failed=tally.failed,
        mean_ms=tally.total / tally.n / 1000,
        p50_ms=p50_ms,
        p95_ms=p95_ms,
        p99_ms=p99_ms,
        worst_ms=tally.worst / 1000,
    )


def _page(name: str, when: Condition, evidence: Evidence, filmed: PageLoad | None) -> PageSummary:
    found = loads_of(evidence, name, when)
    loads = found.judged + found.outlasting
    metrics = {name: tuple(metric.measure(load).value for load in loads) for name, metric in METRICS.items()}
    of_film = None if filmed is None else {name: metric.measure(filmed).value for name, metric in METRICS.items()}
    return PageSummary(name, when, loads, len(found.outlasting), metrics, worst_load(found.judged), of_film)
