"""Time lanes as SVG: latency, arrivals and failures, CPU and memory, one under the other on one time axis."""

from collections.abc import Iterable, Sequence

from slogate.analyzer.summary import Bucket
from slogate.report.model import Report
from slogate.report.svg import safe, ticks

_WIDTH, _LEFT, _RIGHT = 960, 64, 12
_PLOT = _WIDTH - _LEFT - _RIGHT

Points = Sequence[tuple[float, float | None]]


def draw(report: Report) -> list[str]:
    """One SVG a lane; none for a run without load."""
    timeline = report.summary.timeline
    if not timeline:
        return []
    end_s = timeline[-1].start_s + timeline[-1].seconds
    judged_s = next((bucket.start_s for bucket in timeline if bucket.judged), 0.0)
    charts = [_latency(report, timeline, end_s, judged_s), _arrivals(timeline, end_s, judged_s)]
    if report.summary.host:
        charts.append(_host(report, end_s, judged_s))
    return charts


def _latency(report: Report, timeline: Sequence[Bucket], end_s: float, judged_s: float) -> str:
    limits = {
        row.name: row.criterion for row in report.rows if row.name in {"p50 latency", "p95 latency", "p99 latency"}
    }
    tallest = max((bucket.p99_ms for bucket in timeline if bucket.p99_ms is not None), default=1.0)
    lane = _Lane("response time, ms", 170, tallest * 1.1, end_s, judged_s)
    for name in ("p99", "p95", "p50"):
        points = [(bucket.start_s + bucket.seconds / 2, getattr(bucket, f"{name}_ms")) for bucket in timeline]
        lane.line(points, name)
    note = ", ".join(f"{name.removesuffix(' latency')} {limit}" for name, limit in limits.items())
    return lane.finish(["p50", "p95", "p99"], f"limits: {note}" if note else "")


def _arrivals(timeline: Sequence[Bucket], end_s: float, judged_s: float) -> str:
    rates = [(bucket, bucket.requests / bucket.seconds) for bucket in timeline if bucket.seconds > 0]
    lane = _Lane("requests/s", 90, max((rate for _, rate in rates), default=1.0) * 1.15, end_s, judged_s)
    for bucket, rate in rates:
        lane.bar(bucket.start_s, bucket.seconds, rate, "arrivals")
        if bucket.failed:
            lane.bar(bucket.start_s, bucket.seconds, bucket.failed / bucket.seconds, "failed")
    return lane.finish(["arrivals", "failed"], "")


def _host(report: Report, end_s: float, judged_s: float) -> str:
    lane = _Lane("CPU and memory, %", 90, 100, end_s, judged_s)
    host = report.summary.host
    lane.line([(point.at_s, None if point.memory is None else point.memory * 100) for point in host], "memory")
    lane.line([(point.at_s, None if point.cpu is None else point.cpu * 100) for point in host], "cpu")
    return lane.finish(["cpu", "memory"], "")


class _Lane:
    """One chart: seconds to the right, a value from 0 to `top` upwards."""

    def __init__(self, title: str, height: int, top: float, end_s: float, judged_s: float) -> None:
        self._title = title
        self._height = height
        self._top = top if top > 0 else 1.0
        self._end_s = max(end_s, 1.0)
        width = (1 - judged_s / self._end_s) * _PLOT
        self._parts = [f'<rect class="judged" x="{self._x(judged_s)}" y="18" width="{width:.1f}" height="{height}"/>']
        for value in ticks(self._top):
            y = self._y(value)
            self._parts.append(f'<line class="grid" x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{y}" y2="{y}"/>')
            self._parts.append(f'<text class="tick" x="{_LEFT - 6}" y="{y}" dy="4" text-anchor="end">{value:,g}</text>')
        for second in ticks(self._end_s, least=4):
            self._parts.append(
                f'<text class="tick" x="{self._x(second)}" y="{height + 34}" text-anchor="middle">{second:g} s</text>'
            )

    def line(self, points: Points, kind: str) -> None:
        """A line through the points; a missing value interrupts it."""
        for stretch in _stretches(points):
            path = "M" + "L".join(f"{self._x(at)} {self._y(value)}" for at, value in stretch)
            self._parts.append(f'<path class="series {kind}" d="{path}"/>')

    def bar(self, at_s: float, seconds: float, value: float, kind: str) -> None:
        """A bar that stands on the axis."""
        width = max(0.8, seconds / self._end_s * _PLOT - 0.8)
        y = float(self._y(value))
        size = f'width="{width:.1f}" height="{self._height + 18 - y:.1f}"'
        self._parts.append(f'<rect class="{kind}" x="{self._x(at_s)}" y="{y}" {size}/>')

    def finish(self, legend: Iterable[str], note: str) -> str:
        """The chart with its title, legend and note."""
        x = _LEFT
        parts = [f'<text class="title" x="{x}" y="11">{self._title}</text>']
        x += 8 * len(self._title) + 12
        for name in legend:
            parts.append(f'<rect class="key {name}" x="{x}" y="3" width="14" height="8"/>')
            parts.append(f'<text class="tick" x="{x + 19}" y="11">{name}</text>')
            x += 34 + 8 * len(name)
        if note:
            parts.append(f'<text class="tick" x="{_WIDTH - _RIGHT}" y="11" text-anchor="end">{safe(note)}</text>')
        height = self._height + 42
        label = safe(f"{self._title} over {self._end_s:.0f} seconds; the shaded part is judged")
        head = f'<svg class="lane" viewBox="0 0 {_WIDTH} {height}" role="img" aria-label="{label}">'
        return f"{head}{''.join(self._parts + parts)}</svg>"

    def _x(self, second: float) -> str:
        return f"{_LEFT + second / self._end_s * _PLOT:.1f}"

    def _y(self, value: float) -> str:
        return f"{18 + self._height * (1 - min(value, self._top) / self._top):.1f}"


def _stretches(points: Points) -> list[list[tuple[float, float]]]:
    stretches: list[list[tuple[float, float]]] = [[]]
    for at, value in points:
        if value is None:
            stretches.append([])
        else:
            stretches[-1].append((at, value))
    return [stretch for stretch in stretches if stretch]
