"""Page loads of a real Chromium from a small server on this machine."""

import json
import re
import socket
import time
from base64 import b64encode
from collections.abc import Callable
from contextlib import nullcontext, suppress
from dataclasses import replace
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Protocol

import pytest
from pictures import BITMAP
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Page
from webserver import WebServer

from slogate.analyzer.web.eager_images import eager_images
from slogate.analyzer.web.facts import CacheHeaders, LoadOutcome, PageLoad
from slogate.analyzer.web.fcp import fcp
from slogate.analyzer.web.inp import inp
from slogate.analyzer.web.lcp import lcp
from slogate.analyzer.web.metric import Metric, MissingReason, missing
from slogate.analyzer.web.network import transferred_bytes
from slogate.analyzer.web.tti import tti
from slogate.analyzer.web.uncached import uncached
from slogate.analyzer.web.weight import js_bytes, page_bytes
from slogate.redact import Redactor
from slogate.runs.pages import PageLoadWriter
from slogate.vitals import loading
from slogate.vitals.capture import capture
from slogate.vitals.credentials import Credentials
from slogate.vitals.journeys import PageJourney
from slogate.vitals.running import RunningBrowser
from slogate.vitals.settle import Pace
from slogate.vitals.site import Site
from slogate.vitals.visit import Visit

HURRIED = Pace(quiet_ms=200, idle_ms=200)  # for what is not about the quiet window
FULL = Pace()
SECRET = "hunter2-hunter2"
BUSY_120 = "const t = performance.now(); while (performance.now() - t < 120);"


class Load(Protocol):
    def __call__(
        self,
        journey: Callable[[Page], object] | str = "/",
        *,
        browser: RunningBrowser | None = None,
        base_url: str | None = None,
        ready: str | None = None,
        throttle: str = "none",
        pace: Pace = HURRIED,
        deadline_s: float = 10,
        verify_tls: bool = True,
        guarded: bool = False,
        warm: bool = False,
        credentials: Credentials | None = None,
        interaction: Callable[[Page], object] | None = None,
    ) -> PageLoad: ...


@pytest.fixture
def load(running: RunningBrowser, server: WebServer) -> Load:
    """Loads a path, or runs a journey, against the test's server."""

    def make(
        journey: Callable[[Page], object] | str = "/",
        *,
        browser: RunningBrowser | None = None,
        base_url: str | None = None,
        ready: str | None = None,
        throttle: str = "none",
        pace: Pace = HURRIED,
        deadline_s: float = 10,
        verify_tls: bool = True,
        guarded: bool = False,
        warm: bool = False,
        credentials: Credentials | None = None,
        interaction: Callable[[Page], object] | None = None,
    ) -> PageLoad:
        def goto(page: Page) -> None:
            page.goto(str(journey))

        function = goto if isinstance(journey, str) else journey
        visit = Visit(
            journey=PageJourney("home", function, None, ready, throttle, warm, interaction=interaction),
            site=Site(base_url=base_url or server.url, allowed_hosts=frozenset({"127.0.0.1"}), verify_tls=verify_tls),
            pace=pace,
            deadline_s=deadline_s,
            guarded=guarded,
            credentials=credentials,
        )
        return capture(browser or running, visit, redact=Redactor([SECRET]), clock_us=lambda: 17)

    return make


def busy_js(ms: int, *, after_ms: int) -> str:
    return f"setTimeout(() => {{ const t = performance.now(); while (performance.now() - t < {ms}); }}, {after_ms});"


# A page that is as it should be


def test_an_ordinary_page_yields_all_its_facts(load: Load, server: WebServer) -> None:
    server.page("/", '<h1>Hello</h1><img id="hero" src="/hero.bmp">')
    server.routes["/hero.bmp"] = server.reply(BITMAP, content_type="image/bmp", delay_s=0.2)
    seen = load("/?q=1")
    assert (seen.outcome, seen.reason, seen.settled) == (LoadOutcome.OK, "", True)
    assert (seen.page, seen.throttle, seen.started_at_us) == ("home", "none", 17)
    assert (seen.url, seen.status) == (f"{server.url}/?q=1", 200)
    assert [navigation.url for navigation in seen.navigations] == [seen.url]

    timing = seen.timing
    assert timing.response_start_ms is not None
    assert timing.dcl_end_ms is not None
    assert timing.load_end_ms is not None
    assert seen.end_ms is not None
    assert 0 < timing.response_start_ms < timing.dcl_end_ms <= timing.load_end_ms < seen.end_ms

    document, image = (next(r for r in seen.requests if r.url.endswith(end)) for end in ("/?q=1", "/hero.bmp"))
    assert (document.type, document.method, document.status, document.main_frame) == ("Document", "GET", 200, True)
    assert (image.type, image.failed, image.from_cache) == ("Image", False, False)
    assert image.end_ms is not None
    assert image.end_ms - image.start_ms >= 200
    assert image.encoded_bytes is not None
    assert image.encoded_bytes > len(BITMAP)

    largest = seen.lcp_candidates[-1]
    assert (largest.element, largest.url) == ("img#hero", f"{server.url}/hero.bmp")
    first_paint_ms, largest_paint_ms = fcp(seen).value, lcp(seen).value
    assert first_paint_ms is not None
    assert largest_paint_ms is not None
    assert first_paint_ms < image.end_ms <= largest_paint_ms


def test_the_ledgers_clock_agrees_with_resource_timing(load: Load, server: WebServer) -> None:
    """The page itself says when its image was asked for and when it was there."""
    js = """new PerformanceObserver((list) => { const e = list.getEntries().find((e) => e.name.endsWith("hero.bmp"));
            if (e) console.error(JSON.stringify([e.requestStart, e.responseEnd])); })
            .observe({type: "resource", buffered: true});"""
    server.page("/", f'<h1>Hello</h1><img src="/hero.bmp"><script>{js}</script>')
    server.routes["/hero.bmp"] = server.reply(BITMAP, content_type="image/bmp", delay_s=0.1)
    seen = load()
    start_ms, end_ms = json.loads(seen.console_errors[0])
    image = next(r for r in seen.requests if r.url.endswith("hero.bmp"))
    assert image.end_ms == pytest.approx(end_ms, abs=2)
    assert start_ms - 50 < image.start_ms <= start_ms + 2  # it may queue before it is sent


