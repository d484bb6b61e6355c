"""The waterfall of one page load as SVG: a bar for each request on the time line of the metrics, long tasks below, and
lines for FCP, LCP, TTI and the load event. It is drawn from the facts; nothing is computed but places.
"""

from collections.abc import Iterable, Iterator, Sequence
from urllib.parse import urlsplit

from slogate.analyzer.units import counted
from slogate.analyzer.web.facts import PageLoad, Request
from slogate.report.page_view import Mark
from slogate.report.svg import safe, ticks

MOST_ROWS = 40
KINDS = ("document", "script", "style", "image", "font", "data", "other")
_WIDTH, _LEFT, _RIGHT = 960, 236, 16
_PLOT = _WIDTH - _LEFT - _RIGHT
_ROW, _BAR = 16, 10
_LABEL, _LABEL_ROWS = 14, 3  # the names of the marks stand above the rows, one below the other where they are close
_LABEL_GAP = 88  # as wide as the longest name of a mark with its time
_TOP = 22 + _LABEL * _LABEL_ROWS
_LETTER = 6.2  # the width of a letter at 11 px, roughly
_MOST_LETTERS = 36
_ROOM = 1.03  # the last bar does not touch the edge
_KIND_OF = {
    "Document": "document",
    "Script": "script",
    "Stylesheet": "style",
    "Image": "image",
    "Media": "image",
    "Font": "font",
    "XHR": "data",
    "Fetch": "data",
    "EventSource": "data",
}

Spans = Sequence[tuple[float, float]]


def draw(load: PageLoad, marks: Sequence[Mark]) -> str:
    """One SVG; empty for a load without requests. After `MOST_ROWS` requests the rest share one row."""
    requests = sorted(load.requests, key=lambda request: request.start_ms)
    if not requests:
        return ""
    return _Waterfall(load, requests, marks).finish()


