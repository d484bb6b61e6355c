"""The command line's verb for the launch checklist."""

import os
from pathlib import Path
from typing import get_args

import click

from slogate import launch_checklist, options
from slogate.checklists.model import Language
from slogate.errors import ExitCode, UsageError
from slogate.runs.references import find_run


@click.command("checklist")
@click.argument("run_name", metavar="[RUN]", default="@latest")
@click.option(
    "--lang",
    "language",
    type=click.Choice(get_args(Language)),
    show_default="Korean where LANG is, else English",
    help="The language of the document.",
)
@click.option(
    "--list",
    "list_path",
    type=click.Path(path_type=Path, dir_okay=False),
    show_default="checklist.yaml if there is one, else the list that comes with slogate",
    help="The list.",
)
@click.option(
    "--format",
    "name",
    type=click.Choice(launch_checklist.FORMATS),
    show_default="markdown",
    help="What is printed.",
)
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write it here; printed unless given.",
)
@click.option("--in-report", is_flag=True, help="Write it into report.html of the run instead.")
@options.out
@options.debug
def checklist_command(
    run_name: str,
    language: Language | None,
    list_path: Path | None,
    name: str | None,
    output: Path | None,
    in_report: bool,
    out: Path,
) -> int:
    """Hold the launch checklist against a run: what it shows is ticked or crossed, the rest is left to people.

    [x] the run shows it, [✗] it shows the contrary, [?] its evidence does not decide, [ ] nobody looked, or only a
    person can. The exit code is 0 whatever the marks; `slogate run` gates. RUN is as of `slogate judge`.

    \b
    Examples:
      slogate checklist
      slogate checklist 1.5.0 --lang en --format html --output launch.html
      slogate checklist @latest --list checklist.yaml --in-report
    """
    ignored = [option for option, value in (("--output", output), ("--format", name)) if value is not None]
    if in_report and ignored:
        raise UsageError(
            f"{' and '.join(ignored)} cannot be given with --in-report, which writes into report.html of the run",
            cure=f"leave out --in-report, or {' and '.join(ignored)}",
        )
    checklist = launch_checklist.read_list(list_path)
    run = find_run(run_name, out)
    place = run if in_report else output.parent if output is not None else Path()
    spoken = language or launch_checklist.language_of(os.environ)
    held = launch_checklist.hold(checklist, run, spoken, place, os.environ)
    if in_report:
        click.echo(f"wrote {launch_checklist.put_into_report(held)}", err=True)
        return ExitCode.PASS
    text = launch_checklist.rendered(held, name or "markdown")
    if output is None:
        click.echo(text, nl=False)
        return ExitCode.PASS
    try:
        output.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"--output {output} cannot be written: {error.strerror}", cure="name another place") from None
    click.echo(f"wrote {output}", err=True)
    return ExitCode.PASS
