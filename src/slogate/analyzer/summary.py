"""What a report shows beside the verdict: the course of the run over time, each endpoint, each page.

Estimates only; nothing is judged.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from slogate.analyzer.evidence import Evidence, Phase, Requests
from slogate.analyzer.host_course import HostCourse, host_course
from slogate.analyzer.page_loads import loads_of
from slogate.analyzer.percentile_curve import Curve, percentile_curve
from slogate.analyzer.quantile import order_statistic
from slogate.analyzer.web import METRICS
from slogate.analyzer.web.facts import PageLoad
from slogate.analyzer.worst_load import worst_load
from slogate.slo.conditions import Condition

_MOST_BUCKETS = 120


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
    """Everything beside the verdict; `curve` are all percentiles of the judged requests, in ms."""

    timeline: tuple[Bucket, ...]
    overall: EndpointSummary | None
    endpoints: tuple[EndpointSummary, ...]
    pages: tuple[PageSummary, ...]
    host: HostCourse
    judged_requests: int
    judged_seconds: float
    curve: Curve


def summarise(evidence: Evidence, filmed: Mapping[tuple[str, Condition], PageLoad] = MappingProxyType({})) -> Summary:
    """The summary of a run; `filmed` are the evidence loads by page and condition, where there are any."""
    rows = evidence.requests
    phases = [phase for phase in evidence.phases if phase.name in {"warm-up", "load"}]
    phase = evidence.judged_phase()
    judged = rows.where(rows.judged) if rows is not None else None
    return Summary(
        timeline=tuple(_timeline(rows, phases)) if rows is not None and phases else (),
        overall=_endpoint("all endpoints", judged) if judged is not None and len(judged) else None,
        endpoints=tuple(_endpoints(judged)) if judged is not None else (),
        pages=tuple(
            _page(name, when, evidence, filmed.get((name, when)))
            for name in evidence.planned_pages
            for when in evidence.conditions
        ),
        host=host_course(evidence.host, evidence.generators, phases[0].start_s, phases[-1].end_s)
        if phases
        else HostCourse(),
        judged_requests=len(judged) if judged is not None else 0,
        judged_seconds=phase.seconds if phase is not None else 0.0,
        curve=percentile_curve(judged.response_us / 1000) if judged is not None else (),
    )


def _timeline(rows: Requests, phases: list[Phase]) -> list[Bucket]:
    start_s, end_s = phases[0].start_s, phases[-1].end_s
    width_s = max(1.0, np.ceil((end_s - start_s) / _MOST_BUCKETS))
    count = int(np.ceil((end_s - start_s) / width_s))
    position = np.floor((rows.arrival_us / 1e6 - start_s) / width_s).astype(np.int64)
    response, failed = rows.response_us, rows.failed
    judged_from_s = next((phase.start_s for phase in phases if phase.judged), np.inf)
    buckets = []
    for index in range(count):
        inside = position == index
        latencies = response[inside] / 1000
        known = len(latencies) > 0
        buckets.append(
            Bucket(
                start_s=index * width_s,
                seconds=min(width_s, end_s - start_s - index * width_s),
                judged=start_s + (index + 0.5) * width_s >= judged_from_s,
                requests=len(latencies),
                failed=int(failed[inside].sum()),
                p50_ms=order_statistic(latencies, 0.5) if known else None,
                p95_ms=order_statistic(latencies, 0.95) if known else None,
                p99_ms=order_statistic(latencies, 0.99) if known else None,
                worst_ms=float(latencies.max()) if known else None,
            )
        )
    return buckets


def _endpoints(judged: Requests) -> list[EndpointSummary]:
    summaries = []
    for index in np.unique(judged.endpoint):
        rows = judged.where(judged.endpoint == index)
        summaries.append(_endpoint(judged.endpoints[int(index)], rows))
    return sorted(summaries, key=lambda item: -item.p95_ms)


def _endpoint(name: str, rows: Requests) -> EndpointSummary:
    latencies = rows.response_us / 1000
    return EndpointSummary(
        name=name,
        requests=len(rows),
        failed=int(rows.failed.sum()),
        mean_ms=float(latencies.mean()),
        p50_ms=order_statistic(latencies, 0.5),
        p95_ms=order_statistic(latencies, 0.95),
        p99_ms=order_statistic(latencies, 0.99),
        worst_ms=float(latencies.max()),
    )


def _page(name: str, when: Condition, evidence: Evidence, filmed: PageLoad | None) -> PageSummary:
    found = loads_of(evidence, name, when)
    loads = found.judged + found.outlasting
    metrics = {name: tuple(metric.measure(load).value for load in loads) for name, metric in METRICS.items()}
    of_film = None if filmed is None else {name: metric.measure(filmed).value for name, metric in METRICS.items()}
    return PageSummary(name, when, loads, len(found.outlasting), metrics, worst_load(found.judged), of_film)
