"""Whether a load shows a page at all, which metrics ask before they say anything of it.

A page that answers and paints nothing sends few bytes, shifts nothing and blocks nothing: without this question it
would be the best page of all. Where a browser cannot tell what a soft navigation painted, its `ready` element shows it.
"""

from slogate.analyzer.web.facts import LoadOutcome, PageLoad
from slogate.analyzer.web.fcp import fcp
from slogate.analyzer.web.metric import MissingReason

_UNSEEN = frozenset({MissingReason.NO_SOFT_PAINT, MissingReason.UNTOLD_PAINT})


def not_shown(load: PageLoad) -> MissingReason | None:
    """Why nothing can be said of a load: it did not end well, nothing was recorded, or nothing was painted."""
    if load.end_ms is None:
        return MissingReason.NOT_MEASURED
    if load.outcome is LoadOutcome.OK and load.network_only:
        return None  # nobody looked; that this cannot be known is a finding of the run
    if load.outcome is LoadOutcome.OK and load.reported is not None:
        return MissingReason.NOT_REPORTED if load.reported.get("fcp") is None else None
    reason = fcp(load).missing
    arrived = load.ready is not None and load.ready.found_ms is not None
    return None if reason in _UNSEEN and arrived else reason
