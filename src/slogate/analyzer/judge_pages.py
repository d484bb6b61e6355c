"""Judges objectives on page loads: the median over the cold loads of a page, by its exact order-statistic interval.

Where pages were loaded idle and under load, each objective is judged for both, and both have to be met.

A load that cannot be judged (an error page, a blank one, a missing FCP) makes its page not judgeable. A metric that
was *not reached* (no quiet window for TTI) is slower than any limit: it counts against the page and is never a number.
"""

import difflib
import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from slogate.analyzer.evidence import Evidence, RunState
from slogate.analyzer.looks import level_of_each
from slogate.analyzer.margin import with_margin
from slogate.analyzer.page_loads import LoadsOfPage, Shortage, broken_warm_up, loads_made, loads_of, shortage
from slogate.analyzer.quantile import QuantileTest, check_independent
from slogate.analyzer.result import ObjectiveResult, State, base_units, blank, breaks
from slogate.analyzer.units import counted, say
from slogate.analyzer.validity_pages import cure_of
from slogate.analyzer.web import METRICS
from slogate.analyzer.web.facts import LoadOutcome, PageLoad
from slogate.analyzer.web.metric import Metric, MissingReason
from slogate.slo.conditions import Condition, under
from slogate.slo.model import Area, Objective, Slo

_QUANTILE = 0.5  # the share of faster loads at the median; the level of a look depends on it


def judge(objective: Objective, slo: Slo, evidence: Evidence, alpha: float) -> Iterator[ObjectiveResult]:
    """One result a page and condition: the page that the objective names, or each that has no objective of its own for
    the metric.

    Where loads were to go on while it was undecided, this is one look of several, each at a smaller level.
    """
    alpha = level_of_each(_QUANTILE, evidence.page_loads, evidence.most_page_loads or evidence.page_loads, alpha)
    if objective.subject is not None:
        if objective.subject in evidence.planned_pages:
            yield from _page(objective, objective.subject, evidence, alpha)
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
        yield from _page(objective, page, evidence, alpha)
    if not evidence.planned_pages:
        cure = "import loads of pages too" if evidence.imported else "write a journey with @page in webvitals/"
        yield blank(objective, State.ERROR, "no page was measured", cure=cure)


def undecided_pages(slo: Slo, evidence: Evidence, condition: Condition) -> list[str]:
    """The planned pages of which more loads under a condition could still decide an objective. What is not judgeable
    stays so.
    """
    alpha = 1 - slo.policy.confidence
    open_pages = {
        result.subject
        for objective in slo.objectives()
        if objective.area is Area.WEB
        for result in judge(objective, slo, evidence, alpha)
        if result.state is State.INCONCLUSIVE and result.when == condition
    }
    return [page for page in evidence.planned_pages if page in open_pages]


def _unknown(objective: Objective, evidence: Evidence) -> ObjectiveResult:
    if evidence.imported:
        return blank(
            objective,
            State.ERROR,
            f"no imported file holds a page named {objective.subject!r}",
            cure=f"import its loads as {objective.subject}=FILE",
        )
    close = difflib.get_close_matches(objective.subject or "", evidence.known_pages, n=1)
    cure = f"did you mean {close[0]}?" if close else f"the journeys have {', '.join(evidence.known_pages) or 'no page'}"
    return blank(objective, State.ERROR, f"no journey measures a page named {objective.subject!r}", cure=cure)


def _page(objective: Objective, page: str, evidence: Evidence, alpha: float) -> Iterator[ObjectiveResult]:
    for condition in evidence.conditions:
        yield _Judgement(objective, page, condition, evidence).result(alpha)


