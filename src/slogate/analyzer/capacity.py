"""How much load does a service hold within its objectives? The search for the highest arrival rate that passes.

Rates are doubled until one does not pass, and then halved in between, on a logarithmic scale. A step that is undecided
or fails bounds the answer from above; one that is not judgeable ends the search, for it says nothing of the service.

A step that is undecided for want of requests bounds nothing where no lower rate has passed: at a lower one there would
be fewer still. So that rate is held again, for longer. Above a passing rate it does bound the answer: requests that
are worth so little there wait for each other, which they do near the limit.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from slogate.analyzer.dependence import effective_size
from slogate.analyzer.finding import Finding, Severity
from slogate.analyzer.mean import LEAST
from slogate.analyzer.outlook import needed_requests
from slogate.analyzer.result import ObjectiveResult, State
from slogate.slo.model import Area, Objective

_SIGNIFICANT_DIGITS = 3
_LEAST_SHARE_OF_START = 1 / 64
_KNEE_FACTOR = 2.0
_MARGIN = 1.5  # arrivals are random, and even independent requests rarely look so
_OF_THE_GENERATOR = frozenset(
    {
        *("late_arrivals", "generator_saturated", "generator_refused", "generator_not_observed", "rate_missed"),
        *("workers_lost", "rows_missing", "no_final_count", "started_early", "outside_the_load", "requests_unrecorded"),
    }
)


@dataclass(frozen=True)
class Step:
    """One rate that was held, and what came of it. Latencies in milliseconds, ratios 0..1; None where there is no
    number. `broke` says what kept it from passing. Where that was too few requests, `wanting` is how many times as many
    it takes at least.
    """

    rate_per_s: float
    state: State
    seconds: float
    requests: int
    p50_ms: float | None
    p95_ms: float | None
    p99_ms: float | None
    errors: float | None
    cpu: float | None
    broke: str
    run: str
    wanting: float | None = None

    @property
    def passes(self) -> bool:
        """Whether every objective is met."""
        return self.state in {State.PASS, State.WARNING}


def next_rate(steps: Sequence[Step], *, start: float, most: float, precision: float) -> float | None:
    """The next rate to hold, in arrivals a second; None when the search is over.

    It is over when the highest passing and the lowest other rate differ by no more than `precision` (0.1: 10 %), when
    `most` passes, when nothing passes down to a small part of `start`, and after a step that is not judgeable. The rate
    of the last step is held again where it was undecided for want of requests and nothing has passed.
    """
    if steps and steps[-1].state is State.ERROR:
        return None
    low = highest_passing(steps)
    if low is None and steps and steps[-1].wanting is not None:
        return steps[-1].rate_per_s
    high = min((step.rate_per_s for step in latest(steps) if not step.passes), default=None)
    if low is None and high is None:
        return min(start, most)
    if high is None:
        assert low is not None  # noqa: S101  # one of the two is there
        return None if low.rate_per_s >= most else min(most, low.rate_per_s * 2)
    if low is None:
        lower = _rounded(high / 2)
        return lower if lower >= start * _LEAST_SHARE_OF_START and lower < high else None
    if high <= low.rate_per_s:
        return None  # a higher rate passed than one that did not: the service is not the same from step to step
    middle = _rounded(math.sqrt(low.rate_per_s * high))
    close = high / low.rate_per_s <= 1 + precision
    return None if close or not low.rate_per_s < middle < high else middle


@dataclass(frozen=True)
class Hold:
    """How long a rate is to be held, in seconds: at least, or it is not worth it; and as long as it would be well."""

    least_s: float
    wish_s: float


def hold(steps: Sequence[Step], rate_per_s: float, step_s: float, arrivals: float) -> Hold:
    """For the next step, where `step_s` was asked for and a decision takes so many `arrivals`. What a rate wanted that
    passes by now, higher ones will want too.
    """
    least_s = max(step_s, arrivals / rate_per_s)
    last = steps[-1] if steps else None
    if last is not None and last.wanting is not None and last.rate_per_s == rate_per_s:
        return Hold(last.seconds * last.wanting, max(least_s, last.seconds * max(2.0, last.wanting * _MARGIN)))
    best = highest_passing(steps)
    wanted = [
        step.rate_per_s * step.seconds * step.wanting * _MARGIN
        for step in steps
        if step.wanting is not None and best is not None and step.rate_per_s <= best.rate_per_s
    ]
    return Hold(least_s, max(least_s, max(wanted, default=0.0) / rate_per_s))


def arrivals_to_decide(objectives: Sequence[Objective], alpha: float) -> tuple[float, str]:
    """How many arrivals it takes until the strictest objective over all endpoints can pass, with something to spare;
    and what that objective is called. Each arrival makes at least one request.
    """
    needs = [
        (needed, f"errors {objective.limit.text}" if objective.metric == "errors" else objective.statistic)
        for objective in objectives
        if objective.limit is not None
        and objective.subject is None
        and (needed := _needed(objective, alpha)) is not None
    ]
    if not needs:
        return 0.0, ""
    needed, name = max(needs)
    arrivals = float(needed)
    while (size := effective_size(int(arrivals), 1.0, alpha)) < needed:
        arrivals = max(arrivals + 1, arrivals * needed / size) if size > 0 else arrivals + 1
    return arrivals * _MARGIN, name


def wanting(results: Sequence[ObjectiveResult], objectives: Sequence[Objective], alpha: float) -> float | None:
    """How many times as many requests the undecided objectives take at least, where they had too few to pass; None
    where none of them had.
    """
    needs = {objective.id: _needed(objective, alpha) for objective in objectives}
    times = [
        needed / max(result.n_effective, 1.0)
        for result in results
        if result.state is State.INCONCLUSIVE
        and result.n_effective is not None
        and (needed := needs.get(result.id)) is not None
        and result.n_effective < needed
    ]
    return max(times, default=None)


def _needed(objective: Objective, alpha: float) -> int | None:
    return LEAST if objective.statistic == "mean" else needed_requests(objective, alpha)


def fault_of_generator(findings: Sequence[Finding]) -> Finding | None:
    """What kept the requests from being judged, where that was the generator's own doing."""
    first = next((item for item in findings if item.severity is Severity.ERROR and item.area is Area.API), None)
    return first if first is not None and first.code in _OF_THE_GENERATOR else None


def latest(steps: Sequence[Step]) -> list[Step]:
    """The last step at each rate: where one was held again, the first time no longer counts."""
    return list({step.rate_per_s: step for step in steps}.values())


def highest_passing(steps: Sequence[Step]) -> Step | None:
    """The step that passes at the highest rate."""
    return max((step for step in latest(steps) if step.passes), key=lambda step: step.rate_per_s, default=None)


def knee(steps: Sequence[Step]) -> Step | None:
    """The lowest rate at which p95 is at least twice that of the lowest rate of all: from there on requests wait for
    each other more than they are worked on (at half the capacity of a single queue the mean has doubled).
    """
    known = sorted((step for step in latest(steps) if step.p95_ms), key=lambda step: step.rate_per_s)
    if len(known) < 3 or known[0].p95_ms is None:
        return None
    threshold = _KNEE_FACTOR * known[0].p95_ms
    return next((step for step in known[1:] if step.p95_ms is not None and step.p95_ms >= threshold), None)


def _rounded(rate: float) -> float:
    digits = _SIGNIFICANT_DIGITS - 1 - math.floor(math.log10(rate))
    return round(rate, digits)
