"""summary.md: the verdict for a pull request or a job summary."""

import itertools

from slogate.analyzer.result import State
from slogate.report.model import AREA_TITLES, Report, Row
from slogate.report.paragraphs import paragraphs
from slogate.report.text import printable
from slogate.slo.model import Area

_MOST_BYTES = 59_000
_DETAILS = "<details><summary>How it was measured</summary>"
_SIGNS = {
    State.PASS: "✅",
    State.WARNING: "⚠️",
    State.FAIL: "❌",
    State.INCONCLUSIVE: "❔",
    State.ERROR: "🚫",
    State.INFO: "ℹ️",  # noqa: RUF001  # the sign for information, meant as such
}


def render(report: Report) -> str:
    """The text of summary.md."""
    lines = [
        f"## {_SIGNS[report.state]} {report.word}: {cell(report.info.service)} {cell(report.info.release)}",
        "",
        f"{cell(report.headline)}. Profile `{report.info.profile}`, {report.gate}.",
        "",
        "| | objective | measured | interval | limit | evidence |",
        "|---|---|---|---|---|---|",
    ]
    for area in Area:
        lines += [_line(row) for row in report.rows_of(area)]
    if report.contrasts:
        lines += ["", "| median of a page | idle | under load | difference | ratio |", "|---|---|---|---|---|"]
        lines += [
            f"| {' | '.join(map(cell, (row.name, row.idle, row.loaded, row.difference, row.ratio)))} |"
            for row in report.contrasts
        ]
    told = paragraphs(report.rows)
    if told:
        lines += ["", "### Why", ""]
        for item in told:
            title = AREA_TITLES[item.first.area]
            lines.append(f"- **{cell(item.names)}** ({title}): {cell(item.reason)}{_cure(item.first.cure)}")
            lines += [f"  - {cell(clue)}" for clue in item.first.clues]
    if report.notes:
        lines += ["", "### Worth knowing", ""]
        lines += [f"- {cell(finding.message)}{_cure(finding.cure)}" for finding in report.notes]
    lines += ["", _DETAILS, ""]
    lines += [f"- {name}: {cell(value)}" for name, value in report.facts]
    lines += [f"- {sentence}" for sentence in report.method]
    return "\n".join([*_shortened([*lines, ""]), "</details>", ""])


def _shortened(lines: list[str]) -> list[str]:
    """As many lines as a comment or a job summary takes, with a word on those that are left out."""
    sizes = itertools.accumulate(len(line.encode()) + 1 for line in lines)
    kept = sum(size <= _MOST_BYTES for size in sizes)
    if kept == len(lines):
        return lines
    said = f"{len(lines) - kept:,} lines more are left out here; report.html has it all."
    # The details begin in the last lines, and end in one that is always there.
    return [*lines[:kept], "", said, *([] if _DETAILS in lines[:kept] else ["", _DETAILS]), ""]


def _line(row: Row) -> str:
    cells = (_SIGNS[row.state], row.name, row.estimate, row.interval, row.criterion, row.evidence)
    return f"| {' | '.join(map(cell, cells))} |"


def _cure(cure: str) -> str:
    return f" *{cell(cure)}*" if cure else ""


def cell(text: str) -> str:
    """`text` as it may stand in a cell of a table or in a sentence, whatever is in it."""
    escaped = printable(text).replace("&", "&amp;").replace("<", "&lt;").replace("|", "\\|")
    return escaped.replace("`", "\\`").replace("*", "\\*").replace("_", "\\_").replace("[", "\\[")
