"""The network ledger of one page by Playwright's own events, which there are in every browser.

It knows less than DevTools: no preflights, no favicon, and nothing of an answer that has not ended. Its clock is that
of the epoch, in seconds, and agrees with Resource Timing to a few milliseconds.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import zip_longest

from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Frame, Page, Response
from playwright.sync_api import Request as PlaywrightRequest

from slogate.analyzer.web.facts import MAX_HEADER, CacheHeaders, Navigation, Request, kept_headers
from slogate.vitals.documents import Document, Documents

SLACK_S = 0.005  # by how much the clock of the network may differ from that of the document
_CUT_OFF = ("ABORTED", "cancelled", "canceled")  # a navigation that another one or a download replaced
_TYPES = {  # as DevTools calls them
    "eventsource": "EventSource",
    "texttrack": "TextTrack",
    "websocket": "WebSocket",
    "xhr": "XHR",
}


@dataclass
class _Entry:
    request: PlaywrightRequest
    url: str
    method: str
    type: str
    sent_s: float
    first_sent_s: float  # of the first hop on the way to it
    main_frame: bool
    end_s: float | None = None
    status: int | None = None
    failed: bool = False
    cut_off: bool = False
    encoded_bytes: int | None = None
    from_cache: bool = False
    cache_headers: CacheHeaders | None = None
    headers: dict[str, str] | None = None

    def since(self, start_s: float) -> Request:
        return Request(
            url=self.url,
            method=self.method,
            type=self.type,
            start_ms=_ms(max(0.0, self.sent_s - start_s)),
            end_ms=None if self.end_s is None else _ms(self.end_s - start_s),
            status=self.status,
            failed=self.failed,
            encoded_bytes=self.encoded_bytes,
            from_cache=self.from_cache,
            main_frame=self.main_frame,
            cache_headers=self.cache_headers,
            headers=self.headers,
        )


class EventLedger:
    """Follows every request of a page, and which documents its main frame asked for and showed."""

    def __init__(self, page: Page, documents: Documents, clock_s: Callable[[], float] = time.time) -> None:
        self._main_frame = page.main_frame
        self._said = documents
        self._clock_s = clock_s
        self._entries: list[_Entry] = []
        self._by_request: dict[PlaywrightRequest, _Entry] = {}
        self._documents: list[_Entry] = []  # of the main frame, each hop on the way to one by itself
        self.asked: list[str] = []  # their addresses
        self.addresses: list[str] = []  # that documents gave themselves; nothing tells of them
        page.on("request", self._on_request)
        page.on("response", self._on_response)
        page.on("requestfinished", self._on_finished)
        page.on("requestfailed", self._on_failed)

    def _on_request(self, request: PlaywrightRequest) -> None:
        before = None if request.redirected_from is None else self._by_request.get(request.redirected_from)
        now_s = self._clock_s()
        entry = _Entry(
            request=request,
            url=request.url,
            method=request.method,
            type=_TYPES.get(request.resource_type, request.resource_type.title()),
            sent_s=now_s,
            first_sent_s=now_s if before is None else before.first_sent_s,
            main_frame=_frame_of(request) is self._main_frame,
        )
        self._entries.append(entry)
        self._by_request[request] = entry
        if entry.main_frame and request.is_navigation_request():
            self._documents.append(entry)
            self.asked.append(entry.url)

    def _on_response(self, response: Response) -> None:
        entry = self._by_request.get(response.request)
        if entry is None:
            return
        entry.status = response.status
        entry.cache_headers = _cache_headers(response.headers)
        entry.headers = kept_headers(response.headers)
        began_ms = response.request.timing["startTime"]
        if began_ms > 0:  # the browser's own account comes late, and is right
            if entry.first_sent_s == entry.sent_s:
                entry.first_sent_s = began_ms / 1000
            entry.sent_s = began_ms / 1000

    def _on_finished(self, request: PlaywrightRequest) -> None:
        entry = self._by_request.get(request)
        if entry is None or entry.end_s is not None:
            return
        took_ms = request.timing["responseEnd"]
        entry.end_s = self._clock_s() if took_ms < 0 else max(entry.sent_s, entry.sent_s + took_ms / 1000)

    def _on_failed(self, request: PlaywrightRequest) -> None:
        entry = self._by_request.get(request)
        if entry is not None and entry.end_s is None:
            entry.end_s, entry.failed = self._clock_s(), True
            entry.cut_off = any(sign in (request.failure or "") for sign in _CUT_OFF)

    def learn_sizes(self) -> None:
        """Asks Playwright how much was transferred; whatever it cannot say stays unknown. The page is not asked."""
        for entry in self._entries:
            if entry.end_s is None or entry.failed or entry.encoded_bytes is not None:
                continue
            try:
                sizes = entry.request.sizes()
            except PlaywrightError:
                continue
            headers, body = sizes["responseHeadersSize"], sizes["responseBodySize"]
            entry.from_cache = headers == 0  # nothing of the answer came over the network, not even its first line
            if min(headers, body) >= 0:
                entry.encoded_bytes = headers + body

    @property
    def _latest(self) -> _Entry | None:
        return self._documents[-1] if self._documents else None

    @property
    def shows_error_page(self) -> bool:
        """The browser shows a page of its own, because the document asked for did not arrive."""
        latest = self._latest
        return latest is not None and latest.failed and not latest.cut_off

    @property
    def url(self) -> str | None:
        """The address that the main frame shows; None before it shows any."""
        latest = self._latest
        if latest is not None and self.shows_error_page:
            return latest.url
        return None if self._said.latest is None else self._said.latest.url

    @property
    def status(self) -> int | None:
        """The HTTP status of the last document that was answered."""
        return next((entry.status for entry in reversed(self._documents) if entry.status is not None), None)

    @property
    def navigation_requested_s(self) -> float | None:
        """The time origin of the document that is shown."""
        return None if self._said.latest is None else self._said.latest.origin_ms / 1000

    @property
    def untouched(self) -> bool:
        """The main frame has neither asked for a document nor shown one."""
        return not self._documents and self._said.latest is None

    @property
    def unanswered_navigation(self) -> str | None:
        """The address of the main frame's last navigation while it is under way: neither shown nor cut off."""
        latest, shown_s = self._latest, self.navigation_requested_s
        if latest is None or latest.end_s is not None:
            return None
        shown = latest.status is not None and shown_s is not None and _is_of(latest, shown_s)
        return None if shown else latest.url

    def navigations(self, start_s: float) -> tuple[Navigation, ...]:
        """The documents that were shown, with times relative to `start_s`."""
        shown = self._said.in_order
        ends_s = [document.origin_ms / 1000 for document in shown[1:]]
        return tuple(self._navigation(document, until_s, start_s) for document, until_s in zip_longest(shown, ends_s))

    def _navigation(self, document: Document, until_s: float | None, start_s: float) -> Navigation:
        """`until_s` is when the next one began."""
        origin_s = document.origin_ms / 1000
        asked = [e for e in self._documents if e.first_sent_s >= origin_s - SLACK_S]
        if until_s is not None:
            asked = [e for e in asked if e.first_sent_s < until_s - SLACK_S]
        return Navigation(
            url=document.url,
            start_ms=_ms(origin_s - start_s) if asked else None,
            status=asked[-1].status if asked else None,
        )

    def requests(self, start_s: float) -> tuple[Request, ...]:
        """The requests sent since `start_s`, in order; those of an earlier document are left out."""
        return tuple(entry.since(start_s) for entry in self._entries if entry.sent_s >= start_s - SLACK_S)


def _is_of(entry: _Entry, origin_s: float) -> bool:
    """Whether the request of a document belongs to the one with this time origin, which lies just before it."""
    return -SLACK_S <= entry.first_sent_s - origin_s <= 1.0


def _frame_of(request: PlaywrightRequest) -> Frame | None:
    try:
        return request.frame
    except PlaywrightError:
        return None  # of a service worker, or of a page that is only just opening


def _cache_headers(headers: dict[str, str]) -> CacheHeaders:
    def value(name: str) -> str | None:
        found = headers.get(name)
        return None if found is None else found[:MAX_HEADER]

    return CacheHeaders(cache_control=value("cache-control"), expires=value("expires"), etag=bool(headers.get("etag")))


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 3)
