"""One objective over the nights as SVG: the nights, the level of each stretch, what is normal, limits and changes.

Nights go to the right with equal steps, and their values upwards on an axis that holds most of them: one wild night is
drawn at its edge. Below are the dates, and where each release began. Only places are computed.
"""

from collections.abc import Iterator

from slogate.analyzer.nights import Night
from slogate.analyzer.result import State
from slogate.analyzer.units import say
from slogate.report.svg import safe, ticks_between
from slogate.report.trend.model import ChangeRow, Row, release_of

_WIDTH, _LEFT, _RIGHT = 960, 70, 16
_TOP, _PLOT, _BOTTOM = 38, 150, 40
_HEIGHT = _TOP + _PLOT + _BOTTOM
_FLOOR = _TOP + _PLOT
_CHARACTER = 6.6  # so wide is one of the labels, at most
_LABEL_GAP = 12.0
_MOST_DATES = 7
_WILD = 1.5  # of the span of most nights: what is farther out is drawn at the edge
_LIMIT_ROOM = 0.8  # of the span of the nights: a limit that is farther off is told and not drawn


def draw(row: Row) -> str:
    """One SVG; empty where no night has a number."""
    if not row.trend.known:
        return ""
    chart = _Chart(row)
    label = safe(f"{row.name} over {len(row.trend.series.nights)} nights: {row.said}")
    head = f'<svg class="lane nights" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="{label}">'
    parts = (*chart.fields(), *chart.axis(), *chart.limits(), *chart.nights(), *chart.levels(), *chart.changes())
    return f"{head}{''.join(parts)}</svg>"