@dataclass(frozen=True)
class _Judgement:
    """One objective on one page under one condition."""

    objective: Objective
    page: str
    condition: Condition
    evidence: Evidence

    def result(self, alpha: float) -> ObjectiveResult:
        loads = loads_of(self.evidence, self.page, self.condition)
        start = blank(self.objective, State.ERROR, "", subject=self.page, when=self.condition, n=len(loads.judged))
        if not loads.judged:
            return self._not_loaded(start, loads)
        made = loads_made(self.evidence, self.page, self.condition)
        if self.evidence.state is RunState.COMPLETE and len(loads) != made:
            reason = f"run.json does not say how many loads of {under(self.page, self.condition)} were made"
            if made is not None:
                reason = f"the run folder holds {len(loads)} of {counted(made, 'load')}"
            return replace(start, reason=reason, cure="run it again")
        usable = [load for load in loads.judged if load.outcome is LoadOutcome.OK]
        if len(usable) < len(loads.judged):
            broken = next(load for load in loads.judged if load.outcome is not LoadOutcome.OK)
            count = f"{len(loads.judged) - len(usable)} of {counted(len(loads.judged), 'load')}"
            return replace(start, reason=f"{count} cannot be judged: {broken.reason}")
        return self._measured(start, usable, len(loads), alpha)

    def _not_loaded(self, start: ObjectiveResult, loads: LoadsOfPage) -> ObjectiveResult:
        reason = f"{self.page} was not loaded{' under load' if self.condition == 'loaded' else ''}"
        start = replace(start, cause="not loaded")
        if self.evidence.state is not RunState.COMPLETE:
            broken = broken_warm_up(self.evidence, self.page)
            if broken is not None:
                return replace(start, reason=f"{reason}: {broken.reason}", cure=cure_of(broken), cause=broken.reason)
            return replace(start, reason=reason, cure="the run ended before its turn")
        if self.condition == "idle":
            return replace(start, reason=reason)
        short = shortage(self.evidence, self.evidence.page_loads)
        if loads.outlasting:
            reason = f"no load of {self.page} was over before the load was"
        return replace(start, reason=f"{reason}: {short.why}", cure=short.cure, cause=f"not loaded: {short.why}")

    def _measured(self, start: ObjectiveResult, loads: list[PageLoad], made: int, alpha: float) -> ObjectiveResult:
        limit, warn = self.objective.limit, self.objective.warn
        assert limit is not None  # noqa: S101  # the grammar gives every page objective a limit
        page_metric = METRICS[self.objective.metric]
        metrics = [page_metric.measure(load) for load in loads]
        unusable = [metric.missing for metric in metrics if metric.missing is not None and not metric.not_reached]
        if MissingReason.NOT_SUPPORTED in unusable:
            browser = f"{loads[0].browser} {loads[0].browser_version}".strip()
            reason = f"{page_metric.title} is not supported by {browser}: {_said(MissingReason.NOT_SUPPORTED)}"
            return replace(start, reason=reason, cure=MissingReason.NOT_SUPPORTED.cure)
        if unusable:
            share = f"{len(unusable)} of {counted(len(loads), 'load')}"
            return replace(
                start,
                reason=f"{page_metric.title} is missing in {share}: {_said(unusable[0])}",
                cure=unusable[0].cure,
            )
        scale = base_units(limit)
        values = np.array([math.inf if metric.value is None else metric.value * scale for metric in metrics])
        test = check_independent(values, _QUANTILE, limit.value, strict=limit.strict, alpha=alpha)
        state = State.FAIL if test.above else State.PASS if test.below else State.INCONCLUSIVE
        if state is State.PASS and warn is not None and breaks(test.estimate, warn):
            state = State.WARNING
        short = self._shortage(state, made, test.needed)
        result = replace(_with_numbers(start, test, scale), state=state, cure="" if short is None else short.cure)
        reason = _reason(self.objective, result, metrics, test.needed, short)
        told = replace(result, reason=reason, cause=_doubt(result, test.needed, short, _note(metrics)))
        return told if short is not None else with_margin(self.objective, told, alpha, 0.0)

    def _shortage(self, state: State, made: int, needed: int) -> Shortage | None:
        """Why there are fewer loads than were wanted, where the load was over before they were made."""
        if self.condition == "idle" or self.evidence.state is not RunState.COMPLETE:
            return None
        planned = self.evidence.page_loads
        most = planned if state is not State.INCONCLUSIVE else self.evidence.most_page_loads or planned
        return shortage(self.evidence, max(planned, needed, made + 1)) if made < most else None


def _with_numbers(start: ObjectiveResult, test: QuantileTest, scale: float) -> ObjectiveResult:
    finite = math.isfinite(test.estimate)
    return replace(
        start,
        estimate=test.estimate / scale if finite else None,
        low=None if test.low is None or not math.isfinite(test.low) else test.low / scale,
        high=None if test.high is None else test.high / scale,
        n_effective=float(test.n),
        exceedances=test.exceedances,
    )


def _note(metrics: list[Metric]) -> str:
    """How many loads never reached the metric, and why."""
    reasons = [metric.missing for metric in metrics if metric.missing is not None]
    share = f"{len(reasons)} of {counted(len(metrics), 'load')}"
    return f"; {share} did not reach it: {_said(reasons[0])}" if reasons else ""


def _said(reason: MissingReason) -> str:
    return f"{reason.explanation} ({reason.value})"


def _reason(
    objective: Objective, result: ObjectiveResult, metrics: list[Metric], needed: int, short: Shortage | None
) -> str:
    name, unit, note = METRICS[objective.metric].title, result.unit, _note(metrics)
    loads = under(counted(result.n, "load"), result.when or "idle")
    shown = (
        f"the median {name} of {loads} is {say(result.estimate, unit)}"
        if result.estimate is not None
        else f"{name} was not reached in most of {loads}"
    )
    strict = objective.limit is not None and objective.limit.strict
    beyond, within = ("at or over", "under") if strict else ("over", "at or under")
    limit = say(result.limit, unit)
    slower = f"{result.exceedances} of them {beyond} {limit}" if result.exceedances else f"all {within} {limit}"
    more = "" if short is None else f"; {short.why}"
    if result.state is not State.INCONCLUSIVE:
        return f"{shown}, {slower}{note}{more}"
    return f"{shown}, {slower}{'; ' if result.n < needed else ': '}{_doubt(result, needed, short, note)}"


def _doubt(result: ObjectiveResult, needed: int, short: Shortage | None, note: str) -> str:
    """Why so many loads do not decide it; empty where they do."""
    if result.state is not State.INCONCLUSIVE:
        return ""
    more = "" if short is None else f"; {short.why}"
    if result.n < needed:
        least = f"page_loads: {needed} is the least" if short is None else f"{needed} are the least"
        few = f"{counted(result.n, 'load')} {'is' if result.n == 1 else 'are'} too few to be sure"
        return f"{few}, {least}{note}{more}"
    decides = "; more page_loads would decide" if short is None else ""
    return f"too mixed to be sure{decides}{note}{more}"
