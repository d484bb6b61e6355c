"""What is said of an objective on requests once its statistics are known: its state, and the sentence that says why."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from slogate.analyzer import proportion
from slogate.analyzer.dependence import effective_size
from slogate.analyzer.early_end import NEVER_US
from slogate.analyzer.evidence import Outcome
from slogate.analyzer.mean import LEAST, MeanEstimate
from slogate.analyzer.quantile import QuantileTest
from slogate.analyzer.result import ObjectiveResult, State, blank, breaks
from slogate.analyzer.sequential import Decision, Look
from slogate.analyzer.units import counted, say
from slogate.slo.grammar import Limit
from slogate.slo.model import Objective


@dataclass(frozen=True)
class Failures:
    """How many `of` so many requests failed: the counts by what they are called, in the order in which each was first
    met, and the endpoint of the first.
    """

    of: int
    kinds: Mapping[str, int]
    first: str

    @property
    def count(self) -> int:
        """All of them."""
        return sum(self.kinds.values())

    def in_words(self) -> str:
        """The most frequent kinds: "7 status 503, 2 connection"."""
        frequent = sorted(self.kinds.items(), key=lambda item: -item[1])[:4]
        return ", ".join(f"{count:,} {label}" for label, count in frequent)


def kind_of(status: int, outcome: Outcome) -> str:
    """What a failure is called."""
    return f"status {status}" if outcome in {Outcome.HTTP_ERROR, Outcome.RATE_LIMITED} else outcome.label


def of_nothing(objective: Objective, seen: Iterable[str] | None) -> ObjectiveResult:
    """The result where no request was judged, or none of its endpoint: `seen` are the endpoints that there were."""
    if seen is None:
        return blank(objective, State.ERROR, "no request was judged", cure="look at why the load made none")
    names = sorted(set(seen))
    return blank(
        objective,
        State.ERROR,
        f"no judged request has the endpoint {objective.subject!r}",
        cure=f"the run has {', '.join(names[:12])}{' ...' if len(names) > 12 else ''}",
    )


def of_failures(objective: Objective, failures: Failures) -> ObjectiveResult:
    """The result of an objective on latency where no request counts for it."""
    return blank(
        objective,
        State.ERROR,
        f"none of {counted(failures.of, 'request')} ended as expected: {failures.in_words()}, first "
        f"{failures.first}; there is no latency to judge",
        cure="ask the target for that address by hand, and correct the scenario or the target",
        n=0,
    )


def if_nameless_were_of_it(result: ObjectiveResult, nameless: int) -> ObjectiveResult:
    """A pass that would be none if the requests without a name were of this endpoint."""
    return replace(
        result,
        state=State.INCONCLUSIVE,
        reason=f"{result.reason}; but {counted(nameless, 'request')} ended without an answer, and it would not "
        "pass if they were of this endpoint",
    )


def as_decided(result: ObjectiveResult, look: Look | None) -> ObjectiveResult:
    """The result of a load that ended early: what was sure by then stands."""
    if look is None or look.decision is None:
        return result
    state = State.FAIL if look.decision is Decision.FAIL else State.PASS
    if state is State.PASS and result.state is State.WARNING:
        state = State.WARNING
    return replace(result, state=state, reason=f"{look.reason}, when the load ended")


def of_percentile(objective: Objective, test: QuantileTest, alpha: float, seconds: float) -> ObjectiveResult:
    """The result of a percentile that was tested."""
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


def of_mean(objective: Objective, limit: Limit, found: MeanEstimate, alpha: float, seconds: float) -> ObjectiveResult:
    """The result of a mean that was estimated."""
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


def of_maximum(objective: Objective, n: int, worst: float, slower: int) -> ObjectiveResult:
    """The result where the worst of n requests took `worst` us and so many are `slower` than the limit.

    A maximum speaks of this run alone: no interval bounds the requests that were not made.
    """
    state = State.FAIL if slower else _or_warning(State.PASS, worst, objective)
    seen = (
        "a request timed out"
        if worst >= NEVER_US
        else f"the slowest of {counted(n, 'request')} took {say(_ms(worst), 'ms')}"
    )
    return replace(
        blank(objective, state, seen),
        estimate=None if worst >= NEVER_US else _ms(worst),
        n=n,
        exceedances=slower,
    )


def of_errors(
    objective: Objective, limit: Limit, failures: Failures, effect: float, alpha: float, seconds: float
) -> ObjectiveResult:
    """The result of an error rate over requests with that design effect."""
    n, failed = failures.of, failures.count
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
    which = f" ({failures.in_words()})" if failed else ""
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
