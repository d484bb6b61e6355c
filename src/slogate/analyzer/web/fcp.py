"""First Contentful Paint: when the first text or image is on the screen.

Specification: https://w3c.github.io/paint-timing/#first-contentful-paint
Of a soft navigation it is the first paint that the browser traces back to the interaction (`clock`).

Valid for a load whose outcome is `ok`. A page that painted nothing has no FCP (NO_FCP): it is not the fastest page.
Neither has a soft navigation of which the browser tells no paint (NO_SOFT_PAINT), or never could (UNTOLD_PAINT).
"""

from slogate.analyzer.web.facts import FIRST_CONTENTFUL_PAINT, LoadOutcome, PageLoad, Untold
from slogate.analyzer.web.metric import Metric, MissingReason, missing


def fcp(load: PageLoad) -> Metric:
    """The start of the `first-contentful-paint` entry."""
    if load.outcome is not LoadOutcome.OK:
        return missing(MissingReason.NOT_MEASURED)
    if Untold.PAINT in load.untold:
        return missing(MissingReason.NOT_SUPPORTED)
    times = [paint.start_ms for paint in load.paints if paint.name == FIRST_CONTENTFUL_PAINT]
    return Metric(times[0]) if times else missing(unpainted(load, MissingReason.NO_FCP))


def unpainted(load: PageLoad, of_document: MissingReason) -> MissingReason:
    """Why there is no paint: `of_document`, unless the page came by a soft navigation."""
    if load.soft is None:
        return of_document
    return MissingReason.NO_SOFT_PAINT if load.soft.told else MissingReason.UNTOLD_PAINT
