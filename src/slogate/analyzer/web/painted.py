"""Whether a load shows a page at all, which metrics ask before they say anything of it.

A page that answers and paints nothing sends few bytes, shifts nothing and blocks nothing: without this question it
would be the best page of all.
"""

from slogate.analyzer.web.facts import PageLoad
from slogate.analyzer.web.fcp import fcp
from slogate.analyzer.web.metric import MissingReason


def not_shown(load: PageLoad) -> MissingReason | None:
    """Why nothing can be said of a load: it did not end well, nothing was recorded, or nothing was painted."""
    return MissingReason.NOT_MEASURED if load.end_ms is None else fcp(load).missing
