"""All percentiles of latency as SVG, on an axis that gives each tenth of what is left as much room; each objective on a
percentile is there with its limit and its interval.
"""

import math
from collections.abc import Iterator

from slogate.analyzer.result import ObjectiveResult
from slogate.report.model import Report, limits_of
from slogate.report.svg import log_ticks, safe
from slogate.slo.grammar import parse_statistic
from slogate.slo.model import Area

_WIDTH, _LEFT, _RIGHT, _TOP, _HEIGHT = 960, 64, 24, 14, 230
_PLOT = _WIDTH - _LEFT - _RIGHT
_TICKS = (0.0, 0.5, 0.75, 0.9, 0.95, 0.99, 0.995, 0.999, 0.9999, 0.99999)
_LEAST_MS = 0.1


def draw(report: Report) -> str:
    """The curve; empty for a run that judged too few requests for one."""
    if len(report.summary.curve) < 2:
        return ""
    return _Chart(report).finish()


class _Chart:
    """The parts of the drawing."""

    def __init__(self, report: Report) -> None:
        self._curve = report.summary.curve
        self._marks = [
            (quantile, item)
            for item in limits_of(report, Area.API, "latency")
            if (quantile := parse_statistic(item.statistic)) is not None
        ]
        numbers = [value for _, value in self._curve]
        for _, item in self._marks:
            numbers += [value for value in (item.limit, item.low, item.high) if value is not None]
        self._last = max(self._curve[-1][0], 1.0)
        self._low = max(_LEAST_MS, min(numbers) / 1.3)
        self._high = max(max(numbers) * 1.3, self._low * 10)

    def finish(self) -> str:
        """The whole chart."""
        label = "Response time by percentile, with the limit and the interval of each objective"
        head = f'<svg class="lane curve" viewBox="0 0 {_WIDTH} {_TOP + _HEIGHT + 22}" role="img" aria-label="{label}">'
        return f"{head}{''.join([*self._axes(), *self._line(), *self._objectives()])}</svg>"

    def _axes(self) -> Iterator[str]:
        for tick in _TICKS:
            if _step(tick) <= self._last:
                x = self._x(_step(tick))
                yield f'<line class="grid" x1="{x}" x2="{x}" y1="{_TOP}" y2="{_TOP + _HEIGHT}"/>'
                name = "fastest" if tick == 0 else f"p{100 * tick:.6g}"
                yield f'<text class="tick" x="{x}" y="{_TOP + _HEIGHT + 16}" text-anchor="middle">{name}</text>'
        for value in log_ticks(self._low, self._high):
            y = self._y(value)
            yield f'<line class="grid" x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{y}" y2="{y}"/>'
            yield f'<text class="tick" x="{_LEFT - 6}" y="{y}" dy="4" text-anchor="end">{value:,g} ms</text>'

    def _line(self) -> Iterator[str]:
        path = "M" + "L".join(f"{self._x(step)} {self._y(value)}" for step, value in self._curve)
        yield f'<path class="series p50" d="{path}"/>'

    def _objectives(self) -> Iterator[str]:
        for quantile, item in self._marks:
            step = _step(quantile)
            if step > self._last:
                continue
            x = float(self._x(step))
            if item.low is not None or item.high is not None:
                top = self._y(self._high if item.high is None else item.high)
                bottom = self._y(self._low if item.low is None else item.low)
                yield f'<line class="interval" x1="{x}" x2="{x}" y1="{top}" y2="{bottom}"/>'
            if item.estimate is not None:
                yield f'<circle class="estimate" cx="{x}" cy="{self._y(item.estimate)}" r="3.5"/>'
            yield from self._limit(item, x)

    def _limit(self, item: ObjectiveResult, x: float) -> Iterator[str]:
        if item.limit is not None:
            y = float(self._y(item.limit))
            yield f'<line class="limit" x1="{x - 26:.1f}" x2="{x + 26:.1f}" y1="{y}" y2="{y}"/>'
            text = safe(f"{item.statistic} {item.criterion}")
            yield f'<text class="limit" x="{x - 30:.1f}" y="{y + 4:.1f}" text-anchor="end">{text}</text>'

    def _x(self, step: float) -> str:
        return f"{_LEFT + min(step, self._last) / self._last * _PLOT:.1f}"

    def _y(self, value: float) -> str:
        inside = min(max(value, self._low), self._high)
        share = math.log(inside / self._low) / math.log(self._high / self._low)
        return f"{_TOP + _HEIGHT * (1 - share):.1f}"


def _step(quantile: float) -> float:
    return -math.log10(1 - quantile)
