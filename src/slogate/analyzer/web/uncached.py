"""Uncached files: how many static files the next visit must load again, because nothing lets the browser keep them.

Definition: the responses with a status of 200 to 299 to requests for scripts, style sheets, images and fonts that have
none of the headers `Cache-Control`, `Expires` and `ETag`, or whose `Cache-Control` says `no-store`, which forbids to
keep them (https://www.rfc-editor.org/rfc/rfc9111#section-5.2.2.5). Third parties are counted too. `Last-Modified` alone
is not enough: how long it lets a browser keep a file is a guess (section 4.2.2).

Valid for a load that painted, and whose responses were recorded with these headers (UNKNOWN_HEADERS).
"""

from slogate.analyzer.web.facts import CacheHeaders, PageLoad, Request
from slogate.analyzer.web.metric import Metric, MissingReason, missing
from slogate.analyzer.web.network import sent
from slogate.analyzer.web.painted import not_shown
from slogate.analyzer.web.weight import FONT, IMAGE, JAVASCRIPT, STYLE_SHEET

STATIC_TYPES = frozenset({JAVASCRIPT, STYLE_SHEET, IMAGE, FONT})
FORBIDS = "no-store"


def uncached(load: PageLoad) -> Metric:
    """The number of static files that the browser may not keep."""
    reason = not_shown(load)
    if reason is not None:
        return missing(reason)
    count = 0
    for request in static_files(load):
        if request.cache_headers is None:
            return missing(MissingReason.UNKNOWN_HEADERS)
        count += not _may_be_kept(request.cache_headers)
    return Metric(float(count))


def static_files(load: PageLoad) -> list[Request]:
    """The requests of static types that were answered with a file."""
    return [r for r in sent(load) if r.type in STATIC_TYPES and r.status is not None and 200 <= r.status < 300]


def _may_be_kept(headers: CacheHeaders) -> bool:
    if headers.cache_control is None:
        return headers.expires is not None or headers.etag
    directives = {directive.strip().lower() for directive in headers.cache_control.split(",")}
    return FORBIDS not in directives
