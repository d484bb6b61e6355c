"""What would change the result of an objective on requests: the margin that was left, or how much longer a run decides.

It is read off the numbers of the result, at its effective sample size, and added to its reason.
"""

from collections.abc import Iterator
from dataclasses import replace

from slogate.analyzer import proportion
from slogate.analyzer.result import ObjectiveResult, State
from slogate.analyzer.units import say
from slogate.slo.model import Objective

_Z_SQUARED = 2.706  # (95 % quantile of the normal)^2; an outlook, not a bound
_LONGEST = 50.0  # times the run; nobody makes a longer one
_WORTH_TELLING = 0.995  # of the requests: what are worth as much need no word on dependence


def with_margin(objective: Objective, result: ObjectiveResult, alpha: float, seconds: float) -> ObjectiveResult:
    """The result with a longer reason; `seconds` is how long the judged load was."""
    clauses = list(_clauses(objective, result, alpha, seconds))
    return replace(result, reason="; ".join([result.reason, *clauses])) if clauses else result


def _clauses(objective: Objective, result: ObjectiveResult, alpha: float, seconds: float) -> Iterator[str]:
    size, allowed = result.n_effective, _allowed(objective)
    if size is None or size <= 0 or result.n == 0:
        return
    if allowed is not None:
        yield from _of_share(result, allowed, size, alpha, seconds)
    elif objective.statistic == "mean":
        yield from _of_mean(result, seconds)


def _allowed(objective: Objective) -> float | None:
    """The share of requests that may break the limit; None where the objective is about no share."""
    if objective.metric == "errors":
        return None if objective.limit is None else objective.limit.value
    return None if objective.quantile is None else 1 - objective.quantile


def _of_share(result: ObjectiveResult, allowed: float, size: float, alpha: float, seconds: float) -> Iterator[str]:
    if not 0 < allowed < 1 or result.exceedances is None:
        return
    if size < proportion.least_size(allowed, alpha) and result.state is State.INCONCLUSIVE:
        return  # which the reason says already, with what it would take
    if size < _WORTH_TELLING * result.n:
        yield f"they are worth {size:,.0f} independent ones"
    most = proportion.most_to_stay_below(allowed, size, alpha)
    if result.state is State.INCONCLUSIVE:
        gap = abs(result.exceedances / result.n - allowed)
        yield from _longer(_Z_SQUARED * allowed * (1 - allowed) / gap**2 / size if gap > 0 else _LONGEST, seconds)
    elif most is None:
        yield f"a pass takes {proportion.least_size(allowed, alpha):,} independent ones"
    else:
        count = int(most / size * result.n + 1e-9)
        such = f"{count:,} such request{'' if count == 1 else 's'}"
        yield f"with {such} it would pass" if result.state is State.FAIL else f"with up to {such} it would still pass"


def _of_mean(result: ObjectiveResult, seconds: float) -> Iterator[str]:
    if result.low is None or result.high is None or result.limit is None or result.estimate is None:
        return
    match result.state:
        case State.FAIL:
            yield f"with every request {say(result.high - result.limit, 'ms')} faster it would pass"
        case State.INCONCLUSIVE:
            gap = abs(result.estimate - result.limit)
            reach = result.high - result.estimate if result.estimate < result.limit else result.estimate - result.low
            yield from _longer((reach / gap) ** 2 if gap > 0 else _LONGEST, seconds)
        case _:
            yield f"with every request up to {say(result.limit - result.high, 'ms')} slower it would still pass"


def _longer(factor: float, seconds: float) -> Iterator[str]:
    if 1 < factor < _LONGEST and seconds > 0:
        yield f"about {_duration((factor - 1) * seconds)} more at this rate would decide"


def _duration(seconds: float) -> str:
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    return f"{round(seconds / 60)} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
