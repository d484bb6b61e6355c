"""What happened over time, as lanes one under the other on one time axis: latency with its limits, arrivals, failures,
page loads, CPU and memory, processes, disk, network, and the lateness of the generator. A lane that has nothing to
show is left out.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from slogate.analyzer.evidence import Phase
from slogate.analyzer.host_course import Points
from slogate.analyzer.result import ObjectiveResult
from slogate.analyzer.summary import Bucket
from slogate.report.lane import LEFT, PLOT, WIDTH, Lane
from slogate.report.model import Report, limits_of
from slogate.slo.conditions import under
from slogate.slo.model import Area

_PERCENTILES = ("p50", "p95", "p99")
MOST_MARKS = 40  # that are drawn
_LEAST_MS, _MOST_ROWS = 0.1, 4
_MOST_PROCESSES = 4  # which is as many lines as one lane can hold
_LEAST_TOLD = 0.01  # of the time of all cores: less of what hardly ever happens is not worth a line
_TRANSFERS = {
    "disk": {"read": "disk_read_bytes_per_s", "write": "disk_write_bytes_per_s"},
    "network": {"received": "network_rx_bytes_per_s", "sent": "network_tx_bytes_per_s"},
}
_KINDS = {"read": "read", "write": "write", "received": "read", "sent": "write"}


@dataclass(frozen=True)
class Lanes:
    """The lanes as SVG, and as JSON what a pointer reads off them."""

    charts: tuple[str, ...]
    data: str


def draw(report: Report) -> Lanes | None:
    """All lanes; None for a run without load."""
    timeline = report.summary.timeline
    if not timeline:
        return None
    end_s = timeline[-1].start_s + timeline[-1].seconds
    judged_s = next((bucket.start_s for bucket in timeline if bucket.judged), end_s)
    drawn = list(_lanes(report, timeline, end_s))
    charts = []
    for index, (lane, legend) in enumerate(drawn):
        lane.shade(judged_s)
        for mark in report.summary.marks[:MOST_MARKS]:
            lane.mark(mark.at_s, mark.text)
        charts.append(lane.finish(legend, axis=index in {0, len(drawn) - 1}))
    lines = [
        {
            "name": line.name,
            "unit": line.unit,
            "at": [round(at, 2) for at, _ in line.points],
            "values": _rounded(line.points),
        }
        for lane, _ in drawn
        for line in lane.lines
    ]
    content = {"end": end_s, "left": LEFT, "plot": PLOT, "width": WIDTH, "lines": lines}
    data = json.dumps(content, separators=(",", ":")).replace("<", "\\u003c")  # processes have names as people please
    return Lanes(tuple(charts), data)


Drawn = tuple[Lane, list[tuple[str, str]]]


def _lanes(report: Report, timeline: Sequence[Bucket], end_s: float) -> Iterator[Drawn]:
    host = report.summary.host
    yield _latency(report, timeline, end_s)
    yield _arrivals(timeline, end_s)
    if any(bucket.failed for bucket in timeline):
        yield _errors(report, timeline, end_s)
    spans = _page_loads(report, end_s)
    if spans:
        rows = min(_MOST_ROWS, len({name for name, _, _ in spans}))
        lane, names = Lane("page loads", 11 * rows + 4, 1.0, end_s), list(dict.fromkeys(name for name, _, _ in spans))
        for name, from_s, to_s in spans:
            lane.span(from_s, to_s, names.index(name) % rows, f"{name}, {from_s:.1f} s to {to_s:.1f} s")
        yield lane, [("one load", "load")]
    if "cpu" in host.columns or "memory" in host.columns:
        yield _host(report, end_s)
    if host.processes:
        yield _processes(report, end_s)
    for what, columns in _TRANSFERS.items():
        told = {name: host.columns[column] for name, column in columns.items() if column in host.columns}
        if told:
            yield _transfer(what, told, end_s)
    if host.lag_ms:
        lane = Lane("lateness of the generator, ms", 44, max(1.0, _top(host.lag_ms)) * 1.1, end_s)
        lane.line("generator late by", "lag", "ms", host.lag_ms)
        yield lane, []


def _latency(report: Report, timeline: Sequence[Bucket], end_s: float) -> Drawn:
    lines = {name: [(_middle(bucket), getattr(bucket, f"{name}_ms")) for bucket in timeline] for name in _PERCENTILES}
    limits = [item for item in limits_of(report, Area.API, "latency") if item.statistic in _PERCENTILES]
    seen = [value for points in lines.values() for _, value in points if value is not None]
    high = max([*seen, *(_limit(item) for item in limits)], default=1.0) * 1.4
    low = max(_LEAST_MS, min(seen, default=1.0) / 1.3)
    lane = Lane("response time, ms", 190, max(high, low * 10), end_s, low)
    for item in limits:
        lane.limit(_limit(item), item.statistic, f"{item.statistic} {item.criterion}")
    for name in reversed(_PERCENTILES):
        lane.line(name, name, "ms", lines[name])
    return lane, [(name, name) for name in _PERCENTILES]


def _arrivals(timeline: Sequence[Bucket], end_s: float) -> Drawn:
    rates = [(bucket, bucket.requests / bucket.seconds) for bucket in timeline if bucket.seconds > 0]
    lane = Lane("requests a second", 70, max((rate for _, rate in rates), default=1.0) * 1.15, end_s)
    for bucket, rate in rates:
        lane.bar(bucket.start_s, bucket.seconds, rate, "arrivals")
        if bucket.failed:
            lane.bar(bucket.start_s, bucket.seconds, bucket.failed / bucket.seconds, "failed")
    lane.note("requests", "/s", [(_middle(bucket), rate) for bucket, rate in rates])
    return lane, [("arrivals", "arrivals"), ("failed", "failed")]


def _errors(report: Report, timeline: Sequence[Bucket], end_s: float) -> Drawn:
    points = [(_middle(item), 100 * item.failed / item.requests if item.requests else None) for item in timeline]
    limits = limits_of(report, Area.API, "errors")
    high = min(100.0, max([_top(points), *(100 * _limit(item) for item in limits)]) * 1.2)
    lane = Lane("failed requests, %", 54, high, end_s)
    for item in limits:
        lane.limit(100 * _limit(item), "failed", item.criterion)
    lane.line("failed", "failed", "%", points)
    return lane, []


def _host(report: Report, end_s: float) -> Drawn:
    lane, columns = Lane("CPU and memory, %", 80, 100, end_s), report.summary.host.columns
    for name, shown in (("memory", "memory"), ("cpu", "CPU")):
        for item in limits_of(report, Area.RESOURCES, name):
            lane.limit(100 * _limit(item), name, f"{shown} {item.criterion}")
        if name in columns:
            lane.line(shown, name, "%", _times(columns[name], 100))
    legend = [(shown, name) for name, shown in (("cpu", "CPU"), ("memory", "memory")) if name in columns]
    for name, shown in (("iowait", "I/O wait"), ("steal", "steal")):
        if name in columns and _top(columns[name]) >= _LEAST_TOLD:
            lane.line(shown, name, "%", _times(columns[name], 100))
            legend.append((shown, name))
    return lane, legend


def _processes(report: Report, end_s: float) -> Drawn:
    shown = list(report.summary.host.processes.items())[:_MOST_PROCESSES]
    lane = Lane("CPU of processes, % of one core", 54, max(1.0, *(100 * _top(line) for _, line in shown)) * 1.1, end_s)
    for number, (name, points) in enumerate(shown):
        lane.line(f"CPU of {name}", f"p{number}", "%", _times(points, 100))
    return lane, [(name, f"p{number}") for number, (name, _) in enumerate(shown)]


def _transfer(what: str, told: Mapping[str, Points], end_s: float) -> Drawn:
    megabytes = {name: _times(points, 1e-6) for name, points in told.items()}
    lane = Lane(f"{what}, MB/s", 54, max(0.1, *(_top(points) for points in megabytes.values())) * 1.1, end_s)
    for name, points in megabytes.items():
        lane.line(f"{what} {name}", _KINDS[name], "MB/s", points)
    return lane, [(name, _KINDS[name]) for name in megabytes]


def _page_loads(report: Report, end_s: float) -> list[tuple[str, float, float]]:
    """Page loads inside the load: the page, and from when to when in seconds from the start of the load."""
    start_s = min((phase.start_s for phase in report.info.phases if phase.name in Phase.OF_LOAD), default=0.0)
    spans = [
        (under(page.name, page.when), load.started_at_us / 1e6 - start_s, load.ended_at_us / 1e6 - start_s)
        for page in report.summary.pages
        for load in page.loads
        if load.ended_at_us is not None
    ]
    return [span for span in spans if span[2] > 0 and span[1] < end_s]


def _limit(item: ObjectiveResult) -> float:
    return item.limit if item.limit is not None else 0.0


def _middle(bucket: Bucket) -> float:
    return bucket.start_s + bucket.seconds / 2


def _top(points: Sequence[tuple[float, float | None]]) -> float:
    return max((value for _, value in points if value is not None), default=0.0)


def _times(points: Sequence[tuple[float, float | None]], factor: float) -> list[tuple[float, float | None]]:
    return [(at, None if value is None else value * factor) for at, value in points]


def _rounded(points: Sequence[tuple[float, float | None]]) -> list[float | None]:
    return [None if value is None else float(f"{value:.4g}") for _, value in points]
