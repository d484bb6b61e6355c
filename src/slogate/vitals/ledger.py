"""The network ledger of one page: DevTools' Network events in, requests out. It asks the browser for nothing.

DevTools' clock is monotonic seconds. `requests` converts to milliseconds since a navigation's start on that clock,
which agrees with Resource Timing to 0.1 ms.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from slogate.analyzer.web.facts import MAX_HEADER, CacheHeaders, Navigation, Request, kept_headers

CdpEvent = dict[str, Any]


@dataclass
class _Entry:
    url: str
    method: str
    type: str
    sent_s: float
    main_frame: bool
    end_s: float | None = None
    status: int | None = None
    failed: bool = False
    encoded_bytes: int | None = None
    from_cache: bool = False
    cache_headers: CacheHeaders | None = None
    headers: dict[str, str] | None = None
    compressed: bool = True  # until the headers say that it is not
    body_bytes: int = 0  # as the page sees them
    body_bytes_told: int = 0  # as they were transferred, which DevTools tells a chunk later
    told_all: bool = True

    def respond(self, response: CdpEvent) -> None:
        self.status = response["status"]
        self.encoded_bytes = _bytes(response.get("encodedDataLength"))
        self.from_cache = self.from_cache or response.get("fromDiskCache", False)
        headers = _lower(response.get("headers"))
        self.cache_headers = None if headers is None else _cache_headers(headers)
        self.headers = None if headers is None else kept_headers(headers)
        self.compressed = headers is None or "content-encoding" in headers
        timing = response.get("timing")
        # The network service knows better than the renderer when it was sent; the memory cache sends nothing.
        if timing is not None and not self.from_cache and timing["requestTime"] > 0:
            self.sent_s = timing["requestTime"]

    def receive(self, data_bytes: int, encoded_bytes: int) -> None:
        self.body_bytes += data_bytes
        self.body_bytes_told += max(0, encoded_bytes)
        self.told_all = encoded_bytes > 0

    @property
    def body_bytes_seen(self) -> int | None:
        """How much of the body was transferred; None while DevTools has yet to tell it of a compressed one."""
        if not self.compressed:
            return self.body_bytes
        return self.body_bytes_told if self.told_all else None

    def end(self, at_s: float, *, failed: bool = False, encoded_bytes: int | None = None) -> None:
        if self.end_s is None:  # DevTools may say it twice; the first is right
            self.end_s, self.failed = at_s, failed
            self.encoded_bytes = self.encoded_bytes if encoded_bytes is None else encoded_bytes

    def since(self, start_s: float) -> Request:
        return Request(
            url=self.url,
            method=self.method,
            type=self.type,
            start_ms=_ms(self.sent_s - start_s),
            end_ms=None if self.end_s is None else _ms(self.end_s - start_s),
            status=self.status,
            failed=self.failed,
            encoded_bytes=self.encoded_bytes,
            body_bytes_seen=self.body_bytes_seen,
            from_cache=self.from_cache,
            main_frame=self.main_frame,
            cache_headers=self.cache_headers,
            headers=self.headers,
        )


@dataclass
class _MainDocument:
    """A navigation of the main frame: when its first hop was asked for, and the hop that it is at."""

    requested_s: float
    entry: _Entry


class NetworkLedger:
    """Follows every request of a page, and which documents its main frame asked for and committed."""

    def __init__(self, main_frame_id: str) -> None:
        self._main_frame_id = main_frame_id
        self._entries: list[_Entry] = []
        self._current: dict[str, _Entry] = {}  # by request id: a redirect keeps the id
        self._documents: dict[str, _MainDocument] = {}  # by loader id, in order
        self._committed: list[tuple[str, str]] = []  # loader id, URL
        self._error_page: tuple[str, str] | None = None  # the same, while the browser shows a page of its own instead
        self._address: str | None = None  # of the document as it calls itself now
        self.addresses: list[str] = []  # that documents gave themselves, without loading another
        self.asked: list[str] = []  # the address of each document of the main frame, and of each hop on the way to it
        self.handlers: dict[str, Callable[[CdpEvent], None]] = {
            "Network.requestWillBeSent": self._on_request,
            "Network.requestServedFromCache": self._on_cached,
            "Network.responseReceived": self._on_response,
            "Network.dataReceived": self._on_data,
            "Network.loadingFinished": self._on_finished,
            "Network.loadingFailed": self._on_failed,
            "Page.frameNavigated": self._on_navigated,
            "Page.navigatedWithinDocument": self._on_navigated_within,
        }

    def _on_request(self, event: CdpEvent) -> None:
        key, at_s = event["requestId"], event["timestamp"]
        before = self._current.get(key)
        if before is not None and "redirectResponse" in event:
            before.respond(event["redirectResponse"])
            before.end(at_s)
        asked, main_frame = event["request"], event.get("frameId") == self._main_frame_id
        entry = _Entry(asked["url"], asked["method"], event.get("type", "Other"), at_s, main_frame)
        self._entries.append(entry)
        self._current[key] = entry
        if main_frame and key == event["loaderId"]:  # this is how DevTools marks the request of a document
            document = self._documents.setdefault(key, _MainDocument(at_s, entry))
            document.entry = entry
            self.asked.append(entry.url)

    def _on_cached(self, event: CdpEvent) -> None:
        entry = self._current.get(event["requestId"])
        if entry is not None:
            entry.from_cache = True

    def _on_response(self, event: CdpEvent) -> None:
        entry = self._current.get(event["requestId"])
        if entry is not None:
            entry.respond(event["response"])

    def _on_data(self, event: CdpEvent) -> None:
        entry = self._current.get(event["requestId"])
        if entry is not None:
            entry.receive(event["dataLength"], event["encodedDataLength"])

    def _on_finished(self, event: CdpEvent) -> None:
        entry = self._current.get(event["requestId"])
        if entry is not None:
            entry.end(event["timestamp"], encoded_bytes=_bytes(event.get("encodedDataLength")))

    def _on_failed(self, event: CdpEvent) -> None:
        entry = self._current.get(event["requestId"])
        if entry is not None:
            entry.end(event["timestamp"], failed=True)

    def _on_navigated(self, event: CdpEvent) -> None:
        frame = event["frame"]
        if "parentId" in frame:
            return
        if "unreachableUrl" in frame:
            self._error_page = (frame["loaderId"], frame["unreachableUrl"])
        else:
            self._error_page = None
            self._address = frame["url"] + frame.get("urlFragment", "")
            self._committed.append((frame["loaderId"], self._address))

    def _on_navigated_within(self, event: CdpEvent) -> None:
        if event["frameId"] == self._main_frame_id and event["url"] != self._address:
            self._address = event["url"]
            self.addresses.append(event["url"])

    @property
    def shows_error_page(self) -> bool:
        """The browser shows a page of its own, because the document asked for has no content or did not arrive."""
        return self._error_page is not None

    @property
    def url(self) -> str | None:
        """The address that the main frame shows; None before it shows any."""
        shown = self._shown
        return None if shown is None else shown[1]

    @property
    def status(self) -> int | None:
        """The HTTP status of the document at `url`, else of the last one asked for."""
        shown = self._shown
        document = None if shown is None else self._documents.get(shown[0])
        if document is not None:
            return document.entry.status
        return next((d.entry.status for d in reversed(self._documents.values())), None)

    @property
    def _shown(self) -> tuple[str, str] | None:
        return self._error_page or (self._committed[-1] if self._committed else None)

    @property
    def navigation_requested_s(self) -> float | None:
        """When the last committed document was asked for, on DevTools' clock: a few ms after the navigation's start."""
        document = self._documents.get(self._committed[-1][0]) if self._committed else None
        return None if document is None else document.requested_s

    def navigations(self, start_s: float) -> tuple[Navigation, ...]:
        """The committed documents, with times relative to `start_s`."""
        found = []
        for loader_id, url in self._committed:
            document = self._documents.get(loader_id)
            start_ms = None if document is None else _ms(document.requested_s - start_s)
            status = None if document is None else document.entry.status
            found.append(Navigation(url=url, start_ms=start_ms, status=status))
        return tuple(found)

    def requests(self, start_s: float) -> tuple[Request, ...]:
        """The requests sent since `start_s`, in order; those of an earlier document are left out."""
        return tuple(entry.since(start_s) for entry in self._entries if entry.sent_s >= start_s)

    @property
    def untouched(self) -> bool:
        """The main frame has neither asked for a document nor committed one."""
        return not self._documents and not self._committed

    @property
    def unanswered_navigation(self) -> str | None:
        """The address of the main frame's last navigation while it is under way: neither committed nor cut off."""
        if not self._documents:
            return None
        loader_id, document = list(self._documents.items())[-1]
        committed = any(loader_id == other for other, _ in self._committed)
        return None if committed or document.entry.end_s is not None else document.entry.url


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 3)


def _lower(headers: dict[str, str] | None) -> dict[str, str] | None:
    return None if headers is None else {name.lower(): value[:MAX_HEADER] for name, value in headers.items()}


def _cache_headers(headers: dict[str, str]) -> CacheHeaders:
    return CacheHeaders(
        cache_control=headers.get("cache-control"), expires=headers.get("expires"), etag=bool(headers.get("etag"))
    )


def _bytes(reported: float | None) -> int | None:
    return None if reported is None or reported < 0 else int(reported)
