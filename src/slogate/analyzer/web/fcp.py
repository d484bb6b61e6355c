"""First Contentful Paint: when the first text or image is on the screen.

Specification: https://w3c.github.io/paint-timing/#first-contentful-paint
Valid for a load whose outcome is `ok`. A page that painted nothing has no FCP (NO_FCP): it is not the fastest page.
"""

from slogate.analyzer.web.facts import LoadOutcome, PageLoad, Untold
from slogate.analyzer.web.metric import Metric, MissingReason, missing

ENTRY_NAME = "first-contentful-paint"


def fcp(load: PageLoad) -> Metric:
    """The start of the `first-contentful-paint` entry."""
    if load.outcome is not LoadOutcome.OK:
        return missing(MissingReason.NOT_MEASURED)
    if Untold.PAINT in load.untold:
        return missing(MissingReason.NOT_SUPPORTED)
    times = [paint.start_ms for paint in load.paints if paint.name == ENTRY_NAME]
    return Metric(times[0]) if times else missing(MissingReason.NO_FCP)
