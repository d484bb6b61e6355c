"""compare.html: one self-contained file. No network, no script."""

from markupsafe import Markup

from slogate.analyzer.compare import Change
from slogate.analyzer.measure import Family
from slogate.report.comparison import shift_plot
from slogate.report.comparison.model import FAMILY_TITLES, ComparisonReport, Place
from slogate.report.templating import template

_BAR_WIDTH, _BAR_HEIGHT = 240, 22
_SIGNS = {
    Change.REGRESSED: "✕",
    Change.IMPROVED: "✓",
    Change.UNCHANGED: "=",
    Change.INCONCLUSIVE: "?",
    Change.ERROR: "⊘",
    Change.INFO: "i",
}
_TONES = {
    Change.REGRESSED: "fail",
    Change.IMPROVED: "pass",
    Change.UNCHANGED: "pass",
    Change.INCONCLUSIVE: "inconclusive",
    Change.ERROR: "error",
    Change.INFO: "info",
}


def render(report: ComparisonReport) -> str:
    """The text of the page."""
    comparison = report.comparison
    plot = shift_plot.draw(comparison.quantiles, report.base.name, report.candidate.name, comparison.rules.threshold)
    return template("compare.html.j2").render(
        report=report,
        families=[(FAMILY_TITLES[family], report.of(family)) for family in Family if report.of(family)],
        signs=_SIGNS,
        tones=_TONES,
        bar=_bar,
        plot=Markup(plot),  # noqa: S704  # escaped where drawn
        has_band=any(item.low is not None for item in comparison.quantiles),
    )


def _bar(place: Place | None) -> Markup:
    """The interval of a change as a bar, the estimate on it, and the change that matters as a shaded field."""
    if place is None:
        return Markup("")
    middle = _BAR_HEIGHT / 2

    def x(share: float) -> str:
        return f"{share * (_BAR_WIDTH - 4) + 2:.1f}"

    def width(low: float, high: float) -> str:
        return f"{max(2.0, (high - low) * (_BAR_WIDTH - 4)):.1f}"

    parts = [
        f'<rect class="within" x="{x(place.near)}" width="{width(place.near, place.far)}" y="2" height="18"/>',
        f'<line class="axis" x1="{x(0.5)}" x2="{x(0.5)}" y1="1" y2="{_BAR_HEIGHT - 1}"/>',
    ]
    if place.low is not None and place.high is not None:
        size = f'width="{width(place.low, place.high)}" y="{middle - 5}" height="10" rx="3"'
        parts.append(f'<rect class="interval" x="{x(place.low)}" {size}/>')
    parts.append(f'<circle class="estimate" cx="{x(place.estimate)}" cy="{middle}" r="4"/>')
    head = f'<svg class="bar" viewBox="0 0 {_BAR_WIDTH} {_BAR_HEIGHT}" role="img" aria-label="change and interval">'
    return Markup(f"{head}{''.join(parts)}</svg>")  # noqa: S704  # numbers and fixed words only
