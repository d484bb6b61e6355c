"""report.html: one self-contained file. No network, and complete without its script; light and dark, on a phone and on
paper.

The charts are drawn here as SVG from the numbers of the report's model; no statistic is computed.
"""

import base64
from collections.abc import Sequence

from markupsafe import Markup

from slogate.analyzer.result import State
from slogate.analyzer.units import say
from slogate.analyzer.web import METRICS
from slogate.analyzer.web.clock import on_its_clock
from slogate.analyzer.web.facts import PageLoad
from slogate.report import lanes, percentiles, waterfall
from slogate.report.explanation import duration_of, ending_of
from slogate.report.launch.html import render_section
from slogate.report.launch.model import LaunchChecklist
from slogate.report.model import AREA_TITLES, Report, Scale
from slogate.report.page_view import PageView
from slogate.report.paragraphs import paragraphs
from slogate.report.templating import template
from slogate.runs.page_evidence import Picture
from slogate.slo.model import Area

_BAR_WIDTH, _BAR_HEIGHT = 240, 22
_MOST_LETTERS = 1_100_000  # for pictures, so that no report has more than 1.6 MB; the run folder keeps the files
_URGENCY = (State.ERROR, State.FAIL, State.INCONCLUSIVE, State.WARNING)
_SIGNS = {
    State.PASS: "✓",
    State.WARNING: "!",
    State.FAIL: "✕",
    State.INCONCLUSIVE: "?",
    State.ERROR: "⊘",
    State.INFO: "i",
}


def render(report: Report, launch: LaunchChecklist | None = None) -> str:
    """The text of report.html, with the launch checklist in it if there is one."""
    pages = report.summary.pages
    drawn = lanes.draw(report)
    return template("report.html.j2").render(
        report=report,
        areas=[(AREA_TITLES[area], report.rows_of(area)) for area in Area if report.rows_of(area)],
        signs=_SIGNS,
        told=sorted(paragraphs(report.rows), key=lambda item: _URGENCY.index(item.first.state)),
        bar=interval_bar,
        has_normal=any(row.scale is not None and row.scale.normal_high is not None for row in report.rows),
        metrics=[m for m in METRICS.values() if any(v is not None for p in pages for v in p.metrics[m.name])],
        say=say,
        duration_of=duration_of,
        ending_of=ending_of,
        largest_paint=_largest_paint,
        under_load=any(page.when == "loaded" for page in pages),
        views=[(view, *drawn) for view, drawn in zip(report.page_views, _drawn(report.page_views), strict=True)],
        marks=report.summary.marks[: lanes.MOST_MARKS],
        lanes=None if drawn is None else [Markup(chart) for chart in drawn.charts],  # noqa: S704  # escaped where drawn
        lanes_data=Markup("" if drawn is None else drawn.data),  # noqa: S704  # escaped where drawn
        curve=Markup(percentiles.draw(report)),  # noqa: S704  # escaped where drawn
        launch=launch,
        launch_items=None if launch is None else render_section(launch),
    )


def _largest_paint(load: PageLoad) -> str:
    """The element of the last candidate that the page itself reported; empty without one."""
    candidates = on_its_clock(load).lcp_candidates
    return (candidates[-1].element or "") if candidates else ""


def _drawn(views: Sequence[PageView]) -> list[tuple[Markup, list[tuple[str, str]], str]]:
    """For each page its waterfall, its frames (time, address) and its screenshot, as far as the report has room.

    Pages that broke come first, and every waterfall before any picture. The screenshot is drawn where there is no
    filmstrip, or where it shows what broke.
    """
    room = _Room(_MOST_LETTERS)
    ordered = sorted(views, key=lambda view: not view.broken)
    charts = {view.name: waterfall.draw(view.load, view.marks) for view in ordered}
    charts = {name: chart if room.takes(len(chart)) else "" for name, chart in charts.items()}
    pictures = {}
    for view in ordered:
        shown = view.screenshot is not None and (view.broken or not view.frames)
        screenshot = _address(view.screenshot) if view.screenshot is not None and shown else ""
        frames = [(f"{frame.at_ms:,.0f} ms", _address(frame)) for frame in view.frames]
        fits = room.takes(len(screenshot) + sum(len(address) for _, address in frames))
        pictures[view.name] = (frames, screenshot) if fits else ([], "")
    return [(Markup(charts[view.name]), *pictures[view.name]) for view in views]  # noqa: S704  # escaped where drawn


class _Room:
    """What is left of a number of letters."""

    def __init__(self, letters: int) -> None:
        self._left = letters

    def takes(self, letters: int) -> bool:
        """Whether that many fit; if so, they are taken."""
        fits = letters <= self._left
        self._left -= letters if fits else 0
        return fits


def _address(picture: Picture) -> str:
    return f"data:image/jpeg;base64,{base64.b64encode(picture.jpeg).decode('ascii')}"


def render_waiting(message: str) -> str:
    """A page in the report's style for when there is no verdict yet."""
    return template("waiting.html.j2").render(message=message)


def interval_bar(scale: Scale | None) -> Markup:
    """The picture that explains a state: the interval as a bar, the estimate on it, the limit as a line across; or the
    normal range as a band.
    """
    if scale is None:
        return Markup("")
    middle = _BAR_HEIGHT / 2

    def x(place: float) -> str:
        return f"{place * (_BAR_WIDTH - 4) + 2:.1f}"

    parts = [f'<line class="axis" x1="2" x2="{_BAR_WIDTH - 2}" y1="{middle}" y2="{middle}"/>']
    end = scale.limit if scale.limit is not None else scale.normal_high
    if end is not None:
        beyond = (1 - end) * (_BAR_WIDTH - 4)
        parts.append(f'<rect class="beyond" x="{x(end)}" y="2" width="{beyond:.1f}" height="{_BAR_HEIGHT - 4}"/>')
    if scale.normal_low is not None and scale.normal_high is not None:
        width = (scale.normal_high - scale.normal_low) * (_BAR_WIDTH - 4)
        place = f'x="{x(scale.normal_low)}" width="{width:.1f}" y="2" height="{_BAR_HEIGHT - 4}"'
        parts.append(f'<rect class="normal" {place}/>')
    if scale.low is not None or scale.high is not None:
        low = scale.low if scale.low is not None else 0.0
        high = scale.high if scale.high is not None else 1.0
        width = max(2.0, (high - low) * (_BAR_WIDTH - 4))
        parts.append(f'<rect class="interval" x="{x(low)}" width="{width:.1f}" y="{middle - 5}" height="10" rx="3"/>')
    if scale.warn is not None:
        parts.append(f'<line class="warn" x1="{x(scale.warn)}" x2="{x(scale.warn)}" y1="4" y2="{_BAR_HEIGHT - 4}"/>')
    if scale.limit is not None:
        across = f'x1="{x(scale.limit)}" x2="{x(scale.limit)}" y1="1" y2="{_BAR_HEIGHT - 1}"'
        parts.append(f'<line class="limit" {across}/>')
    if scale.estimate is not None:
        parts.append(f'<circle class="estimate" cx="{x(scale.estimate)}" cy="{middle}" r="4"/>')
    shown = "interval and limit" if scale.limit is not None else "estimate and normal range"
    head = f'<svg class="bar" viewBox="0 0 {_BAR_WIDTH} {_BAR_HEIGHT}" role="img" aria-label="{shown}">'
    return Markup(f"{head}{''.join(parts)}</svg>")  # noqa: S704  # numbers and fixed words only
