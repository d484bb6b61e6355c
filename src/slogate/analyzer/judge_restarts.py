"""Judges how often a process of the target ended during the judged load."""

from dataclasses import replace

from slogate.analyzer.evidence import HostSamples, Phase
from slogate.analyzer.resources import LEAST_COVERAGE, peak_average
from slogate.analyzer.result import ObjectiveResult, State, blank, breaks
from slogate.analyzer.units import counted
from slogate.slo.model import Objective


def restarts(objective: Objective, samples: HostSamples, missing: str, phase: Phase) -> ObjectiveResult:
    """One that ended counts whether it was started again or not; one that never ran is an error. What ended in seconds
    that nobody sampled is counted at the next sample.
    """
    told = samples.columns.get("restarts")
    running = samples.between(phase.start_s, phase.end_s).columns.get("processes")
    if told is None or running is None or len(running) == 0:
        return blank(objective, State.ERROR, f"no data: {missing or 'it was not sampled'}")
    seen = peak_average(samples.time_s, told, phase.start_s, phase.end_s)
    inside = samples.between(phase.start_s, phase.end_s).columns["restarts"]
    count = float(inside[inside > 0].sum())
    if count == 0 and not (running > 0).any():
        return blank(
            objective, State.ERROR, f"no data: {missing}", cure="start it, or correct host.processes", n=seen.samples
        )
    if seen.coverage < LEAST_COVERAGE:
        return blank(
            objective,
            State.ERROR,
            f"no data for {1 - seen.coverage:.0%} of the judged phase{f': {missing}' if missing else ''}",
            cure="look at why it was not sampled",
            n=seen.samples,
        )
    assert objective.limit is not None  # noqa: S101  # restarts have no normal range
    state = State.FAIL if breaks(count, objective.limit) else State.PASS
    if state is State.PASS and objective.warn is not None and breaks(count, objective.warn):
        state = State.WARNING
    ended = "did not end" if count == 0 else f"ended {counted(int(count), 'time')}"
    gone = ", and was gone at the end" if running[-1] == 0 else ""
    reason = f"{objective.subject} {ended} in {phase.seconds:.0f} s{gone}, from {seen.samples} samples"
    return replace(blank(objective, state, reason), estimate=count, n=seen.samples)
