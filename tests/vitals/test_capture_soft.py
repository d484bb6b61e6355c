"""Soft navigations in a real Chromium: pages that a click leads to without a document."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page
from spa import API_S, BITMAP, IMAGE_S, serve_spa
from webserver import WebServer

from slogate.analyzer.web import METRICS
from slogate.analyzer.web.clock import OriginKind, on_its_clock, origin
from slogate.analyzer.web.facts import LoadOutcome, PageLoad
from slogate.analyzer.web.lcp import lcp_candidate
from slogate.analyzer.web.metric import MissingReason, missing
from slogate.redact import Redactor
from slogate.runs.pages import PageLoadWriter, read_page_loads
from slogate.vitals import documents
from slogate.vitals.capture import capture
from slogate.vitals.journeys import PageJourney
from slogate.vitals.running import RunningBrowser
from slogate.vitals.settle import Pace
from slogate.vitals.site import Site
from slogate.vitals.visit import Visit

HURRIED = Pace(quiet_ms=500, idle_ms=500)
SECRET = "hunter2-hunter2"
SLACK_MS = 250.0  # of a machine that is busy
Function = Callable[[Page], object]
Follow = Callable[..., PageLoad]


def click(name: str) -> Function:
    return lambda page: page.click(f"#to-{name}")


def open_home(page: Page) -> None:
    page.goto("/")


@pytest.fixture
def follow(running: RunningBrowser, server: WebServer) -> Follow:
    """Makes a load of the page that the last of `steps` leads to; a step is a function and what is there after it."""

    def make(
        *steps: tuple[Function, str | None],
        home_ready: str | None = "#home",
        browser: RunningBrowser | None = None,
        pace: Pace = HURRIED,
        deadline_s: float = 10,
        warm: bool = False,
        guarded: bool = False,
        interaction: Function | None = None,
    ) -> PageLoad:
        journey = PageJourney("home", open_home, ready=home_ready, warm=warm)
        for number, (function, ready) in enumerate(steps, start=1):
            journey = journey.then(f"page {number}", ready=ready)(function)
        journey.interaction = interaction
        visit = Visit(
            journey=journey,
            site=Site(base_url=server.url, allowed_hosts=frozenset({"127.0.0.1"})),
            pace=pace,
            deadline_s=deadline_s,
            guarded=guarded,
        )
        return capture(browser or running, visit, redact=Redactor([SECRET]), clock_us=lambda: 17)

    serve_spa(server)
    return make


def metric(load: PageLoad, name: str) -> float:
    value = METRICS[name].measure(load).value
    assert value is not None, METRICS[name].measure(load)
    return value


def test_a_click_that_fetches_and_draws_is_timed_from_the_click(follow: Follow, server: WebServer) -> None:
    seen = follow((click("orders"), "#orders"))
    assert (seen.outcome, seen.reason, seen.settled) == (LoadOutcome.OK, "", True)
    assert (seen.page, seen.url) == ("page 1", f"{server.url}/orders?token=***")
    assert origin(seen).kind is OriginKind.SOFT_NAVIGATION
    own = on_its_clock(seen)
    assert own.ready is not None
    assert own.ready.found_ms is not None
    assert API_S * 1000 <= own.ready.found_ms <= API_S * 1000 + SLACK_MS
    assert 0 < metric(seen, "fcp") < SLACK_MS  # of "One moment"
    assert own.ready.found_ms <= metric(seen, "lcp") <= own.ready.found_ms + SLACK_MS
    candidate = lcp_candidate(own)
    assert candidate is not None
    assert candidate.element == "section#orders > p"
    assert [(r.url, r.type) for r in own.requests] == [(f"{server.url}/api/orders", "Fetch")]
    assert metric(seen, "requests") == 1
    assert 0 < metric(seen, "inp") < SLACK_MS
    assert METRICS["ttfb"].measure(seen) == missing(MissingReason.NO_DOCUMENT)


def test_the_raw_facts_stay_on_the_clock_of_the_document(follow: Follow) -> None:
    seen = follow((click("orders"), "#orders"))
    assert seen.soft is not None
    (entry,) = seen.soft.entries
    assert seen.soft.told
    assert HURRIED.quiet_ms < seen.soft.step_ms <= entry.start_ms
    assert entry.paint_ms is not None
    assert entry.start_ms < entry.paint_ms
    assert any(request.type == "Document" and request.start_ms < 100 for request in seen.requests)
    clicks = [event for event in seen.input_events if event.interaction_id == entry.interaction_id]
    assert min(event.start_ms for event in clicks) == pytest.approx(entry.start_ms, abs=20)
    assert seen.end_ms is not None
    assert seen.end_ms > entry.start_ms + API_S * 1000 + HURRIED.quiet_ms


def test_a_large_image_is_the_largest_paint(follow: Follow, server: WebServer) -> None:
    seen = follow((click("gallery"), "#hero"))
    candidate, least_ms = lcp_candidate(on_its_clock(seen)), (API_S + IMAGE_S) * 1000
    assert candidate is not None
    assert (candidate.element, candidate.url) == ("img#hero", f"{server.url}/hero.bmp")
    assert least_ms <= metric(seen, "lcp") <= least_ms + SLACK_MS
    assert len(BITMAP) < metric(seen, "image_bytes") < len(BITMAP) + 400
    assert metric(seen, "requests") == 2


def test_tti_tbt_and_cls_are_of_what_came_after_the_click(follow: Follow, server: WebServer) -> None:
    """The first view keeps the processor busy and jumps about too, and that is not the second one's doing."""
    noise = "setTimeout(() => { document.getElementById('home').style.marginTop = '300px'; work(400); }, 300);"
    serve_spa(server, before=noise)
    seen = follow((click("busy"), "#busy"), pace=Pace())
    assert (seen.outcome, seen.settled) == (LoadOutcome.OK, True)
    assert len(seen.long_tasks) >= 2
    (shift,) = (shift for shift in on_its_clock(seen).layout_shifts if not shift.had_recent_input)
    assert 0 < metric(seen, "cls") == shift.value < max(shift.value for shift in seen.layout_shifts)
    task = max(on_its_clock(seen).long_tasks, key=lambda task: task.duration_ms)
    assert 700 <= task.start_ms <= 700 + SLACK_MS
    assert 250 <= task.duration_ms <= 250 + SLACK_MS
    assert metric(seen, "tti") == task.start_ms + task.duration_ms
    assert metric(seen, "tbt") >= task.duration_ms - 50


