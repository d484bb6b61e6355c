"""Which loads of a page are judged, idle and under load, and whether the load lasted long enough for them.

A page load counts as one under load only if the load held from its beginning to its end, by the times of both. One that
broke counts however late it ended: that a page hung until the load was over must not hide that it hung.
"""

import math
from dataclasses import dataclass

from slogate.analyzer.evidence import Evidence, Phase
from slogate.analyzer.web.facts import LoadOutcome, PageLoad
from slogate.slo.conditions import Condition


@dataclass(frozen=True)
class LoadsOfPage:
    """The loads of one page under one condition, in order: those to judge, and those that outlasted the load."""

    judged: tuple[PageLoad, ...]
    outlasting: tuple[PageLoad, ...] = ()

    def __len__(self) -> int:
        return len(self.judged) + len(self.outlasting)


@dataclass(frozen=True)
class Shortage:
    """That the load was too short for the page loads that were wanted: a sentence's end, and what helps."""

    why: str
    cure: str


def loads_of(evidence: Evidence, page: str, condition: Condition) -> LoadsOfPage:
    """The loads of a page under a condition, without warm-up loads."""
    loads = [load for load in evidence.pages if load.page == page and load.when == condition and not load.warmup]
    if condition == "idle":
        return LoadsOfPage(tuple(loads))
    phase = evidence.load_phase()
    inside = [phase is not None and _inside(load, phase) for load in loads]
    return LoadsOfPage(
        judged=tuple(load for load, judged in zip(loads, inside, strict=True) if judged),
        outlasting=tuple(load for load, judged in zip(loads, inside, strict=True) if not judged),
    )


def broken_warm_up(evidence: Evidence, page: str) -> PageLoad | None:
    """The last warm-up load of a page that could not have been judged; None if there is none."""
    warm_ups = [load for load in evidence.pages if load.page == page and load.warmup]
    return next((load for load in reversed(warm_ups) if load.outcome is not LoadOutcome.OK), None)


def loads_made(evidence: Evidence, page: str, condition: Condition) -> int | None:
    """How many loads of a page its loader says that it made; None where it could not say."""
    if condition == "idle":
        return evidence.loads_made.get(page, evidence.page_loads)
    return evidence.loads_made_under_load.get(page)


def shortage(evidence: Evidence, needed: int) -> Shortage:
    """How to say that a load was too short, where each page needs so many loads."""
    phase = evidence.load_phase()
    lasted_s = 0.0 if phase is None else phase.seconds
    if evidence.load is not None and evidence.load.ended_early:
        return Shortage(
            f"the load ended early, after {lasted_s:.0f} s, and had no time for more",
            "let it last as long as planned: abort: never",
        )
    pages = len(evidence.planned_pages)
    made = sum(len(loads_of(evidence, page, "loaded")) for page in evidence.planned_pages)
    longer = f"duration: {_rounded_up(lasted_s / made * needed * pages)}s" if made else "a longer duration"
    fewer = ", or fewer pages (pages: in the profile)" if pages > 1 else ""
    return Shortage(f"the load of {lasted_s:.0f} s had no time for more", f"{longer} would do{fewer}")


def _inside(load: PageLoad, phase: Phase) -> bool:
    start_us, end_us = phase.start_s * 1e6, phase.end_s * 1e6
    if not start_us <= load.started_at_us < end_us:
        return False
    if load.outcome is not LoadOutcome.OK:
        return True
    return load.ended_at_us is not None and load.ended_at_us <= end_us


def _rounded_up(seconds: float) -> int:
    """To whole tens: it is an estimate."""
    return math.ceil(seconds / 10) * 10
