"""Judges objectives on the target's host and its processes: the largest 60 s moving average over the judged load, held
against a limit or against its normal range.
"""

from collections.abc import Sequence
from dataclasses import replace

from slogate.analyzer.evidence import Evidence, HostSamples, Phase
from slogate.analyzer.host_metrics import OF_HOST, OF_PROCESS, HostMetric, series_of
from slogate.analyzer.judge_restarts import restarts
from slogate.analyzer.normal_band import LEAST_RUNS, band_of
from slogate.analyzer.resources import LEAST_COVERAGE, Peak, peak_average
from slogate.analyzer.result import ObjectiveResult, State, base_units, blank, breaks
from slogate.analyzer.units import say
from slogate.slo.model import Objective

_WHO_TELLS = (
    "write who tells of it, such as host: {node_exporter: http://10.0.0.5:9100/metrics}, or leave it out with --only "
    "api,web"
)


def judge(objective: Objective, evidence: Evidence, earlier: Sequence[float] = ()) -> ObjectiveResult:
    """The result of one resource objective; without samples it is an error, never a pass. `earlier` are its estimates
    in runs that passed, the oldest first.
    """
    phase = evidence.judged_phase()
    if phase is None:
        return blank(objective, State.ERROR, "no phase of the run was judged", cure="look at why the load made none")
    if objective.subject is not None:
        return _of_process(objective, objective.subject, evidence, phase, earlier)
    metric = OF_HOST[objective.metric]
    if evidence.host is None:
        why = evidence.host_missing or "the host was not sampled"
        return replace(blank(objective, State.ERROR, f"no data: {why}", cure=_WHO_TELLS), unit=metric.unit)
    of = objective.metric + (_busiest(evidence, phase) if objective.metric == "disk_util" else "")
    return _judged(objective, metric, of, evidence.host, evidence.host_missing, phase, earlier)


def _of_process(
    objective: Objective, name: str, evidence: Evidence, phase: Phase, earlier: Sequence[float]
) -> ObjectiveResult:
    samples = next((item for item in evidence.processes if item.source == name), None)
    if samples is None:
        if evidence.processes_missing:
            why, cure = evidence.processes_missing, "run slogate where it runs, or leave it out with --only api,web"
        else:
            why, cure = f"host.processes had no {name} when it was measured", "name it there, and run again"
        return blank(objective, State.ERROR, f"no data: {why}", cure=cure)
    inside = samples.between(phase.start_s, phase.end_s)
    missing = evidence.processes_missing
    if (inside.columns.get("processes", inside.time_s) == 0).any():
        missing = missing or f"{name} was not running"
    if objective.metric == "restarts":
        return restarts(objective, samples, missing, phase)
    metric = OF_PROCESS[objective.metric]
    return _judged(objective, metric, f"{name}'s {objective.metric}", samples, missing, phase, earlier)


def _judged(
    objective: Objective,
    metric: HostMetric,
    of: str,
    samples: HostSamples,
    missing: str,
    phase: Phase,
    earlier: Sequence[float],
) -> ObjectiveResult:
    normal = objective.limit is None
    # What a source never tells, in this run or in earlier ones, has no range that it could miss. A process that was not
    # there, and samples that are missing, are another matter.
    never_told = normal and len(earlier) < LEAST_RUNS and objective.subject is None and not missing
    start = replace(blank(objective, State.INFO if never_told else State.ERROR, ""), unit=metric.unit)
    peak = _peak(metric, samples, phase)
    if peak is None:
        why = missing or f"{samples.source} does not tell {objective.metric}"
        return replace(start, reason=f"no data: {why}")
    if _has_impossible(metric, samples, phase):
        return replace(
            start,
            state=State.ERROR,
            reason=f"{samples.source} tells of {objective.metric} below nothing",
            cure="look at what tells it, or for an edited host.parquet",
            n=peak.samples,
        )
    if peak.value is None and peak.coverage >= LEAST_COVERAGE:
        return replace(
            start,
            reason="no data: the disks made no operation in the judged phase",
            cure="leave it out for a service that does not use its disks",
            n=peak.samples,
        )
    if peak.value is None or not peak.covered:
        told = f": {missing}" if missing else ""
        return replace(
            start,
            reason=f"no data for {1 - peak.coverage:.0%} of the judged phase{told}",
            cure="look at why it was not sampled",
            n=peak.samples,
        )
    seen = f"{_span(peak, phase)} of {of} is {say(peak.value, metric.unit)}, from {peak.samples} samples"
    start = replace(start, estimate=peak.value, n=peak.samples)
    if normal:
        return _beside_normal(start, peak.value, seen, earlier)
    return _beside_limit(start, objective, peak.value, seen)


