"""The facts of a load from Chromium's DevTools, from Playwright's events in that Chromium, and in a real Firefox."""

import json
import socket
from base64 import b64encode
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from pictures import BITMAP
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Page
from webserver import WebServer

from nginx import make_certificate
from slogate.analyzer.web import METRICS
from slogate.analyzer.web.facts import CacheHeaders, LoadOutcome, PageLoad, Untold
from slogate.analyzer.web.metric import MissingReason
from slogate.redact import Redactor
from slogate.vitals.capture import capture
from slogate.vitals.journeys import PageJourney
from slogate.vitals.running import RunningBrowser
from slogate.vitals.settle import Pace
from slogate.vitals.site import Site
from slogate.vitals.visit import Visit

HURRIED = Pace(quiet_ms=300, idle_ms=300)
SECRET = "hunter2-hunter2"
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="400" height="400"><rect width="400" height="400" fill="red"/></svg>'
)
# The page says itself, at the console, what its own observers were told.
TELLS = """<script>new PerformanceObserver((list) => list.getEntries().forEach((e) => {
    if (e.name !== "first-paint") console.error(JSON.stringify({ type: e.entryType, ms: e.startTime }));
})).observe({ type: "%s", buffered: true })</script>"""
BUSY_90 = "const t = performance.now(); while (performance.now() - t < 90);"
Journey = Callable[[Page], object]
Load = Callable[..., PageLoad]


@pytest.fixture(params=["devtools", "events", "firefox"])
def way(request: pytest.FixtureRequest) -> RunningBrowser:
    """A browser, and where the facts of its loads come from."""
    running: RunningBrowser = request.getfixturevalue("firefox" if request.param == "firefox" else "running")
    return replace(running, devtools=False) if request.param == "events" else running


@pytest.fixture(params=["events", "firefox"])
def other_way(request: pytest.FixtureRequest) -> RunningBrowser:
    """Without DevTools."""
    running: RunningBrowser = request.getfixturevalue("firefox" if request.param == "firefox" else "running")
    return replace(running, devtools=False)


@pytest.fixture
def load(server: WebServer) -> Load:
    """Loads a path, or runs a journey, against the test's server."""

    def make(
        browser: RunningBrowser,
        journey: Journey | str = "/",
        *,
        interaction: Journey | None = None,
        ready: str | None = None,
        warm: bool = False,
        guarded: bool = False,
        verify_tls: bool = True,
        base_url: str | None = None,
        deadline_s: float = 10,
    ) -> PageLoad:
        def goto(page: Page) -> None:
            page.goto(str(journey))

        function = goto if isinstance(journey, str) else journey
        visit = Visit(
            journey=PageJourney("home", function, None, ready, "none", warm, interaction=interaction),
            site=Site(base_url=base_url or server.url, allowed_hosts=frozenset({"127.0.0.1"}), verify_tls=verify_tls),
            pace=HURRIED,
            deadline_s=deadline_s,
            guarded=guarded,
        )
        return capture(browser, visit, redact=Redactor([SECRET]), clock_us=lambda: 17)

    return make


def value(load: PageLoad, name: str) -> float:
    found = METRICS[name].measure(load).value
    assert found is not None
    return found


def reason(load: PageLoad, name: str) -> MissingReason | None:
    return METRICS[name].measure(load).missing


def shop(server: WebServer) -> None:
    """A page with a request of each kind, whose image is its largest paint and comes 200 ms later."""
    server.page(
        "/",
        f'<h1 id="title">Hello</h1><script src="/a.js"></script><img id="hero" src="/hero.bmp">'
        f"{TELLS % 'paint'}{TELLS % 'largest-contentful-paint'}",
    )
    server.routes["/a.js"] = server.reply("fetch('/api')", content_type="text/javascript", Cache_Control="max-age=60")
    server.routes["/api"] = server.reply("{}", content_type="application/json")
    server.routes["/hero.bmp"] = server.reply(BITMAP, content_type="image/bmp", delay_s=0.2, ETag="x")


# The same facts


def test_first_and_largest_paint_are_those_that_the_page_saw_itself(
    load: Load, server: WebServer, way: RunningBrowser
) -> None:
    shop(server)
    seen = load(way)
    told = [json.loads(text) for text in seen.console_errors]
    assert value(seen, "fcp") == pytest.approx(next(t["ms"] for t in told if t["type"] == "paint"), abs=0.01)
    assert value(seen, "lcp") == pytest.approx([t["ms"] for t in told if t["type"] != "paint"][-1], abs=0.01)
    assert 0 < value(seen, "ttfb") < value(seen, "fcp") <= value(seen, "lcp")
    assert value(seen, "lcp") > 200
    assert (seen.lcp_candidates[-1].element, seen.lcp_candidates[-1].url) == ("img#hero", f"{server.url}/hero.bmp")


