"""Eager images: how many images the page loads at once although nobody sees them without scrolling.

Definition: the `<img>` elements of the document, as it is when the recording ends, that have an http or https address,
of which nothing lies on the first screen, and whose `loading` is not `lazy`
(https://html.spec.whatwg.org/multipage/urls-and-fetching.html#lazy-loading-attributes). An image that is not displayed
lies on no screen and is loaded all the same. Not seen: images of style sheets, of frames and of shadow trees; of a soft
navigation, images that were there before it.

Valid for a load that painted and whose document said at the end which images it has (UNKNOWN_IMAGES).
"""

from slogate.analyzer.web.facts import Image, PageLoad
from slogate.analyzer.web.metric import Metric, MissingReason, missing
from slogate.analyzer.web.network import SCHEMES
from slogate.analyzer.web.painted import not_shown

LAZY = "lazy"


def eager_images(load: PageLoad) -> Metric:
    """The number of images that could have been loaded later."""
    reason = not_shown(load)
    if reason is not None:
        return missing(reason)
    if load.images is None:
        return missing(MissingReason.UNKNOWN_IMAGES)
    return Metric(float(sum(map(_is_eager, load.images))))


def _is_eager(image: Image) -> bool:
    return image.url.partition(":")[0].lower() in SCHEMES and not image.first_screen and image.loading != LAZY
