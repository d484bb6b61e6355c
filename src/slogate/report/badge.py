"""A badge for a README or a dashboard: the service and its verdict, as a small SVG that needs nothing else."""

from slogate.analyzer.result import State
from slogate.report.model import Report
from slogate.report.svg import safe

_COLORS = {
    State.PASS: "#12733f",
    State.WARNING: "#8a5a00",
    State.FAIL: "#b3261e",
    State.INCONCLUSIVE: "#6b4fa0",
    State.ERROR: "#7a1f5c",
    State.INFO: "#44576a",
}
_LETTER, _PADDING, _HEIGHT, _MOST_LETTERS = 6.8, 8, 20, 40


def render(report: Report) -> str:
    """The text of the SVG."""
    name = report.info.service if len(report.info.service) <= _MOST_LETTERS else f"{report.info.service[:37]}..."
    left, right = _width(name), _width(report.word)
    label = safe(f"{name}: {report.word}")
    text = 'y="14" fill="#ffffff" font-family="Verdana, DejaVu Sans, sans-serif" font-size="11" text-anchor="middle"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{left + right}" height="{_HEIGHT}" role="img" '
        f'aria-label="{label}"><title>{label}</title>'
        f'<rect width="{left + right}" height="{_HEIGHT}" rx="3" fill="#3c434a"/>'
        f'<path d="M{left} 0h{right - 3}a3 3 0 0 1 3 3v{_HEIGHT - 6}a3 3 0 0 1 -3 3h-{right - 3}z" '
        f'fill="{_COLORS[report.state]}"/>'
        f'<text x="{left / 2:g}" {text}>{safe(name)}</text>'
        f'<text x="{left + right / 2:g}" {text}>{report.word.lower()}</text></svg>\n'
    )


def _width(text: str) -> int:
    return round(len(text) * _LETTER + 2 * _PADDING)