def test_a_route_that_does_nothing_is_no_navigation(follow: Follow) -> None:
    for name in "nothing", "same":
        seen = follow((click(name), None))
        assert (seen.outcome, seen.reason) == (
            LoadOutcome.NO_NAVIGATION,
            "page 1 showed nothing new, and the address stayed as it was",
        )


def test_a_link_within_the_page_is_no_navigation(follow: Follow, server: WebServer) -> None:
    seen = follow((click("part"), None))
    assert (seen.outcome, seen.reason) == (
        LoadOutcome.NO_NAVIGATION,
        f"page 1 showed nothing new, and the address became {server.url}/#part",
    )


@pytest.mark.parametrize("name", ["document", "late-document"])
def test_a_document_is_no_soft_navigation(follow: Follow, server: WebServer, name: str) -> None:
    seen = follow((click(name), "#orders"))
    assert seen.outcome is LoadOutcome.DOCUMENT_NAVIGATION
    assert seen.reason.startswith(f"{server.url}/document was loaded as a document, so page 1 is no soft navigation")
    assert (seen.url, seen.soft) == (f"{server.url}/document", None)
    assert seen.paints  # of the document, as what it is
    assert METRICS["fcp"].measure(seen) == missing(MissingReason.NOT_MEASURED)


def test_an_address_that_a_document_had_before_is_not_that_of_the_next(follow: Follow, server: WebServer) -> None:
    def push_and_leave(page: Page) -> None:
        page.evaluate("history.pushState({}, '', '/pushed')")
        page.click("#to-document")

    assert follow((push_and_leave, None)).url == f"{server.url}/document"


