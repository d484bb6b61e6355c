"""From evidence to a verdict: every objective gets a state and the sentence that says why.

A state needs the whole interval on one side of the limit; what cannot be judged is an error, what is not decided is
inconclusive, and nothing passes because it is missing. The tests themselves live in `quantile`, `mean`, `proportion`
and `resources`; what makes a run unfit to be judged, in `validity`.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from slogate.analyzer import imported, judge_baseline, judge_host, judge_pages, validity
from slogate.analyzer.evidence import Evidence, RunState
from slogate.analyzer.examination import examine
from slogate.analyzer.finding import Finding, Severity
from slogate.analyzer.judge_baseline import Baseline
from slogate.analyzer.margin import with_margin
from slogate.analyzer.result import ObjectiveResult, State
from slogate.analyzer.units import counted
from slogate.slo.model import Area, Objective, Slo

_ENDINGS = {
    RunState.RUNNING: "has not come to its end",
    RunState.INTERRUPTED: "was interrupted before its end",
    RunState.FAILED: "broke before its end",
}
_NO_BASELINE = Baseline("", missing="there is no baseline to hold it against")
_NO_RUNS: Mapping[str, Sequence[float]] = MappingProxyType({})
_ORDER = (State.ERROR, State.FAIL, State.INCONCLUSIVE, State.WARNING, State.PASS)


@dataclass(frozen=True)
class Verdict:
    """The state of the whole run, of each objective, and what was found about the run itself.

    `allow_inconclusive` tells that the profile or the policy lets an inconclusive run through.
    """

    state: State
    reason: str
    objectives: tuple[ObjectiveResult, ...]
    findings: tuple[Finding, ...]
    allow_inconclusive: bool


def judge(
    slo: Slo,
    evidence: Evidence,
    *,
    allow_inconclusive: bool,
    baseline: Baseline = _NO_BASELINE,
    passed: Mapping[str, Sequence[float]] = _NO_RUNS,
) -> Verdict:
    """Judges everything that the run set out to measure. `baseline` is what `vs_baseline` is about, and `passed` what
    `normal` is: by the id of an objective, its estimates in earlier runs of the same kind that passed, oldest first.
    """
    objectives = [objective for objective in slo.objectives() if objective.area in evidence.areas]
    examined = examine(slo, objectives, evidence)
    found = validity.findings(evidence, examined.facts) + examined.unjudged
    alpha = 1 - slo.policy.confidence
    results = [
        imported.capped(_after_validity(_after_interruption(result, evidence), found), evidence.imported)
        for number, objective in enumerate(objectives)
        for result in _with_baseline(
            objective, _results(objective, slo, evidence, examined.results.get(number), alpha, passed), baseline, alpha
        )
    ]
    found += judge_baseline.findings(results, baseline)
    states = [result.state for result in results if result.state is not State.INFO]
    whole = next((state for state in _ORDER if state in states), State.ERROR)
    reason = _whole_reason(whole, results, evidence) + (_left_out(slo, evidence) if states else "")
    return Verdict(whole, reason, tuple(results), tuple(found), allow_inconclusive)


def _results(
    objective: Objective,
    slo: Slo,
    evidence: Evidence,
    on_requests: ObjectiveResult | None,
    alpha: float,
    passed: Mapping[str, Sequence[float]],
) -> Iterator[ObjectiveResult]:
    match objective.area:
        case Area.API:
            assert on_requests is not None  # noqa: S101  # all of them were examined
            phase = evidence.judged_phase()
            seconds = phase.seconds if phase is not None else 0.0
            # What was decided while the load went on was decided by another test, which has another margin.
            ended_early = evidence.load is not None and bool(evidence.load.ended_early)
            yield on_requests if ended_early else with_margin(objective, on_requests, alpha, seconds)
        case Area.WEB:
            yield from judge_pages.judge(objective, slo, evidence, alpha)
        case Area.RESOURCES:
            earlier = passed.get(objective.id, ())
            yield with_margin(objective, judge_host.judge(objective, evidence, earlier), alpha, 0.0)


def _with_baseline(
    objective: Objective, results: Iterable[ObjectiveResult], baseline: Baseline, alpha: float
) -> Iterator[ObjectiveResult]:
    """Each result, and after it the one on the change since the baseline where the objective speaks of that."""
    for result in results:
        yield result
        if objective.vs_baseline is not None:
            yield judge_baseline.judge(result, objective.vs_baseline, baseline, alpha)


def _after_interruption(result: ObjectiveResult, evidence: Evidence) -> ObjectiveResult:
    """A run that was cut short can fail, and it cannot pass: nobody saw its rest."""
    if evidence.state is RunState.COMPLETE or result.state not in {State.PASS, State.WARNING}:
        return result
    cause = f"the run {_ENDINGS[evidence.state]}, and until then this would pass"
    return replace(result, state=State.INCONCLUSIVE, reason=f"{cause}: {result.reason}", cause=cause)


def _after_validity(result: ObjectiveResult, found: list[Finding]) -> ObjectiveResult:
    for finding in found:
        hits = finding.area is result.area and finding.subject in {None, result.subject}
        hits = hits and finding.when in {None, result.when}
        if finding.severity is Severity.ERROR and hits and result.state is not State.INFO:
            return replace(result, state=State.ERROR, reason=finding.message, cure=finding.cure, cause=finding.cause)
    return result


def _left_out(slo: Slo, evidence: Evidence) -> str:
    """The areas that slo.yaml speaks of and the run was asked to leave out."""
    asked = {objective.area for objective in slo.objectives()}
    areas = [area.value for area in Area if area in asked - evidence.areas]
    return f" ({' and '.join(areas)} left out)" if areas else ""


def _whole_reason(state: State, results: list[ObjectiveResult], evidence: Evidence) -> str:
    judged = [result for result in results if result.state is not State.INFO]
    if not judged:
        return "nothing was judged: no objective of slo.yaml lies in what this run measured"
    worst = [result for result in judged if result.state is state]
    count = f"{len(worst)} of {counted(len(judged), 'objective')}"
    cut = "" if evidence.state is RunState.COMPLETE else f" (the run {_ENDINGS[evidence.state]})"
    one = len(judged) == 1
    met = "the objective is met" if one else f"all {len(judged)} objectives are met"
    match state:
        case State.PASS:
            return met
        case State.WARNING if evidence.imported:
            return f"{met}, as far as the record of another tool can tell"
        case State.WARNING:
            return f"{met}, {'' if one else f'{len(worst)} of them '}with little to spare"
        case State.FAIL:
            return f"{count} {'is' if len(worst) == 1 else 'are'} not met{cut}"
        case State.INCONCLUSIVE:
            return f"{count} could not be decided{cut}"
        case _:
            return f"{count} cannot be judged{cut}: {worst[0].reason}"
