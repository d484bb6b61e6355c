"""The load that stands for all loads of a page, when one must be shown: the nearest to the medians.

Definition: the load with the smallest squared distance to (median FCP, median TTI), both in ms, as Lighthouse chooses
its median run (core/lib/median-run.js). The first one of those that are equally near. A missing value is never 0: a
load without FCP stands for none, and a TTI that was not reached is later than any other. So where half of the loads or
more did not reach it, one of those is chosen, by FCP alone.
"""

import statistics
from collections.abc import Iterable

from slogate.analyzer.web.clock import on_its_clock
from slogate.analyzer.web.facts import PageLoad
from slogate.analyzer.web.fcp import fcp
from slogate.analyzer.web.tti import tti


def representative(loads: Iterable[PageLoad]) -> PageLoad | None:
    """The representative of the loads of one page; None if not one of them painted."""
    on_clock = ((load, on_its_clock(load)) for load in loads)
    painted = [(load, fcp_ms, tti(own).value) for load, own in on_clock if (fcp_ms := fcp(own).value) is not None]
    if not painted:
        return None
    median_fcp_ms = statistics.median(fcp_ms for _, fcp_ms, _ in painted)
    reached_ms = [tti_ms for _, _, tti_ms in painted if tti_ms is not None]
    if 2 * len(reached_ms) <= len(painted):
        unreached = [(load, fcp_ms) for load, fcp_ms, tti_ms in painted if tti_ms is None]
        return min(unreached, key=lambda item: (item[1] - median_fcp_ms) ** 2)[0]
    median_tti_ms = statistics.median(reached_ms)
    candidates = [(load, fcp_ms, tti_ms) for load, fcp_ms, tti_ms in painted if tti_ms is not None]
    return min(candidates, key=lambda item: (item[1] - median_fcp_ms) ** 2 + (item[2] - median_tti_ms) ** 2)[0]
