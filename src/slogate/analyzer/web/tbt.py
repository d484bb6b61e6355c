"""Total Blocking Time: for how long, between FCP and TTI, the main thread could not have answered an input.

Definition: https://web.dev/articles/tbt, computed as Lighthouse 13 does (core/computed/metrics/tbt-utils.js): each long
task is clipped to [FCP, TTI]; what is left of it beyond 50 ms blocks. A task that is 50 ms or shorter after the
clipping blocks nothing, and where TTI is FCP, no task does.

Undefined where FCP or TTI is. A page whose TTI was not reached (NO_CPU_QUIET, NO_NET_QUIET) has no end up to which to
add: like TTI it counts as over any limit, and is no number. Long tasks of out-of-process frames are not seen.
"""

import math

from slogate.analyzer.web.facts import PageLoad
from slogate.analyzer.web.fcp import fcp
from slogate.analyzer.web.metric import Metric
from slogate.analyzer.web.tti import tti

BLOCKING_MS = 50.0


def tbt(load: PageLoad) -> Metric:
    """The sum of the blocking parts of all long tasks, in ms."""
    first_paint, interactive = fcp(load), tti(load)
    if first_paint.value is None:
        return first_paint
    if interactive.value is None:
        return interactive
    from_ms, to_ms = first_paint.value, interactive.value
    inside = (min(t.start_ms + t.duration_ms, to_ms) - max(t.start_ms, from_ms) for t in load.long_tasks)
    return Metric(math.fsum(max(0.0, clipped_ms - BLOCKING_MS) for clipped_ms in inside))
