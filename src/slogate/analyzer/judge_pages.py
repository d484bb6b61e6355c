"""Judges objectives on page loads: the median over the cold loads of a page, by its exact order-statistic interval.

A load that cannot be judged (an error page, a blank one, a missing FCP) makes its page not judgeable. A metric that
was *not reached* (no quiet window for TTI) is slower than any limit: it counts against the page and is never a number.
"""

import difflib
import math
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from slogate.analyzer.evidence import Evidence, RunState
from slogate.analyzer.looks import level_of_each
from slogate.analyzer.quantile import check_independent
from slogate.analyzer.result import ObjectiveResult, State, base_units, blank, breaks
from slogate.analyzer.units import say
from slogate.analyzer.web import METRICS
from slogate.analyzer.web.facts import LoadOutcome, PageLoad
from slogate.analyzer.web.metric import Metric, MissingReason
from slogate.slo.model import Area, Objective, Slo

_QUANTILE = 0.5  # the share of faster loads at the median; the level of a look depends on it


def judge(objective: Objective, slo: Slo, evidence: Evidence, alpha: float) -> Iterator[ObjectiveResult]:
    """One result a page: the page that the objective names, or each that has no objective of its own for the metric.

    Where loads were to go on while it was undecided, this is one look of several, each at a smaller level.
    """
    alpha = level_of_each(_QUANTILE, evidence.page_loads, evidence.most_page_loads or evidence.page_loads, alpha)
    if objective.subject is not None:
        if objective.subject in evidence.planned_pages:
            yield _page(objective, objective.subject, evidence, alpha)
        elif objective.subject not in evidence.known_pages:
            yield _unknown(objective, evidence)
        return  # a page that the profile leaves out is not part of this run
    overrides = slo.web.pages if slo.web is not None else {}
    pages = [
        page
        for page in evidence.planned_pages
        if page not in overrides or getattr(overrides[page], objective.metric) is None
    ]
    for page in pages:
        yield _page(objective, page, evidence, alpha)
    if not evidence.planned_pages:
        yield blank(objective, State.ERROR, "no page was measured", cure="write a journey with @page in webvitals/")


def undecided_pages(slo: Slo, evidence: Evidence) -> list[str]:
    """The planned pages of which more loads could still decide an objective. What is not judgeable stays so."""
    alpha = 1 - slo.policy.confidence
    open_pages = {
        result.subject
        for objective in slo.objectives()
        if objective.area is Area.WEB
        for result in judge(objective, slo, evidence, alpha)
        if result.state is State.INCONCLUSIVE
    }
    return [page for page in evidence.planned_pages if page in open_pages]


def _unknown(objective: Objective, evidence: Evidence) -> ObjectiveResult:
    close = difflib.get_close_matches(objective.subject or "", evidence.known_pages, n=1)
    cure = f"did you mean {close[0]}?" if close else f"the journeys have {', '.join(evidence.known_pages) or 'no page'}"
    return blank(objective, State.ERROR, f"no journey measures a page named {objective.subject!r}", cure=cure)


def _page(objective: Objective, page: str, evidence: Evidence, alpha: float) -> ObjectiveResult:
    assert objective.limit is not None  # noqa: S101  # the grammar gives every page objective a limit
    loads = [load for load in evidence.pages if load.page == page and not load.warmup]
    start = blank(objective, State.ERROR, "", subject=page, n=len(loads))
    if not loads:
        return replace(
            start,
            reason=f"{page} was not loaded",
            cure="the run ended before its turn" if evidence.state is not RunState.COMPLETE else "",
        )
    made = evidence.loads_made.get(page, evidence.page_loads)
    if evidence.state is RunState.COMPLETE and len(loads) != made:
        return replace(start, reason=f"the run folder holds {len(loads)} of {made} loads", cure="run it again")
    usable = [load for load in loads if load.outcome is LoadOutcome.OK]
    if len(usable) < len(loads):
        broken = next(load for load in loads if load.outcome is not LoadOutcome.OK)
        return replace(
            start, reason=f"{len(loads) - len(usable)} of {len(loads)} loads cannot be judged: {broken.reason}"
        )
    return _measured(objective, start, usable, alpha)


def _measured(objective: Objective, start: ObjectiveResult, loads: list[PageLoad], alpha: float) -> ObjectiveResult:
    limit = objective.limit
    assert limit is not None  # noqa: S101  # as above
    page_metric = METRICS[objective.metric]
    metrics = [page_metric.measure(load) for load in loads]
    unusable = [metric.missing for metric in metrics if metric.missing is not None and not metric.not_reached]
    if MissingReason.NOT_SUPPORTED in unusable:
        browser = f"{loads[0].browser} {loads[0].browser_version}".strip()
        reason = f"{page_metric.title} is not supported by {browser}: {_said(MissingReason.NOT_SUPPORTED)}"
        return replace(start, reason=reason, cure=MissingReason.NOT_SUPPORTED.cure)
    if unusable:
        return replace(
            start,
            reason=f"{page_metric.title} is missing in {len(unusable)} of {len(loads)} loads: {_said(unusable[0])}",
            cure=unusable[0].cure,
        )
    scale = base_units(limit)
    values = np.array([math.inf if metric.value is None else metric.value * scale for metric in metrics])
    test = check_independent(values, _QUANTILE, limit.value, strict=limit.strict, alpha=alpha)
    finite = math.isfinite(test.estimate)
    result = replace(
        start,
        estimate=test.estimate / scale if finite else None,
        low=None if test.low is None or not math.isfinite(test.low) else test.low / scale,
        high=None if test.high is None else test.high / scale,
        n_effective=float(test.n),
        exceedances=test.exceedances,
    )
    state = State.FAIL if test.above else State.PASS if test.below else State.INCONCLUSIVE
    if state is State.PASS and objective.warn is not None and breaks(test.estimate, objective.warn):
        state = State.WARNING
    return replace(result, state=state, reason=_reason(objective, result, state, _note(metrics), test.needed))


def _note(metrics: list[Metric]) -> str:
    """How many loads never reached the metric, and why."""
    reasons = [metric.missing for metric in metrics if metric.missing is not None]
    return f"; {len(reasons)} of {len(metrics)} loads did not reach it: {_said(reasons[0])}" if reasons else ""


def _said(reason: MissingReason) -> str:
    return f"{reason.explanation} ({reason.value})"


def _reason(objective: Objective, result: ObjectiveResult, state: State, note: str, needed: int) -> str:
    name, unit = METRICS[objective.metric].title, result.unit
    shown = (
        f"the median {name} of {result.n} loads is {say(result.estimate, unit)}"
        if result.estimate is not None
        else f"{name} was not reached in most of {result.n} loads"
    )
    strict = objective.limit is not None and objective.limit.strict
    beyond, within = ("at or over", "under") if strict else ("over", "at or under")
    limit = say(result.limit, unit)
    slower = f"{result.exceedances} of them {beyond} {limit}" if result.exceedances else f"all {within} {limit}"
    if state is not State.INCONCLUSIVE:
        return f"{shown}, {slower}{note}"
    if result.n < needed:
        return f"{shown}, {slower}; {result.n} loads are too few to be sure, page_loads: {needed} is the least{note}"
    return f"{shown}, {slower}: too mixed to be sure; more page_loads would decide{note}"