def test_a_document_is_told_although_the_step_waits_for_what_does_not_come(follow: Follow) -> None:
    def waiting(page: Page) -> None:
        page.click("#to-document")
        page.wait_for_selector("#orders", timeout=1000)

    assert follow((waiting, "#orders")).outcome is LoadOutcome.DOCUMENT_NAVIGATION


def test_a_view_without_an_address_of_its_own_is_timed_from_the_click_too(follow: Follow, server: WebServer) -> None:
    seen = follow((click("tab"), "#tab"))
    assert (seen.outcome, seen.url) == (LoadOutcome.OK, f"{server.url}/")
    assert origin(seen).kind is OriginKind.PAINTING_INPUT
    assert API_S * 1000 <= metric(seen, "fcp") <= metric(seen, "lcp") <= API_S * 1000 + SLACK_MS


def test_a_route_that_sends_on_to_another_is_one_navigation(follow: Follow, server: WebServer) -> None:
    seen = follow((click("twice"), "#orders"))
    assert seen.soft is not None
    assert seen.soft.addresses == (f"{server.url}/old-orders", f"{server.url}/new-orders")
    assert (seen.url, len(seen.soft.entries)) == (f"{server.url}/new-orders", 1)


def test_what_is_ready_must_appear_and_must_not_have_been_there(follow: Follow) -> None:
    for ready, reason in (
        ("#receipt", "#receipt did not appear"),
        ("nav", "nav was on home already: take something that only page 1 has"),
        ("text=orders", "text=orders was on home already: take something that only page 1 has"),
    ):
        seen = follow((click("orders"), ready))
        assert (seen.outcome, seen.reason) == (LoadOutcome.NOT_READY, reason)


def test_a_selector_that_cannot_be_is_told(follow: Follow) -> None:
    seen = follow((click("orders"), "##"))
    assert seen.outcome is LoadOutcome.JOURNEY_ERROR
    assert "ready= is not a CSS selector" in seen.reason


def test_a_page_that_is_not_ready_is_not_clicked_on(follow: Follow) -> None:
    seen = follow((click("orders"), "#orders"), home_ready="#members")
    assert (seen.outcome, seen.reason) == (LoadOutcome.NOT_READY, "#members did not appear on home, on the way")


def test_one_soft_navigation_after_another_is_timed_from_the_last_click(follow: Follow, server: WebServer) -> None:
    seen = follow((click("orders"), "#orders"), (click("order"), "#order"))
    assert (seen.outcome, seen.page, seen.url) == (LoadOutcome.OK, "page 2", f"{server.url}/orders/7")
    own = on_its_clock(seen)
    assert [r.url for r in own.requests] == [f"{server.url}/api/orders"]
    assert API_S * 1000 <= metric(seen, "fcp") <= metric(seen, "lcp") <= API_S * 1000 + SLACK_MS


def test_a_key_navigates_too(follow: Follow) -> None:
    seen = follow((lambda page: page.keyboard.press("Enter"), "#orders"))
    assert origin(seen).kind is OriginKind.SOFT_NAVIGATION
    assert API_S * 1000 <= metric(seen, "lcp") <= API_S * 1000 + SLACK_MS


def test_the_click_that_navigates_counts_and_not_those_before_it(follow: Follow) -> None:
    def dawdling(page: Page) -> None:
        page.click("#to-nothing")
        page.wait_for_timeout(600)
        page.click("#to-orders")

    assert API_S * 1000 <= metric(follow((dawdling, "#orders")), "lcp") <= API_S * 1000 + SLACK_MS


def test_what_a_visitor_does_there_changes_no_paint(follow: Follow) -> None:
    seen = follow((click("orders"), "#orders"), interaction=click("gallery"))
    assert (seen.outcome, seen.url.endswith("/gallery")) == (LoadOutcome.OK, True)
    assert metric(seen, "lcp") <= API_S * 1000 + SLACK_MS
    assert len(on_its_clock(seen).input_events) > 2


