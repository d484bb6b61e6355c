"""What `slogate history trend` prints: one row an objective with its sparkline, then every change."""

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from slogate.analyzer.trend import Trend
from slogate.report.model import AREA_TITLES
from slogate.report.text import printable
from slogate.report.trend.model import ChangeRow, Course, Row, TrendReport
from slogate.slo.model import Area

STYLES = {
    Course.REGRESSED: "bold red",
    Course.UNKNOWN: "dim",
    Course.RECOVERED: "green",
    Course.IMPROVED: "green",
    Course.STEADY: "green",
}
_BLOCKS = "▁▂▃▄▅▆▇█"
_NO_NUMBER = "·"
_MOST_NIGHTS = 30


def render(report: TrendReport) -> RenderableType:
    """The trend, ready for a rich console."""
    parts: list[RenderableType] = [_headline(report), Text(), _table(report)]
    if report.changes:
        parts += [Text(), Text("Changes", style="bold"), _changes(report.changes)]
    parts += [_note("note", "yellow", note) for note in (*_shared(report.rows), *report.notes)]
    return Group(*parts)


def sparkline(found: Trend, most: int = _MOST_NIGHTS) -> Text:
    """The last nights as blocks, lowest to highest of them; a dot is a night without a number. The nights since an open
    regression began are red.
    """
    nights, known, opened = found.series.nights, set(found.known), found.open
    first = max(0, len(nights) - most)
    values = [value for at in found.known if at >= first and (value := nights[at].value) is not None]
    low, high = min(values, default=0.0), max(values, default=0.0)
    line = Text()
    for at in range(first, len(nights)):
        value = nights[at].value
        style = "red" if opened is not None and at >= opened.began else ""
        if at not in known or value is None:
            line.append(_NO_NUMBER, style="dim")
        else:
            share = (value - low) / (high - low) if high > low else 0.5
            line.append(_BLOCKS[min(len(_BLOCKS) - 1, int(share * len(_BLOCKS)))], style=style)
    return line


def _headline(report: TrendReport) -> Text:
    line = Text(printable(report.service), style="bold")
    line.append(f"  profile {printable(report.profile)}, {report.period}\n\n", style="dim")
    line.append(f" {report.word} ", style=f"reverse {STYLES[report.course]}")
    line.append(f"  {printable(report.headline)}")
    return line


def _table(report: TrendReport) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("")
    table.add_column("objective", overflow="fold")
    table.add_column("nights", no_wrap=True)
    for heading in ("last", "normal", "limit"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("", overflow="fold")
    for area in Area:
        rows = report.of(area)
        if rows:
            table.add_row("", Text(AREA_TITLES[area], style="bold"))
        for row in rows:
            table.add_row(*_cells(row))
    return table


def _cells(row: Row) -> list[Text]:
    return [
        Text(row.word, style=STYLES[row.course]),
        Text(printable(row.name)),
        sparkline(row.trend),
        *(Text(printable(cell)) for cell in (row.last, row.normal, row.limit)),
        Text(printable(row.said)),
    ]


def _changes(rows: Sequence[ChangeRow]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    for heading in ("", "objective", "since", "began", "found"):
        table.add_column(heading, overflow="fold")
    for heading in ("change", "interval"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("", overflow="fold")
    for row in rows:
        mark = Text("worse", style="bold red" if row.open else "red") if row.worse else Text("better", style="green")
        cells = (row.objective, row.since, row.date, row.found, row.size, row.interval)
        status = "" if row.status == mark.plain else row.status
        table.add_row(mark, *(Text(printable(cell)) for cell in cells), Text(status))
    return table


def _shared(rows: Sequence[Row]) -> list[str]:
    """Each note once, with all objectives that have it."""
    names: dict[str, list[str]] = {}
    for row in rows:
        for note in row.notes:
            names.setdefault(note, []).append(row.name)
    return [f"{', '.join(having)}: {note}" for note, having in names.items()]


def _note(label: str, style: str, message: str) -> Text:
    return Text.assemble("\n", (label, style), f"  {printable(message)}")
