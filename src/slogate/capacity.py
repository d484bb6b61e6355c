"""`slogate capacity`: holds one arrival rate after the other, each until it is decided, and finds the highest that
passes. Every step is a run of its own, with its own folder.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from slogate import verify
from slogate.analyzer.capacity import Step, highest_passing, next_rate
from slogate.analyzer.result import State
from slogate.errors import ExitCode, UsageError
from slogate.report.capacity import CapacityDocument, build, render_html, render_json
from slogate.report.model import Report
from slogate.report.progress import Progress
from slogate.runs.folder import new_folder
from slogate.setup import RunOptions, prepare
from slogate.slo.model import Area

_REST_S = 2.0  # between steps: what the last one left in the target's queues is not the next one's


@dataclass(frozen=True)
class CapacityOptions:
    """What the command line asks for: rates in arrivals a second, times in seconds, `precision` as a ratio."""

    run: RunOptions
    start_per_s: float
    most_per_s: float
    step_s: float
    most_s: float
    precision: float


@dataclass(frozen=True)
class Outcome:
    """A finished search: what was found, where it lies, and what the process should exit with."""

    path: Path
    document: CapacityDocument
    exit_code: ExitCode


def search(options: CapacityOptions, progress: Progress, environ: Mapping[str, str]) -> Outcome:
    """Runs the whole search. Raises `SlogateError` for what stops it before it has measured anything."""
    if options.start_per_s > options.most_per_s:
        raise UsageError("the first rate is above --max-rate", cure="lower --start-rate, or raise --max-rate")
    areas = frozenset(area for area in prepare(options.run, environ).areas if area is not Area.WEB)
    if Area.API not in areas:
        raise UsageError("capacity is about requests, and there is no objective on them", cure="add api: to slo.yaml")
    release = options.run.release or environ.get("SLOGATE_RELEASE") or "unnamed"
    folder = new_folder(options.run.out, f"{release}-capacity", datetime.now(UTC))
    steps: list[Step] = []
    stopped = ""
    until_s = time.monotonic() + options.most_s
    while (rate := _next(steps, options)) is not None:
        if steps and time.monotonic() + options.step_s > until_s:
            stopped = f"the time of {options.most_s:.0f} s is used up (--max-time)"
            break
        if steps:
            time.sleep(_REST_S)
        progress.note(f"step {len(steps) + 1}: {rate:g}/s")
        asked = replace(
            options.run, only=areas, rate_per_s=rate, duration_s=options.step_s, abort="decided", out=folder
        )
        outcome = verify.run(asked, progress, environ)
        step = _step(rate, outcome.report, outcome.folder.path)
        steps.append(step)
        progress.note(f"  {rate:g}/s: {step.state.value}{f' ({step.broke})' if step.broke else ''}")
        if outcome.failure is not None:
            stopped = outcome.failure.message
            break
    document = build(steps, stopped, most_per_s=options.most_per_s)
    (folder / "capacity.json").write_text(render_json(document), encoding="utf-8")
    (folder / "capacity.html").write_text(render_html(document), encoding="utf-8")
    return Outcome(folder, document, _exit_code(steps))


def _next(steps: list[Step], options: CapacityOptions) -> float | None:
    return next_rate(steps, start=options.start_per_s, most=options.most_per_s, precision=options.precision)


def _exit_code(steps: list[Step]) -> ExitCode:
    if highest_passing(steps) is not None:
        return ExitCode.PASS
    states = {step.state for step in steps}
    if State.FAIL in states:
        return ExitCode.FAIL
    return ExitCode.INCONCLUSIVE if State.INCONCLUSIVE in states else ExitCode.NOT_JUDGEABLE


def _step(rate_per_s: float, report: Report, run: Path) -> Step:
    over_all = report.summary.overall
    worst = next((row for row in report.rows if row.state is report.state), None)
    cpus = [point.cpu for point in report.summary.host if point.cpu is not None]
    broke = "" if worst is None or report.state in {State.PASS, State.WARNING} else worst.reason
    return Step(
        rate_per_s=rate_per_s,
        state=report.state,
        seconds=report.summary.judged_seconds,
        requests=report.summary.judged_requests,
        p50_ms=over_all.p50_ms if over_all else None,
        p95_ms=over_all.p95_ms if over_all else None,
        p99_ms=over_all.p99_ms if over_all else None,
        errors=over_all.failed / over_all.requests if over_all else None,
        cpu=sum(cpus) / len(cpus) if cpus else None,
        broke=f"{worst.name}: {broke}" if broke and worst is not None else "",
        run=run.name,
    )
