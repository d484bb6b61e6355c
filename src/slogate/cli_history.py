"""The commands about the history: what was measured, what runs are held against, and what is kept."""

import getpass
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click
import sqlalchemy as sa

from slogate import cli_trend, options
from slogate.analyzer.result import State
from slogate.analyzer.units import counted
from slogate.errors import ExitCode, UsageError
from slogate.history import export as exporting
from slogate.history.database import History, open_history
from slogate.history.keeping import delete, forget, prunable, set_baseline, unset_baselines
from slogate.history.past import Selection
from slogate.history.place import location
from slogate.history.queries import baseline_runs, facts_of, results_of, select_runs, set_baseline_of
from slogate.history.references import find_past_run
from slogate.remembering import add
from slogate.report.history import json as history_json
from slogate.report.history import terminal as history_terminal
from slogate.report.terminal import stdout_console
from slogate.runs.references import all_runs, find_runs

_json = click.option("--json", "as_json", is_flag=True, help="Print JSON instead of the table.")


@click.group()
def history() -> None:
    """What was measured before: every run with its verdict, in reports/history.db or where SLOGATE_HISTORY says.

    \b
    Examples:
      slogate history list
      slogate history show 1.5.0
      slogate history trend --html reports/trends.html
      slogate history baseline set 1.4.0 --note "accepted for the campaign"
      slogate history prune --older-than 30d
      SLOGATE_HISTORY=postgresql+psycopg://slo@db/slo slogate history list
    """


history.add_command(cli_trend.trend)


@history.command("list")
@click.option("--service", help="Only runs of this service.")
@click.option("--profile", help="Only runs of this profile.")
@click.option("--release", help="Only runs of this release.")
@click.option("--verdict", type=click.Choice([state.value for state in State if state is not State.INFO]))
@click.option("--limit", type=click.IntRange(1), default=20, show_default=True, help="So many at most, the newest.")
@_json
@options.reports
@options.debug
def list_runs(
    service: str | None,
    profile: str | None,
    release: str | None,
    verdict: str | None,
    limit: int,
    as_json: bool,
    reports: Path,
) -> int:
    """List runs, the newest first. Runs of one `kind` were measured in the same way, and may be compared.

    \b
    Examples:
      slogate history list --verdict fail
      slogate history list --service o4o-platform --profile nightly --json
    """
    chosen = Selection(service, profile, release, verdicts=None if verdict is None else [State(verdict)], limit=limit)
    with _reading(reports) as (_, connection):
        found = select_runs(connection, chosen)
        marked = frozenset(baseline_runs(connection))
    if as_json:
        click.echo(history_json.render_runs(found), nl=False)
    elif found:
        stdout_console().print(history_terminal.render_runs(found, marked))
    else:
        click.echo("no such run is in the history", err=True)
    return ExitCode.PASS


@history.command()
@click.argument("name", metavar="RUN")
@_json
@options.reports
@options.debug
def show(name: str, as_json: bool, reports: Path) -> int:
    """Show one run: RUN is an id or its beginning, a release (its newest run), a run folder, or @latest.

    \b
    Examples:
      slogate history show @latest
      slogate history show 3f9c21ab --json
    """
    with _reading(reports) as (_, connection):
        run = find_past_run(connection, name)
        results, facts = results_of(connection, run.run_id), facts_of(connection, run.run_id)
        held = set_baseline_of(connection, run.kind)
    if as_json:
        click.echo(history_json.render_run(run, results, facts), nl=False)
    else:
        stdout_console().print(history_terminal.render_run(run, results, facts, held))
    return ExitCode.PASS


@history.command("add")
@click.argument("names", metavar="[RUN]...", nargs=-1)
@options.reports
@options.debug
def add_runs(names: tuple[str, ...], reports: Path) -> int:
    """Add runs that are not in the history: measured before there was one, elsewhere, or while it failed. All under
    --reports unless some are named.

    \b
    Examples:
      slogate history add
      slogate history add /mnt/old-reports/20261123T090000Z-1.5.0
    """
    refs = [ref for name in names for ref in find_runs(name, reports)] if names else all_runs(reports)
    if not refs:
        raise UsageError(f"there is no run folder in {reports}", cure="name another place with --reports")
    with open_history(location(reports, os.environ)) as opened:
        new = add(opened, refs, lambda text: click.echo(text, err=True))
    click.echo(f"{counted(new, 'run')} added")
    return ExitCode.PASS


