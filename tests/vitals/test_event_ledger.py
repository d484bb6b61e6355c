"""The network ledger by Playwright's events: what a page's requests, redirects, documents and failures become."""

from collections.abc import Callable
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest
from observed import said
from playwright.sync_api import Error as PlaywrightError

from slogate.analyzer.web.facts import CacheHeaders, Navigation, Request
from slogate.vitals.documents import Documents
from slogate.vitals.event_ledger import EventLedger

EPOCH_S = 1_700_000_000.0


@dataclass(eq=False)
class Asked:
    """As much of Playwright's request as the ledger looks at."""

    url: str
    resource_type: str
    frame: object
    document: bool = False
    method: str = "GET"
    redirected_from: "Asked | None" = None
    failure: str | None = None
    sizes: Callable[[], dict[str, int]] = dict
    timing: dict[str, float] = field(default_factory=lambda: {"startTime": 0.0, "responseEnd": -1.0})

    def is_navigation_request(self) -> bool:
        return self.document


class Wire:
    """Plays Playwright's events into a ledger; times are seconds since `EPOCH_S`."""

    def __init__(self) -> None:
        self.now_s = 0.0
        self.main = object()
        self._listeners: dict[str, Any] = {}
        page: Any = SimpleNamespace(main_frame=self.main, on=self._listeners.__setitem__)
        self.documents = Documents()
        self.ledger = EventLedger(page, self.documents, lambda: EPOCH_S + self.now_s)

    def ask(self, url: str, at_s: float, *, kind: str = "fetch", document: bool = False, **more: Any) -> Asked:
        """A request that the page makes."""
        self.now_s = at_s
        kind = "document" if document else kind
        asked = Asked(url, kind, more.pop("frame", self.main), document, **more)
        self.tell("request", asked)
        return asked

    def tell(self, event: str, about: object) -> None:
        self._listeners[event](about)

    def answer(self, request: Asked, status: int = 200, *, sent_s: float | None = None, **headers: str) -> None:
        """Its response; `sent_s` is when the browser says that the request was sent."""
        if sent_s is not None:
            request.timing["startTime"] = (EPOCH_S + sent_s) * 1000
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.tell("response", SimpleNamespace(request=request, status=status, headers=named))

    def finish(self, request: Asked, *, after_s: float | None = None) -> None:
        """The end of its body, so long after it was sent as the browser says."""
        if after_s is not None:
            request.timing["responseEnd"] = after_s * 1000
        self.tell("requestfinished", request)

    def fail(self, request: Asked, why: str) -> None:
        request.failure = why
        self.tell("requestfailed", request)

    def show(self, url: str, origin_s: float) -> None:
        """The document says that it is there."""
        self.documents.absorb(said((EPOCH_S + origin_s) * 1000, url=url))

    def document(self, url: str, at_s: float, status: int = 200) -> None:
        request = self.ask(url, at_s + 0.01, document=True)
        self.answer(request, status)
        self.show(url, at_s)
        self.finish(request)

    def requests(self, start_s: float = 0.0) -> tuple[Request, ...]:
        return self.ledger.requests(EPOCH_S + start_s)


def test_a_request_runs_from_sent_to_body_end_by_the_browsers_clock() -> None:
    wire = Wire()
    asked = wire.ask("http://shop/api", 1.5, sizes=lambda: {"responseHeadersSize": 100, "responseBodySize": 2000})
    wire.answer(asked, sent_s=1.25, cache_control="max-age=60", etag="x", content_type="text/html")
    wire.finish(asked, after_s=0.5)
    wire.ledger.learn_sizes()
    assert wire.requests() == (
        Request(
            url="http://shop/api",
            method="GET",
            type="Fetch",
            start_ms=1250.0,
            end_ms=1750.0,
            status=200,
            encoded_bytes=2100,
            cache_headers=CacheHeaders(cache_control="max-age=60", etag=True),
            headers={"content-type": "text/html"},
        ),
    )


def test_without_the_browsers_clock_it_is_ours() -> None:
    wire = Wire()
    asked = wire.ask("http://shop/api", 1.0)
    wire.answer(asked)
    wire.now_s = 1.5
    wire.finish(asked)
    (request,) = wire.requests()
    assert (request.start_ms, request.end_ms) == (1000.0, 1500.0)


def test_what_has_not_ended_has_no_end_and_no_size() -> None:
    wire = Wire()
    wire.answer(wire.ask("http://shop/events", 1.0, sizes=lambda: pytest.fail("it would wait for the end")))
    wire.ledger.learn_sizes()
    (request,) = wire.requests()
    assert (request.end_ms, request.encoded_bytes, request.status) == (None, None, 200)


def test_a_size_that_is_not_told_is_unknown() -> None:
    def raises() -> dict[str, int]:
        raise PlaywrightError("no sizes")

    wire = Wire()
    for sizes in (raises, lambda: {"responseHeadersSize": -1, "responseBodySize": 5}):
        request = wire.ask("http://shop/a", 1.0, sizes=sizes)
        wire.answer(request)
        wire.finish(request)
    wire.ledger.learn_sizes()
    assert [request.encoded_bytes for request in wire.requests()] == [None, None]