def test_layout_shifts_and_input_are_recorded_but_not_what_was_typed(load: Load, server: WebServer) -> None:
    js = "setTimeout(() => { document.getElementById('top').style.height = '300px'; }, 200);"
    server.page("/", f'<div id="top"></div><h1>Hello</h1><input id="name"><script>{js}</script>')

    def journey(page: Page) -> None:
        page.goto("/")
        page.wait_for_timeout(1500)  # a shift soon after a click counts as the click's
        page.click("#name")
        page.keyboard.type("confidential")

    seen = load(journey)
    shift = seen.layout_shifts[0]
    assert shift.value > 0
    assert not shift.had_recent_input
    assert shift.element is not None
    assert any(event.interaction_id for event in seen.input_events)
    assert "confidential" not in repr(seen)


def test_the_page_can_neither_see_nor_hear_the_observer(load: Load, server: WebServer) -> None:
    js = "if (Object.getOwnPropertyNames(globalThis).some((n) => /slogate/i.test(n))) console.error('seen');"
    server.page("/", f"<h1>Hello</h1><script>{js} setTimeout(() => {{ {js} }}, 100);</script>")
    assert load().console_errors == ()


def test_console_errors_and_exceptions_are_kept(load: Load, server: WebServer) -> None:
    server.page(
        "/", "<h1>Hello</h1><script>console.error('no price'); console.log('fine'); throw Error('oops');</script>"
    )
    seen = load()
    assert seen.outcome is LoadOutcome.OK
    assert [bool(re.search("no price|oops", text)) for text in seen.console_errors] == [True, True]


def test_a_throttled_load_is_slower_than_its_latency_and_has_the_small_screen(load: Load, server: WebServer) -> None:
    viewport = '<meta name="viewport" content="width=device-width">'
    server.page("/", "<h1>Hello</h1><script>console.error(innerWidth)</script>", head=viewport)
    seen = load(throttle="mobile")
    assert (seen.throttle, seen.console_errors) == ("mobile", ("412",))
    first_paint_ms = fcp(seen).value
    assert first_paint_ms is not None
    assert first_paint_ms > 562


def test_a_page_that_replaces_its_document_is_measured_by_its_last(load: Load, server: WebServer) -> None:
    server.page("/", "<h1>Hello</h1><script>setTimeout(() => location.replace('/next'), 200)</script>")
    server.page("/next", "<h1>Next</h1>")
    seen = load()
    first, second = seen.navigations
    assert (first.url, second.url) == (f"{server.url}/", f"{server.url}/next")
    assert first.start_ms is not None
    assert first.start_ms < -200
    assert seen.url.endswith("/next")
    assert all(request.start_ms >= 0 for request in seen.requests)
    assert len([paint for paint in seen.paints if paint.name == "first-contentful-paint"]) == 1


def test_dialogs_are_answered(load: Load, server: WebServer) -> None:
    js = "addEventListener('beforeunload', (e) => e.preventDefault()); alert('sale!'); prompt('name?');"
    server.page("/", f"<h1>Hello</h1><script>{js}</script>")
    server.page("/next", "<h1>Next</h1>")

    def journey(page: Page) -> None:
        page.goto("/")
        page.click("h1")  # without a gesture the browser would not ask before it leaves
        page.goto("/next")

    seen = load(journey)
    assert (seen.outcome, seen.url) == (LoadOutcome.OK, f"{server.url}/next")


# What the page weighs, and what of it could wait


def test_an_answer_weighs_what_came_of_it_whether_it_ended_or_not(load: Load, server: WebServer) -> None:
    """A body that nobody reads, a stream that goes on, one that breaks off, a refusal, and an ordinary file."""

    def stream(handler: BaseHTTPRequestHandler) -> None:
        _begin(handler, "text/event-stream")
        handler.wfile.write(b"data: " + b"y" * 2992 + b"\n\n")
        server.hang(handler)

    def cut(handler: BaseHTTPRequestHandler) -> None:
        _begin(handler, "text/plain", length=100_000)
        handler.wfile.write(b"z" * 5000)
        handler.wfile.flush()
        time.sleep(0.1)
        handler.connection.shutdown(socket.SHUT_RDWR)

    js = """fetch('/unread'); new EventSource('/stream'); fetch('/cut').then((r) => r.text()).catch(() => 0);
            fetch('http://127.0.0.1:1/').catch(() => 0);"""
    server.page("/", f'<h1>Hello</h1><script src="/app.js"></script><script>{js}</script>')
    server.routes["/app.js"] = server.reply("//" + "j" * 4998, content_type="text/javascript", ETag='"1"')
    server.routes["/unread"] = server.reply("x" * 2_000_000, content_type="text/plain", Cache_Control="no-store")
    server.routes["/stream"], server.routes["/cut"] = stream, cut
    seen = load()
    sizes = {
        r.url.rpartition("/")[2]: (transferred_bytes(r), r.end_ms is None, r.failed)
        for r in seen.requests
        if not r.url.startswith(f"{server.url}/favicon")
    }
    headers = 400  # of one answer, at most
    for name, body, open_, failed in (
        ("app.js", 5000, False, False),
        ("unread", 2_000_000, True, False),
        ("stream", 3000, True, False),
        ("cut", 5000, False, True),
    ):
        size, is_open, has_failed = sizes[name]
        assert (is_open, has_failed) == (open_, failed), name
        assert size is not None
        assert body < size < body + headers, name
    assert js_bytes(seen).value == sizes["app.js"][0]
    weight = page_bytes(seen).value
    assert weight is not None
    assert 2_013_000 < weight < 2_016_000
    refused = next(r for r in seen.requests if r.url == "http://127.0.0.1:1/")
    assert (refused.failed, transferred_bytes(refused)) == (True, 0)


def _begin(handler: BaseHTTPRequestHandler, content_type: str, length: int | None = None) -> None:
    handler.send_response(200)
    handler.send_header("Content-Type", content_type)
    if length is not None:
        handler.send_header("Content-Length", str(length))
    handler.end_headers()
    handler.wfile.flush()


