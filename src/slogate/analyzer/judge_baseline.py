"""Judges `vs_baseline`: is a metric of this run at most so much worse than it was in an earlier release?

The change is that of `compare`, for one run on this side. PASS and FAIL need the whole interval on one side of the
allowance. Without any baseline there is nothing to resolve the criterion by: that is told as `info`, as `normal` is
until there are enough runs, and it is never a pass. A baseline that lacks the metric is not judgeable.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from slogate.analyzer.finding import Finding, warning
from slogate.analyzer.measure import (
    Measure,
    Number,
    bound,
    number_of,
    of_result,
    relative,
    settled,
    shift_of,
    spread_among,
)
from slogate.analyzer.result import ObjectiveResult, State
from slogate.analyzer.shift import LEAST_EARLIER_RUNS
from slogate.analyzer.units import counted, say
from slogate.slo.grammar import Allowance

_SUFFIX = ".vs_baseline"


@dataclass(frozen=True)
class Baseline:
    """Runs of an earlier release, as this run's slo.yaml judges them: by id, the results of each.

    `earlier` are estimates of runs of the same kind in the order of time, by id. Where there are no runs, `missing`
    says why; `unusable` tells that they were asked for and cannot be compared with. `doubt` is why they may not be
    those that a person wants.
    """

    name: str
    runs: tuple[Mapping[str, ObjectiveResult], ...] = ()
    earlier: Mapping[str, Sequence[float]] = field(default_factory=dict)
    missing: str = ""
    cure: str = ""
    unusable: bool = False
    doubt: str = ""


def judge(result: ObjectiveResult, allowance: Allowance, baseline: Baseline, alpha: float) -> ObjectiveResult:
    """The result of the part of an objective that is about the baseline, beside `result` on the objective itself."""
    start = replace(
        result,
        id=f"{result.id}{_SUFFIX}",
        criterion=f"{allowance.text} vs baseline",
        unit="change",
        limit=allowance.value,
        warn=None,
        estimate=None,
        low=None,
        high=None,
        n_effective=None,
        exceedances=None,
        cure="",
        cause="",
    )
    if not baseline.runs:
        state = State.ERROR if baseline.unusable else State.INFO
        return replace(start, state=state, reason=baseline.missing, cure=baseline.cure)
    measure, own = of_result(result), number_of(result)
    if own.value is None:
        return replace(start, state=State.ERROR, reason=own.missing, cure=result.cure)
    numbers = [
        number_of(run[result.id]) if result.id in run else Number(None, "it was not measured") for run in baseline.runs
    ]
    lacking = next((number.missing for number in numbers if number.value is None), "")
    if lacking:
        return replace(
            start,
            state=State.ERROR,
            reason=f"the baseline {baseline.name} has no number: {lacking}",
            cure="name another one with --baseline",
        )
    return _judged(start, measure, numbers, own, allowance, baseline, alpha)


def findings(results: Sequence[ObjectiveResult], baseline: Baseline) -> Iterator[Finding]:
    """Says once that `vs_baseline` was held against nothing: no reason to fail, and easily taken for a pass. And says
    what is doubtful about the baseline.
    """
    held = [result for result in results if result.id.endswith(_SUFFIX)]
    if held and baseline.doubt:
        yield warning("doubtful_baseline", held[0].area, baseline.doubt, "mend it, then judge the run again")
    untold = [result for result in held if result.state is State.INFO]
    if untold:
        first = untold[0]
        message = f"vs_baseline of {counted(len(untold), 'objective')} was held against nothing: {first.reason}"
        yield warning("no_baseline", first.area, message, first.cure)


def _judged(
    start: ObjectiveResult,
    measure: Measure,
    base: Sequence[Number],
    own: Number,
    allowance: Allowance,
    baseline: Baseline,
    alpha: float,
) -> ObjectiveResult:
    measure = settled(measure, (*base, own))
    earlier = baseline.earlier.get(start.id.removesuffix(_SUFFIX), ())
    shift = shift_of(measure, base, [own], pairs=False, earlier=spread_among(measure, earlier))
    change = relative(measure, shift.estimate)
    interval = shift.interval(alpha)
    of_limit = "" if measure.reference is None else f" of {say(measure.reference, measure.unit)}"
    beside = f"{say(change, 'change')}{of_limit} beside {baseline.name} ({counted(len(base), 'run')})"
    if interval is None:
        needs = f"how much runs differ takes {LEAST_EARLIER_RUNS} earlier ones to know, and there are {len(earlier)}"
        return replace(
            start, state=State.INCONCLUSIVE, estimate=change, reason=f"{beside}, which is only indicative: {needs}"
        )
    low, high = (relative(measure, side) for side in interval)
    most = bound(measure, allowance.value)
    above = interval[0] >= most if allowance.strict else interval[0] > most
    below = interval[1] < most if allowance.strict else interval[1] <= most
    state = State.FAIL if above else State.PASS if below else State.INCONCLUSIVE
    seen = f"{beside}, between {say(low, 'change')} and {say(high, 'change')}"
    undecided = f", on both sides of {say(allowance.value, 'change')}; more runs of either would narrow it"
    return replace(
        start,
        state=state,
        estimate=change,
        low=low,
        high=high,
        reason=f"{seen}{undecided if state is State.INCONCLUSIVE else ''}",
    )
