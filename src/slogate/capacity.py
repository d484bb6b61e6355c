"""`slogate capacity`: holds one arrival rate after the other, each until it is decided, and finds the highest that
passes. Every step is a run of its own, with its own folder.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from slogate import verify
from slogate.analyzer.capacity import (
    Step,
    arrivals_to_decide,
    fault_of_generator,
    highest_passing,
    hold,
    latest,
    next_rate,
    wanting,
)
from slogate.analyzer.result import State
from slogate.errors import ExitCode, UsageError
from slogate.report.capacity import CapacityDocument, build, render_html, render_json
from slogate.report.progress import Progress
from slogate.runs.folder import new_folder
from slogate.setup import RunOptions, prepare
from slogate.slo.model import Area, Slo

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
    first = replace(options.run, rate_per_s=options.start_per_s, duration_s=options.step_s)
    setup = prepare(first, environ)
    areas = frozenset(area for area in setup.areas if area is not Area.WEB)
    if Area.API not in areas:
        raise UsageError("capacity is about requests, and there is no objective on them", cure="add api: to slo.yaml")
    slo, warmup_s = setup.file.slo, setup.profile.warmup_s
    arrivals, strictest = arrivals_to_decide(slo.objectives(), 1 - slo.policy.confidence)
    takes = f"{strictest} takes about {arrivals:,.0f} requests"
    _refuse_what_cannot_be_decided(options, warmup_s + arrivals / options.start_per_s, takes)
    release = options.run.release or environ.get("SLOGATE_RELEASE") or "unnamed"
    folder = new_folder(options.run.out, f"{release}-capacity", datetime.now(UTC))
    steps: list[Step] = []
    stopped = ""
    until_s = time.monotonic() + options.most_s
    while (rate := _next(steps, options)) is not None:
        again = bool(steps) and steps[-1].rate_per_s == rate
        span = hold(steps, rate, options.step_s, arrivals)
        left_s = until_s - time.monotonic() - warmup_s - _REST_S
        if steps and span.least_s > left_s:
            stopped = f"the time of {options.most_s:.0f} s is used up (--max-time)"
            if again:
                stopped = f"{rate:g}/s is undecided for want of requests, and {stopped}; raise it, or --start-rate"
            break
        if steps:
            time.sleep(_REST_S)
        held_s = min(span.wish_s, left_s) if steps else span.wish_s
        why = "again, since there were too few requests" if again else takes if held_s > options.step_s else ""
        progress.note(f"step {len(steps) + 1}: {rate:g}/s{f' for {held_s:.0f} s: {why}' if why else ''}")
        asked = replace(
            options.run,
            only=areas,
            rate_per_s=rate,
            duration_s=held_s,
            abort="decided",
            out=folder,
            command="capacity",
            reports=options.run.out,
        )
        outcome = verify.run(asked, progress, environ)
        step = _step(rate, outcome, slo)
        steps.append(step)
        progress.note(f"  {rate:g}/s: {step.state.value}{f' ({step.broke})' if step.broke else ''}")
        if outcome.failure is not None:
            stopped = outcome.failure.message
            break
    document = build(steps, stopped, most_per_s=options.most_per_s)
    (folder / "capacity.json").write_text(render_json(document), encoding="utf-8")
    (folder / "capacity.html").write_text(render_html(document), encoding="utf-8")
    return Outcome(folder, document, _exit_code(steps))


def _refuse_what_cannot_be_decided(options: CapacityOptions, seconds: float, takes: str) -> None:
    """Raises `UsageError` where not even the whole time is enough for the first step."""
    if seconds > max(options.most_s, options.step_s):
        raise UsageError(
            f"{takes}, {seconds:,.0f} s at {options.start_per_s:g}/s with the warm-up, and --max-time is "
            f"{options.most_s:,.0f} s: no step could be decided",
            cure="raise --start-rate, or --max-time",
        )


def _next(steps: list[Step], options: CapacityOptions) -> float | None:
    return next_rate(steps, start=options.start_per_s, most=options.most_per_s, precision=options.precision)


def _exit_code(steps: list[Step]) -> ExitCode:
    if highest_passing(steps) is not None:
        return ExitCode.PASS
    states = {step.state for step in latest(steps)}
    if State.FAIL in states:
        return ExitCode.FAIL
    return ExitCode.INCONCLUSIVE if State.INCONCLUSIVE in states else ExitCode.NOT_JUDGEABLE


def _step(rate_per_s: float, outcome: verify.Outcome, slo: Slo) -> Step:
    report = outcome.report
    over_all = report.summary.overall
    cpus = [cpu for _, cpu in report.summary.host.columns.get("cpu", ()) if cpu is not None]
    short = wanting(outcome.document.objectives, slo.objectives(), 1 - slo.policy.confidence)
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
        broke=_broke(outcome, short),
        run=outcome.folder.path.name,
        wanting=short if report.state is State.INCONCLUSIVE else None,
    )


def _broke(outcome: verify.Outcome, short: float | None) -> str:
    report = outcome.report
    if report.state in {State.PASS, State.WARNING}:
        return ""
    fault = fault_of_generator(outcome.document.findings)
    if report.state is State.ERROR and fault is not None:
        return f"nothing is learned of the target at this rate: {fault.message}"
    worst = next((row for row in report.rows if row.state is report.state), None)
    if worst is None:
        return ""
    unknown = report.state is State.INCONCLUSIVE and short is not None
    return f"{'nothing that is known, for want of requests: ' if unknown else ''}{worst.name}: {worst.reason}"