@history.group()
def baseline() -> None:
    """What runs of a kind are held against, where a person decides it.

    \b
    Examples:
      slogate history baseline set 1.4.0
      slogate history baseline clear 1.4.0
    """


@baseline.command("set")
@click.argument("name", metavar="RUN")
@click.option("--by", default="", metavar="NAME", help="Who says so; the user of this system unless given.")
@click.option("--note", default="", help="Why.")
@options.reports
@options.debug
def baseline_set(name: str, by: str, note: str, reports: Path) -> int:
    """Hold runs of the same kind against RUN from now on: `vs_baseline`, @baseline and the trend. It takes the place of
    the newest release that passed, and is how a change that was found is accepted.

    \b
    Examples:
      slogate history baseline set 1.4.0 --note "before the new checkout"
    """
    with open_history(location(reports, os.environ), create=False) as opened, opened.begin() as connection:
        run = find_past_run(connection, name)
        set_baseline(connection, run, datetime.now(UTC), by or getpass.getuser(), note)
    click.echo(f"runs of the profile {run.profile} are held against {run.release} ({run.run_id[:8]}) from now on")
    return ExitCode.PASS


@baseline.command("clear")
@click.argument("name", metavar="RUN")
@options.reports
@options.debug
def baseline_clear(name: str, reports: Path) -> int:
    """Take back that runs are held against RUN: it is the newest release that passed again, or what was set before.

    \b
    Examples:
      slogate history baseline clear 1.4.0
    """
    with open_history(location(reports, os.environ), create=False) as opened, opened.begin() as connection:
        run = find_past_run(connection, name)
        if not unset_baselines(connection, [run.run_id]):
            raise UsageError(
                f"{run.release} ({run.run_id[:8]}) was not set as a baseline", cure="`slogate history list` marks them"
            )
    click.echo(f"{run.release} ({run.run_id[:8]}) is no baseline any more")
    return ExitCode.PASS


@history.command()
@click.option(
    "--older-than", callback=options.seconds_of("--older-than"), default="30d", show_default=True, metavar="TIME"
)
@click.option("--rows", is_flag=True, help="Take them out of the history too, not only their folders.")
@click.option("--dry-run", is_flag=True, help="Only say what would go.")
@options.reports
@options.debug
def prune(older_than: float, rows: bool, dry_run: bool, reports: Path) -> int:
    """Delete the folders of old runs; what the history knows of them stays. Baselines, the two newest runs of each
    kind, and runs that are in no history are never deleted.

    \b
    Examples:
      slogate history prune --older-than 30d
      slogate history prune --older-than 400d --rows
    """
    before = datetime.now(UTC) - timedelta(seconds=older_than)
    with open_history(location(reports, os.environ), create=False) as opened:
        with opened.begin() as connection:
            found = prunable(connection, reports, before)
        for folder in found.folders:
            click.echo(folder)
            if not dry_run:
                delete(folder)
        if rows and not dry_run:
            with opened.begin() as connection:
                gone = forget(connection, before)
            click.echo(f"{counted(gone, 'run')} taken out of the history", err=True)
    verb = "would be deleted" if dry_run else "deleted"
    kept = f"; {found.kept} kept as baseline or the newest" if found.kept else ""
    click.echo(f"{counted(len(found.folders), 'folder')} {verb}{kept}", err=True)
    return ExitCode.PASS


@history.command()
@click.option("--format", "form", type=click.Choice(["csv", "jsonl", "parquet"]), default="csv", show_default=True)
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), help="A file; standard output unless given.")
@options.reports
@options.debug
def export(form: str, output: Path | None, reports: Path) -> int:
    """Write all of it as one table, a row for each objective of each run.

    \b
    Examples:
      slogate history export > history.csv
      slogate history export --format parquet --output history.parquet
    """
    with _reading(reports) as (_, connection):
        table = exporting.rows(connection)
        if output is None:
            exporting.write(table, form, sys.stdout.buffer)
            return ExitCode.PASS
        try:
            with output.open("wb") as file:
                exporting.write(table, form, file)
        except OSError as error:
            raise UsageError(f"{output} cannot be written: {error.strerror}", cure="name another place") from None
    return ExitCode.PASS


@contextmanager
def _reading(reports: Path) -> Iterator[tuple[History, sa.Connection]]:
    with open_history(location(reports, os.environ), create=False) as opened, opened.begin() as connection:
        yield opened, connection
