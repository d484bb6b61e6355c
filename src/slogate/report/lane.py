"""One time lane as SVG: seconds to the right, a value upwards on a linear or a logarithmic axis.

What is drawn over time lies in an inner SVG whose viewBox is in seconds and pixels: a script zooms by changing that
alone, and without a script the whole run is there.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from slogate.report.svg import log_ticks, safe, ticks

WIDTH, LEFT, RIGHT, TOP = 960, 64, 12, 18
PLOT = WIDTH - LEFT - RIGHT
_AXIS = 16
_LIMIT_ROOM = 110

Points = Sequence[tuple[float, float | None]]


@dataclass(frozen=True)
class Line:
    """What a pointer reads off a lane: a name, the unit of its values, and the points."""

    name: str
    unit: str
    points: Points


class Lane:
    """One chart over `end_s` seconds, values from `low` to `high`; with a `low` above zero the axis is logarithmic."""

    def __init__(self, title: str, height: int, high: float, end_s: float, low: float = 0.0) -> None:
        self.lines: list[Line] = []
        self._title = title
        self._height = height
        self._low, self._high = low, high if high > low else low + 1.0
        self._end_s = max(end_s, 1.0)
        self._limits = 0
        self._inside: list[str] = []
        self._outside: list[str] = []
        for value in log_ticks(low, self._high) if low > 0 else ticks(self._high, least=1 if height < 60 else 2):
            y = TOP + float(self._y(value))
            self._outside.append(f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>')
            label = f'x="{LEFT - 6}" y="{y:.1f}" dy="4" text-anchor="end"'
            self._outside.append(f'<text class="tick" {label}>{value:,g}</text>')

    def shade(self, from_s: float) -> None:
        """The judged part, from a moment to the end."""
        size = f'width="{max(0.0, self._end_s - from_s):.2f}" height="{self._height}"'
        self._inside.insert(0, f'<rect class="judged" x="{from_s:.2f}" y="0" {size}/>')

    def line(self, name: str, kind: str, unit: str, points: Points) -> None:
        """A line through the points; a missing value interrupts it."""
        self.note(name, unit, points)
        for stretch in _stretches(points):
            path = "M" + "L".join(f"{at:.2f} {self._y(value)}" for at, value in stretch)
            # A single point between two gaps is a line of no length, which its round cap shows.
            dot = "" if len(stretch) > 1 else "h0"
            self._inside.append(f'<path class="series {kind}" d="{path}{dot}"/>')

    def note(self, name: str, unit: str, points: Points) -> None:
        """Values that a pointer reads, of what is drawn otherwise."""
        self.lines.append(Line(name, unit, points))

    def bar(self, at_s: float, seconds: float, value: float, kind: str) -> None:
        """A bar that stands on the axis."""
        y = float(self._y(value))
        size = f'width="{seconds * 0.94:.2f}" height="{self._height - y:.1f}"'
        self._inside.append(f'<rect class="{kind}" x="{at_s:.2f}" y="{y:.1f}" {size}/>')

    def span(self, from_s: float, to_s: float, row: int, text: str) -> None:
        """Something that lasted, as a mark in one of the rows of a lane without values."""
        place = f'x="{from_s:.2f}" y="{3 + 11 * row}" width="{max(to_s - from_s, self._end_s / 400):.2f}" height="8"'
        self._inside.append(f'<rect class="load" {place}><title>{safe(text)}</title></rect>')

    def mark(self, at_s: float, text: str) -> None:
        """Something that happened, as a line from top to bottom that tells what it was."""
        place = f'x1="{at_s:.2f}" x2="{at_s:.2f}" y1="0" y2="{self._height}"'
        self._inside.append(f'<line class="happened" {place}><title>{safe(text)}</title></line>')

    def limit(self, value: float, kind: str, text: str) -> None:
        """A limit as a dashed line with its name; one beyond the lane is left out."""
        if not self._low < value <= self._high:
            return
        y = TOP + float(self._y(value))
        self._outside.append(f'<line class="bound {kind}" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>')
        # Beside the names of other limits, which may be close above or below.
        right = WIDTH - RIGHT - 4 - _LIMIT_ROOM * self._limits
        self._limits += 1
        place = f'x="{right}" y="{y - 4:.1f}" text-anchor="end"'
        self._outside.append(f'<text class="bound {kind}" {place}>{safe(text)}</text>')

    def finish(self, legend: Iterable[tuple[str, str]] = (), *, axis: bool = False) -> str:
        """The chart with its title, its legend (name and kind) and, on request, the time axis."""
        x = LEFT
        parts = [f'<text class="title" x="{x}" y="11">{self._title}</text>']
        x += 8 * len(self._title) + 12
        for name, kind in legend:
            parts.append(f'<rect class="key {kind}" x="{x}" y="3" width="14" height="8"/>')
            parts.append(f'<text class="tick" x="{x + 19}" y="11">{safe(name)}</text>')
            x += 34 + 7 * len(name)
        bottom = TOP + self._height
        if axis:
            labels = "".join(
                f'<text class="tick" x="{LEFT + second / self._end_s * PLOT:.1f}" y="{bottom + 13}" '
                f'text-anchor="middle">{second:g} s</text>'
                for second in ticks(self._end_s, least=4)
            )
            parts.append(f'<g class="time" data-y="{bottom + 13}">{labels}</g>')
        height = bottom + (_AXIS if axis else 4)
        label = safe(f"{self._title} over {self._end_s:.0f} seconds; the shaded part is judged")
        head = f'<svg class="lane" viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{label}">'
        view = f'x="{LEFT}" y="{TOP}" width="{PLOT}" height="{self._height}"'
        box = f'viewBox="0 0 {self._end_s:.2f} {self._height}" preserveAspectRatio="none"'
        plot = f'<svg class="plot" {view} {box}>{"".join(self._inside)}</svg>'
        return f"{head}{plot}{''.join(self._outside + parts)}</svg>"

    def _y(self, value: float) -> str:
        if self._low > 0:
            inside = min(max(value, self._low), self._high)
            share = math.log(inside / self._low) / math.log(self._high / self._low)
        else:
            share = min(value, self._high) / self._high
        return f"{self._height * (1 - share):.1f}"


def _stretches(points: Points) -> list[list[tuple[float, float]]]:
    stretches: list[list[tuple[float, float]]] = [[]]
    for at, value in points:
        if value is None:
            stretches.append([])
        else:
            stretches[-1].append((at, value))
    return [stretch for stretch in stretches if stretch]
