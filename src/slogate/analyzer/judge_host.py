"""Judges objectives on the target's host: the largest 60 s moving average over the judged load."""

from dataclasses import replace

import numpy as np

from slogate.analyzer.evidence import Evidence
from slogate.analyzer.resources import LEAST_COVERAGE, Peak, peak_average
from slogate.analyzer.result import ObjectiveResult, State, base_units, blank, breaks, unit_of
from slogate.analyzer.units import say
from slogate.slo.model import Objective

# Which column of host.parquet an objective is about, and the one that counts what its values are averages of. An
# average over seconds would have a disk wait no less for one slow operation than for a thousand.
_COLUMNS = {
    "cpu": ("cpu", None),
    "memory": ("memory", None),
    "disk_util": ("disk_utilization", None),
    "disk_await": ("disk_await_ms", "disk_iops"),
}


def judge(objective: Objective, evidence: Evidence) -> ObjectiveResult:
    """The result of one resource objective; without samples of the target's host it is an error, never a pass."""
    phase = evidence.judged_phase()
    if phase is None:
        return blank(objective, State.ERROR, "no phase of the run was judged", cure="look at why the load made none")
    if evidence.host is None:
        return blank(
            objective,
            State.ERROR,
            f"no data: {evidence.host_missing or 'the host was not sampled'}",
            cure="write who tells of it, such as host: {node_exporter: http://10.0.0.5:9100/metrics}, or leave it out "
            "with --only api,web",
        )
    if objective.limit is None:
        return _normal(objective, evidence)
    peak = peak_of(objective, evidence)
    if peak is None:
        why = evidence.host_missing or f"{evidence.host.source} does not tell {objective.metric}"
        return blank(objective, State.ERROR, f"no data: {why}")
    if peak.value is None and peak.coverage >= LEAST_COVERAGE:
        return blank(
            objective,
            State.ERROR,
            "no data: the disks made no operation in the judged phase",
            cure="leave it out for a service that does not use its disks",
            n=peak.samples,
        )
    if peak.value is None or not peak.covered:
        told = f": {evidence.host_missing}" if evidence.host_missing else ""
        return blank(
            objective,
            State.ERROR,
            f"no data for {1 - peak.coverage:.0%} of the judged phase{told}",
            cure="look at why the host was not sampled",
            n=peak.samples,
        )
    value = peak.value * base_units(objective.limit)
    state = State.FAIL if breaks(value, objective.limit) else State.PASS
    if state is State.PASS and objective.warn is not None and breaks(value, objective.warn):
        state = State.WARNING
    span = (
        f"the highest {peak.window_s:.0f} s average"
        if phase.seconds > peak.window_s
        else f"the average over {phase.seconds:.0f} s"
    )
    shown = say(peak.value, unit_of(objective.limit))
    return replace(
        blank(objective, state, f"{span} of {objective.metric} is {shown}, from {peak.samples} samples"),
        estimate=peak.value,
        n=peak.samples,
    )


def column_of(objective: Objective) -> str:
    """The column of host.parquet that an objective with a limit is about."""
    return _COLUMNS[objective.metric][0]


def peak_of(objective: Objective, evidence: Evidence) -> Peak | None:
    """The peak that an objective with a limit is judged by; None without samples of it."""
    phase, host = evidence.judged_phase(), evidence.host
    column, counted = _COLUMNS[objective.metric]
    if phase is None or host is None:
        return None
    weights = None if counted is None else host.columns.get(counted)
    values = host.columns.get(column)
    if values is None and weights is not None:
        values = np.full(len(weights), np.nan)  # no operation at all
    if values is None or (counted is not None and weights is None):
        return None
    return peak_average(host.time_s, values, phase.start_s, phase.end_s, weights)


def _normal(objective: Objective, evidence: Evidence) -> ObjectiveResult:
    """`normal` asks earlier passing runs; a folder alone has none, so what was seen is shown and not judged."""
    phase, host = evidence.judged_phase(), evidence.host
    seen = []
    if phase is not None and host is not None:
        for column, unit in (("disk_read_bytes_per_s", "read"), ("disk_write_bytes_per_s", "written")):
            if column in host.columns:
                peak = peak_average(host.time_s, host.columns[column], phase.start_s, phase.end_s)
                if peak.value is not None:
                    seen.append(f"{peak.value / 1e6:.2f} MB/s {unit}")
    shown = f": {', '.join(seen)}" if seen else ""
    return blank(objective, State.INFO, f"its normal range is not known yet (0 of 5 earlier passing runs){shown}")
