"""Largest Contentful Paint: when the largest text block or image so far was painted.

Specification: https://w3c.github.io/largest-contentful-paint/ The browser reports a candidate each time a larger one
is painted; the last one before the first input is the metric. Chromium itself stops reporting at a tap, click, key or
wheel; an input among the facts is honoured here again, so that facts from any source agree. Of a soft navigation the
candidates are the paints that go back to the interaction (`clock`), which itself stops nothing. Valid for a load whose
outcome is `ok`, recorded until the page settled: right after `load` there is often no candidate yet.
"""

from slogate.analyzer.web.clock import PRESSES, origin
from slogate.analyzer.web.facts import LcpCandidate, LoadOutcome, PageLoad, Untold
from slogate.analyzer.web.fcp import unpainted
from slogate.analyzer.web.metric import Metric, MissingReason, missing


def lcp_candidate(load: PageLoad) -> LcpCandidate | None:
    """The candidate that is the metric: it names the element and, for an image, its address."""
    own = origin(load).interaction_id
    presses_ms = (e.start_ms for e in load.input_events if e.name in PRESSES and e.interaction_id != own)
    first_input_ms = min(presses_ms, default=float("inf"))
    candidates = [candidate for candidate in load.lcp_candidates if candidate.start_ms <= first_input_ms]
    return candidates[-1] if candidates else None


def lcp(load: PageLoad) -> Metric:
    """The paint time of the last candidate."""
    if load.outcome is not LoadOutcome.OK:
        return missing(MissingReason.NOT_MEASURED)
    if Untold.LCP in load.untold:
        return missing(MissingReason.NOT_SUPPORTED)
    candidate = lcp_candidate(load)
    return Metric(candidate.start_ms) if candidate else missing(unpainted(load, MissingReason.NO_LCP))
