from typing import Any

import pytest

from slogate.analyzer.web.facts import CacheHeaders, Navigation, Request
from slogate.vitals.ledger import NetworkLedger

MAIN, FRAME = "MAIN", "IFRAME"


class Wire:
    """Plays DevTools events into a ledger; times are seconds on DevTools' clock."""

    def __init__(self) -> None:
        self.ledger = NetworkLedger(MAIN)

    def tell(self, event: str, **params: Any) -> None:
        self.ledger.handlers[event](params)

    def send(self, key: str, url: str, at: float, *, loader: str = "L1", **more: Any) -> None:
        known = {"frameId": MAIN, "type": "Fetch"} | more
        request = {"url": url, "method": known.pop("method", "GET")}
        self.tell("Network.requestWillBeSent", requestId=key, loaderId=loader, timestamp=at, request=request, **known)

    def respond(self, key: str, status: int = 200, **more: Any) -> None:
        self.tell("Network.responseReceived", requestId=key, response={"status": status} | more)

    def document(self, loader: str, url: str, at: float, status: int = 200) -> None:
        self.send(loader, url, at, loader=loader, type="Document")
        self.respond(loader, status)
        self.tell("Network.loadingFinished", requestId=loader, timestamp=at + 0.05, encodedDataLength=900)
        self.commit(loader, url)

    def commit(self, loader: str, url: str, **more: Any) -> None:
        self.tell("Page.frameNavigated", frame={"id": MAIN, "loaderId": loader, "url": url} | more)


def only(ledger: NetworkLedger, url: str, start_s: float = 100.0) -> Request:
    return next(request for request in ledger.requests(start_s) if request.url == url)


def test_a_request_runs_from_sent_to_body_end() -> None:
    wire = Wire()
    wire.send("1", "http://shop/api", 100.010)
    wire.respond("1", timing={"requestTime": 100.012}, encodedDataLength=120)
    wire.tell("Network.loadingFinished", requestId="1", timestamp=100.300, encodedDataLength=5000)
    assert only(wire.ledger, "http://shop/api") == Request(
        url="http://shop/api",
        method="GET",
        type="Fetch",
        start_ms=12.0,
        end_ms=300.0,
        status=200,
        encoded_bytes=5000,
        body_bytes_seen=0,
    )


def test_a_body_that_is_never_read_has_no_end() -> None:
    wire = Wire()
    wire.send("1", "http://shop/api", 100.0)
    wire.respond("1")
    unread = only(wire.ledger, "http://shop/api")
    assert unread.end_ms is None
    assert unread.encoded_bytes is None
    assert not unread.failed


@pytest.mark.parametrize(
    ("headers", "chunks", "seen"),
    [
        ({}, [], 0),
        ({}, [(500, 0)], 500),
        ({}, [(500, 0), (500, 1000), (500, -1)], 1500),
        ({"Content-Encoding": "gzip"}, [], 0),
        ({"Content-Encoding": "gzip"}, [(500, 90)], 90),
        ({"Content-Encoding": "gzip"}, [(500, 0)], None),  # DevTools tells of a chunk with the next one
        ({"Content-Encoding": "gzip"}, [(500, 0), (500, 180)], 180),
        ({"Content-Encoding": "gzip"}, [(500, 90), (500, -1)], None),
        (None, [(500, 90)], 90),
    ],
)
def test_what_comes_of_a_body_is_counted_as_it_was_transferred(
    headers: dict[str, str] | None, chunks: list[tuple[int, int]], seen: int | None
) -> None:
    wire = Wire()
    wire.tell("Network.dataReceived", requestId="before", dataLength=9, encodedDataLength=9)
    wire.send("1", "http://shop/events", 100.0)
    wire.respond("1", encodedDataLength=120, headers=headers)
    for data, encoded in chunks:
        wire.tell("Network.dataReceived", requestId="1", dataLength=data, encodedDataLength=encoded)
    stream = only(wire.ledger, "http://shop/events")
    assert (stream.end_ms, stream.encoded_bytes, stream.body_bytes_seen) == (None, 120, seen)


