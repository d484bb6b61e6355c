"""Time To First Byte: when the first byte of the page's document arrived.

Definition: https://web.dev/articles/ttfb, the `responseStart` of the navigation
(https://w3c.github.io/resource-timing/#dom-performanceresourcetiming-responsestart), from its start on; so redirects,
look-ups and connection set-up are in it.

Valid for a load that painted: an error page, or one that shows nothing, answers fast. A soft navigation asks for no
document, so it has none (NO_DOCUMENT), and not one of 0 ms.
"""

from slogate.analyzer.web.facts import PageLoad
from slogate.analyzer.web.metric import Metric, MissingReason, missing
from slogate.analyzer.web.painted import not_shown


def ttfb(load: PageLoad) -> Metric:
    """The start of the response, in ms."""
    reason = not_shown(load)
    if reason is not None:
        return missing(reason)
    if load.soft is not None:
        return missing(MissingReason.NO_DOCUMENT)
    started_ms = load.timing.response_start_ms
    return missing(MissingReason.NO_RESPONSE_START) if started_ms is None else Metric(started_ms)
