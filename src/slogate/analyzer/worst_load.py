"""Which load of a page is worth looking at: the one that went worst."""

import math
from collections.abc import Sequence

from slogate.analyzer.web import METRICS
from slogate.analyzer.web.facts import LoadOutcome, PageLoad


def worst_load(loads: Sequence[PageLoad]) -> PageLoad | None:
    """The load that broke first; if none broke, the one with the largest LCP. None where there is no load.

    A load without an LCP never showed its largest element: it is slower than any that did.
    """
    worst: PageLoad | None = None
    for load in loads:
        if worst is None or is_worse(load, worst):
            worst = load
    return worst


def is_worse(load: PageLoad, other: PageLoad) -> bool:
    """Whether `load` went worse than `other`, an earlier load of the same page."""
    return _badness(load) > _badness(other)


def _badness(load: PageLoad) -> tuple[bool, float]:
    if load.outcome is not LoadOutcome.OK:
        return True, 0.0  # of several that broke, the first is the one that the verdict quotes
    lcp_ms = METRICS["lcp"].measure(load).value
    return False, math.inf if lcp_ms is None else lcp_ms
