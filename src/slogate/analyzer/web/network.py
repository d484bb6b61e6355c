"""Which requests of a load went over the network, and how much each of them transferred.

In: every http and https request, each hop of a redirect and each preflight by itself, whatever came of it. Out: other
schemes (data:, blob:), and what the browser took from its own cache, which asked nobody. A WebSocket is no request.
What a service worker fetches for the page is not seen.
"""

from slogate.analyzer.web.facts import PageLoad, Request

SCHEMES = frozenset({"http", "https"})


def sent(load: PageLoad) -> list[Request]:
    """The requests that went over the network, up to the end of the recording."""
    return [r for r in load.requests if r.url.partition(":")[0].lower() in SCHEMES and not r.from_cache]


def transferred_bytes(request: Request) -> int | None:
    """How many bytes of an answer came over the network, headers and all, compressed as they were; None: unknown.

    An answer that ended has the size that the browser told. One that is still under way, or that failed half-way, has
    what had come of it by then. A request without a response transferred 0 if it ended without one (refused, blocked,
    cut off); so did one that still waits for its response, as far as the recording goes.
    """
    if request.end_ms is not None and not request.failed:
        return request.encoded_bytes
    if request.status is None:
        return 0
    if request.encoded_bytes is None or request.body_bytes_seen is None:
        return None
    return request.encoded_bytes + request.body_bytes_seen