class _Chart:
    """The parts of one drawing, from back to front."""

    def __init__(self, row: Row) -> None:
        self._row, self._trend = row, row.trend
        self._nights = row.trend.series.nights
        self._unit = row.trend.measure.unit
        self._known = [(at, value) for at in row.trend.known if (value := self._nights[at].value) is not None]
        self._limits = [(at, night.limit) for at, night in enumerate(self._nights) if night.limit is not None]
        self._low, self._high = self._span()
        self._step = (_WIDTH - _LEFT - _RIGHT) / len(self._nights)

    def fields(self) -> Iterator[str]:
        """What is normal, since it is, and the nights of each regression, from top to bottom."""
        for row in self._row.changes:
            last = self._end(row)
            if last is not None:
                x, end = self._edge(row.change.began), self._edge(last)
                yield f'<rect class="regression" x="{x:.1f}" y="{_TOP}" width="{end - x:.1f}" height="{_PLOT}"/>'
        if (normal := self._trend.normal) is not None:
            top, bottom = self._y(normal.high), self._y(normal.low)
            x = self._edge(self._trend.baseline[0])
            size = f'width="{_WIDTH - _RIGHT - x:.1f}" height="{max(2.0, bottom - top):.1f}"'
            yield f'<rect class="normal" x="{x:.1f}" y="{top:.1f}" {size}/>'

    def axis(self) -> Iterator[str]:
        for value in ticks_between(self._low, self._high):
            y = self._y(value)
            yield f'<line class="grid" x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>'
            yield f'<text x="{_LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{say(value, self._unit)}</text>'
        every = max(1, -(-len(self._nights) // _MOST_DATES))
        for at in range(0, len(self._nights), every):
            place = f'x="{self._x(at):.1f}" y="{_FLOOR + 16}" text-anchor="middle"'
            yield f"<text {place}>{safe(self._nights[at].date)}</text>"
        yield from self._releases()

    def limits(self) -> Iterator[str]:
        """The limit of each night as steps; one that is far off is told at the edge."""
        inside = [(at, limit) for at, limit in self._limits if self._low <= limit <= self._high]
        if not inside:
            if self._limits:
                limit = self._limits[-1][1]
                where, y = ("above", _TOP + 12) if limit > self._high else ("below", _FLOOR - 6)
                told = f"limit {say(limit, self._unit)}, {where}"
                yield f'<text class="bound" x="{_LEFT + 6}" y="{y}">{told}</text>'
            return
        path, before = "", -2
        for at, limit in inside:
            begins = f"{'L' if before == at - 1 else 'M'}{self._edge(at):.1f} {self._y(limit):.1f}"
            path += f"{begins}H{self._edge(at + 1):.1f}"
            before = at
        yield f'<path class="limit" d="{path}"/>'
        at, limit = inside[0]
        place = f'x="{self._edge(at) + 6:.1f}" y="{self._y(limit) - 4:.1f}"'
        yield f'<text class="bound" {place}>limit {say(limit, self._unit)}</text>'

    def nights(self) -> Iterator[str]:
        known = dict(self._known)
        path, before = "", -2
        for at, value in self._known:
            path += f"{'L' if before == at - 1 else 'M'}{self._x(at):.1f} {self._y(value):.1f}"
            before = at
        yield f'<path class="series" d="{path}"/>'
        for at, night in enumerate(self._nights):
            told = f"<title>{safe(self._told(night, known.get(at)))}</title>"
            x = f"{self._x(at):.1f}"
            if at not in known:
                yield f'<path class="missing" d="M{self._x(at) - 3:.1f} {_FLOOR - 9}l6 6m0 -6l-6 6">{told}</path>'
            elif not self._low <= known[at] <= self._high:
                y, size = (_TOP, 7) if known[at] > self._high else (_FLOOR, -7)
                yield f'<path class="night wild" d="M{self._x(at) - 4:.1f} {y + size}h8l-4 {-size}z">{told}</path>'
            else:
                kind = "night failed" if night.state is State.FAIL else "night"
                yield f'<circle class="{kind}" cx="{x}" cy="{self._y(known[at]):.1f}" r="2.6">{told}</circle>'

    def levels(self) -> Iterator[str]:
        """The median of each stretch between two changes."""
        changes = self._trend.changes
        normal = self._trend.normal
        first = changes[0].size.before if changes else normal.median if normal is not None else None
        starts = [self._known[0][0], *(change.began for change in changes)]
        ends = [*(change.began for change in changes), len(self._nights)]
        medians = [first, *(change.size.after for change in changes)]
        for start, end, median in zip(starts, ends, medians, strict=True):
            if median is not None:
                place = f'x1="{self._edge(start):.1f}" x2="{self._edge(end):.1f}"'
                y = f"{self._y(median):.1f}"
                yield f'<line class="level" {place} y1="{y}" y2="{y}"/>'

    def changes(self) -> Iterator[str]:
        """Where each change began, with its size above, in a second row where the first has no room."""
        ends = [0.0, 0.0]
        for row in self._row.changes:
            x = self._edge(row.change.began)
            text = f"{'▲' if row.size.startswith('+') else '▼'} {row.size}"
            width = _CHARACTER * len(text)
            left = min(x - 2, _WIDTH - width)
            line = 0 if left >= ends[0] else 1
            ends[line] = left + width + _LABEL_GAP
            tone = "fail" if row.worse else "pass"
            y = _TOP - 6 - 15 * line
            yield f'<line class="change {tone}" x1="{x:.1f}" x2="{x:.1f}" y1="{y + 3}" y2="{_FLOOR}"/>'
            told = f"{safe(text)}<title>{_sentence(row)}</title>"
            yield f'<text class="change {tone}" x="{left:.1f}" y="{y}">{told}</text>'

    def _end(self, row: ChangeRow) -> int | None:
        """The position after the last night of a regression; None of any other change."""
        if row.open:
            return len(self._nights)
        recovered = (item.began for item in self._trend.changes if not item.worse and item.found == row.change.ended)
        return next(recovered, None) if row.worse else None

    def _releases(self) -> Iterator[str]:
        """Where each release began; names that have no room are left out, those of changes last."""
        firsts = [
            at for at, night in enumerate(self._nights) if at == 0 or night.release != self._nights[at - 1].release
        ]
        changed = {change.began for change in self._trend.changes}
        taken: list[tuple[float, float]] = []
        for at in sorted(firsts, key=lambda at: (at not in changed, at)):
            x, name = self._edge(at), self._nights[at].release
            yield f'<line class="release" x1="{x:.1f}" x2="{x:.1f}" y1="{_FLOOR}" y2="{_FLOOR + 5}"/>'
            name = name if len(name) <= 24 else f"{name[:22]}.."
            left = min(x, _WIDTH - _CHARACTER * len(name))
            right = left + _CHARACTER * len(name)
            if all(right + _LABEL_GAP < other or end + _LABEL_GAP < left for other, end in taken):
                taken.append((left, right))
                kind = "release changed" if at in changed else "release"
                yield f'<text class="{kind}" x="{left:.1f}" y="{_FLOOR + 33}">{safe(name)}</text>'

    def _told(self, night: Night, value: float | None) -> str:
        what = say(value, self._unit) if value is not None else "no number"
        return f"{night.date}, {release_of(night)}: {what}, {night.state.value}"

    def _span(self) -> tuple[float, float]:
        values = sorted(value for _, value in self._known)
        tenth = len(values) // 10
        low, high = values[tenth], values[-1 - tenth]
        room = _WILD * (high - low) or abs(high) * 0.1 or 1.0
        low, high = max(values[0], low - room), min(values[-1], high + room)
        normal = self._trend.normal
        if normal is not None:
            low, high = min(low, normal.low), max(high, normal.high)
        for change in self._trend.changes:
            low, high = (
                min(low, change.size.before, change.size.after),
                max(high, change.size.before, change.size.after),
            )
        if high == low:
            low, high = (low - room, high + room) if low else (0.0, high + room)
        span = high - low
        for _, limit in self._limits:
            if high < limit <= high + _LIMIT_ROOM * span or low - _LIMIT_ROOM * span <= limit < low:
                low, high = min(low, limit), max(high, limit)
        margin = 0.08 * (high - low)
        return (max(0.0, low - margin) if values[0] >= 0 else low - margin), high + margin

    def _edge(self, at: int) -> float:
        return _LEFT + at * self._step

    def _x(self, at: int) -> float:
        return self._edge(at) + self._step / 2

    def _y(self, value: float) -> float:
        inside = min(max(value, self._low), self._high)
        return _TOP + (self._high - inside) / (self._high - self._low) * _PLOT


def _sentence(row: ChangeRow) -> str:
    return safe(f"{row.sentence}, found on {row.found}, {row.status}")
