"""What `slogate compare` prints: the verdict on the change, one row a metric, and why."""

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from slogate.analyzer.compare import Change
from slogate.analyzer.measure import Family
from slogate.analyzer.units import counted
from slogate.report.comparison.model import FAMILY_TITLES, ComparisonReport, Row
from slogate.report.text import printable

STYLES = {
    Change.REGRESSED: "bold red",
    Change.IMPROVED: "green",
    Change.UNCHANGED: "green",
    Change.INCONCLUSIVE: "yellow",
    Change.ERROR: "magenta",
    Change.INFO: "dim",
}


def render(report: ComparisonReport) -> RenderableType:
    """The comparison, ready for a rich console. Metrics without an objective are shown where they changed."""
    parts: list[RenderableType] = [_headline(report), Text(), _table(report)]
    seen: set[str] = set()
    for row in report.told:
        if row.reason not in seen:
            seen.add(row.reason)
            parts.append(_note(row.word, STYLES[row.change], f"{row.name}: {row.reason}"))
    parts += [_note("note", "yellow", note) for note in report.notes]
    return Group(*parts)


def _headline(report: ComparisonReport) -> Text:
    line = Text(f"{printable(report.service)} {printable(report.candidate.name)}", style="bold")
    own, other = (counted(len(side.runs), "run") for side in (report.candidate, report.base))
    sides = f"{own} beside {other} of {report.base.name}"
    line.append(f"  {printable(sides)}\n\n", style="dim")
    line.append(f" {report.word} ", style=f"reverse {STYLES[report.change]}")
    line.append(f"  {printable(report.headline)}")
    line.append(f"  (exit code {report.exit_code:d})", style="dim")
    return line


def _table(report: ComparisonReport) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("")
    table.add_column("metric", overflow="fold")
    for heading in (report.base.name, report.candidate.name, "change"):
        table.add_column(Text(printable(heading)), justify="right", no_wrap=True)
    table.add_column("interval", justify="right", no_wrap=True, style="dim")
    for family in Family:
        rows = [row for row in report.of(family) if family is Family.OBJECTIVES or _worth_a_line(row)]
        if rows:
            table.add_row("", Text(FAMILY_TITLES[family], style="bold"))
        for row in rows:
            cells = (row.name, row.base, row.candidate, row.shift, row.interval)
            table.add_row(Text(row.word, style=STYLES[row.change]), *(Text(printable(cell)) for cell in cells))
    return table


def _worth_a_line(row: Row) -> bool:
    return row.change in {Change.REGRESSED, Change.IMPROVED, Change.INFO}


def _note(label: str, style: str, message: str) -> Text:
    return Text.assemble("\n", (label, style), f"  {printable(message)}")
