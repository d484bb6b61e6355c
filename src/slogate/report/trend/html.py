"""trends.html: every objective over the nights on one self-contained page. No network, no script."""

from collections.abc import Mapping
from types import MappingProxyType

from markupsafe import Markup

from slogate.analyzer.units import say
from slogate.report.model import AREA_TITLES
from slogate.report.templating import template
from slogate.report.trend import chart
from slogate.report.trend.model import Course, Row, TrendReport
from slogate.slo.model import Area

_SIGNS = {
    Course.REGRESSED: "✕",
    Course.UNKNOWN: "?",
    Course.RECOVERED: "✓",
    Course.IMPROVED: "✓",
    Course.STEADY: "=",
}
_TONES = {
    Course.REGRESSED: "fail",
    Course.UNKNOWN: "info",
    Course.RECOVERED: "pass",
    Course.IMPROVED: "pass",
    Course.STEADY: "pass",
}
_LISTED_NIGHTS = 30
_WIDTH, _HEIGHT = 240, 30


def render(report: TrendReport, links: Mapping[str, str] = MappingProxyType({})) -> str:
    """The text of the page. `links` are the places of the runs' own reports, by run, relative to the page."""
    areas = [(AREA_TITLES[area], report.of(area)) for area in Area if report.of(area)]
    return template("trends.html.j2").render(
        report=report,
        areas=areas,
        anchors={row.trend.measure.id: f"objective-{index}" for index, row in enumerate(report.rows)},
        signs=_SIGNS,
        tones=_TONES,
        chart=lambda row: Markup(chart.draw(row)),  # noqa: S704  # escaped where drawn
        sparkline=_sparkline,
        nights=_nights,
        listed=_LISTED_NIGHTS,
        links=links,
    )


def _nights(row: Row) -> list[tuple[str, str, str, str, str, str]]:
    """The last nights of an objective, the newest first: date, release, commit, value, state and run."""
    unit = row.trend.measure.unit
    return [
        (
            night.date,
            night.release,
            night.commit[:8],
            "no number" if night.value is None else say(night.value, unit),
            night.state.value,
            night.run,
        )
        for night in reversed(row.trend.series.nights[-_LISTED_NIGHTS:])
    ]


def _sparkline(row: Row) -> Markup:
    """The nights as one small line, from the lowest to the highest; the last one is a dot."""
    nights = row.trend.series.nights
    points = [(at, value) for at in row.trend.known if (value := nights[at].value) is not None]
    if not points:
        return Markup("")
    low, high = min(value for _, value in points), max(value for _, value in points)

    def place(at: int, value: float) -> str:
        share = (value - low) / (high - low) if high > low else 0.5
        return f"{3 + at / max(1, len(nights) - 1) * (_WIDTH - 6):.1f} {_HEIGHT - 4 - share * (_HEIGHT - 8):.1f}"

    path, before = "", -2
    for at, value in points:
        path += f"{'L' if before == at - 1 else 'M'}{place(at, value)}"
        before = at
    x, y = place(*points[-1]).split()
    parts = f'<path d="{path}"/><circle cx="{x}" cy="{y}" r="3"/>'
    opened = row.trend.open
    if opened is not None:
        x = place(opened.began, low).split()[0]
        parts = f'<rect class="regression" x="{x}" y="0" width="{_WIDTH - float(x):.1f}" height="{_HEIGHT}"/>{parts}'
    head = f'<svg class="bar spark" viewBox="0 0 {_WIDTH} {_HEIGHT}" preserveAspectRatio="xMinYMid" aria-hidden="true">'
    return Markup(f"{head}{parts}</svg>")  # noqa: S704  # numbers and fixed words only