def test_the_headers_that_let_a_file_be_kept_are_seen(load: Load, server: WebServer) -> None:
    server.page("/", '<h1>Hello</h1><script src="/kept.js"></script><script src="/bare.js"></script>')
    server.routes["/kept.js"] = server.reply("1", content_type="text/javascript", Cache_Control="max-age=60", ETag="x")
    server.routes["/bare.js"] = server.reply("1", content_type="text/javascript")
    seen = load()
    headers = {r.url.rpartition("/")[2]: r.cache_headers for r in seen.requests if r.type == "Script"}
    assert headers == {"kept.js": CacheHeaders(cache_control="max-age=60", etag=True), "bare.js": CacheHeaders()}
    assert uncached(seen) == Metric(1.0)


@pytest.mark.parametrize("scrolls", [False, True])
def test_images_below_the_first_screen_are_told_apart(load: Load, server: WebServer, scrolls: bool) -> None:
    """Also when the journey has scrolled to them."""
    server.routes["/i.bmp"] = server.reply(BITMAP, content_type="image/bmp", Cache_Control="max-age=60")
    server.page(
        "/",
        """<h1>Hello</h1><form name="images"></form><img src="/i.bmp?top"><img src="/i.bmp?hidden" hidden>
        <img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=">
        <div style="height: 6000px; width: 5000px"></div>
        <img src="/i.bmp?below"><img src="/i.bmp?lazy" loading="lazy">
        <img src="/i.bmp?right" style="position: absolute; top: 0; left: 4000px">""",
    )

    def journey(page: Page) -> None:
        page.goto("/")
        if scrolls:
            page.evaluate("scrollTo(0, 6000)")

    seen = load(journey)
    assert seen.images is not None
    found = {image.url.rpartition("?")[2]: (image.first_screen, image.loading == "lazy") for image in seen.images}
    assert found == {
        "top": (True, False),
        "hidden": (False, False),
        "data:": (found["data:"][0], False),
        "below": (False, False),
        "lazy": (False, True),
        "right": (False, False),
    }
    assert eager_images(seen) == Metric(3.0)


def test_a_journey_that_clicks_has_an_inp_and_one_that_looks_on_has_none(load: Load, server: WebServer) -> None:
    server.page("/", f"<h1>Hello</h1><button id='b' onclick=\"{BUSY_120}\">Buy</button>")

    def journey(page: Page) -> None:
        page.goto("/")
        page.click("#b")
        page.wait_for_timeout(300)

    clicked_ms = inp(load(journey)).value
    assert clicked_ms is not None
    assert clicked_ms >= 120
    assert inp(load()) == missing(MissingReason.NO_INTERACTION)


# TTI, with the specified quiet window


def test_a_long_task_after_load_is_waited_for_and_tti_is_its_end(load: Load, server: WebServer) -> None:
    """The last one is in a frame of the same origin, which shares the main thread and counts as well."""
    server.page("/frame", f"<p>inside</p><script>{busy_js(200, after_ms=1200)}</script>")
    server.page("/", f'<h1>Hello</h1><iframe src="/frame"></iframe><script>{busy_js(300, after_ms=600)}</script>')
    seen = load(pace=FULL)
    own, framed = [task for task in seen.long_tasks if task.duration_ms >= 190]
    assert (own.name, framed.name) == ("self", "same-origin-descendant")
    assert seen.settled
    assert tti(seen).value == framed.start_ms + framed.duration_ms
    assert seen.end_ms is not None
    assert seen.end_ms >= framed.start_ms + framed.duration_ms + 5000


def polling_js(*expressions: str) -> str:
    """Four loops for each expression, for ever."""
    loops = (f"for (let i = 0; i < 4; i++) (async () => {{ for (;;) {{ {e}; }} }})();" for e in expressions)
    return " ".join(loops)


UNCOUNTED = (
    "await (await fetch('/none')).text()",
    "await (await fetch('/api', {method: 'POST'})).text()",
    "navigator.sendBeacon('/api'); await new Promise((r) => setTimeout(r, 100))",
)
TASKS = "await new Promise((r) => setTimeout(r, 2000)); let t = performance.now(); while (performance.now() - t < 80)"
POLLED = {
    "GETs whose bodies are read": (polling_js("await (await fetch('/api')).text()"), False, MissingReason.NO_NET_QUIET),
    "GETs whose bodies are never read": (polling_js("await fetch('/large')"), False, None),
    "404s, POSTs and beacons": (polling_js(*UNCOUNTED), True, None),
    "80 ms tasks": (polling_js(TASKS), False, MissingReason.NO_CPU_QUIET),
}


@pytest.mark.parametrize("case", POLLED)
def test_a_page_that_never_rests(load: Load, server: WebServer, case: str) -> None:
    js, settles, reason = POLLED[case]
    server.page("/", f"<h1>Hello</h1><script>{js}</script>")
    server.routes["/api"] = server.reply("x" * 2000, content_type="text/plain", delay_s=0.1, Cache_Control="no-store")
    server.routes["/large"] = server.reply("x" * 8_000_000, content_type="text/plain", Cache_Control="no-store")
    server.routes["/none"] = server.reply(status=404, delay_s=0.1)
    seen = load(pace=FULL, deadline_s=20 if settles else 7)
    assert seen.outcome is LoadOutcome.OK
    assert seen.settled is settles
    assert ("did not settle" in seen.reason) is not settles
    if reason is not MissingReason.NO_CPU_QUIET:
        seen = replace(seen, long_tasks=())  # a busy machine makes tasks of its own: this case is about the network
    if reason is None:
        first_paint_ms, dcl_end_ms = fcp(seen).value, seen.timing.dcl_end_ms
        assert first_paint_ms is not None
        assert dcl_end_ms is not None
        assert tti(seen).value == max(first_paint_ms, dcl_end_ms)
    else:
        assert tti(seen) == missing(reason)


# Pages that cannot be judged


