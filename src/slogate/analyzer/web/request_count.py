"""Request count: how often the page asked the network for something, in all and from third parties.

Definition: the number of requests that went over the network (`network`), up to the end of the recording, those that
failed or did not end among them, for they were made, and so is the browser's own for a favicon; `third_party` says who
is one. A page that polls has more of them the longer it is watched. Valid for a load that painted.
"""

from slogate.analyzer.web.facts import PageLoad
from slogate.analyzer.web.metric import Metric, MissingReason, missing
from slogate.analyzer.web.network import sent
from slogate.analyzer.web.painted import not_shown
from slogate.analyzer.web.third_party import is_third_party, site_of


def requests(load: PageLoad) -> Metric:
    """All requests."""
    reason = not_shown(load)
    return missing(reason) if reason is not None else Metric(float(len(sent(load))))


def third_party_requests(load: PageLoad) -> Metric:
    """The requests to other sites than the page's."""
    reason, site = not_shown(load), site_of(load.url)
    if reason is not None:
        return missing(reason)
    if site is None:
        return missing(MissingReason.UNKNOWN_SITE)
    return Metric(float(sum(is_third_party(request, site) for request in sent(load))))
