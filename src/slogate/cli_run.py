"""The commands that verify and judge: run, judge, report."""

import os
import traceback
from pathlib import Path

import click
from rich.console import Console

from slogate import options, verify
from slogate.errors import ExitCode, SlogateError
from slogate.report import terminal
from slogate.report.progress import TerminalProgress, stderr_console
from slogate.runs.references import find_run
from slogate.set_baseline import find_named_runs
from slogate.setup import Generators, RunOptions
from slogate.slo.conditions import When
from slogate.slo.model import Area
from slogate.slo.profile import Engine


@click.command()
@click.option("--profile", help="A profile of the SLO file; its first one unless given.")
@click.option(
    "--target",
    "targets",
    multiple=True,
    metavar="URL",
    help="Measure this address instead: URL for all, or api=URL and web=URL.",
)
@click.option("--release", help="The name of what is measured; SLOGATE_RELEASE, or 'unnamed', unless given.")
@click.option("--commit", help="The commit that is measured; SLOGATE_COMMIT, that of CI or of git unless given.")
@options.only
@options.rate
@options.duration
@options.page_loads
@options.max_page_loads
@options.when
@options.pages
@options.browser
@options.cdp
@options.verify_tls
@options.processes
@options.expect_workers
@options.bind
@options.baseline
@options.out
@options.as_json
@options.slo
@options.debug
def run(
    profile: str | None,
    targets: tuple[str, ...],
    release: str | None,
    commit: str | None,
    only: frozenset[Area] | None,
    rate: float | None,
    duration: float | None,
    page_loads: int | None,
    max_page_loads: int | None,
    when: When | None,
    pages: tuple[str, ...] | None,
    browser: Engine | None,
    cdp: str | None,
    verify_tls: bool | None,
    processes: int | None,
    expect_workers: int | None,
    bind: tuple[str, int],
    baseline: str | None,
    out: Path,
    as_json: bool,
    slo_path: Path,
) -> int:
    """Measure the targets and judge them against the SLO file.

    \b
    Examples:
      slogate run --profile launch --release 1.5.0
      slogate run --profile smoke --target https://staging.example.com --only api,web
      slogate run --rate 100/s --duration 2m
      slogate run --rate 20000/s --processes 4
      slogate run --expect-workers 8 --bind 10.0.0.5:5557
      slogate run --only web --pages home --page-loads 1
      slogate run --profile launch --when both
      slogate run --only web --cdp http://127.0.0.1:9222
      slogate run --only web --browser firefox --slo slo.firefox.yaml
      slogate run --target https://staging.example.com --no-verify-tls
    """
    generators = Generators(processes, expect_workers, bind)
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
        max_page_loads=max_page_loads,
        when=when,
        pages=pages,
        out=out,
        generators=generators,
        browser=browser,
        cdp=cdp,
        verify_tls=verify_tls,
        baseline=baseline,
    )
    return verify_and_tell(asked, as_json=as_json)


@click.command()
@click.argument("run_name", metavar="RUN")
@click.option(
    "--slo",
    "slo_path",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Judge by this file instead of the run's own.",
)
@options.baseline
@options.out
@options.as_json
@options.debug
def judge(run_name: str, slo_path: Path | None, baseline: str | None, out: Path, as_json: bool) -> int:
    """Judge a run again, from its folder. RUN is a folder, a release, @latest, @previous or @baseline.

    \b
    Examples:
      slogate judge @latest
      slogate judge reports/20261123T090000Z-1.5.0 --slo stricter.yaml
      slogate judge @latest --baseline 1.4.0
    """
    against = None if baseline is None else find_named_runs(baseline, out, os.environ)
    outcome = verify.judge_folder(find_run(run_name, out), slo_path, os.environ, against)
    print_result(outcome, as_json=as_json)
    return outcome.exit_code


@click.command()
@click.argument("run_name", metavar="RUN")
@click.option(
    "--format",
    "name",
    type=click.Choice(["terminal", *verify.FORMATS]),
    default="terminal",
    show_default=True,
)
@options.out
@options.debug
def report(run_name: str, name: str, out: Path) -> int:
    """Print the report of a run in some format. The exit code is 0 whatever the verdict; `slogate judge` gates.

    \b
    Examples:
      slogate report @latest
      slogate report 1.5.0 --format markdown > comment.md
      slogate report @latest --format badge > slo.svg
      slogate report @latest --format prometheus > slo.prom
    """
    outcome = verify.judge_folder(find_run(run_name, out), None, os.environ)
    if name == "terminal":
        terminal.stdout_console().print(terminal.render(outcome.report))
    else:
        click.echo(verify.rendered(outcome, name), nl=False)
    return ExitCode.PASS


def verify_and_tell(asked: RunOptions, *, as_json: bool) -> int:
    """Measures and judges, with progress on standard error; returns the exit code."""
    console = stderr_console()
    with TerminalProgress(console) as progress:
        outcome = verify.run(asked, progress, os.environ)
    if outcome.failure is not None:
        complain(outcome.failure)
    print_result(outcome, as_json=as_json)
    click.echo(f"\nreport: {outcome.folder.path / 'report.html'}", err=True)
    return outcome.exit_code


def print_result(outcome: verify.Outcome, *, as_json: bool) -> None:
    """The verdict on standard output; on GitHub its annotations too, where they are in no one's way."""
    for line in verify.github_annotations(outcome, os.environ):
        click.echo(line, err=True)
    if as_json:
        click.echo(verify.rendered(outcome, "json"), nl=False)
    else:
        terminal.stdout_console().print(terminal.render(outcome.report))


def complain(error: SlogateError, *, debug: bool = False) -> None:
    """Says what went wrong, and the cure, on standard error."""
    if debug:
        traceback.print_exc()
    Console(stderr=True, highlight=False, soft_wrap=True).print(terminal.complaint(error))
