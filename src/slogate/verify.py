"""One verification from start to finish: prepare, look before leaping, measure, judge, report. The only place that
knows this order.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from slogate.analyzer.evidence import RunState
from slogate.analyzer.explain import explain, slowest
from slogate.analyzer.result import State
from slogate.analyzer.summary import summarise
from slogate.analyzer.verdict import Verdict, judge
from slogate.baseline import baseline_of, passed_before
from slogate.errors import ExitCode, SlogateError
from slogate.history.past import JudgedRun
from slogate.host.address import is_this_machine
from slogate.known_runs import slo_of
from slogate.measurement import Measurement
from slogate.preflight import check_answers
from slogate.remembering import remember
from slogate.report import annotations, badge, html, json, junit, markdown, prometheus
from slogate.report.model import Report, build
from slogate.report.progress import Progress
from slogate.runs.folder import RunFolder
from slogate.runs.page_evidence import read_kept_evidence
from slogate.runs.reading import read_evidence
from slogate.runs.references import RunRef
from slogate.set_baseline import find_named_runs
from slogate.setup import RunOptions, Setup, prepare
from slogate.slo.file import SloFile
from slogate.slo.model import Area
from slogate.vitals.browser import find_browser

_EXIT_CODES = {
    State.PASS: ExitCode.PASS,
    State.WARNING: ExitCode.PASS,
    State.FAIL: ExitCode.FAIL,
    State.INCONCLUSIVE: ExitCode.INCONCLUSIVE,
    State.ERROR: ExitCode.NOT_JUDGEABLE,
}


_RENDERERS: Mapping[str, Callable[[Report], str]] = {
    "html": html.render,
    "junit": junit.render,
    "markdown": markdown.render,
    "badge": badge.render,
    "prometheus": prometheus.render,
}
REPORTS = {"verdict.json": "json", "junit.xml": "junit", "summary.md": "markdown", "report.html": "html"}
FORMATS = (*_RENDERERS, "json")


@dataclass(frozen=True)
class Outcome:
    """A judged run: where it lies, what is said of it, what the process should exit with, and the file that judged it.

    `failure` tells why the measurement is not complete, if it is not.
    """

    folder: RunFolder
    report: Report
    document: json.VerdictDocument
    exit_code: ExitCode
    file: SloFile
    failure: SlogateError | None = None


def run(options: RunOptions, progress: Progress, environ: Mapping[str, str]) -> Outcome:
    """Measures and judges. Raises `SlogateError` for what stops a run before it has measured anything."""
    setup = prepare(options, environ)
    _look_before_leaping(setup)
    # Before there is a newer run, which @latest would mean.
    against = None if options.baseline is None else find_named_runs(options.baseline, options.out, environ)
    folder = RunFolder.create(options.out, setup.release, datetime.now(UTC))
    measurement = Measurement(setup, folder, progress, environ)
    measurement.run()
    return conclude(folder, setup.file, measurement.failure, progress.note, environ, against, options.reports)


def conclude(
    folder: RunFolder,
    file: SloFile,
    failure: SlogateError | None,
    note: Callable[[str], None],
    environ: Mapping[str, str],
    against: Sequence[RunRef] | None = None,
    reports: Path | None = None,
) -> Outcome:
    """Judges what has just been measured, and writes its reports. `failure` is why it is not complete, if it is not;
    `against` are the runs of the baseline, which is found where they are not given. `reports` is where the history is,
    if that is not where the folder is.
    """
    outcome = _judged(folder, file, failure, environ, against=against)
    write_reports(outcome)
    remember(judged_run(outcome), note, environ, reports)
    append_job_summary(markdown.render(outcome.report), note, environ)
    return outcome


def judged_run(outcome: Outcome) -> JudgedRun:
    """The outcome as the history has it."""
    document = outcome.document
    return JudgedRun(
        outcome.folder.path,
        outcome.report.info,
        document.state,
        document.reason,
        outcome.exit_code,
        tuple(document.objectives),
    )


def judge_folder(
    path: Path, slo_path: Path | None, environ: Mapping[str, str], against: Sequence[RunRef] | None = None
) -> Outcome:
    """Judges a finished run from its folder, by its own SLO file or by another; nothing is written, no request is
    sent. `against` is as in `conclude`.
    """
    folder = RunFolder.open(path)
    info = folder.read_info()
    file = slo_of(folder, info, slo_path, environ)
    # Another file may ask for what this run never measured: that is missing, and no choice of the run's.
    asked = frozenset(objective.area for objective in file.slo.objectives()) if slo_path is not None else None
    return _judged(folder, file, None, environ, asked, against)


def rendered(outcome: Outcome, name: str) -> str:
    """The text of one format: one of `FORMATS`."""
    return json.render(outcome.document) if name == "json" else _RENDERERS[name](outcome.report)


def write_reports(outcome: Outcome) -> None:
    """Writes verdict.json, junit.xml, summary.md and report.html into the run folder."""
    for file, name in REPORTS.items():
        outcome.folder.write_text(file, rendered(outcome, name))


def exit_code_of(verdict: Verdict, run_state: RunState) -> ExitCode:
    """What a gate does with a verdict. A run that did not come to its end is let through by no policy: what is
    undecided then is not only too little evidence.
    """
    if verdict.state is State.INCONCLUSIVE and verdict.allow_inconclusive and run_state is RunState.COMPLETE:
        return ExitCode.PASS
    return _EXIT_CODES[verdict.state]


def _look_before_leaping(setup: Setup) -> None:
    for url in dict.fromkeys(setup.targets[area] for area in setup.areas if area in setup.targets):
        # A run that only watches a host elsewhere asks its service nothing.
        if setup.areas != (Area.RESOURCES,) or is_this_machine(url):
            check_answers(url, setup.allowed_hosts, verify_tls=setup.verify_tls)
    if Area.WEB in setup.areas and setup.cdp is None:
        find_browser(engine=setup.profile.browser)


def _judged(
    folder: RunFolder,
    file: SloFile,
    failure: SlogateError | None,
    environ: Mapping[str, str],
    areas: frozenset[Area] | None = None,
    against: Sequence[RunRef] | None = None,
) -> Outcome:
    info = folder.read_info()
    evidence = read_evidence(folder, info)
    if areas is not None:
        evidence = replace(evidence, areas=areas)
    kept = read_kept_evidence(folder.path)
    filmed = {key: item.info.filmed for key, item in kept.items() if item.info.filmed is not None}
    baseline = baseline_of(folder, info, file.slo, against, environ)
    verdict = judge(
        file.slo,
        evidence,
        allow_inconclusive=info.allow_inconclusive,
        baseline=baseline,
        passed=passed_before(folder, info, file.slo, environ),
    )
    code = exit_code_of(verdict, info.state) if failure is None else ExitCode.NOT_JUDGEABLE
    explanations = explain(file.slo, evidence, verdict.objectives)
    slow = slowest(file.slo, evidence) if explanations else ()
    return Outcome(
        folder=folder,
        report=build(info, verdict, summarise(evidence, filmed), code, kept, explanations, slow),
        document=json.document(
            info,
            verdict,
            exit_code=code,
            confidence=file.slo.policy.confidence,
            explanations=explanations,
            slowest=slow,
        ),
        exit_code=code,
        file=file,
        failure=failure,
    )


def github_annotations(outcome: Outcome, environ: Mapping[str, str]) -> list[str]:
    """What tells GitHub which lines of the SLO file are not met; nothing anywhere else."""
    if environ.get("GITHUB_ACTIONS") != "true":
        return []
    path, root = Path(outcome.file.name).resolve(), Path(environ.get("GITHUB_WORKSPACE") or ".").resolve()
    name = path.relative_to(root).as_posix() if path.is_relative_to(root) else outcome.file.name
    return annotations.render(outcome.report, outcome.file, name)


def append_job_summary(text: str, note: Callable[[str], None], environ: Mapping[str, str]) -> None:
    """GitHub shows what is appended to this file on the page of the job. It is a courtesy, and decides nothing."""
    path = environ.get("GITHUB_STEP_SUMMARY")
    if path:
        try:
            with Path(path).open("a", encoding="utf-8") as file:
                file.write(text)
        except OSError as error:
            note(f"the summary could not be appended to {path}: {error.strerror}")
