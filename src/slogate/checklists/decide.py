"""Which items of a list a run shows: each objective of the list judged on the run's own evidence, each fact looked up.

The list has limits of its own, so a laxer slo.yaml ticks nothing here. What slo.yaml says otherwise holds: ignored
endpoints, confidence, and everything that makes a run not judgeable.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from slogate.analyzer.evidence import Evidence
from slogate.analyzer.result import ObjectiveResult, State
from slogate.analyzer.verdict import Verdict, judge
from slogate.analyzer.web.facts import LoadOutcome
from slogate.checklists import page_facts, request_facts
from slogate.checklists.model import Checklist, Fact, Item, Objectives, ShownBy
from slogate.checklists.proof import Mark, Proof, mark_of, of_result, together
from slogate.checklists.request_facts import Asked
from slogate.slo.fields import Section
from slogate.slo.model import Api, Area, Endpoint, Objective, Slo, Web
from slogate.slo.resources import Resources

_Section = TypeVar("_Section", bound=Section)


@dataclass(frozen=True)
class DecidedItem:
    """An item with its mark, and what that rests on."""

    item: Item
    mark: Mark
    proofs: tuple[Proof, ...]


@dataclass(frozen=True)
class _Seen:
    evidence: Evidence
    verdict: Verdict
    results: Sequence[ObjectiveResult]
    asked: Mapping[str, Asked]


def decide(checklist: Checklist, slo: Slo, evidence: Evidence, verdict: Verdict) -> list[list[DecidedItem]]:
    """The items of each section. `slo` is the file that judged the run, and `verdict` what it said."""
    wanted = [item.shown_by for _, item in checklist.items() if item.shown_by is not None]
    objectives = [shown_by.slo for shown_by in wanted if shown_by.slo is not None]
    results = judge(merged(objectives, slo), evidence, allow_inconclusive=False).objectives if objectives else ()
    on_requests = any(shown_by.endpoints or Fact.RATE_LIMITED in (shown_by.facts or ()) for shown_by in wanted)
    seen = _Seen(evidence, verdict, results, request_facts.asked(evidence) if on_requests else {})
    return [[_decided(item, seen) for item in part.items] for part in checklist.sections]


def merged(several: Sequence[Objectives], slo: Slo) -> Slo:
    """`slo` with all these objectives in the place of its own. They contradict each other nowhere.

    Its objectives on errors stay where the list has none: failures that nothing counts make a run not judgeable.
    """
    own = Api() if slo.api is None else slo.api
    endpoints = {name: endpoint.model_copy(update={"latency": None}) for name, endpoint in own.endpoints.items()}
    api = Api().model_copy(update={"errors": own.errors, "endpoints": endpoints})
    web, resources = Web(), Resources()
    for item in several:
        api, web, resources = _with(api, item.api), _with(web, item.web), _with(resources, item.resources)
    ignored = {name: Endpoint(ignore=True) for name in slo.ignored_endpoints()}
    api = api.model_copy(update={"endpoints": api.endpoints | ignored})
    return slo.model_copy(update={"api": api, "web": web, "resources": resources})


def _with(section: _Section, other: _Section | None) -> _Section:
    """A section with all that another one has too."""
    if other is None:
        return section
    given = {name: getattr(other, name) for name in type(other).model_fields if getattr(other, name) is not None}
    return section.model_copy(update={name: _both(getattr(section, name), theirs) for name, theirs in given.items()})


def _both(mine: object, theirs: object) -> object:
    if isinstance(mine, dict) and isinstance(theirs, dict):
        return mine | {key: _both(mine.get(key), value) for key, value in theirs.items()}
    return _with(mine, theirs) if isinstance(mine, Section) and isinstance(theirs, Section) else theirs


def _decided(item: Item, seen: _Seen) -> DecidedItem:
    proofs = () if item.shown_by is None else tuple(_proofs(item.shown_by, seen))
    return DecidedItem(item, together(proofs), proofs)


def _proofs(shown_by: ShownBy, seen: _Seen) -> Iterator[Proof]:
    if shown_by.verdict:
        verdict = seen.verdict
        yield Proof(mark_of(verdict.state), "verdict", whole(verdict))
    if shown_by.slo is not None:
        for objective in shown_by.slo.flat():
            yield from _of_objective(objective, seen)
    if shown_by.headers is not None:
        yield from _of_pages(page_facts.headers(shown_by.headers, seen.evidence), seen)
    for fact in shown_by.facts or ():
        match fact:
            case Fact.COMPRESSED:
                yield from _of_pages(page_facts.compressed(seen.evidence), seen)
            case Fact.MODERN_IMAGES:
                yield from _of_pages(page_facts.modern_images(seen.evidence), seen)
            case Fact.RATE_LIMITED:
                yield from request_facts.rate_limited(seen.evidence, seen.asked)
    if shown_by.endpoints is not None:
        yield from request_facts.answers(shown_by.endpoints, seen.asked)


def whole(verdict: Verdict) -> dict[str, str | int]:
    """A verdict as a sentence names it: its state and reason, and how `many` of the judged objectives have that state;
    of a pass those with a warning too.
    """
    judged = [result.state for result in verdict.objectives if result.state is not State.INFO]
    passed = verdict.state in {State.PASS, State.WARNING}
    many = len(judged) if passed else sum(state is verdict.state for state in judged)
    return {"state": verdict.state.value, "reason": verdict.reason, "many": many, "judged": len(judged)}


def _of_objective(objective: Objective, seen: _Seen) -> Iterator[Proof]:
    # What is held against its normal range has no limit of the list's own.
    normal = objective.limit is None
    found = [item for item in (seen.verdict.objectives if normal else seen.results) if _is_of(item, objective)]
    yield from (of_result(result, looked=_looked(result, seen.evidence)) for result in found)
    if not found:
        values = {"objective": objective.id, "area": objective.area.value}
        yield Proof(Mark.OPEN, "normal.unseen", values) if normal else Proof(Mark.OPEN, "objective.unseen", values)


def _looked(result: ObjectiveResult, evidence: Evidence) -> bool:
    """Whether the run set out to observe what a result is about, even if nothing of it could be used. Of an endpoint it
    did when something asked it, or when it came to no request at all.
    """
    match result.area:
        case Area.API:
            requested = evidence.requests.endpoints if evidence.requests is not None else ()
            return result.subject is None or not requested or result.subject in requested
        case Area.WEB:
            return bool(evidence.planned_pages) and result.subject in {None, *evidence.planned_pages}
        case Area.RESOURCES:
            return False  # of a host there are samples, or nobody sampled it


def _is_of(result: ObjectiveResult, objective: Objective) -> bool:
    """Whether a result is that of an objective, or of an objective on every page the result on one of them."""
    same = (result.area, result.metric, result.statistic) == (objective.area, objective.metric, objective.statistic)
    each = objective.area is Area.WEB and objective.subject is None
    criterion = objective.limit.text if objective.limit is not None else objective.statistic
    return same and (each or result.subject == objective.subject) and result.criterion == criterion


def _of_pages(proofs: list[Proof], seen: _Seen) -> Iterator[Proof]:
    """What pages show; a page that no load shows leaves it undecided what holds for every page."""
    yield from proofs
    shown = {load.page for load in seen.evidence.pages if load.outcome is LoadOutcome.OK and not load.warmup}
    unseen = [page for page in seen.evidence.planned_pages if page not in shown]
    if unseen and shown:
        yield Proof(Mark.UNDECIDED, "pages.unusable", {"pages": ", ".join(unseen)})
