"""Page weight: how many bytes the page made the network carry, in all and by kind.

Definition: what DevTools calls the transferred size (`encodedDataLength` of
https://chromedevtools.github.io/devtools-protocol/tot/Network/#event-loadingFinished), summed over all requests of the
load: headers and compressed bodies, as they came, up to the end of the recording. The kinds are the browser's own
(`Network.ResourceType`): a script that `fetch` reads is not JavaScript here, and neither is one that stands in the
document. `network` says which requests count, and what one transferred that failed or did not end; `third_party` who
is one.

Valid for a load that painted. If the size of a single request that counts is unknown, so is the sum (UNKNOWN_SIZE).
"""

from collections.abc import Iterable

from slogate.analyzer.web.facts import PageLoad, Request
from slogate.analyzer.web.metric import Metric, MissingReason, missing
from slogate.analyzer.web.network import sent, transferred_bytes
from slogate.analyzer.web.painted import not_shown
from slogate.analyzer.web.third_party import is_third_party, site_of

JAVASCRIPT, STYLE_SHEET, IMAGE, FONT = "Script", "Stylesheet", "Image", "Font"


def page_bytes(load: PageLoad) -> Metric:
    """All bytes transferred."""
    return _sum(load, sent(load))


def js_bytes(load: PageLoad) -> Metric:
    """The bytes of scripts."""
    return _of_type(load, JAVASCRIPT)


def css_bytes(load: PageLoad) -> Metric:
    """The bytes of style sheets."""
    return _of_type(load, STYLE_SHEET)


def image_bytes(load: PageLoad) -> Metric:
    """The bytes of images."""
    return _of_type(load, IMAGE)


def font_bytes(load: PageLoad) -> Metric:
    """The bytes of fonts."""
    return _of_type(load, FONT)


def third_party_bytes(load: PageLoad) -> Metric:
    """The bytes that came from other sites than the page's."""
    site = site_of(load.url)
    if site is None:
        return missing(not_shown(load) or MissingReason.UNKNOWN_SITE)
    return _sum(load, (request for request in sent(load) if is_third_party(request, site)))


def _of_type(load: PageLoad, kind: str) -> Metric:
    return _sum(load, (request for request in sent(load) if request.type == kind))


def _sum(load: PageLoad, requests: Iterable[Request]) -> Metric:
    reason = not_shown(load)
    if reason is not None:
        return missing(reason)
    total = 0
    for request in requests:
        size = transferred_bytes(request)
        if size is None:
            return missing(MissingReason.UNKNOWN_SIZE)
        total += size
    return Metric(float(total))
