"""Judges objectives on requests: percentiles, mean and maximum of latency, and the share of errors.

Which requests count for latency: those that ended as expected, and any that was slower than the limit whatever its
outcome, with a timeout slower than any limit. So a fast failure never flatters a percentile, and a slow one is never
forgotten.
"""

from dataclasses import replace

import numpy as np

from slogate.analyzer import proportion
from slogate.analyzer.dependence import design_effect, effective_size, latency_indicators
from slogate.analyzer.early_end import NEVER_US, look_back
from slogate.analyzer.evidence import NO_ANSWER, RAISED, Ints, Outcome, Phase, Requests
from slogate.analyzer.mean import LEAST, estimate_mean
from slogate.analyzer.quantile import QuantileTest, check_latency, exceeding
from slogate.analyzer.result import ObjectiveResult, State, blank, breaks
from slogate.analyzer.sequential import Decision
from slogate.analyzer.units import counted, say
from slogate.slo.grammar import Limit
from slogate.slo.model import Objective


def judge(
    objective: Objective, judged: Requests | None, phase: Phase | None, alpha: float, *, ended_early: bool = False
) -> ObjectiveResult:
    """The result of one objective over the judged requests.

    Where the load `ended_early`, because something was decided, what was sure by then stands: a test that is made once,
    at a moment that the same data chose, would err more often than it says.

    A request without an answer has no name, so nobody knows whether it was of the endpoint that an objective is about.
    Such an objective passes only if it would pass with all of them too.
    """
    result = _whole_or_named(objective, judged, phase, alpha)
    look = look_back(objective, judged, alpha) if ended_early and judged is not None and result.n else None
    if look is None or look.decision is None:
        return result
    state = State.FAIL if look.decision is Decision.FAIL else State.PASS
    if state is State.PASS and result.state is State.WARNING:
        state = State.WARNING
    return replace(result, state=state, reason=f"{look.reason}, when the load ended")


def _whole_or_named(
    objective: Objective, judged: Requests | None, phase: Phase | None, alpha: float
) -> ObjectiveResult:
    if judged is None or len(judged) == 0:
        return _nothing(objective, judged)
    seconds = phase.seconds if phase is not None else 0.0
    if objective.subject is None:
        return _judge(objective, judged, alpha, seconds)
    named = judged.where(judged.on({objective.subject}))
    if len(named) == 0:
        return _nothing(objective, judged)
    result = _judge(objective, named, alpha, seconds)
    perhaps = judged.where(judged.on({objective.subject, NO_ANSWER, RAISED}))
    nameless = len(perhaps) - len(named)
    passes = {State.PASS, State.WARNING}
    if result.state in passes and nameless and _judge(objective, perhaps, alpha, seconds).state not in passes:
        return replace(
            result,
            state=State.INCONCLUSIVE,
            reason=f"{result.reason}; but {counted(nameless, 'request')} ended without an answer, and it would not "
            "pass if they were of this endpoint",
        )
    return result


def _judge(objective: Objective, rows: Requests, alpha: float, seconds: float) -> ObjectiveResult:
    assert objective.limit is not None, "an objective on requests always has a limit"  # noqa: S101  # the grammar sees to it
    if objective.metric == "errors":
        return _errors(objective, objective.limit, rows, alpha, seconds)
    latencies = counted_latencies(rows, objective.limit)
    if len(latencies) == 0:
        return blank(
            objective,
            State.ERROR,
            f"none of {counted(len(rows), 'request')} ended as expected: {_kinds_in_words(rows)}, first "
            f"{_first_failure(rows)}; there is no latency to judge",
            cure="ask the target for that address by hand, and correct the scenario or the target",
            n=0,
        )
    if objective.statistic == "mean":
        return _mean(objective, objective.limit, rows, alpha, seconds)
    if objective.statistic == "max":
        return _maximum(objective, objective.limit, latencies)
    return _percentile(objective, objective.limit, latencies, alpha, seconds)


def counted_latencies(rows: Requests, limit: Limit) -> Ints:
    """The response times that a percentile is over, in time order, in microseconds; a timeout is a huge number."""
    response = np.where(rows.outcome == Outcome.SLOW_TIMEOUT, NEVER_US, rows.response_us)
    return response[~rows.failed | exceeding(response, limit.value, strict=limit.strict)]


def _nothing(objective: Objective, judged: Requests | None) -> ObjectiveResult:
    if judged is None or len(judged) == 0:
        return blank(objective, State.ERROR, "no request was judged", cure="look at why the load made none")
    seen = sorted({judged.endpoints[index] for index in np.unique(judged.endpoint)})
    return blank(
        objective,
        State.ERROR,
        f"no judged request has the endpoint {objective.subject!r}",
        cure=f"the run has {', '.join(seen[:12])}{' ...' if len(seen) > 12 else ''}",
    )


