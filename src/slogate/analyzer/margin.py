"""What would change a result: the margin that was left, or how much more of a run, or how many more loads, decide.

It is read off the numbers of the result, at its effective sample size, and added to its reason.
"""

import math
from collections.abc import Iterator
from dataclasses import replace

from slogate.analyzer import proportion
from slogate.analyzer.result import ObjectiveResult, State
from slogate.analyzer.units import counted, say
from slogate.slo.model import Area, Objective

_Z_SQUARED = 2.706  # (95 % quantile of the normal)^2; an outlook, not a bound
_LONGEST = 50.0  # times the run; nobody makes a longer one
_MOST_LOADS = 20  # times those that were made
_WORTH_TELLING = 0.995  # of the requests: what are worth as much need no word on dependence


def with_margin(objective: Objective, result: ObjectiveResult, alpha: float, seconds: float) -> ObjectiveResult:
    """The result with a longer reason; `alpha` is the level that it was judged at, and `seconds` how long the judged
    load was.
    """
    clauses = list(_clauses(objective, result, alpha, seconds))
    return replace(result, reason="; ".join([result.reason, *clauses])) if clauses else result


def _clauses(objective: Objective, result: ObjectiveResult, alpha: float, seconds: float) -> Iterator[str]:
    size, allowed = result.n_effective, _allowed(objective)
    if result.area is Area.RESOURCES:
        yield from _of_peak(result)
    if size is None or size <= 0 or result.n == 0:
        return
    if result.area is Area.WEB:
        yield from _of_loads(result, alpha)
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


def _of_loads(result: ObjectiveResult, alpha: float) -> Iterator[str]:
    """Of the median of page loads, half of which may be beyond the limit."""
    beyond, most = result.exceedances, proportion.most_to_stay_below(0.5, result.n, alpha)
    if beyond is None or most is None:
        return  # too few loads, which the reason says already
    if result.state is State.INCONCLUSIVE:
        share = max(beyond, result.n - beyond) / result.n
        enough = proportion.least_size_above(share, 0.5, alpha)
        if enough is not None and result.n < enough <= _MOST_LOADS * result.n:
            yield f"about {math.ceil(enough)} loads would, if as large a share of them is beyond the limit"
        return
    count = int(most + 1e-9)
    if count == 0:
        yield "one load beyond the limit would leave it undecided" if beyond == 0 else "if none were it would pass"
    else:
        still = "still " if result.state is not State.FAIL else ""
        yield f"with up to {counted(count, 'load')} beyond the limit it would {still}pass"


def _of_peak(result: ObjectiveResult) -> Iterator[str]:
    """Of the highest average of a resource."""
    if result.estimate is None or result.limit is None or result.metric == "restarts":
        return
    gap = abs(result.limit - result.estimate)
    apart = f"{100 * gap:.1f} percentage points" if result.unit == "ratio" else say(gap, result.unit)
    if result.state is State.FAIL:
        yield f"to pass it has to be more than {apart} lower"
    else:
        yield f"it could be {apart} higher before it fails"


def _longer(factor: float, seconds: float) -> Iterator[str]:
    if 1 < factor < _LONGEST and seconds > 0:
        yield f"about {_duration((factor - 1) * seconds)} more at this rate would decide"


def _duration(seconds: float) -> str:
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    return f"{round(seconds / 60)} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
