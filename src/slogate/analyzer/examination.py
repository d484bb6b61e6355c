"""All that is asked of the requests of a run for its verdict: of arrays at once, of a stream in passes that the
questions share.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from slogate.analyzer import judge_requests
from slogate.analyzer.evidence import Evidence, Requests
from slogate.analyzer.finding import Finding
from slogate.analyzer.passes import judge as judge_in_passes
from slogate.analyzer.passes import validity as validity_in_passes
from slogate.analyzer.passes.stream import Passes, answer, both, together
from slogate.analyzer.result import ObjectiveResult
from slogate.analyzer.validity_requests import RequestFacts, facts_of, failures_of_service, unjudged_failures
from slogate.slo.model import Area, Objective, Slo


@dataclass(frozen=True)
class Examination:
    """What the requests show, and the results of the objectives on them by their numbers. `facts` are None where there
    is no record of any request; `unjudged` tells of failures that no objective is about.
    """

    results: dict[int, ObjectiveResult]
    facts: RequestFacts | None
    unjudged: list[Finding]


def examine(slo: Slo, objectives: Sequence[Objective], evidence: Evidence) -> Examination:
    """Examines the requests of a run by those of the `objectives` that are on requests."""
    on_requests = {number: item for number, item in enumerate(objectives) if item.area is Area.API}
    alpha = 1 - slo.policy.confidence
    phase = evidence.judged_phase()
    ended_early = evidence.load is not None and bool(evidence.load.ended_early)
    limit_us = min(
        (item.limit.value for item in objectives if item.metric == "latency" and item.limit is not None), default=None
    )
    rows = evidence.requests
    if rows is None or isinstance(rows, Requests):
        judged = None if rows is None else rows.where(rows.judged & ~rows.on(slo.ignored_endpoints()))
        results = {
            number: judge_requests.judge(item, judged, phase, alpha, ended_early=ended_early)
            for number, item in on_requests.items()
        }
        if rows is None or judged is None:
            return Examination(results, None, [])
        return Examination(results, facts_of(rows, judged, evidence.generators, limit_us), list(_unjudged(slo, judged)))
    ignored = frozenset(slo.ignored_endpoints())
    questions = [
        judge_in_passes.judge(item, rows.endpoints, ignored, phase, alpha, ended_early=ended_early)
        for item in on_requests.values()
    ]
    facts = validity_in_passes.facts(rows.workers, ignored, evidence.generators, limit_us)
    found, (of_requests, unjudged) = answer(
        rows, both(together(questions), both(facts, _unjudged_in_passes(slo, ignored)))
    )
    return Examination(dict(zip(on_requests, found, strict=True)), of_requests, unjudged)


def _unjudged(slo: Slo, judged: Requests) -> Iterable[Finding]:
    subjects = _subjects_of_errors(slo)
    if None not in subjects:
        rest = judged.where(~judged.on({name for name in subjects if name is not None}))
        yield from unjudged_failures(failures_of_service(rest), len(rest))


def _unjudged_in_passes(slo: Slo, ignored: frozenset[str]) -> Passes[list[Finding]]:
    subjects = _subjects_of_errors(slo)
    if None in subjects:
        return []
    failed, requests = yield from validity_in_passes.failures(ignored | {name for name in subjects if name is not None})
    return list(unjudged_failures(failed, requests))


def _subjects_of_errors(slo: Slo) -> set[str | None]:
    return {objective.subject for objective in slo.objectives() if objective.metric == "errors"}