def _percentile(objective: Objective, limit: Limit, latencies: Ints, alpha: float, seconds: float) -> ObjectiveResult:
    assert objective.quantile is not None  # noqa: S101  # `judge` sends only percentiles here
    test = check_latency(latencies, objective.quantile, limit.value, strict=limit.strict, alpha=alpha)
    result = replace(
        blank(objective, State.PASS, ""),
        estimate=_ms_or_timeout(test.estimate),
        low=_ms_or_timeout(test.low),
        high=_ms_or_timeout(test.high),
        n=test.n,
        n_effective=test.n_effective,
        exceedances=test.exceedances,
    )
    state = State.FAIL if test.above else State.PASS if test.below else State.INCONCLUSIVE
    state = _or_warning(state, test.estimate, objective)
    return replace(result, state=state, reason=_percentile_reason(objective, result, test, state, alpha, seconds))


def _percentile_reason(
    objective: Objective, result: ObjectiveResult, test: QuantileTest, state: State, alpha: float, seconds: float
) -> str:
    name = objective.statistic
    seen = f"{_slower(result)} of {counted(test.n, 'request')} are slower than {say(result.limit, 'ms')}"
    estimate = "a timeout" if result.estimate is None else say(result.estimate, "ms")
    interval = f"{name} is {estimate}, {_between(result)} {_with_confidence(alpha)}"
    if state is not State.INCONCLUSIVE:
        return f"{interval}; {seen}"
    share = 1 - (objective.quantile if objective.quantile is not None else 0.0)
    if test.n_effective < test.needed:
        few = _too_few(test.exceedances / test.n, share, test.n_effective, test.needed, alpha, seconds)
        return f"{name} is {estimate}, and {seen}; {few}"
    gap = abs(test.exceedances / test.n - share)
    z_squared = 2.706  # (95 % quantile of the normal)^2; an outlook, not a bound
    factor = z_squared * share * (1 - share) / gap**2 / test.n_effective if gap > 0 else float("inf")
    outlook = (
        f"about {factor:.1f} times as long a run would decide"
        if 1 < factor < 50
        else "it lies too near the limit for a run of sensible length"
    )
    return f"{interval}, on both sides of {say(result.limit, 'ms')}; {outlook}"


def _mean(objective: Objective, limit: Limit, rows: Requests, alpha: float, seconds: float) -> ObjectiveResult:
    # A mean needs a number for each request, so a timeout enters with the time that was waited for it: a floor.
    response = rows.response_us
    values = response[
        ~rows.failed | exceeding(response, limit.value, strict=limit.strict) | (rows.outcome == Outcome.SLOW_TIMEOUT)
    ]
    found = estimate_mean(values, alpha)
    result = replace(
        blank(objective, State.INCONCLUSIVE, ""),
        estimate=_ms(found.estimate),
        low=None if found.low is None else _ms(found.low),
        high=None if found.high is None else _ms(found.high),
        n=found.n,
        n_effective=found.n_effective,
    )
    if found.low is None or found.high is None:
        more = f"; about {_duration((LEAST / found.n - 1) * seconds)} more at this rate" if seconds > 0 else ""
        reason = (
            f"the mean is {say(result.estimate, 'ms')}, but its interval takes {LEAST} requests, not {found.n}{more}"
        )
        return replace(result, reason=reason)
    interval = f"the mean is {say(result.estimate, 'ms')}, {_between(result)} {_with_confidence(alpha)}"
    if not breaks(found.high, limit):
        state = _or_warning(State.PASS, found.estimate, objective)
    elif breaks(found.low, limit):
        state = State.FAIL
    else:
        return replace(
            result, reason=f"{interval}, on both sides of {say(result.limit, 'ms')}; a longer run narrows it"
        )
    return replace(result, state=state, reason=f"{interval}, from {counted(found.n, 'request')}")


def _maximum(objective: Objective, limit: Limit, latencies: Ints) -> ObjectiveResult:
    """A maximum speaks of this run alone: no interval bounds the requests that were not made."""
    worst = float(latencies.max())
    slower = int(np.count_nonzero(exceeding(latencies, limit.value, strict=limit.strict)))
    state = State.FAIL if slower else _or_warning(State.PASS, worst, objective)
    seen = (
        "a request timed out"
        if worst >= NEVER_US
        else f"the slowest of {counted(len(latencies), 'request')} took {say(_ms(worst), 'ms')}"
    )
    return replace(
        blank(objective, state, seen),
        estimate=None if worst >= NEVER_US else _ms(worst),
        n=len(latencies),
        exceedances=slower,
    )


