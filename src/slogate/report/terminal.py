"""The verdict in a terminal: one line an objective, then why, then where the report is."""

import os
import sys

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from slogate.analyzer.result import State
from slogate.errors import SlogateError
from slogate.redact import Redactor, secrets_in_environment
from slogate.report.model import AREA_TITLES, Report
from slogate.report.paragraphs import paragraphs
from slogate.report.text import printable
from slogate.slo.model import Area

STYLES = {
    State.PASS: "green",
    State.WARNING: "yellow",
    State.FAIL: "bold red",
    State.INCONCLUSIVE: "yellow",
    State.ERROR: "magenta",
    State.INFO: "dim",
}
_WIDTH = 140  # of the table, where no terminal has one


def render(report: Report) -> RenderableType:
    """What `slogate run` prints to standard output, ready for a rich console."""
    parts: list[RenderableType] = [_headline(report), Text(), _table(report)]
    if report.contrasts:
        parts += [Text(), _contrasts(report)]
    for told in paragraphs(report.rows):
        row = told.first
        parts.append(_note(row.word, STYLES[row.state], f"{told.names}: {told.reason}", row.cure))
        parts += [Text(f"      {printable(clue)}") for clue in row.clues]
    parts += [_note("note", "yellow", finding.message, finding.cure) for finding in report.notes]
    return Group(*parts)


def stdout_console() -> Console:
    """Standard output: as wide as the terminal, or wide enough for the table where there is none."""
    return Console(highlight=False, width=None if sys.stdout.isatty() else _WIDTH)


def stderr_table_console() -> Console:
    """The same on standard error, for where standard output is another's."""
    return Console(stderr=True, highlight=False, width=None if sys.stderr.isatty() else _WIDTH)


def complaint(error: SlogateError) -> Text:
    """What is said of an error, without secrets: what was found, and what to do about it."""
    redact = Redactor(secrets_in_environment(os.environ))
    text = Text.assemble(("error: ", "bold red"), redact(error.message))
    if error.cure:
        text.append(f"\n  -> {redact(error.cure)}", style="dim")
    return text


def _headline(report: Report) -> Text:
    info = report.info
    line = Text(f"{printable(info.service)} {printable(info.release)}", style="bold")
    line.append(
        f"  profile {printable(info.profile)}  {', '.join(dict.fromkeys(info.targets.values()))}\n\n", style="dim"
    )
    line.append(f" {report.word} ", style=f"reverse {STYLES[report.state]}")
    line.append(f"  {printable(report.headline)}")
    line.append(f"  ({report.gate})", style="dim")
    return line


def _table(report: Report) -> Table:
    table = Table(box=None, pad_edge=False, show_header=True, header_style="dim")
    table.add_column("")
    table.add_column("objective", overflow="fold")
    table.add_column("measured", justify="right", no_wrap=True)
    table.add_column("interval", justify="right", no_wrap=True)
    table.add_column("limit", no_wrap=True)
    table.add_column("evidence", style="dim")
    for area in Area:
        rows = report.rows_of(area)
        if rows:
            table.add_row("", Text(AREA_TITLES[area], style="bold"))
        for row in rows:
            word = Text(row.word, style=STYLES[row.state])
            cells = (printable(cell) for cell in (row.name, row.estimate, row.interval, row.criterion, row.evidence))
            table.add_row(word, *(Text(cell) for cell in cells))
    return table


def _contrasts(report: Report) -> Table:
    """Pages idle and under load, side by side."""
    table = Table(box=None, pad_edge=False, show_header=True, header_style="dim")
    table.add_column("median of a page", overflow="fold")
    for heading in ("idle", "under load", "difference", "ratio"):
        table.add_column(heading, justify="right", no_wrap=True)
    for row in report.contrasts:
        cells = (printable(row.name), row.idle, row.loaded, row.difference, row.ratio)
        table.add_row(*map(Text, cells))
    return table


def _note(label: str, style: str, message: str, cure: str) -> Text:
    text = Text("\n")
    text.append(label, style=style)
    text.append(f"  {printable(message)}")
    if cure:
        text.append(f"\n      -> {printable(cure)}", style="dim")
    return text
