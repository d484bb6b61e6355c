"""A recording is of the document that was there at its end."""

import pytest
from playwright.sync_api import Page
from webserver import WebServer

from slogate.analyzer.web.facts import LoadOutcome, PageLoad
from slogate.redact import Redactor
from slogate.vitals.endings import Ending
from slogate.vitals.journeys import PageJourney
from slogate.vitals.recording import Recording
from slogate.vitals.running import RunningBrowser
from slogate.vitals.site import Site
from slogate.vitals.sources import open_sources
from slogate.vitals.throttle import PRESETS
from slogate.vitals.visit import Visit, not_loaded


def home(page: Page) -> None:
    page.goto("/")


JOURNEY = PageJourney("home", home, ready="h1")


def facts(recording: Recording, server: WebServer) -> PageLoad:
    site = Site(base_url=server.url, allowed_hosts=frozenset({"127.0.0.1"}))
    return recording.add_to(not_loaded(Visit(journey=JOURNEY, site=site), 0, Ending(LoadOutcome.OK)), Redactor())


@pytest.mark.parametrize("browser", ["running", "firefox"])
def test_a_document_that_arrives_after_the_end_is_none_of_it(
    request: pytest.FixtureRequest, server: WebServer, browser: str
) -> None:
    browsing: RunningBrowser = request.getfixturevalue(browser)
    server.page("/later", "<h2>Later</h2>", status=404)
    context = browsing.browser.new_context(base_url=server.url)
    page = context.new_page()
    sources = open_sources(page, JOURNEY.ready, PRESETS["none"], devtools=browsing.devtools)
    recording = Recording(page, JOURNEY, sources)
    page.goto("/")
    page.wait_for_timeout(300)
    assert recording.finish()
    at_its_end = facts(recording, server)
    page.goto("/later")
    page.wait_for_timeout(300)
    afterwards = facts(recording, server)
    context.close()
    assert (at_its_end.url, at_its_end.status) == (f"{server.url}/", 200)
    assert at_its_end.timing.load_end_ms is not None
    for fact in ("url", "status", "timing", "paints", "end_ms", "ready", "requests"):
        assert getattr(afterwards, fact) == getattr(at_its_end, fact), fact
    assert [navigation.url for navigation in afterwards.navigations] == [f"{server.url}/", f"{server.url}/later"]
    assert afterwards.navigations[0] == at_its_end.navigations[0]
