"""Where to look when objectives on requests or resources fail: which endpoints carry the excess, when it happened, what
else moved then, and the slowest requests. It describes the run that was measured and decides nothing.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import add

import numpy as np

from slogate.analyzer.course import Course, course_of
from slogate.analyzer.early_end import NEVER_US
from slogate.analyzer.evidence import Bools, Evidence, Floats, Outcome, Requests
from slogate.analyzer.excess import Excess, Sums, cells_of, excess_of, sums_of
from slogate.analyzer.explain_host import explain_host
from slogate.analyzer.explanation import Carrier, Explanation, When
from slogate.analyzer.grid import Grid, ratio
from slogate.analyzer.marks import Mark, shortly_before, since
from slogate.analyzer.result import ObjectiveResult, State
from slogate.analyzer.together import (
    FAILED,
    Companion,
    Series,
    companions,
    mean_response,
    series_of,
    series_of_requests,
)
from slogate.slo.model import Area, Objective, Slo

_MOST_BINS = 240
_MOST_SLOW = 10
_MOST_ENDPOINTS = 5


@dataclass(frozen=True)
class SlowRequest:
    """One of the slowest judged requests; `at_s` counts from the start of the load, `response_ms` from its arrival to
    its end, or to where a timeout was given up.
    """

    at_s: float
    endpoint: str
    response_ms: float
    status: int
    outcome: str


def explain(slo: Slo, evidence: Evidence, results: tuple[ObjectiveResult, ...]) -> tuple[Explanation, ...]:
    """One explanation for each objective on requests or resources that failed, in the order of the results."""
    failed = {item.id for item in results if item.area is not Area.WEB and item.state is State.FAIL}
    objectives = [objective for objective in slo.objectives() if objective.id in failed]
    phase, rows = evidence.judged_phase(), evidence.requests
    if not objectives or phase is None or phase.seconds <= 0:
        return ()
    width_s = float(max(1.0, np.ceil(phase.seconds / _MOST_BINS)))
    grid = Grid(phase.start_s, width_s, max(1, int(np.ceil(phase.seconds / width_s))))
    on_requests = [objective for objective in objectives if objective.area is Area.API]
    found, series = None, list(series_of(evidence, grid))
    if rows is not None and len(rows):
        found = reduce(add, (_look(slo, on_requests, window, grid) for window in rows.windows()))
        series[:0] = series_of_requests(found.arrived, found.failures, grid)
    began_s = evidence.load_began_s()
    marks, offset_s = since(evidence.marks, began_s), phase.start_s - began_s
    names = () if rows is None else rows.endpoints
    of_requests = (
        _explanation(objective, excess_of(objective, sums), names, grid, series, offset_s, marks)
        for objective, sums in zip(on_requests, () if found is None else found.sums, strict=True)
    )
    mean = [] if found is None else [mean_response(found.response_ms, found.arrived)]
    of_host = (
        explain_host(objective, evidence, grid, [*series, *mean])
        for objective in objectives
        if objective.area is Area.RESOURCES
    )
    return (*of_requests, *(item for item in of_host if item is not None))


@dataclass(frozen=True)
class _Look:
    """How many requests arrived in each bin, how many of those failed, their response times in all, and the sums of
    each objective.
    """

    arrived: Floats
    failures: Floats
    response_ms: Floats
    sums: tuple[Sums, ...]

    def __add__(self, other: "_Look") -> "_Look":
        return _Look(
            self.arrived + other.arrived,
            self.failures + other.failures,
            self.response_ms + other.response_ms,
            tuple(map(add, self.sums, other.sums)),
        )


def _look(slo: Slo, objectives: Sequence[Objective], rows: Requests, grid: Grid) -> _Look:
    cells = cells_of(rows, _judged(slo, rows), grid)
    return _Look(
        cells.sums(cells.judged).sum(axis=0),
        cells.sums(cells.judged & rows.failed).sum(axis=0),
        cells.sums(cells.judged, cells.response_us / 1000).sum(axis=0),
        tuple(sums_of(objective, cells) for objective in objectives),
    )


def _judged(slo: Slo, rows: Requests) -> Bools:
    return rows.judged & ~rows.on(slo.ignored_endpoints())


def slowest(slo: Slo, evidence: Evidence) -> tuple[SlowRequest, ...]:
    """The slowest judged requests of endpoints that are not ignored, the slowest first; timeouts are slower than all
    else.
    """
    rows = evidence.requests
    if rows is None:
        return ()
    start_s = evidence.load_began_s()
    found: list[SlowRequest] = []
    for window in rows.windows():
        found = sorted([*found, *_slow_requests(_slowest_of(slo, window), start_s)], key=_slowest_first)[:_MOST_SLOW]
    return tuple(found)


def _slowest_first(request: SlowRequest) -> tuple[bool, float, float]:
    return request.outcome != Outcome.SLOW_TIMEOUT.label, -request.response_ms, request.at_s


def _slowest_of(slo: Slo, rows: Requests) -> Requests:
    """The few slowest of the judged rows; of equal ones those that arrived first."""
    places = np.flatnonzero(_judged(slo, rows))
    rank = np.where(rows.outcome == Outcome.SLOW_TIMEOUT, NEVER_US, rows.response_us)[places]
    if len(places) > _MOST_SLOW:
        enough = rank >= np.partition(rank, -_MOST_SLOW)[-_MOST_SLOW]
        places, rank = places[enough], rank[enough]
    return rows.where(places[np.lexsort((rows.arrival_us[places], -rank))[:_MOST_SLOW]])


def _slow_requests(rows: Requests, start_s: float) -> Iterator[SlowRequest]:
    for index, (arrival_us, response_us) in enumerate(
        zip(rows.arrival_us.tolist(), rows.response_us.tolist(), strict=True)
    ):
        yield SlowRequest(
            at_s=arrival_us / 1e6 - start_s,
            endpoint=rows.endpoints[int(rows.endpoint[index])],
            response_ms=response_us / 1000,
            status=int(rows.status[index]),
            outcome=Outcome(int(rows.outcome[index])).label,
        )


def _explanation(
    objective: Objective,
    excess: Excess,
    endpoints: tuple[str, ...],
    grid: Grid,
    series: Sequence[Series],
    offset_s: float,
    marks: tuple[Mark, ...],
) -> Explanation:
    course = course_of(excess, grid)
    when = None if course is None else _when(course, offset_s)
    began_s = None if when is None or when.kind == "until" else when.start_s
    return Explanation(
        objective=objective.id,
        endpoints=_carriers(excess, endpoints) if objective.subject is None else (),
        when=when,
        moved_together=None if course is None else _moved(objective, excess, course, series),
        mark=None if began_s is None else shortly_before(marks, began_s, grid.width_s),
    )


def _carriers(excess: Excess, names: tuple[str, ...]) -> tuple[Carrier, ...]:
    beyond, requests = excess.endpoint_sum.clip(0), excess.endpoint_requests
    whole, total = float(beyond.sum()), int(requests.sum())
    order = [index for index in np.argsort(-beyond, kind="stable")[:_MOST_ENDPOINTS].tolist() if beyond[index] > 0]
    return tuple(
        Carrier(
            endpoint=names[index],
            share=float(beyond[index]) / whole,
            of_requests=int(requests[index]) / total,
            broken=int(excess.endpoint_broken[index]),
            requests=int(requests[index]),
        )
        for index in order
    )


def _when(course: Course, offset_s: float) -> When:
    def moved(value_s: float | None) -> float | None:
        return None if value_s is None else value_s + offset_s

    return When(course.kind, moved(course.start_s), moved(course.end_s), course.bursts, course.every_s)


def _moved(
    objective: Objective, excess: Excess, course: Course, series: Sequence[Series]
) -> tuple[Companion, ...] | None:
    share = ratio(excess.bin_broken.astype(np.float64), excess.bin_requests.astype(np.float64))
    inside = course.inside if course.inside.any() else excess.bin_sum > 0
    others = [item for item in series if objective.metric != "errors" or item.name != FAILED]
    return companions(share, others, inside)
