"""The shift plot as SVG: all quantiles of latency of both releases, and below them their ratio with its interval.

A change of the tail alone, of the middle alone, or of everything look different here, where p95 shows one number. The
quantiles lie on a normal axis, which gives the tails room. Only places are computed.
"""

import math
from collections.abc import Iterator, Sequence

from scipy import special

from slogate.analyzer.compare import QuantileShift
from slogate.report.svg import safe

_WIDTH, _LEFT, _RIGHT = 960, 64, 24
_TOP, _LATENCY, _GAP, _RATIO, _BOTTOM = 34, 190, 34, 150, 24
_HEIGHT = _TOP + _LATENCY + _GAP + _RATIO + _BOTTOM
_RATIO_TOP = _TOP + _LATENCY + _GAP
_TICKS = (0.01, 0.05, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999)
_LADDER = (1.0, 2.0, 5.0)
_MOST_RATIO = 8.0  # to either side; what lies beyond is drawn at the edge
_CHANGES = (0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 4.0)  # that may have a line, each also as its mirror image
_LABEL_ROOM = 14.0
_LEAST_POINTS = 2


def draw(quantiles: Sequence[QuantileShift], base: str, candidate: str, threshold: float) -> str:
    """One SVG; empty where the releases share fewer than two quantiles. `threshold` is the change that matters."""
    if len(quantiles) < _LEAST_POINTS:
        return ""
    plot = _Plot(quantiles, threshold)
    label = safe(f"latency of {candidate} beside {base} by quantile")
    head = f'<svg class="lane shift" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="{label}">'
    return f"{head}{''.join([*plot.axis(), *plot.latencies(base, candidate), *plot.ratios()])}</svg>"


class _Plot:
    """The parts of one drawing; quantiles go to the right, latency and ratio upwards on logarithmic axes."""

    def __init__(self, quantiles: Sequence[QuantileShift], threshold: float) -> None:
        self._quantiles = quantiles
        self._threshold = threshold
        places = [float(special.ndtri(item.quantile)) for item in quantiles]
        self._first, self._last = places[0], places[-1]
        times = [time for item in quantiles for time in (item.base_ms, item.candidate_ms)]
        self._low_ms, self._high_ms = min(times) / 1.1, max(times) * 1.1
        seen = [math.log(value) for item in quantiles for value in (item.ratio, item.low, item.high) if value]
        matters, most = 2 * math.log1p(threshold), math.log(_MOST_RATIO)
        self._lowest = max(min([-matters, *seen]) * 1.08, -most)
        self._highest = min(max([matters, *seen]) * 1.08, most)

    def axis(self) -> Iterator[str]:
        inside = [tick for tick in _TICKS if self._first <= special.ndtri(tick) <= self._last]
        for tick in inside:
            x = self._x(tick)
            for top, height in ((_TOP, _LATENCY), (_RATIO_TOP, _RATIO)):
                yield f'<line class="grid" x1="{x}" x2="{x}" y1="{top}" y2="{top + height}"/>'
            yield f'<text x="{x}" y="{_HEIGHT - 6}" text-anchor="middle">p{100 * tick:g}</text>'
        for power in range(-3, 7):
            for factor in _LADDER:
                time_ms = factor * 10.0**power
                if self._low_ms <= time_ms <= self._high_ms:
                    yield from self._line(self._y_ms(time_ms), f"{time_ms:,g} ms", "grid")

    def latencies(self, base: str, candidate: str) -> Iterator[str]:
        yield f'<text class="title" x="{_LEFT}" y="14">latency by quantile</text>'
        for index, (name, kind) in enumerate(((base, "base"), (candidate, "candidate"))):
            x = _LEFT + 170 + 260 * index
            yield f'<rect class="{kind}" x="{x}" y="6" width="14" height="8"/>'
            yield f'<text x="{x + 19}" y="14">{safe(name[:34])}</text>'
        for kind, times in (
            ("base", [item.base_ms for item in self._quantiles]),
            ("candidate", [item.candidate_ms for item in self._quantiles]),
        ):
            yield f'<path class="series {kind}" d="{self._path([self._y_ms(time_ms) for time_ms in times])}"/>'

    def ratios(self) -> Iterator[str]:
        yield f'<text class="title" x="{_LEFT}" y="{_RATIO_TOP - 10}">change by quantile</text>'
        near, far = (self._y_ratio(sign * math.log1p(self._threshold)) for sign in (1, -1))
        plot = _WIDTH - _LEFT - _RIGHT
        yield f'<rect class="within" x="{_LEFT}" y="{near:.1f}" width="{plot}" height="{far - near:.1f}"/>'
        banded = [item for item in self._quantiles if item.low is not None and item.high is not None]
        if len(banded) >= _LEAST_POINTS:
            upper = [(item.quantile, math.log(item.high)) for item in banded if item.high]
            lower = [(item.quantile, math.log(item.low)) for item in banded if item.low]
            corners = [f"{self._x(q)},{self._y_ratio(value):.1f}" for q, value in [*upper, *reversed(lower)]]
            yield f'<polygon class="band" points="{" ".join(corners)}"/>'
        yield from self._line(self._y_ratio(0.0), "0 %", "axis")
        taken = [self._y_ratio(0.0)]
        for log in (sign * math.log1p(change) for change in reversed(_CHANGES) for sign in (1, -1)):
            y = self._y_ratio(log)
            if self._lowest < log < self._highest and all(abs(y - other) > _LABEL_ROOM for other in taken):
                taken.append(y)
                yield from self._line(y, f"{100 * math.expm1(log):+.3g} %", "grid")
        heights = [self._y_ratio(math.log(item.ratio)) for item in self._quantiles]
        yield f'<path class="series ratio" d="{self._path(heights)}"/>'
        for item, y in zip(self._quantiles, heights, strict=True):
            told = (
                f"p{100 * item.quantile:g}: {item.base_ms:,.1f} ms, {item.candidate_ms:,.1f} ms, {item.ratio - 1:+.1%}"
            )
            place = f'cx="{self._x(item.quantile)}" cy="{y:.1f}"'
            yield f'<circle class="ratio" {place} r="2.5"><title>{told}</title></circle>'

    def _line(self, y: float, label: str, kind: str) -> Iterator[str]:
        yield f'<line class="{kind}" x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>'
        yield f'<text x="{_LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{label}</text>'

    def _path(self, heights: Sequence[float]) -> str:
        places = [f"{self._x(item.quantile)} {y:.1f}" for item, y in zip(self._quantiles, heights, strict=True)]
        return f"M{' L'.join(places)}"

    def _x(self, quantile: float) -> str:
        share = (float(special.ndtri(quantile)) - self._first) / (self._last - self._first)
        return f"{_LEFT + share * (_WIDTH - _LEFT - _RIGHT):.1f}"

    def _y_ms(self, time_ms: float) -> float:
        share = math.log(time_ms / self._low_ms) / math.log(self._high_ms / self._low_ms)
        return _TOP + (1 - share) * _LATENCY

    def _y_ratio(self, log: float) -> float:
        inside = max(self._lowest, min(self._highest, log))
        return _RATIO_TOP + (self._highest - inside) / (self._highest - self._lowest) * _RATIO
