"""The command of the night."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click
from rich.text import Text

from slogate import cli_run, options
from slogate.analyzer.measure import Family
from slogate.nightly import TRENDS_PAGE, NightlyOptions, NightOutcome, night
from slogate.report import terminal
from slogate.report.progress import TerminalProgress, stderr_console
from slogate.report.text import printable
from slogate.setup import Generators, RunOptions
from slogate.slo.model import Area

_PROFILE = "nightly"


@click.command()
@click.option("--profile", default=_PROFILE, show_default=True, help="A profile of the SLO file.")
@click.option(
    "--target",
    "targets",
    multiple=True,
    metavar="URL",
    help="Measure this address instead: URL for all, or api=URL and web=URL.",
)
@click.option("--release", help="The name of what is measured; SLOGATE_RELEASE, or its commit, unless given.")
@click.option("--commit", help="The commit that is measured; SLOGATE_COMMIT, that of CI or of git unless given.")
@options.only
@options.rate
@options.duration
@options.page_loads
@options.processes
@options.verify_tls
@click.option(
    "--keep",
    callback=options.seconds_of("--keep"),
    default="30d",
    show_default=True,
    metavar="TIME",
    help="How long run folders are kept.",
)
@click.option("--confirm/--no-confirm", default=True, help="Run once more where the trend seems to have got worse.")
@options.out
@options.as_json
@options.slo
@options.debug
def nightly(
    profile: str,
    targets: tuple[str, ...],
    release: str | None,
    commit: str | None,
    only: frozenset[Area] | None,
    rate: float | None,
    duration: float | None,
    page_loads: int | None,
    processes: int | None,
    verify_tls: bool | None,
    keep: float,
    confirm: bool,
    out: Path,
    as_json: bool,
    slo_path: Path,
) -> int:
    """Measure and judge as `run` does, hold it against the baseline and the nights before, tell people what changed,
    and delete old run folders. For a scheduler: two never overlap, and a night that was killed is made up for.

    The exit code is that of the verdict. What the trend shows, and whether somebody could be told, changes none.

    \b
    Examples:
      slogate nightly
      slogate nightly --release 1.5.0 --target https://staging.example.com
      slogate nightly --keep 14d --no-confirm
    """
    asked = RunOptions(
        slo_path,
        profile,
        targets,
        release,
        commit,
        only,
        rate_per_s=rate,
        duration_s=duration,
        page_loads=page_loads,
        out=out,
        generators=Generators(processes),
        verify_tls=verify_tls,
    )
    with TerminalProgress(stderr_console()) as progress:
        found = night(
            NightlyOptions(asked, timedelta(seconds=keep), confirm), progress, os.environ, lambda: datetime.now(UTC)
        )
    if found.outcome.failure is not None:
        cli_run.complain(found.outcome.failure)
    cli_run.print_result(found.outcome, as_json=as_json)
    console = terminal.stderr_table_console() if as_json else terminal.stdout_console()
    for line in _beside_the_verdict(found):
        console.print(line)
    click.echo(f"\nreport: {found.outcome.folder.path / 'report.html'}", err=True)
    if found.trend is not None:
        click.echo(f"trends: {out / TRENDS_PAGE}", err=True)
    return found.outcome.exit_code


def _beside_the_verdict(found: NightOutcome) -> Iterator[Text]:
    """The comparison, the trend, and who was told, one line each."""
    if found.comparison is not None:
        report = found.comparison
        regressed = [row for row in report.of(Family.OBJECTIVES) if row.word == report.word]
        names = ", ".join(row.name for row in regressed[:3]) if report.exit_code else ""
        yield _line(f"beside {report.base.name}", f"{report.word}: {report.headline}", names)
    if found.trend is not None:
        yield _line("trend", f"{found.trend.word}: {found.trend.headline}", "")
        for change in found.trend.changes:
            if change.open:
                yield _line("", f"{change.objective} {change.sentence}", "")
    if found.again is not None:
        yield _line("run again", f"{found.again.report.word}: {found.again.report.headline}", "")
    for told in found.told:
        if not told.error:  # which has been a note
            level = f" ({told.level})" if told.level else ""
            yield _line("told", f"{told.channel}{level} of incident {told.incident_id}: {told.event}", "")


def _line(label: str, said: str, more: str) -> Text:
    text = Text.assemble((f"{label:12}", "bold"), printable(said))
    if more:
        text.append(f" ({printable(more)})", style="dim")
    return text