@pytest.mark.parametrize("body", ["<h1>Out of order</h1>", ""])
@pytest.mark.parametrize("status", [404, 500])
def test_an_error_status_is_no_measurement(load: Load, server: WebServer, status: int, body: str) -> None:
    server.routes["/"] = server.reply(body, status=status)
    seen = load(pace=FULL)
    assert (seen.outcome, seen.status) == (LoadOutcome.HTTP_ERROR, status)
    assert str(status) in seen.reason
    assert fcp(seen) == lcp(seen) == tti(seen) == missing(MissingReason.NOT_MEASURED)


def test_an_error_status_explains_a_journey_that_fails_on_it(load: Load, server: WebServer) -> None:
    server.page("/", "<h1>Out of order</h1>", status=503)

    def journey(page: Page) -> None:
        page.goto("/")
        page.click("#buy", timeout=200)

    assert load(journey).outcome is LoadOutcome.HTTP_ERROR


def test_a_blank_page_has_no_first_paint(load: Load, server: WebServer) -> None:
    server.page("/", '<div id="app"></div>')
    seen = load()
    assert (seen.outcome, seen.status) == (LoadOutcome.OK, 200)
    assert fcp(seen) == tti(seen) == missing(MissingReason.NO_FCP)
    assert lcp(seen) == missing(MissingReason.NO_LCP)


def test_a_page_without_its_ready_element_is_not_ready(load: Load, server: WebServer) -> None:
    seen = load(ready="#total")
    assert (seen.outcome, seen.reason) == (LoadOutcome.NOT_READY, "#total did not appear")
    assert seen.ready is not None
    assert seen.ready.found_ms is None


def test_a_ready_element_that_comes_late_is_waited_for(load: Load, server: WebServer) -> None:
    js = "setTimeout(() => document.body.insertAdjacentHTML('beforeend', '<p id=total>9</p>'), 1200)"
    server.page("/", f"<h1>Hello</h1><script>fetch('/slow'); {js}</script>")
    server.routes["/slow"] = server.reply("x", delay_s=1.2)
    seen = load(ready="#total")
    assert seen.outcome is LoadOutcome.OK
    assert seen.ready is not None
    assert seen.ready.found_ms is not None
    assert seen.ready.found_ms >= 1200
    assert seen.end_ms is not None
    assert seen.end_ms >= seen.ready.found_ms + 200


def test_a_ready_selector_must_be_css(load: Load) -> None:
    seen = load(ready="role=total")
    assert seen.outcome is LoadOutcome.JOURNEY_ERROR
    assert re.search(r"test_capture.py:\d+: ready= is not a CSS selector: .*'role=total'", seen.reason)


@pytest.mark.parametrize("after_ms", [0, 100])
def test_a_page_that_reloads_itself_for_ever_is_told_as_that(load: Load, server: WebServer, after_ms: int) -> None:
    server.page("/", f"<h1>Hello</h1><script>setTimeout(() => location.reload(), {after_ms})</script>")
    seen = load(deadline_s=2, pace=FULL)
    assert re.search(r"/ navigated away \d{2,} times within 2 s: see what reloads it", seen.reason)


def test_a_hanging_sub_resource_leaves_the_page_measurable(load: Load, server: WebServer) -> None:
    server.page("/", '<h1>Hello</h1><img src="/stuck.png">')
    server.routes["/stuck.png"] = server.hang
    seen = load(deadline_s=1.5)
    assert (seen.outcome, seen.settled) == (LoadOutcome.OK, False)
    assert "its load event has not fired" in seen.reason
    assert fcp(seen).value is not None
    assert seen.timing.load_end_ms is None
    assert next(r for r in seen.requests if r.url.endswith("stuck.png")).end_ms is None


def goes_to(server: WebServer, url: str, way: str) -> Callable[[Page], object]:
    """A journey that has a stranger's document opened."""
    server.routes["/away"] = server.reply(status=302, Location=url)
    server.page("/script", f"<h1>Hello</h1><script>location = '{url}'</script>")
    server.page("/late", f"<h1>Hello</h1><script>setTimeout(() => {{ location = '{url}' }}, 150)</script>")
    server.page("/popup", f"<h1 onclick=\"window.open('{url}')\">Hello</h1>")
    server.page("/popup-away", "<h1 onclick=\"window.open('/away')\">Hello</h1>")
    server.page(
        "/popup-later", f"<h1 onclick=\"const w = window.open('about:blank'); w.location = '{url}'\">Hello</h1>"
    )
    server.page("/link", f"<a href='{url}' target=_blank rel=noopener><h1>Hello</h1></a>")
    server.page("/form", f"<form action='{url}' method=post target=_blank><button><h1>Hello</h1></button></form>")

    def journey(page: Page) -> None:
        match way:
            case "goto":
                page.goto(url)
            case "goto, and home":
                with suppress(PlaywrightError):
                    page.goto(url)
                page.goto("/")
            case "redirect, and home":
                with suppress(PlaywrightError):
                    page.goto("/away")
                page.goto("/")
            case "popup alone":
                popup = page.context.new_page()
                with suppress(PlaywrightError):
                    popup.goto(url)
            case _:
                with suppress(PlaywrightError):
                    page.goto(f"/{way}")
                    page.click("h1", timeout=10_000 if way in POPUP_WAYS else 500)

    return journey


UNNAMED = "127.0.0.2 is not named in targets or allowed_hosts of the SLO file"
WAYS = ("goto", "goto, and home", "away", "redirect, and home", "script", "late")
POPUP_WAYS = ("popup", "popup-away", "popup-later", "link", "form", "popup alone")


@pytest.mark.parametrize("way", [*WAYS, *POPUP_WAYS])
def test_a_strangers_document_is_refused_before_it_is_asked_for(
    load: Load, server: WebServer, stranger: WebServer, way: str
) -> None:
    url = f"http://127.0.0.2:{stranger.port}/shop"
    seen = load(goes_to(server, f"{url.replace('//', '//kim:opensesame@')}?ticket=st-1234", way), guarded=True)
    assert stranger.seen == []
    assert (seen.outcome, seen.reason) == (
        LoadOutcome.REDIRECTED_AWAY,
        f"it was to open {url}, but {UNNAMED}; nothing was sent there",
    )
    assert "opensesame" not in repr(seen)


