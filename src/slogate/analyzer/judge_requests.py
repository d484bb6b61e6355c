"""Judges objectives on requests: percentiles, mean and maximum of latency, and the share of errors.

Which requests count for latency: those that ended as expected, and any that was slower than the limit whatever its
outcome, with a timeout slower than any limit. So a fast failure never flatters a percentile, and a slow one is never
forgotten.
"""

import numpy as np

from slogate.analyzer import result_of_requests
from slogate.analyzer.dependence import design_effect, latency_indicators
from slogate.analyzer.early_end import NEVER_US, look_back
from slogate.analyzer.evidence import NO_ANSWER, RAISED, Ints, Outcome, Phase, Requests
from slogate.analyzer.mean import estimate_mean
from slogate.analyzer.quantile import check_latency, exceeding
from slogate.analyzer.result import ObjectiveResult, State
from slogate.analyzer.result_of_requests import Failures, kind_of
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
    return result_of_requests.as_decided(result, look)


def _whole_or_named(
    objective: Objective, judged: Requests | None, phase: Phase | None, alpha: float
) -> ObjectiveResult:
    if judged is None or len(judged) == 0:
        return result_of_requests.of_nothing(objective, None)
    seconds = phase.seconds if phase is not None else 0.0
    if objective.subject is None:
        return _judge(objective, judged, alpha, seconds)
    named = judged.where(judged.on({objective.subject}))
    if len(named) == 0:
        seen = [judged.endpoints[index] for index in np.unique(judged.endpoint)]
        return result_of_requests.of_nothing(objective, seen)
    result = _judge(objective, named, alpha, seconds)
    perhaps = judged.where(judged.on({objective.subject, NO_ANSWER, RAISED}))
    nameless = len(perhaps) - len(named)
    passes = {State.PASS, State.WARNING}
    if result.state in passes and nameless and _judge(objective, perhaps, alpha, seconds).state not in passes:
        return result_of_requests.if_nameless_were_of_it(result, nameless)
    return result


def _judge(objective: Objective, rows: Requests, alpha: float, seconds: float) -> ObjectiveResult:
    limit = objective.limit
    assert limit is not None, "an objective on requests always has a limit"  # noqa: S101  # the grammar sees to it
    if objective.metric == "errors":
        effect = design_effect([rows.failed, *latency_indicators(rows.response_us)])
        return result_of_requests.of_errors(objective, limit, failures_of(rows), effect, alpha, seconds)
    latencies = counted_latencies(rows, limit)
    if len(latencies) == 0:
        return result_of_requests.of_failures(objective, failures_of(rows))
    if objective.statistic == "mean":
        found = estimate_mean(_averaged_latencies(rows, limit), alpha)
        return result_of_requests.of_mean(objective, limit, found, alpha, seconds)
    if objective.statistic == "max":
        slower = int(np.count_nonzero(exceeding(latencies, limit.value, strict=limit.strict)))
        return result_of_requests.of_maximum(objective, len(latencies), float(latencies.max()), slower)
    assert objective.quantile is not None  # noqa: S101  # all other statistics are percentiles
    test = check_latency(latencies, objective.quantile, limit.value, strict=limit.strict, alpha=alpha)
    return result_of_requests.of_percentile(objective, test, alpha, seconds)


def counted_latencies(rows: Requests, limit: Limit) -> Ints:
    """The response times that a percentile is over, in time order, in microseconds; a timeout is a huge number."""
    response = np.where(rows.outcome == Outcome.SLOW_TIMEOUT, NEVER_US, rows.response_us)
    return response[~rows.failed | exceeding(response, limit.value, strict=limit.strict)]


def _averaged_latencies(rows: Requests, limit: Limit) -> Ints:
    """What a mean is over. It needs a number for each request, so a timeout enters with the time that was waited for
    it: a floor.
    """
    response = rows.response_us
    timed_out = rows.outcome == Outcome.SLOW_TIMEOUT
    averaged: Ints = response[~rows.failed | timed_out | exceeding(response, limit.value, strict=limit.strict)]
    return averaged


def failures_of(rows: Requests) -> Failures:
    """How many of the rows failed, and how."""
    failed = rows.failed
    kinds: dict[str, int] = {}
    for status, outcome in zip(rows.status[failed].tolist(), rows.outcome[failed].tolist(), strict=True):
        kind = kind_of(status, Outcome(outcome))
        kinds[kind] = kinds.get(kind, 0) + 1
    return Failures(len(rows), kinds, rows.endpoints[int(rows.endpoint[failed][0])] if kinds else "")