def _beside_limit(start: ObjectiveResult, objective: Objective, peak: float, seen: str) -> ObjectiveResult:
    assert objective.limit is not None  # noqa: S101  # the other kind is held against its normal range
    value = peak * base_units(objective.limit)
    state = State.FAIL if breaks(value, objective.limit) else State.PASS
    if state is State.PASS and objective.warn is not None and breaks(value, objective.warn):
        state = State.WARNING
    return replace(start, state=state, reason=seen)


def _beside_normal(start: ObjectiveResult, value: float, seen: str, earlier: Sequence[float]) -> ObjectiveResult:
    """Above its range it fails. Below it, it is told: nothing is too slow or full, but the run may have done less."""
    band = band_of(earlier, start.unit)
    if band is None:
        known = f"its normal range is not known yet: {len(earlier)} of {LEAST_RUNS} runs that passed"
        return replace(start, state=State.INFO, reason=f"{seen}; {known}")
    state = State.FAIL if value > band.high else State.WARNING if value < band.low else State.PASS
    where = {State.FAIL: "above", State.WARNING: "below", State.PASS: "inside"}[state]
    low, high, median = (say(number, start.unit) for number in (band.low, band.high, band.median))
    of_runs = f"{low} to {high} (median {median} of {band.runs} runs that passed)"
    cures = {
        State.FAIL: "find out what changed; if it is to stay so, write a limit in place of normal",
        State.WARNING: "see whether the target did all that it did before",
    }
    return replace(
        start,
        state=state,
        reason=f"{seen}; that is {where} its normal range, {of_runs}",
        cure=cures.get(state, ""),
        normal_low=band.low,
        normal_high=band.high,
    )


def sampled_of(objective: Objective, evidence: Evidence) -> tuple[HostMetric, HostSamples] | None:
    """What an objective is about, and the samples that tell it; None where there are none, or it is no average."""
    if objective.subject is None:
        return None if evidence.host is None else (OF_HOST[objective.metric], evidence.host)
    samples = next((item for item in evidence.processes if item.source == objective.subject), None)
    metric = OF_PROCESS.get(objective.metric)
    return None if samples is None or metric is None else (metric, samples)


def peak_of(objective: Objective, evidence: Evidence) -> Peak | None:
    """The peak that an objective is judged by; None where there is none."""
    found, phase = sampled_of(objective, evidence), evidence.judged_phase()
    return None if found is None or phase is None else _peak(*found, phase)


def _peak(metric: HostMetric, samples: HostSamples, phase: Phase) -> Peak | None:
    series = series_of(metric, samples)
    if series is None:
        return None
    values, weights = series
    return peak_average(samples.time_s, values, phase.start_s, phase.end_s, weights)


def _has_impossible(metric: HostMetric, samples: HostSamples, phase: Phase) -> bool:
    inside = samples.between(phase.start_s, phase.end_s)
    return any(bool((inside.columns[name] < 0).any()) for name in metric.columns if name in inside.columns)


def _span(peak: Peak, phase: Phase) -> str:
    if phase.seconds > peak.window_s:
        return f"the highest {peak.window_s:.0f} s average"
    return f"the average over {phase.seconds:.0f} s"


def _busiest(evidence: Evidence, phase: Phase) -> str:
    """The device that had most to do, where there are several."""
    peaks = {
        disk.source: peak_average(disk.time_s, disk.columns["disk_utilization"], phase.start_s, phase.end_s).value
        for disk in evidence.disks
        if "disk_utilization" in disk.columns
    }
    known = {device: value for device, value in peaks.items() if value is not None}
    return f" (mostly {max(known, key=lambda device: known[device])})" if len(known) > 1 else ""