def test_requests_have_their_kinds_sizes_and_times(load: Load, server: WebServer, way: RunningBrowser) -> None:
    shop(server)
    seen = load(way, "/?q=1", ready="#title")
    assert (seen.outcome, seen.reason, seen.settled) == (LoadOutcome.OK, "", True)
    assert (seen.url, seen.status) == (f"{server.url}/?q=1", 200)
    assert [(n.url, n.status) for n in seen.navigations] == [(seen.url, 200)]
    assert seen.ready is not None
    assert seen.ready.found_ms is not None
    found = {r.url.removeprefix(server.url): r for r in seen.requests if "favicon" not in r.url}
    assert {path: (r.type, r.status, r.main_frame) for path, r in found.items()} == {
        "/?q=1": ("Document", 200, True),
        "/a.js": ("Script", 200, True),
        "/hero.bmp": ("Image", 200, True),
        "/api": ("Fetch", 200, True),
    }
    assert found["/a.js"].cache_headers == CacheHeaders(cache_control="max-age=60")
    assert found["/hero.bmp"].cache_headers == CacheHeaders(etag=True)
    assert "content-type" in (found["/a.js"].headers or {})
    image, document = found["/hero.bmp"], found["/?q=1"]
    assert image.encoded_bytes is not None
    assert len(BITMAP) < image.encoded_bytes < len(BITMAP) + 400
    assert image.end_ms is not None
    assert image.end_ms - image.start_ms >= 200
    assert 0 <= document.start_ms < (value(seen, "ttfb") or 0)
    assert document.end_ms is not None
    assert document.end_ms == pytest.approx(value(seen, "ttfb"), abs=30)
    assert value(seen, "js_bytes") > 0
    assert value(seen, "eager_images") == 0


def test_each_hop_of_a_redirect_is_a_request(load: Load, server: WebServer, way: RunningBrowser) -> None:
    server.routes["/old"] = server.reply(status=302, Location="/")
    seen = load(way, "/old")
    hops = [(r.url.removeprefix(server.url), r.status) for r in seen.requests if r.type == "Document"]
    assert hops == [("/old", 302), ("/", 200)]
    assert [n.url for n in seen.navigations] == [f"{server.url}/"]


def test_a_second_document_is_told(load: Load, server: WebServer, way: RunningBrowser) -> None:
    server.page("/start", "<h1>One moment</h1><script>setTimeout(() => { location = '/' }, 50)</script>")
    server.page("/", "<h1 id=there>Hello</h1>")
    seen = load(way, "/start", ready="#there")
    assert [n.url.removeprefix(server.url) for n in seen.navigations] == ["/start", "/"]
    assert seen.navigations[0].start_ms is not None
    assert seen.navigations[0].start_ms < -50
    assert [r.url for r in seen.requests if r.type == "Document"] == [f"{server.url}/"]


@pytest.mark.parametrize("name", ["running", "firefox"])
def test_what_comes_from_the_cache_is_no_request(
    load: Load, server: WebServer, request: pytest.FixtureRequest, name: str
) -> None:
    shop(server)
    seen = load(request.getfixturevalue(name), warm=True)
    script = next(r for r in seen.requests if r.url.endswith("a.js"))
    assert script.from_cache
    assert value(seen, "js_bytes") == 0
    assert sum(path == "/a.js" for _, path, _ in server.seen) == 1


def test_an_interaction_has_an_inp(load: Load, server: WebServer, way: RunningBrowser) -> None:
    server.page("/", f'<h1>Hello</h1><button id="b" onclick="{BUSY_90}">Buy</button>')
    seen = load(way, interaction=lambda page: page.click("#b"))
    if seen.browser == "chromium":
        assert value(seen, "inp") >= 88
    else:
        assert METRICS["inp"].measure(seen).missing is MissingReason.NOT_SUPPORTED
    assert {event.name for event in seen.input_events} >= {"pointerdown", "click"}


def test_secrets_are_masked(load: Load, server: WebServer, way: RunningBrowser) -> None:
    server.page("/", f"<h1>Hello</h1><script>console.error('{SECRET}'); throw new Error('{SECRET}')</script>")
    seen = load(way, f"/?password={SECRET}")
    assert len(seen.console_errors) == 2
    assert SECRET not in repr(seen)


# What an engine does not tell


def test_firefox_tells_of_no_long_tasks_and_no_layout_shifts(
    load: Load, server: WebServer, firefox: RunningBrowser
) -> None:
    server.page("/", f"<h1>Hello</h1><script>setTimeout(() => {{ {BUSY_90} }}, 50)</script>")
    seen = load(firefox)
    assert set(seen.untold) == {Untold.LAYOUT_SHIFT, Untold.LONG_TASK}
    assert {name for name in METRICS if reason(seen, name) is MissingReason.NOT_SUPPORTED} == {"tti", "tbt", "cls"}
    assert (seen.long_tasks, seen.layout_shifts) == ((), ())


@pytest.mark.parametrize("devtools", [True, False])
def test_chromium_tells_of_everything(load: Load, running: RunningBrowser, devtools: bool) -> None:
    assert load(replace(running, devtools=devtools)).untold == ()