def test_going_back_is_a_soft_navigation_without_a_click(follow: Follow, server: WebServer) -> None:
    seen = follow((click("orders"), "#orders"), (lambda page: page.go_back(), "#home"))
    assert (seen.outcome, seen.url) == (LoadOutcome.OK, f"{server.url}/")
    assert origin(seen).kind is OriginKind.SOFT_NAVIGATION
    assert 0 < metric(seen, "fcp") <= metric(seen, "lcp") <= SLACK_MS
    assert METRICS["inp"].measure(seen) == missing(MissingReason.UNTOLD_INTERACTION)


def test_what_a_script_clicks_is_not_timed(follow: Follow) -> None:
    seen = follow((lambda page: page.evaluate("document.getElementById('to-orders').click()"), "#orders"))
    assert (seen.outcome, origin(seen).kind) == (LoadOutcome.OK, OriginKind.STEP)
    assert METRICS["lcp"].measure(seen) == missing(MissingReason.NO_SOFT_PAINT)
    assert metric(seen, "requests") == 1


@pytest.fixture
def mute_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    """A browser that is as one before version 151: it has no entries for what a soft navigation paints."""
    assert "soft-navigation" in documents._SCRIPT
    monkeypatch.setattr(documents, "_SCRIPT", documents._SCRIPT.replace("soft-navigation", "no-such-entry"))


def test_a_browser_that_tells_no_paints_still_tells_the_rest(follow: Follow, mute_browser: None) -> None:
    seen = follow((click("orders"), "#orders"))
    assert (seen.outcome, origin(seen).kind) == (LoadOutcome.OK, OriginKind.INPUT)
    assert METRICS["lcp"].measure(seen) == missing(MissingReason.UNTOLD_PAINT)
    own = on_its_clock(seen)
    assert own.ready is not None
    assert own.ready.found_ms is not None
    assert API_S * 1000 <= own.ready.found_ms <= API_S * 1000 + SLACK_MS
    assert (metric(seen, "requests"), metric(seen, "inp") > 0) == (1, True)
    assert follow((click("nothing"), None)).outcome is LoadOutcome.NO_NAVIGATION


def test_a_step_that_raises_is_told_with_its_line(follow: Follow) -> None:
    def impatient(page: Page) -> None:
        page.click("#nowhere", timeout=200)

    seen = follow((impatient, "#orders"))
    assert seen.outcome is LoadOutcome.JOURNEY_ERROR
    assert "test_capture_soft.py:" in seen.reason
    assert "page 1 raised TimeoutError" in seen.reason


def test_a_warm_load_makes_the_whole_way_twice(follow: Follow, server: WebServer) -> None:
    seen = follow((click("orders"), "#orders"), warm=True)
    assert (seen.outcome, seen.cache) == (LoadOutcome.OK, "warm")
    assert [path for _, path, _ in server.seen].count("/api/orders") == 2
    assert metric(seen, "requests") == 1


def test_a_page_that_never_settles_is_left_when_its_time_is_up(follow: Follow, server: WebServer) -> None:
    serve_spa(server, before="setInterval(() => work(80), 200);")
    seen = follow((click("orders"), "#orders"), deadline_s=2)
    assert (seen.outcome, seen.settled) == (LoadOutcome.OK, False)
    assert seen.reason.startswith("home had not settled before: its main thread is busy")
    assert metric(seen, "lcp") >= API_S * 1000


def test_a_page_that_hangs_after_the_click_ends_in_time(
    follow: Follow, server: WebServer, own_browser: RunningBrowser
) -> None:
    serve_spa(server, before="document.addEventListener('click', () => { for (;;); });")
    began = time.monotonic()
    seen = follow((click("orders"), "#orders"), deadline_s=2, browser=own_browser)
    assert seen.outcome in {LoadOutcome.DEADLINE, LoadOutcome.JOURNEY_ERROR}
    assert time.monotonic() - began < 60


def test_the_facts_survive_the_file_and_hold_no_secret(follow: Follow, tmp_path: Path) -> None:
    seen, path = follow((click("orders"), "#orders")), tmp_path / "pages.jsonl"
    with PageLoadWriter(path) as writer:
        writer.append(seen)
    assert read_page_loads(path) == [seen]
    assert SECRET not in path.read_text()