@pytest.mark.parametrize(
    ("headers", "kept"),
    [
        ({}, CacheHeaders()),
        ({"Content-Type": "text/css"}, CacheHeaders()),
        (
            {"Cache-Control": "max-age=60", "EXPIRES": "0", "etag": '"a"'},
            CacheHeaders(cache_control="max-age=60", expires="0", etag=True),
        ),
        ({"ETag": "", "cache-control": ""}, CacheHeaders(cache_control="")),
        ({"cache-control": "x" * 900}, CacheHeaders(cache_control="x" * 200)),
        (None, None),
    ],
)
def test_what_a_response_says_of_being_kept(headers: dict[str, str] | None, kept: CacheHeaders | None) -> None:
    wire = Wire()
    wire.send("1", "http://shop/a.css", 100.0)
    assert only(wire.ledger, "http://shop/a.css").cache_headers is None
    wire.respond("1", headers=headers)
    assert only(wire.ledger, "http://shop/a.css").cache_headers == kept


@pytest.mark.parametrize(
    ("headers", "kept"),
    [
        ({}, {}),
        ({"X-Frame-Options": "DENY", "Set-Cookie": "sid=1", "Server": "nginx"}, {"x-frame-options": "DENY"}),
        ({"content-security-policy": "x" * 900}, {"content-security-policy": "x" * 200}),
        ({"RateLimit-Policy": "100;w=900"}, {"ratelimit-policy": "100;w=900"}),
        (None, None),
    ],
)
def test_of_all_other_headers_those_are_kept_that_tell_of_protection(
    headers: dict[str, str] | None, kept: dict[str, str] | None
) -> None:
    wire = Wire()
    wire.send("1", "http://shop/", 100.0)
    wire.respond("1", headers=headers)
    assert only(wire.ledger, "http://shop/").headers == kept


def test_a_failed_request_ends_and_says_so_and_the_first_end_counts() -> None:
    wire = Wire()
    wire.send("1", "http://shop/api", 100.0)
    wire.tell("Network.loadingFailed", requestId="1", timestamp=100.5)
    wire.tell("Network.loadingFinished", requestId="1", timestamp=100.9, encodedDataLength=1)
    failed = only(wire.ledger, "http://shop/api")
    assert (failed.end_ms, failed.failed, failed.status) == (500.0, True, None)


def test_addresses_that_a_document_gives_itself_are_told_in_order() -> None:
    wire = Wire()
    wire.document("L1", "http://shop/", 100.0)
    for url, frame in (
        ("http://shop/", MAIN),  # what a router writes to keep the scroll position changes nothing
        ("http://shop/orders", MAIN),
        ("http://shop/orders", MAIN),
        ("http://shop/frame#a", FRAME),
        ("http://shop/#part", MAIN),
    ):
        wire.tell("Page.navigatedWithinDocument", frameId=frame, url=url)
    assert wire.ledger.addresses == ["http://shop/orders", "http://shop/#part"]
    assert (wire.ledger.url, wire.ledger.asked) == ("http://shop/", ["http://shop/"])


def test_each_hop_of_a_redirect_is_a_request() -> None:
    wire = Wire()
    wire.send("1", "http://shop/old", 100.0)
    wire.send("1", "http://shop/new", 100.2, redirectResponse={"status": 302, "encodedDataLength": 80})
    wire.respond("1")
    wire.tell("Network.loadingFinished", requestId="1", timestamp=100.4, encodedDataLength=10)
    old, new = wire.ledger.requests(100.0)
    assert (old.url, old.status, old.end_ms, old.encoded_bytes) == ("http://shop/old", 302, 200.0, 80)
    assert (new.url, new.status, new.start_ms, new.end_ms) == ("http://shop/new", 200, 200.0, 400.0)


