"""The comparison for a pull request, in Markdown."""

from slogate.analyzer.compare import Change
from slogate.analyzer.measure import Family
from slogate.report.comparison.model import FAMILY_TITLES, ComparisonReport, Row
from slogate.report.markdown import cell

_SIGNS = {
    Change.REGRESSED: "🔴",
    Change.IMPROVED: "🟢",
    Change.UNCHANGED: "✅",
    Change.INCONCLUSIVE: "❔",
    Change.ERROR: "🚫",
    Change.INFO: "ℹ️",  # noqa: RUF001  # the sign for information, meant as such
}
_HEAD = "| | metric | {} | {} | change | interval |\n|---|---|---|---|---|---|"


def render(report: ComparisonReport) -> str:
    """The text. What has no objective is folded away."""
    head = _HEAD.format(cell(report.base.name), cell(report.candidate.name))
    sides = f"{cell(report.candidate.name)} beside {cell(report.base.name)}"
    lines = [
        f"## {_SIGNS[report.change]} {report.word}: {cell(report.service)} {sides}",
        "",
        f"{cell(report.headline)}. Exit code {report.exit_code:d}.",
        "",
        head,
        *(_line(row) for row in report.of(Family.OBJECTIVES)),
    ]
    if report.told:
        lines += ["", "### Why", "", *(f"- **{cell(row.name)}**: {cell(row.reason)}" for row in report.told)]
    if report.notes:
        lines += ["", "### Worth knowing", "", *(f"- {cell(note)}" for note in report.notes)]
    for family in (Family.ENDPOINTS, Family.PAGES, Family.INFORMATION):
        if rows := report.of(family):
            summary = f"<details><summary>{FAMILY_TITLES[family]}, which decide nothing</summary>"
            lines += ["", summary, "", head, *map(_line, rows), "", "</details>"]
    lines += ["", "<details><summary>How it was compared</summary>", ""]
    lines += [f"- {cell(side.name)}: {cell(', '.join(side.runs))}" for side in (report.base, report.candidate)]
    lines += [f"- {sentence}" for sentence in report.method]
    return "\n".join([*lines, "", "</details>", ""])


def _line(row: Row) -> str:
    cells = (row.name, row.base, row.candidate, row.shift, row.interval)
    return f"| {_SIGNS[row.change]} {row.word.lower()} | {' | '.join(map(cell, cells))} |"