@pytest.mark.parametrize("way", [*WAYS, "popup", "link"])
def test_without_the_guard_a_load_that_went_to_a_stranger_is_not_judged(
    load: Load, server: WebServer, stranger: WebServer, way: str
) -> None:
    url = f"http://127.0.0.2:{stranger.port}/shop"
    stranger.page("/shop", "<h1>Somebody else</h1>")
    seen = load(goes_to(server, url, way), pace=Pace(quiet_ms=2000))  # a popup takes its time on a busy machine
    assert (seen.outcome, seen.reason) == (
        LoadOutcome.REDIRECTED_AWAY,
        f"it went to {url}, but {UNNAMED}",
    )


def test_a_pages_parts_and_its_own_popups_pass_the_guard(load: Load, server: WebServer, stranger: WebServer) -> None:
    there = f"http://127.0.0.2:{stranger.port}"
    parts = f"<img src='{there}/hero.bmp'><script src='{there}/lib.js'></script><iframe src='{there}/frame'></iframe>"
    server.page("/", f"<h1 onclick=\"window.open('/help')\">Hello</h1>{parts}")
    server.page("/help", "<h1>Help</h1>")
    stranger.routes["/hero.bmp"] = server.reply(BITMAP, content_type="image/bmp")
    stranger.routes["/lib.js"] = server.reply("console.error('lib')", content_type="text/javascript")
    stranger.page("/frame", f"<img src='{there}/inside.bmp'>")
    stranger.routes["/inside.bmp"] = server.reply(BITMAP, content_type="image/bmp")

    def journey(page: Page) -> None:
        page.goto("/")
        with page.expect_popup() as popup:
            page.click("h1")
        popup.value.wait_for_selector("text=Help")

    seen = load(journey, guarded=True)
    assert (seen.outcome, seen.console_errors) == (LoadOutcome.OK, ("lib",))
    assert {path for _, path, _ in stranger.seen} == {"/hero.bmp", "/lib.js", "/frame", "/inside.bmp"}


def test_after_a_guarded_load_nothing_is_guarded(load: Load, server: WebServer, stranger: WebServer) -> None:
    assert load(guarded=True).outcome is LoadOutcome.OK
    stranger.page("/shop", "<h1>Somebody else</h1>")
    load(f"http://127.0.0.2:{stranger.port}/shop")
    assert ("GET", "/shop", "") in stranger.seen


def test_a_document_without_a_host_is_not_the_page(load: Load) -> None:
    seen = load("data:text/html,<h1>Hello")
    assert (seen.outcome, seen.reason) == (LoadOutcome.REDIRECTED_AWAY, "it ended on an address without a host (data:)")


@pytest.mark.parametrize("first", ["/missing", "/moved"])
@pytest.mark.parametrize("swallows", [True, False])
def test_an_error_without_a_page_is_told_with_its_address(
    load: Load, server: WebServer, first: str, swallows: bool
) -> None:
    server.routes["/missing"] = server.reply(status=404)
    server.routes["/moved"] = server.reply(status=302, Location="/missing?token=abcdefgh")

    def journey(page: Page) -> None:
        page.goto("/")
        with suppress(PlaywrightError) if swallows else nullcontext():
            page.goto(first)

    seen = load(journey)
    query = "" if first == "/missing" else "?token=***"
    assert (seen.outcome, seen.reason) == (
        LoadOutcome.HTTP_ERROR,
        f"{server.url}/missing{query} answered with status 404",
    )
    assert seen.status == 404


def test_a_document_that_did_not_arrive_is_not_measured_by_the_one_before(load: Load) -> None:
    def journey(page: Page) -> None:
        page.goto("/")
        with suppress(PlaywrightError):
            page.goto("http://127.0.0.1:1/")

    seen = load(journey)
    assert (seen.outcome, seen.reason) == (LoadOutcome.NO_RESPONSE, "http://127.0.0.1:1/ did not load")


def test_a_server_that_refuses(load: Load, server: WebServer) -> None:
    server.close()
    seen = load()
    assert (seen.outcome, seen.reason) == (
        LoadOutcome.NO_RESPONSE,
        f"{server.url}/: the server refused the connection (ERR_CONNECTION_REFUSED)",
    )


def test_a_server_that_says_nothing(load: Load, server: WebServer) -> None:
    server.routes["/"] = server.hang
    seen = load(deadline_s=1)
    assert (seen.outcome, seen.reason) == (LoadOutcome.NO_RESPONSE, f"{server.url}/: no answer within 1 s")


def test_a_page_after_which_the_server_says_nothing_is_not_measured_by_the_page_before(
    load: Load, server: WebServer
) -> None:
    """Not even if the journey swallows the error."""
    server.routes["/slow"] = server.hang

    def journey(page: Page) -> None:
        page.goto("/")
        with suppress(PlaywrightError):
            page.goto("/slow", timeout=300)

    seen = load(journey, deadline_s=1.5)
    assert (seen.outcome, seen.reason) == (LoadOutcome.NO_RESPONSE, f"{server.url}/slow: no answer within 1.5 s")


def test_a_slow_redirect_by_script_is_waited_for(load: Load, server: WebServer) -> None:
    server.page("/", "<h1>One moment</h1><script>location = '/shop'</script>")
    server.routes["/shop"] = server.reply("<h1>Shop</h1>", delay_s=1.5)
    seen = load()
    assert (seen.outcome, seen.url) == (LoadOutcome.OK, f"{server.url}/shop")


def test_a_server_that_does_not_speak_tls(load: Load, server: WebServer) -> None:
    seen = load(base_url=f"https://127.0.0.1:{server.port}")
    assert seen.outcome is LoadOutcome.NO_RESPONSE
    assert "does not speak TLS" in seen.reason


@pytest.mark.parametrize(("verify_tls", "outcome"), [(True, LoadOutcome.NO_RESPONSE), (False, LoadOutcome.OK)])
def test_a_self_signed_certificate_is_refused_unless_allowed(
    load: Load, server: WebServer, tmp_path: Path, verify_tls: bool, outcome: LoadOutcome
) -> None:
    pem = tmp_path / "server.pem"
    pem.write_text(SELF_SIGNED)
    server.speak_tls(pem)
    seen = load(verify_tls=verify_tls)
    assert seen.outcome is outcome
    assert ("certificate is not trusted" in seen.reason) is verify_tls


