"""The command about the course of the nights."""

import os
from pathlib import Path

import click

from slogate import options
from slogate.errors import ExitCode, OutputError
from slogate.history.database import open_history
from slogate.history.place import location
from slogate.report.terminal import stdout_console
from slogate.report.trend import html, json, terminal
from slogate.trending import MOST_NIGHTS, TrendOptions, newest_kind, report_links, trend_report


@click.command()
@click.option("--service", help="Of this service; that of the newest run unless given.")
@click.option("--profile", help="Of this profile; that of the newest run unless given.")
@click.option("--objective", metavar="ID", help="Only this objective, such as api.latency.p95.")
@click.option(
    "--nights",
    type=click.IntRange(1),
    default=MOST_NIGHTS,
    show_default=True,
    help="So many at most, the newest. A regression that began before them is not known.",
)
@click.option(
    "--html",
    "html_path",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Also write a page with a chart of each objective.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of the table.")
@options.reports
@options.debug
def trend(
    service: str | None,
    profile: str | None,
    objective: str | None,
    nights: int,
    html_path: Path | None,
    as_json: bool,
    reports: Path,
) -> int:
    """Show each objective over the nights: when it changed, with which release, by how much, and whether it is still
    worse than normal. Nights are the runs of `slogate nightly`, or all runs of the kind where there are none.

    The exit code is 0 whatever it shows: the verdict on a night is that of its run.

    \b
    Examples:
      slogate history trend
      slogate history trend --objective api.latency.p95
      slogate history trend --profile nightly --html reports/trends.html
    """
    asked = TrendOptions(service, profile, objective, nights)
    with open_history(location(reports, os.environ), create=False) as opened, opened.begin() as connection:
        kind = newest_kind(connection, asked)
        report = trend_report(connection, kind, asked)
        links = {} if html_path is None else report_links(connection, kind, asked, html_path)
    if html_path is not None:
        try:
            html_path.write_text(html.render(report, links), encoding="utf-8")
        except OSError as error:
            raise OutputError(f"{html_path} cannot be written: {error.strerror}", cure="name another place") from None
    if as_json:
        click.echo(json.render(report), nl=False)
    else:
        stdout_console().print(terminal.render(report))
    return ExitCode.PASS