def test_an_answer_without_headers_came_from_the_cache() -> None:
    wire = Wire()
    kept = wire.ask("http://shop/a.js", 1.0, sizes=lambda: {"responseHeadersSize": 0, "responseBodySize": 900})
    wire.answer(kept)
    wire.finish(kept)
    wire.ledger.learn_sizes()
    assert [request.from_cache for request in wire.requests()] == [True]


def test_a_failure_is_one() -> None:
    wire = Wire()
    wire.fail(wire.ask("http://ads/x.js", 1.0, kind="script"), "NS_ERROR_CONNECTION_REFUSED")
    (request,) = wire.requests()
    assert (request.failed, request.status, request.type) == (True, None, "Script")


@pytest.mark.parametrize(
    ("told", "kind"),
    [
        ("xhr", "XHR"),
        ("stylesheet", "Stylesheet"),
        ("image", "Image"),
        ("font", "Font"),
        ("eventsource", "EventSource"),
    ],
)
def test_kinds_are_named_as_devtools_names_them(told: str, kind: str) -> None:
    wire = Wire()
    wire.ask("http://shop/x", 1.0, kind=told)
    assert wire.requests()[0].type == kind


def test_requests_of_frames_and_of_service_workers_are_not_the_main_frames() -> None:
    class OfWorker(Asked):
        @property
        def frame(self) -> object:
            raise PlaywrightError("Service Worker requests do not have an associated frame.")

        @frame.setter
        def frame(self, _value: object) -> None:
            """As a dataclass sets it."""

    wire = Wire()
    wire.ask("http://ads/frame", 1.0, document=True, frame=object())
    wire.tell("request", OfWorker("http://shop/cached.json", "fetch", None))
    assert [request.main_frame for request in wire.requests()] == [False, False]
    assert (wire.ledger.untouched, wire.ledger.asked) == (True, [])


def test_each_hop_of_a_redirect_is_a_request_and_all_of_them_one_navigation() -> None:
    wire = Wire()
    first = wire.ask("http://shop/", 1.01, document=True)
    wire.answer(first, 302, sent_s=1.01)
    second = wire.ask("http://shop/home", 1.21, document=True, redirected_from=first)
    assert wire.ledger.unanswered_navigation == "http://shop/home"
    wire.answer(second, 200, sent_s=1.20)
    wire.show("http://shop/home", 1.0)
    wire.finish(first)
    wire.finish(second)
    assert wire.ledger.asked == ["http://shop/", "http://shop/home"]
    assert [request.status for request in wire.requests(1.0)] == [302, 200]
    assert (wire.ledger.url, wire.ledger.status) == ("http://shop/home", 200)
    assert wire.ledger.unanswered_navigation is None
    assert wire.ledger.navigations(EPOCH_S + 1.0) == (Navigation(url="http://shop/home", start_ms=0.0, status=200),)


def test_a_document_whose_body_goes_on_is_shown_all_the_same() -> None:
    wire = Wire()
    request = wire.ask("http://shop/", 1.01, document=True)
    assert wire.ledger.unanswered_navigation == "http://shop/"
    wire.answer(request)
    wire.show("http://shop/", 1.0)
    assert wire.ledger.unanswered_navigation is None


def test_requests_of_the_document_before_are_left_out_and_its_navigation_is_not() -> None:
    wire = Wire()
    wire.document("http://shop/", 1.0)
    wire.ask("http://shop/a.js", 1.5, kind="script")
    wire.document("http://shop/cart", 3.0, status=201)
    start_s = wire.ledger.navigation_requested_s
    assert start_s == pytest.approx(EPOCH_S + 3.0)
    assert [request.url for request in wire.ledger.requests(EPOCH_S + 3.0)] == ["http://shop/cart"]
    assert wire.ledger.navigations(EPOCH_S + 3.0) == (
        Navigation(url="http://shop/", start_ms=-2000.0, status=200),
        Navigation(url="http://shop/cart", start_ms=0.0, status=201),
    )


def test_a_request_sent_a_little_before_the_documents_clock_began_is_its_own() -> None:
    wire = Wire()
    asked = wire.ask("http://shop/", 1.0, document=True)
    wire.answer(asked, sent_s=0.998)
    assert [request.start_ms for request in wire.requests(1.0)] == [0.0]


@pytest.mark.parametrize(
    ("why", "shown"), [("NS_ERROR_CONNECTION_REFUSED", True), ("NS_BINDING_ABORTED", False), ("Load cancelled", False)]
)
def test_a_document_that_does_not_arrive_leaves_the_browsers_own_page(why: str, shown: bool) -> None:
    wire = Wire()
    wire.document("http://shop/", 1.0)
    wire.fail(wire.ask("http://gone/", 3.0, document=True), why)
    assert wire.ledger.shows_error_page is shown
    assert wire.ledger.url == ("http://gone/" if shown else "http://shop/")
    assert wire.ledger.unanswered_navigation is None


def test_before_anything_is_asked_for_there_is_nothing() -> None:
    ledger = Wire().ledger
    assert {ledger.url, ledger.status, ledger.navigation_requested_s, ledger.unanswered_navigation} == {None}
    assert ledger.untouched
    assert (ledger.requests(0.0), ledger.navigations(0.0), ledger.shows_error_page) == ((), (), False)