def test_a_download_is_not_a_page(load: Load, server: WebServer) -> None:
    attachment = "attachment; filename=prices.zip"
    server.routes["/"] = server.reply(b"PK", content_type="application/zip", Content_Disposition=attachment)
    seen = load()
    assert seen.outcome is LoadOutcome.DOWNLOAD
    assert "a file to download" in seen.reason


def test_a_crashed_renderer_is_said(load: Load, own_browser: RunningBrowser) -> None:
    def journey(page: Page) -> None:
        page.goto("/")
        for process in own_browser.process.children(recursive=True):
            if "--type=renderer" in process.cmdline():
                process.kill()
        page.wait_for_timeout(5000)

    assert load(journey, browser=own_browser).outcome is LoadOutcome.CRASHED
    assert load(browser=own_browser).outcome is LoadOutcome.OK  # the next load has a renderer of its own


@pytest.mark.parametrize("when", ["while it loads", "after it has loaded"])
def test_a_main_thread_that_hangs_for_ever_ends_in_time(
    load: Load, server: WebServer, own_browser: RunningBrowser, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    monkeypatch.setattr(loading, "ANSWER_LIMIT_S", 1.0)
    loop = "for (;;);" if when == "while it loads" else "setTimeout(() => { for (;;); }, 100);"
    server.page("/", f"<h1>Hello</h1><script>requestAnimationFrame(() => setTimeout(() => {{ {loop} }}));</script>")
    seen = load(browser=own_browser, deadline_s=2)
    assert seen.outcome is LoadOutcome.DEADLINE
    assert "main thread took longer than 1 s" in seen.reason
    assert own_browser.timed_out == seen.reason
    assert own_browser.why_gone()


def test_a_page_that_reloads_itself_for_ever_ends_in_time(load: Load, server: WebServer) -> None:
    server.page("/", "<h1>Hello</h1><script>setTimeout(() => location.reload(), 20)</script>")
    seen = load(deadline_s=2)
    assert not seen.settled
    assert len(seen.navigations) > 3


# Journeys that fail


def test_a_journey_that_raises_is_named_with_its_line(load: Load) -> None:
    def journey(page: Page) -> None:
        page.goto("/")
        raise AssertionError("the cart is empty")

    seen = load(journey)
    assert seen.outcome is LoadOutcome.JOURNEY_ERROR
    line = journey.__code__.co_firstlineno + 2
    assert seen.reason == f"test_capture.py:{line}: home raised AssertionError: the cart is empty"


def test_a_journey_that_waits_for_what_does_not_come(load: Load) -> None:
    def journey(page: Page) -> None:
        page.goto("/")
        page.fill("#password", SECRET, timeout=200)

    seen = load(journey)
    assert seen.outcome is LoadOutcome.JOURNEY_ERROR
    assert 'waiting for locator("#password")' in seen.reason


def test_a_journey_that_opens_nothing(load: Load) -> None:
    seen = load(lambda page: None)  # noqa: ARG005 (that is the case)
    assert seen.outcome is LoadOutcome.JOURNEY_ERROR
    assert "opened no page" in seen.reason


def test_a_journey_that_closes_its_page(load: Load) -> None:
    def journey(page: Page) -> None:
        page.goto("/")
        page.close()

    seen = load(journey)
    assert seen.outcome is LoadOutcome.JOURNEY_ERROR
    assert re.search(r"test_capture.py:\d+: the page was closed while it was measured$", seen.reason)


def test_an_answer_without_content(load: Load, server: WebServer) -> None:
    server.routes["/"] = server.reply(status=204)
    assert load().outcome is LoadOutcome.JOURNEY_ERROR


def test_a_killed_browser_is_no_outcome_of_a_page(load: Load, own_browser: RunningBrowser) -> None:
    def journey(page: Page) -> None:
        page.goto("/")
        own_browser.process.kill()
        page.goto("/")

    with pytest.raises(PlaywrightError):
        load(journey, browser=own_browser)
    assert own_browser.why_gone() == "the browser was killed, or it crashed"


# Secrets


@pytest.mark.parametrize("path", ["/", "/missing", "/error", "/away"])
def test_no_reason_holds_the_credentials_of_an_address(load: Load, server: WebServer, path: str) -> None:
    server.routes["/missing"] = server.reply(status=404)
    server.page("/error", "<h1>Out of order</h1>", status=500)
    server.routes["/away"] = server.reply(status=302, Location="http://kim:open'sesame@127.0.0.2:9/")
    address = f"http://kim:open'sesame@127.0.0.1:{server.port}{path}"
    assert "sesame" not in repr(load(address))
    server.close()
    assert "sesame" not in repr(load(address))


def test_no_secret_reaches_the_file(load: Load, server: WebServer, tmp_path: Path) -> None:
    server.page("/", f"<h1>Hello</h1><img src='/i?api_key={SECRET}'><script>console.error('{SECRET}')</script>")
    server.routes["/i"] = server.reply(status=204)

    def journey(page: Page) -> None:
        page.goto(f"/?token={SECRET}")
        page.goto(f"/?session={SECRET}&q=shoes")

    def failing(page: Page) -> None:
        page.goto("/")
        raise ValueError(SECRET)

    path = tmp_path / "pages.jsonl"
    with PageLoadWriter(path) as writer:
        writer.append(load(journey))
        writer.append(load(failing))
    written = path.read_text()
    assert SECRET not in written
    assert "q=shoes" in written
    assert 'console_errors":["***"' in written


def test_the_content_of_a_data_address_is_not_kept(load: Load, server: WebServer) -> None:
    server.page("/", '<h1>Hello</h1><img src="data:image/svg+xml,%3Csvg xmlns=%22http://www.w3.org/2000/svg%22/%3E">')
    urls = [request.url for request in load().requests if request.url.startswith("data:")]
    assert set(urls) <= {"data:image/svg+xml"}


SELF_SIGNED = """
-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQga5Tf6Ul8Tei5nzzS
qDYLqDHE6fkzaToxgSUy65ligm6hRANCAATeJS4rVoK99MkGYZqtLn2W3tg4lGi8
cbksXDKePpcrop9Ag00CyWIKeuSIRc6HEMwE/vmoLRPsjij8k1T6Ulg3
-----END PRIVATE KEY-----
-----BEGIN CERTIFICATE-----
MIIBkDCCATagAwIBAgIUX4n+kkCNxyOnoMzhC5CJ7O4uVQowCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJMTI3LjAuMC4xMCAXDTI2MTEyMzE1MTYxM1oYDzIxMjYxMDMw
MTUxNjEzWjAUMRIwEAYDVQQDDAkxMjcuMC4wLjEwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAATeJS4rVoK99MkGYZqtLn2W3tg4lGi8cbksXDKePpcrop9Ag00CyWIK
euSIRc6HEMwE/vmoLRPsjij8k1T6Ulg3o2QwYjAdBgNVHQ4EFgQU6iod51kACowd
evvPdl08isl/vxQwHwYDVR0jBBgwFoAU6iod51kACowdevvPdl08isl/vxQwDwYD
VR0TAQH/BAUwAwEB/zAPBgNVHREECDAGhwR/AAABMAoGCCqGSM49BAMCA0gAMEUC
IEHXegBH626WOg3BhlQj8ZrwNTHXE+y5ncmv2BNtcEo4AiEAuM+BWfwMt557H/Px
MfS0XzoHs0XnLnABEENRsUbsjSw=
-----END CERTIFICATE-----
"""  # for 127.0.0.1, made for these tests, valid for a hundred years


# Warm loads


@pytest.mark.parametrize("guarded", [False, True])
def test_a_warm_load_finds_in_the_cache_what_the_page_needs(load: Load, server: WebServer, guarded: bool) -> None:
    later = "setTimeout(() => { new Image().src = '/late.bmp' }, 200)"
    server.page("/", f'<h1>Hello</h1><img src="/hero.bmp"><script>{later}</script>')
    for path in ("/hero.bmp", "/late.bmp"):
        server.routes[path] = server.reply(BITMAP, content_type="image/bmp", Cache_Control="max-age=600")
    seen = load(warm=True, guarded=guarded, pace=Pace(quiet_ms=500))
    assert (seen.outcome, seen.cache, seen.settled) == (LoadOutcome.OK, "warm", True)
    assert [r.from_cache for r in seen.requests if r.type == "Image"] == [True, True]
    assert len(seen.navigations) == 1
    assert [path for _, path, _ in server.seen if path != "/favicon.ico"].count("/") == 2
    assert [path for _, path, _ in server.seen].count("/hero.bmp") == 1
    assert fcp(seen).value is not None


def test_every_warm_load_fills_its_own_cache(load: Load, server: WebServer) -> None:
    """A context is not shared, so the second of two loads is no warmer than the first."""
    server.page("/", '<h1>Hello</h1><img src="/hero.bmp">')
    server.routes["/hero.bmp"] = server.reply(BITMAP, content_type="image/bmp", Cache_Control="max-age=600")
    loads = [load(), load(warm=True), load()]
    assert [seen.cache for seen in loads] == ["cold", "warm", "cold"]
    assert [r.from_cache for seen in loads for r in seen.requests if r.url.endswith("hero.bmp")] == [False, True, False]
    assert [path for _, path, _ in server.seen].count("/hero.bmp") == 3


def test_a_cache_that_cannot_be_filled_is_the_outcome_of_the_load(load: Load, server: WebServer) -> None:
    server.page("/", "<h1>Closed</h1>", status=503)
    seen = load(warm=True)
    assert (seen.outcome, seen.cache) == (LoadOutcome.HTTP_ERROR, "warm")
    assert seen.reason.startswith("while its cache was filled: ")
    assert [path for _, path, _ in server.seen if path == "/"] == ["/"]


def test_a_warm_load_that_hangs_while_its_cache_is_filled_ends_in_time(
    load: Load, own_browser: RunningBrowser, server: WebServer
) -> None:
    server.page("/", "<h1>Hello</h1><script>for (;;);</script>")
    seen = load(warm=True, browser=own_browser, deadline_s=1)
    assert seen.outcome is LoadOutcome.DEADLINE
    assert own_browser.timed_out is not None


# A text to be ready by


@pytest.mark.parametrize(
    "body",
    [
        "<p>Your basket is empty</p>",
        "<p>YOUR\n   <b>bas</b>ket</p>",
        "<p hidden>your basket</p>",
        "<p id=late></p><script>setTimeout(() => { late.textContent = 'Your basket' }, 100)</script>",
        "<p id=late>x</p><script>setTimeout(() => { late.firstChild.data = 'Your basket' }, 100)</script>",
    ],
)
def test_a_page_is_ready_by_a_text_of_it(load: Load, server: WebServer, body: str) -> None:
    server.page("/", f"<h1>Hello</h1>{body}")
    seen = load(ready="text=Your basket")
    assert (seen.outcome, seen.reason) == (LoadOutcome.OK, "")
    assert seen.ready is not None
    assert seen.ready.selector == "text=Your basket"
    assert seen.ready.found_ms is not None
    assert seen.ready.found_ms >= (100 if "setTimeout" in body else 0)


@pytest.mark.parametrize(
    "body",
    ["", "<p>Your</p> <p>wish list</p>", "<script>var title = 'Your basket'</script>", "<input value='Your basket'>"],
)
def test_a_page_without_the_text_is_not_ready(load: Load, server: WebServer, body: str) -> None:
    server.page("/", f"<h1>Hello</h1>{body}")
    seen = load(ready="text=Your basket")
    assert (seen.outcome, seen.reason) == (LoadOutcome.NOT_READY, "text=Your basket did not appear")


# HTTP Basic


@pytest.fixture
def closed(server: WebServer) -> None:
    """A page and an image, both for whoever knows the password."""

    def closed_to_strangers(path: str, content: str | bytes, content_type: str) -> None:
        def answer(handler: BaseHTTPRequestHandler) -> None:
            if handler.headers.get("Authorization") == "Basic " + b64encode(f"kim:{SECRET}".encode()).decode():
                server.reply(content, content_type=content_type)(handler)
            else:
                server.reply("no", status=401, WWW_Authenticate='Basic realm="shop"')(handler)

        server.routes[path] = answer

    closed_to_strangers("/", '<h1>Hello</h1><img src="/pictures/hero.bmp">', "text/html")
    closed_to_strangers("/pictures/hero.bmp", BITMAP, "image/bmp")


@pytest.mark.parametrize("guarded", [False, True])
@pytest.mark.parametrize("warm", [False, True])
def test_a_host_that_asks_for_a_password_is_given_it(
    load: Load, server: WebServer, closed: None, guarded: bool, warm: bool
) -> None:
    seen = load(credentials=Credentials("kim", SECRET), guarded=guarded, warm=warm)
    assert (seen.outcome, seen.status) == (LoadOutcome.OK, 200)
    assert [(r.status, r.failed) for r in seen.requests if r.type == "Image"] == [(200, False)]
    assert SECRET not in repr(seen)


def test_a_wrong_password_is_an_error_and_no_endless_question(load: Load, server: WebServer, closed: None) -> None:
    seen = load(credentials=Credentials("kim", "wrong-password"))
    assert (seen.outcome, seen.status) == (LoadOutcome.HTTP_ERROR, 401)
    assert [path for _, path, _ in server.seen].count("/") == 2


def test_the_password_is_for_the_target_alone(load: Load, server: WebServer, stranger: WebServer) -> None:
    given: list[str | None] = []

    def ask(handler: BaseHTTPRequestHandler) -> None:
        given.append(handler.headers.get("Authorization"))
        server.reply("no", status=401, WWW_Authenticate='Basic realm="shop"')(handler)

    stranger.routes["/frame"] = ask
    server.page("/", f'<h1>Hello</h1><iframe src="http://127.0.0.2:{stranger.port}/frame"></iframe>')
    assert load(credentials=Credentials("kim", SECRET)).outcome is LoadOutcome.OK
    assert given == [None]


# Interactions


CLICKED = """<h1>Hello</h1><button id="more">More</button><input id="amount"><p id="out"></p><script>
    more.addEventListener("click", () => {
        const until = performance.now() + 120; while (performance.now() < until);
        out.innerHTML = "<img src='/hero.bmp'>";
    });</script>"""


def click_and_type(page: Page) -> None:
    page.click("#more")
    page.fill("#amount", "")
    page.type("#amount", "12")


def test_what_a_visitor_does_on_the_page_is_recorded(load: Load, server: WebServer) -> None:
    server.page("/", CLICKED)
    server.routes["/hero.bmp"] = server.reply(BITMAP, content_type="image/bmp", delay_s=0.3)
    seen = load(interaction=click_and_type, pace=FULL)
    assert (seen.outcome, seen.reason, seen.settled) == (LoadOutcome.OK, "", True)
    assert seen.interacted_ms is not None
    assert seen.end_ms is not None
    assert 5000 < seen.interacted_ms < seen.end_ms
    clicks = [event for event in seen.input_events if event.name == "click"]
    assert [event.duration_ms >= 120 for event in clicks] == [True]
    assert all(event.start_ms >= seen.interacted_ms for event in seen.input_events)
    image = next(request for request in seen.requests if request.type == "Image")
    assert image.end_ms is not None  # the recording went on until what the click set off was over
    assert seen.end_ms >= image.end_ms


def test_what_a_visitor_does_changes_no_metric_of_the_load(load: Load, server: WebServer) -> None:
    """Neither the long task of the click nor the picture that it shows, which is the largest thing on the page."""
    server.page("/", CLICKED)
    server.routes["/hero.bmp"] = server.reply(BITMAP, content_type="image/bmp")
    seen = load(interaction=click_and_type, pace=FULL)
    assert [task.start_ms > 5000 for task in seen.long_tasks][-1:] == [True]
    assert [candidate.url for candidate in seen.lcp_candidates] == [None]
    for metric in (fcp, lcp, tti):
        value_ms = metric(seen).value
        assert value_ms is not None
        assert value_ms < 2000


def test_a_page_that_was_left_by_a_click_is_not_measured(load: Load, server: WebServer) -> None:
    server.page("/", '<h1>Hello</h1><a id="on" href="/next">on</a>')
    server.page("/next", "<h1>Next</h1>")
    seen = load(interaction=lambda page: page.click("#on"))
    assert seen.outcome is LoadOutcome.JOURNEY_ERROR
    assert seen.reason == f"its interaction opened {server.url}/next: it must stay on the page that is measured"


def test_an_interaction_that_raises_is_told_with_its_line(load: Load) -> None:
    def impatient(page: Page) -> None:
        page.click("#nowhere", timeout=200)

    seen = load(interaction=impatient)
    assert seen.outcome is LoadOutcome.JOURNEY_ERROR
    assert "the interaction of home raised TimeoutError" in seen.reason
    assert "test_capture.py:" in seen.reason


def test_an_interaction_that_never_ends_costs_its_load_alone(load: Load, own_browser: RunningBrowser) -> None:
    seen = load(interaction=lambda page: page.wait_for_timeout(60_000), browser=own_browser, deadline_s=3)
    assert seen.outcome is LoadOutcome.JOURNEY_ERROR
    assert "did not come to its end within" in seen.reason


def test_the_headers_that_protect_a_page_are_seen_without_the_secrets_in_them(load: Load, server: WebServer) -> None:
    policy = "default-src 'self'; report-uri /csp?token=s3cr3tvalue"
    server.routes["/"] = server.reply(
        "<!doctype html><h1>Hello</h1>", Content_Security_Policy=policy, X_Frame_Options="DENY", Set_Cookie="sid=abc"
    )
    seen = load()
    document = next(r for r in seen.requests if r.type == "Document")
    assert document.headers == {
        "content-security-policy": "default-src 'self'; report-uri /csp?token=***",
        "content-type": "text/html",
        "x-frame-options": "DENY",
    }
