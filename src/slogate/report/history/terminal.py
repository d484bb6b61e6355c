"""The history in a terminal: runs one a line, and one run with its results."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from slogate.analyzer.result import ObjectiveResult
from slogate.analyzer.units import say
from slogate.history.past import PastRun, SetBaseline
from slogate.report.model import STATE_WORDS, interval_in_words, name_of
from slogate.report.terminal import STYLES
from slogate.report.text import printable

_SHORT_ID = 8
_SHORT_COMMIT = 8


def render_runs(runs: Sequence[PastRun], baselines: frozenset[str]) -> RenderableType:
    """The runs one a line, in the order in which they come. Those in `baselines` (run ids) are marked."""
    table = Table(box=None, pad_edge=False, header_style="dim")
    for heading in ("run", "began", "service", "release", "commit", "profile", "kind", "verdict", "folder"):
        table.add_column(heading, overflow="fold")
    for run in runs:
        cells = (
            run.run_id[:_SHORT_ID],
            f"{run.started_at:%Y-%m-%d %H:%M}",
            run.service,
            run.release + (" (baseline)" if run.run_id in baselines else ""),
            run.commit[:_SHORT_COMMIT],
            run.profile,
            run.fingerprint,
        )
        verdict = STATE_WORDS[run.verdict] + ("" if run.run_state == "complete" else f", {run.run_state}")
        there = (Path(run.folder) / "run.json").is_file()
        table.add_row(
            *(Text(printable(cell)) for cell in cells),
            Text(verdict, style=STYLES[run.verdict]),
            Text(printable(Path(run.folder).name if there else "gone"), style="dim"),
        )
    return table


def render_run(
    run: PastRun, results: Sequence[ObjectiveResult], facts: Mapping[str, str], baseline: SetBaseline | None
) -> RenderableType:
    """One run: what it was, how it was measured, and each result. `baseline` is what its kind is held against."""
    ended = "" if run.ended_at is None else f" to {run.ended_at:%H:%M:%S}"
    head = Text.assemble(
        (f"{printable(run.service)} {printable(run.release)}", "bold"),
        (f"  {run.run_id}\n", "dim"),
        f"{run.started_at:%Y-%m-%d %H:%M:%S}{ended} UTC, profile {printable(run.profile)}",
        f", commit {printable(run.commit)}\n" if run.commit else "\n",
        f"{printable(run.folder)}{'' if (Path(run.folder) / 'run.json').is_file() else ' (gone)'}\n\n",
        (f" {STATE_WORDS[run.verdict]} ", f"reverse {STYLES[run.verdict]}"),
        f"  {printable(run.reason)}  (exit code {run.exit_code})\n",
    )
    measured = Text("\n".join(f"{name}: {printable(value)}" for name, value in facts.items()), style="dim")
    parts: list[RenderableType] = [head, _results(results)]
    if baseline is not None:
        who = f" by {printable(baseline.set_by)}" if baseline.set_by else ""
        note = f": {printable(baseline.note)}" if baseline.note else ""
        parts.append(
            Text(
                f"\nheld against {printable(baseline.run.release)} ({baseline.run.run_id[:_SHORT_ID]}), "
                f"set {baseline.set_at:%Y-%m-%d}{who}{note}"
            )
        )
    return Group(*parts, Text(f"\nmeasured in this way ({run.fingerprint}):", style="dim"), measured)


def _results(results: Sequence[ObjectiveResult]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    for heading in ("", "objective", "measured", "interval", "limit", "why"):
        table.add_column(heading, overflow="fold")
    for item in results:
        table.add_row(
            Text(STATE_WORDS[item.state], style=STYLES[item.state]),
            Text(printable(name_of(item))),
            Text("-" if item.estimate is None else say(item.estimate, item.unit)),
            Text(interval_in_words(item)),
            Text(printable(item.criterion)),
            Text(printable(item.reason), style="dim"),
        )
    return table