class _Waterfall:
    """The parts of one drawing; milliseconds go to the right."""

    def __init__(self, load: PageLoad, requests: Sequence[Request], marks: Sequence[Mark]) -> None:
        self._load = load
        self._requests = requests
        self._marks = sorted(marks, key=lambda mark: mark.at_ms)
        tasks = [(task.start_ms, task.start_ms + task.duration_ms) for task in load.long_tasks]
        self._said_of_tasks = "not recorded" if load.is_imported else _some(len(tasks), "long task")
        seen = [request.start_ms for request in requests] + [mark.at_ms for mark in marks]
        seen += [request.end_ms for request in requests if request.end_ms is not None] + [end for _, end in tasks]
        self._until_ms = max(max(seen) * _ROOM, 1.0)
        self._tasks = tasks
        self._shown = requests[:MOST_ROWS]
        self._folded = requests[MOST_ROWS:]
        self._rows = len(self._shown) + bool(self._folded)
        self._task_y = _TOP + self._rows * _ROW + 8
        self._bottom = self._task_y + _ROW

    def finish(self) -> str:
        height = self._bottom + 22
        label = safe(f"{_some(len(self._requests), 'request')} over {self._until_ms / _ROOM:,.0f} ms")
        head = f'<svg class="lane waterfall" viewBox="0 0 {_WIDTH} {height}" role="img" aria-label="{label}">'
        body = [*self._legend(), *self._axis()]
        for index, request in enumerate(self._shown):
            body += self._row(_TOP + index * _ROW, request)
        if self._folded:
            body += self._rest(_TOP + len(self._shown) * _ROW)
        body += [*self._long_tasks(), *self._lines()]
        return f"{head}{''.join(body)}</svg>"

    def _legend(self) -> Iterator[str]:
        x = _LEFT
        present = {_kind(request) for request in self._requests}
        for kind in (kind for kind in KINDS if kind in present):
            yield f'<rect class="{kind}" x="{x}" y="3" width="14" height="8"/>'
            yield f'<text class="tick" x="{x + 19}" y="11">{kind}</text>'
            x += 34 + 7 * len(kind)

    def _axis(self) -> Iterator[str]:
        for ms in ticks(self._until_ms, least=5):
            x = self._x(ms)
            yield f'<line class="grid" x1="{x}" x2="{x}" y1="{_TOP}" y2="{self._bottom}"/>'
            yield f'<text class="tick" x="{x}" y="{self._bottom + 15}" text-anchor="middle">{ms:,g} ms</text>'

    def _row(self, y: int, request: Request) -> Iterator[str]:
        end_ms = self._until_ms if request.end_ms is None else request.end_ms
        bad = request.failed or (request.status is not None and request.status >= 400)
        kind = f"{_kind(request)}{' bad' if bad else ''}{' open' if request.end_ms is None else ''}"
        yield f"<g><title>{safe(_told(request))}</title>"
        yield self._name(y, _short(request.url), "bad" if bad else "")
        yield self._bar(y, request.start_ms, end_ms, kind)
        said = _status(request) or (f"{end_ms - request.start_ms:,.0f} ms" if request.end_ms is not None else "no end")
        x, after = float(self._x(end_ms)) + 4, True
        if x + len(said) * _LETTER > _WIDTH - _RIGHT:
            x, after = float(self._x(request.start_ms)) - 4, False
        anchor = "" if after else ' text-anchor="end"'
        yield f'<text class="took" x="{x:.1f}" y="{y + 12}"{anchor}>{safe(said)}</text></g>'

    def _rest(self, y: int) -> Iterator[str]:
        spans = [(r.start_ms, self._until_ms if r.end_ms is None else r.end_ms) for r in self._folded]
        yield self._name(y, f"and {len(spans):,} more", "quiet")
        yield from (self._bar(y, start_ms, end_ms, "other") for start_ms, end_ms in self._joined(spans))

    def _long_tasks(self) -> Iterator[str]:
        y = self._task_y
        yield f'<line class="grid" x1="0" x2="{_WIDTH - _RIGHT}" y1="{y - 4}" y2="{y - 4}"/>'
        yield self._name(y, f"main thread: {self._said_of_tasks}", "quiet")
        yield from (self._bar(y, start_ms, end_ms, "task") for start_ms, end_ms in self._joined(self._tasks))

    def _lines(self) -> Iterator[str]:
        """The marks; a name goes a row lower as long as it would touch the one before it in its row."""
        ends = [-1.0] * _LABEL_ROWS
        for mark in self._marks:
            x = float(self._x(mark.at_ms))
            row = next((index for index, end in enumerate(ends) if x > end), _LABEL_ROWS - 1)
            ends[row] = x + _LABEL_GAP
            y = 22 + _LABEL * row
            anchor, text_x = ("start", x + 3) if x + _LABEL_GAP < _WIDTH else ("end", x - 3)
            name = safe(mark.name.lower())
            yield f'<line class="mark {name}" x1="{x}" x2="{x}" y1="{y}" y2="{self._bottom}"/>'
            said = safe(f"{mark.name} {mark.at_ms:,.0f} ms")
            yield f'<text class="mark {name}" x="{text_x:.1f}" y="{y + 10}" text-anchor="{anchor}">{said}</text>'

    def _name(self, y: int, text: str, kind: str) -> str:
        return f'<text class="name {kind}" x="{_LEFT - 8}" y="{y + 12}" text-anchor="end">{safe(text)}</text>'

    def _bar(self, y: int, start_ms: float, end_ms: float, kind: str) -> str:
        width = max(1.5, (end_ms - start_ms) / self._until_ms * _PLOT)
        size = f'width="{width:.1f}" height="{_BAR}" rx="1.5"'
        return f'<rect class="{kind}" x="{self._x(start_ms)}" y="{y + 3}" {size}/>'

    def _joined(self, spans: Iterable[tuple[float, float]]) -> Spans:
        """The spans with those that would touch made one, so that no load has more of them than there is room."""
        gap_ms = 2 * self._until_ms / _PLOT
        joined: list[tuple[float, float]] = []
        for start_ms, end_ms in sorted(spans):
            if joined and start_ms <= joined[-1][1] + gap_ms:
                joined[-1] = (joined[-1][0], max(joined[-1][1], end_ms))
            else:
                joined.append((start_ms, end_ms))
        return joined

    def _x(self, ms: float) -> str:
        return f"{_LEFT + ms / self._until_ms * _PLOT:.1f}"


def _kind(request: Request) -> str:
    return _KIND_OF.get(request.type, "other")


def _status(request: Request) -> str:
    """What went wrong; empty if nothing did."""
    if request.failed:
        return "failed"
    return f"status {request.status}" if request.status is not None and request.status >= 400 else ""


def _short(url: str) -> str:
    """The end of the path, which tells requests apart; the host where there is no path."""
    if url.startswith("data:"):
        return "data:"
    try:
        parts = urlsplit(url)
    except ValueError:  # Chromium takes addresses that Python does not
        return url[:_MOST_LETTERS]
    path = parts.path.rstrip("/")
    name = path or parts.netloc or url
    if path and parts.query:
        name += f"?{parts.query}"
    if len(name) <= _MOST_LETTERS:
        return name
    tail = path.rpartition("/")[2]
    return f"{tail[: _MOST_LETTERS - 3]}..." if len(tail) > _MOST_LETTERS else f".../{tail}"[-_MOST_LETTERS:]


def _told(request: Request) -> str:
    said = [f"{request.method} {request.url[:200]}", request.type]
    said.append("no answer" if request.status is None else f"status {request.status}")
    if request.from_cache:
        said.append("from the cache")
    elif request.encoded_bytes is not None:
        said.append(f"{request.encoded_bytes:,} bytes")
    end = "no end" if request.end_ms is None else f"{request.end_ms:,.0f} ms"
    return f"{', '.join(said)}, {request.start_ms:,.0f} ms to {end}"


def _some(number: int, noun: str) -> str:
    return counted(number, noun) if number else f"no {noun}"
