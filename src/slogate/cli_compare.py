"""The command line's verbs that are about two releases."""

import os
from pathlib import Path

import click

from slogate import options
from slogate.analyzer.compare import Rules
from slogate.comparing import CompareOptions, compare_named
from slogate.errors import OutputError, UsageError
from slogate.report import terminal
from slogate.report.comparison import html, json, junit, markdown
from slogate.report.comparison import terminal as comparison_terminal
from slogate.report.comparison.model import ComparisonReport
from slogate.report.progress import TerminalProgress, stderr_console
from slogate.setup import Generators, RunOptions
from slogate.slo.conditions import When
from slogate.slo.model import Area
from slogate.slo.profile import Engine
from slogate.verify import append_job_summary
from slogate.versus import Deployment, VersusOptions
from slogate.versus import versus as measure_pairs

_threshold = click.option(
    "--threshold",
    callback=options.ratio_of("--threshold"),
    default="5%",
    show_default=True,
    metavar="PERCENT",
    help="The least change that matters.",
)


_FILE = click.Path(path_type=Path, dir_okay=False)


@click.command()
@click.argument("base", metavar="BASE")
@click.argument("candidate", metavar="CANDIDATE")
@_threshold
@click.option("--allow-different", is_flag=True, help="Compare runs that were not measured in the same way.")
@click.option(
    "--slo",
    "slo_path",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Judge all runs by this file instead of the one of CANDIDATE's newest run.",
)
@options.reports
@click.option("--html", "html_path", type=_FILE, metavar="FILE", help="Also write a page with all of it.")
@click.option("--markdown", "markdown_path", type=_FILE, metavar="FILE", help="Also write what a pull request shows.")
@click.option("--junit", "junit_path", type=_FILE, metavar="FILE", help="Also write what a CI service reads.")
@click.option("--json", "as_json", is_flag=True, help="Print comparison.json instead of the table.")
@options.debug
def compare(
    base: str,
    candidate: str,
    threshold: float,
    allow_different: bool,
    slo_path: Path | None,
    reports: Path,
    html_path: Path | None,
    markdown_path: Path | None,
    junit_path: Path | None,
    as_json: bool,
) -> int:
    """Say of each metric whether CANDIDATE is worse than BASE, better, or the same; nothing is measured.

    Both are a run folder, a release (all its runs that were measured in the same way), @latest, @previous, @baseline
    (the newest other release that passed), or several of these joined by commas. With one run a side a change is only
    indicative, unless ten earlier runs of the kind show how much runs differ.

    Exit codes: 0 nothing regressed, 1 something did, 3 inconclusive, 4 not judgeable or not comparable.

    \b
    Examples:
      slogate compare 1.4.0 1.5.0
      slogate compare @baseline @latest --markdown comment.md --junit compare.xml
      slogate compare reports/a,reports/b reports/c,reports/d --threshold 10%
    """
    asked = CompareOptions(base, candidate, reports, slo_path, Rules(threshold), allow_different)
    report = compare_named(asked, os.environ)
    for path, render in (
        (html_path, html.render),
        (markdown_path, markdown.render),
        (junit_path, junit.render),
    ):
        if path is not None:
            _write(path, render(report))
    _print(report, as_json=as_json)
    append_job_summary(markdown.render(report), lambda note: click.echo(note, err=True), os.environ)
    return report.exit_code


@click.command()
@click.option("--base", "base_urls", multiple=True, required=True, metavar="URL", help="Where the known release runs.")
@click.option(
    "--candidate", "candidate_urls", multiple=True, required=True, metavar="URL", help="Where the new one runs."
)
@click.option("--base-release", default="base", show_default=True, metavar="NAME", help="What it is called.")
@click.option("--candidate-release", default="candidate", show_default=True, metavar="NAME", help="What it is called.")
@click.option(
    "--pairs", type=click.IntRange(2, 100), default=8, show_default=True, help="So many pairs of runs at most."
)
@click.option("--profile", help="A profile of the SLO file; its first one unless given.")
@options.only
@options.rate
@options.duration
@options.page_loads
@options.pages
@options.when
@options.browser
@options.verify_tls
@options.processes
@_threshold
@options.out
@click.option("--json", "as_json", is_flag=True, help="Print comparison.json instead of the table.")
@options.slo
@options.debug
def versus(
    base_urls: tuple[str, ...],
    candidate_urls: tuple[str, ...],
    base_release: str,
    candidate_release: str,
    pairs: int,
    profile: str | None,
    only: frozenset[Area] | None,
    rate: float | None,
    duration: float | None,
    page_loads: int | None,
    pages: tuple[str, ...] | None,
    when: When | None,
    browser: Engine | None,
    verify_tls: bool | None,
    processes: int | None,
    threshold: float,
    out: Path,
    as_json: bool,
    slo_path: Path,
) -> int:
    """Measure two deployments in turn, pair after pair, until it is known whether the candidate is worse.

    Each run is one of `slogate run`, with a folder of its own; so a pair takes twice as long as a run. The order
    changes from pair to pair, so that what drifts weighs on both alike. It ends as soon as something regressed for
    sure, or nothing did; Ctrl-C ends it too, and keeps what was measured.

    Exit codes: 0 nothing regressed, 1 something did, 3 inconclusive, 4 not judgeable or the measurement broke.

    \b
    Examples:
      slogate versus --base http://10.0.0.4:8000 --candidate http://10.0.0.5:8000 --pairs 8
      slogate versus --base http://old:8000 --candidate http://new:8000 --profile smoke --only api
    """
    if base_release == candidate_release:
        raise UsageError("both sides have the same name", cure="give two, with --base-release and --candidate-release")
    run = RunOptions(
        slo_path,
        profile,
        only=only,
        rate_per_s=rate,
        duration_s=duration,
        page_loads=page_loads,
        pages=pages,
        when=when,
        browser=browser,
        verify_tls=verify_tls,
        out=out,
        generators=Generators(processes),
    )
    asked = VersusOptions(
        run,
        Deployment(base_release, base_urls),
        Deployment(candidate_release, candidate_urls),
        pairs,
        threshold,
    )
    with TerminalProgress(stderr_console()) as progress:
        outcome = measure_pairs(asked, progress, os.environ)
    if outcome.failure is not None:
        stderr_console().print(terminal.complaint(outcome.failure))
    _print(outcome.report, as_json=as_json)
    append_job_summary(markdown.render(outcome.report), lambda note: click.echo(note, err=True), os.environ)
    click.echo(f"\nreport: {outcome.path / 'comparison.html'}", err=True)
    return outcome.exit_code


def _print(report: ComparisonReport, *, as_json: bool) -> None:
    if as_json:
        click.echo(json.render(report), nl=False)
    else:
        terminal.stdout_console().print(comparison_terminal.render(report))


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise OutputError(f"{path} cannot be written: {error.strerror}", cure="name another place") from None