def test_a_page_that_calls_what_watches_it_changes_nothing(
    load: Load, server: WebServer, other_way: RunningBrowser
) -> None:
    lies = json.dumps({"origin_ms": 9e15, "paints": [{"name": "first-contentful-paint", "start_ms": 1}]})
    server.page("/", f"<h1>Hello</h1><script>slogateTell({lies!r}).catch(() => {{}}); slogateTell('x')</script>")
    seen = load(other_way)
    assert seen.outcome is LoadOutcome.OK
    assert value(seen, "fcp") > 1


# What cannot be judged


@pytest.mark.parametrize(
    ("path", "outcome", "words"),
    [
        ("/missing", LoadOutcome.HTTP_ERROR, "answered with status 404"),
        ("/nothing", LoadOutcome.JOURNEY_ERROR, "gave no document"),
        ("/circle", LoadOutcome.NO_RESPONSE, "redirects in a circle"),
        ("/file", LoadOutcome.DOWNLOAD, "is a file to download"),
        ("/silent", LoadOutcome.NO_RESPONSE, "no answer within 2 s"),
        ("/breaks", LoadOutcome.NO_RESPONSE, "/breaks: "),
    ],
)
def test_what_is_no_page_has_the_same_outcome(
    load: Load, server: WebServer, other_way: RunningBrowser, path: str, outcome: LoadOutcome, words: str
) -> None:
    attachment = "attachment; filename=prices.zip"
    server.routes |= {
        "/nothing": server.reply(status=204),
        "/circle": server.reply(status=302, Location="/circle"),
        "/file": server.reply(b"PK", content_type="application/zip", Content_Disposition=attachment),
        "/silent": server.hang,
        "/breaks": lambda handler: handler.connection.shutdown(socket.SHUT_RDWR),
    }
    seen = load(other_way, path, deadline_s=2)
    assert (seen.outcome, words in seen.reason) == (outcome, True), seen.reason


def test_a_page_that_is_not_there_is_not_measured_by_the_one_before(
    load: Load, server: WebServer, other_way: RunningBrowser
) -> None:
    server.routes["/breaks"] = lambda handler: handler.connection.shutdown(socket.SHUT_RDWR)

    def journey(page: Page) -> None:
        page.goto("/")
        with suppress(PlaywrightError):
            page.goto("/breaks")

    seen = load(other_way, journey)
    assert (seen.outcome, seen.reason) == (LoadOutcome.NO_RESPONSE, f"{server.url}/breaks did not load")


@pytest.mark.parametrize(("verify_tls", "outcome"), [(True, LoadOutcome.NO_RESPONSE), (False, LoadOutcome.OK)])
def test_a_certificate_that_signs_itself(
    load: Load, server: WebServer, other_way: RunningBrowser, tmp_path: Path, verify_tls: bool, outcome: LoadOutcome
) -> None:
    make_certificate(tmp_path / "server.pem", tmp_path / "server.key")
    server.speak_tls(tmp_path / "server.pem", tmp_path / "server.key")
    seen = load(other_way, base_url=server.url, verify_tls=verify_tls)
    assert seen.outcome is outcome, seen.reason
    assert ("certificate is not trusted" in seen.reason) is verify_tls


@pytest.mark.parametrize("how", ["goto", "redirect", "script", "popup"])
@pytest.mark.parametrize("guarded", [True, False])
def test_a_strangers_document_is_noticed(
    load: Load, server: WebServer, stranger: WebServer, other_way: RunningBrowser, how: str, guarded: bool
) -> None:
    url = f"http://127.0.0.2:{stranger.port}/shop"
    stranger.page("/shop", "<h1>Somebody else</h1>")
    server.routes["/redirect"] = server.reply(status=302, Location=url)
    server.page("/script", f"<h1>Hello</h1><script>location = '{url}'</script>")
    server.page("/popup", f"<h1 onclick=\"window.open('{url}')\">Hello</h1>")

    def journey(page: Page) -> None:
        page.goto(url if how == "goto" else f"/{how}")
        if how == "popup":
            page.click("h1")
            page.wait_for_timeout(1500)  # it takes its time

    seen = load(other_way, journey, guarded=guarded)
    assert seen.outcome is LoadOutcome.REDIRECTED_AWAY
    assert seen.reason.startswith(f"it went to {url}, but 127.0.0.2 is not named")


def test_a_pages_parts_may_come_from_anywhere(
    load: Load, server: WebServer, stranger: WebServer, other_way: RunningBrowser
) -> None:
    there = f"http://127.0.0.2:{stranger.port}"
    stranger.page("/frame", "<p>Somebody else</p>")
    pixel = b64encode(SVG.encode()).decode()
    server.page(
        "/", f"<h1>Hello</h1><iframe src='{there}/frame'></iframe><img src='data:image/svg+xml;base64,{pixel}'>"
    )
    seen = load(other_way, guarded=True)
    assert (seen.outcome, seen.reason) == (LoadOutcome.OK, "")
    frame = next(r for r in seen.requests if r.url == f"{there}/frame")
    assert (frame.main_frame, frame.type) == (False, "Document")
    assert value(seen, "third_party_requests") == 1