def _errors(objective: Objective, limit: Limit, rows: Requests, alpha: float, seconds: float) -> ObjectiveResult:
    n, failed = len(rows), int(np.count_nonzero(rows.failed))
    effect = design_effect([rows.failed, *latency_indicators(rows.response_us)])
    size = effective_size(n, effect, alpha)
    share = failed / n
    low, high = proportion.lower_bound(share * size, size, alpha), proportion.upper_bound(share * size, size, alpha)
    result = replace(
        blank(objective, State.INCONCLUSIVE, ""),
        estimate=share,
        low=low,
        high=high,
        n=n,
        n_effective=size,
        exceedances=failed,
    )
    which = f" ({_kinds_in_words(rows)})" if failed else ""
    seen = f"{failed:,} of {counted(n, 'request')} failed{which}: {say(share, 'ratio')}, {_between(result)}"
    if not breaks(high, limit):
        return replace(result, state=_or_warning(State.PASS, share, objective), reason=seen)
    if breaks(low, limit):
        return replace(result, state=State.FAIL, reason=seen)
    needed = proportion.least_size(limit.value, alpha) if limit.value > 0 else None
    if needed is not None and size < needed:
        few = _too_few(share, limit.value, size, needed, alpha, seconds)
        return replace(result, reason=f"{seen}; {few}")
    return replace(result, reason=f"{seen}, on both sides of {say(limit.value, 'ratio')}; a longer run narrows it")


def _too_few(broken: float, allowed: float, size: float, needed: int, alpha: float, seconds: float) -> str:
    """What it would take to decide where the requests are worth too few to pass: of shares (0..1) that break the limit,
    a higher one than is allowed will rather fail.
    """
    if broken <= allowed:
        more = f"; {_more(needed, size, seconds)} would allow a pass" if size > 0 and seconds > 0 else ""
        return f"a verdict takes {needed:,} independent requests and these are worth {size:,.0f}{more}"
    enough = proportion.least_size_above(broken, allowed, alpha)
    more = "a longer run" if enough is None or size <= 0 or seconds <= 0 else _more(enough, size, seconds)
    return (
        f"the requests are worth {size:,.0f} independent ones, too few to be sure; {more} would make it a fail if it "
        "goes on so"
    )


def _more(enough: float, size: float, seconds: float) -> str:
    return f"about {_duration((enough / size - 1) * seconds)} more at this rate"


def _kinds_in_words(rows: Requests) -> str:
    return ", ".join(f"{count:,} {label}" for label, count in _kinds(rows))


def _first_failure(rows: Requests) -> str:
    return rows.endpoints[int(rows.endpoint[rows.failed][0])]


def _kinds(rows: Requests) -> list[tuple[str, int]]:
    """Failures by status or outcome, the most frequent first."""
    kinds: dict[str, int] = {}
    for status, outcome in zip(rows.status[rows.failed].tolist(), rows.outcome[rows.failed].tolist(), strict=True):
        kind = (
            f"status {status}"
            if Outcome(outcome) in {Outcome.HTTP_ERROR, Outcome.RATE_LIMITED}
            else Outcome(outcome).label
        )
        kinds[kind] = kinds.get(kind, 0) + 1
    return sorted(kinds.items(), key=lambda item: -item[1])[:4]


def _or_warning(state: State, estimate: float, objective: Objective) -> State:
    warns = state is State.PASS and objective.warn is not None and breaks(estimate, objective.warn)
    return State.WARNING if warns else state


def _between(result: ObjectiveResult) -> str:
    match result.low, result.high:
        case None, None:
            return "with no bound"
        case None, high:
            return f"below {say(high, result.unit)}"
        case low, None:
            return f"above {say(low, result.unit)}"
        case low, high:
            return f"between {say(low, result.unit)} and {say(high, result.unit)}"


def _with_confidence(alpha: float) -> str:
    return f"with {100 * (1 - alpha):.10g}% confidence on each side"


def _slower(result: ObjectiveResult) -> str:
    return "none" if result.exceedances == 0 else f"{result.exceedances:,}"


def _ms(value_us: float) -> float:
    return value_us / 1000


def _ms_or_timeout(value_us: float | None) -> float | None:
    """None for a bound that does not exist and for a timeout, which has no number."""
    return None if value_us is None or value_us >= NEVER_US else value_us / 1000


def _duration(seconds: float) -> str:
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    return f"{round(seconds / 60)} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