def test_the_memory_cache_keeps_the_time_of_the_event() -> None:
    wire = Wire()
    wire.send("1", "http://shop/logo.png", 100.1)
    wire.tell("Network.requestServedFromCache", requestId="1")
    wire.respond("1", timing={"requestTime": 42.0})
    cached = only(wire.ledger, "http://shop/logo.png")
    assert (cached.from_cache, cached.start_ms) == (True, 100.0)


def test_requests_of_frames_are_told_apart() -> None:
    wire = Wire()
    wire.send("1", "http://ads/frame", 100.0, frameId=FRAME, type="Document")
    assert not only(wire.ledger, "http://ads/frame").main_frame


def test_events_of_requests_that_began_earlier_are_ignored() -> None:
    wire = Wire()
    wire.respond("before")
    wire.tell("Network.loadingFinished", requestId="before", timestamp=1.0, encodedDataLength=1)
    wire.tell("Network.loadingFailed", requestId="before", timestamp=1.0)
    wire.tell("Network.requestServedFromCache", requestId="before")
    assert wire.ledger.requests(0.0) == ()


def test_a_second_document_becomes_the_one_that_counts() -> None:
    wire = Wire()
    wire.document("L1", "http://shop/", 100.0)
    wire.send("7", "http://shop/of-the-first", 100.1)
    wire.document("L2", "http://shop/home", 101.0, status=404)
    ledger = wire.ledger
    assert (ledger.url, ledger.status, ledger.navigation_requested_s) == ("http://shop/home", 404, 101.0)
    assert [request.url for request in ledger.requests(101.0)] == ["http://shop/home"]
    assert ledger.navigations(101.0) == (
        Navigation(url="http://shop/", start_ms=-1000.0, status=200),
        Navigation(url="http://shop/home", start_ms=0.0, status=404),
    )


def test_a_redirected_document_begins_with_its_first_hop_and_has_the_status_of_its_last() -> None:
    wire = Wire()
    wire.send("L1", "http://shop/", 100.0, loader="L1", type="Document")
    wire.send("L1", "http://shop/home", 100.2, loader="L1", type="Document", redirectResponse={"status": 301})
    wire.respond("L1", 200)
    wire.commit("L1", "http://shop/home")
    assert (wire.ledger.navigation_requested_s, wire.ledger.status) == (100.0, 200)


def test_frames_and_error_pages_are_not_documents_of_the_main_frame() -> None:
    wire = Wire()
    wire.commit("L9", "http://ads/frame", parentId=MAIN)
    wire.commit("L8", "chrome-error://chromewebdata/", unreachableUrl="http://shop/")
    assert (wire.ledger.url, wire.ledger.shows_error_page) == ("http://shop/", True)
    assert wire.ledger.untouched
    wire.document("L7", "http://shop/cart", 100.0)
    assert (wire.ledger.url, wire.ledger.shows_error_page) == ("http://shop/cart", False)


def test_a_navigation_is_unanswered_until_it_is_committed_or_cut_off() -> None:
    wire = Wire()
    assert wire.ledger.untouched
    wire.document("L1", "http://shop/", 100.0)
    assert wire.ledger.unanswered_navigation is None
    wire.send("L2", "http://shop/slow", 101.0, loader="L2", type="Document")
    assert wire.ledger.unanswered_navigation == "http://shop/slow"
    wire.tell("Network.loadingFailed", requestId="L2", timestamp=101.5)  # a download, or an answer without content
    assert wire.ledger.unanswered_navigation is None
    assert not wire.ledger.untouched


def test_an_error_status_is_known_even_if_the_browser_shows_its_own_page() -> None:
    wire = Wire()
    wire.send("L1", "http://shop/", 100.0, loader="L1", type="Document")
    wire.respond("L1", 500)
    assert (wire.ledger.url, wire.ledger.status) == (None, 500)
