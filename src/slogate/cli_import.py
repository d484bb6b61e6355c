"""The command line's verb for what other tools have measured."""

import os
from pathlib import Path

import click

from slogate import options, verify
from slogate.importing import ImportOptions, import_files
from slogate.report import terminal


@click.command("import")
@click.argument("files", metavar="[PAGE=]FILE...", nargs=-1, required=True)
@click.option("--release", help="The name of what was measured; SLOGATE_RELEASE, or 'unnamed', unless given.")
@click.option(
    "--warmup",
    "warmup_s",
    callback=options.seconds_of("--warmup"),
    metavar="TIME",
    help="Do not judge the first part of the load, such as 30s; all of it is judged unless given.",
)
@options.out
@options.as_json
@options.slo
@options.debug
def import_command(
    files: tuple[str, ...], release: str | None, warmup_s: float | None, out: Path, as_json: bool, slo_path: Path
) -> int:
    """Make a run of what another tool measured, and judge it: k6, JMeter, vegeta, Locust, Lighthouse or HAR files.

    A file is known by its content, may be gzip, and may name its page. Several become one run. What would pass is a
    warning at best, because slogate did not watch over the measurement.

    \b
    Examples:
      slogate import k6.json.gz --release 1.5.0 --warmup 30s
      slogate import results.jtl --slo checklist.yaml
      slogate import k6.csv home=lighthouse-1.json home=lighthouse-2.json
    """
    asked = ImportOptions(files, slo_path, release, warmup_s or 0.0, out)
    outcome = import_files(asked, lambda text: click.echo(text, err=True), os.environ)
    if as_json:
        click.echo(verify.rendered(outcome, "json"), nl=False)
    else:
        terminal.stdout_console().print(terminal.render(outcome.report))
    click.echo(f"\nreport: {outcome.folder.path / 'report.html'}", err=True)
    return outcome.exit_code
