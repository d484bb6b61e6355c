"""One page load, from a fresh context to a `PageLoad`. Whatever the page does, it ends in time with an outcome."""

from collections.abc import Callable
from dataclasses import replace

from playwright.sync_api import BrowserContext, Page
from playwright.sync_api import Error as PlaywrightError

from slogate.analyzer.web.facts import PageLoad
from slogate.redact import Redactor
from slogate.vitals.authentication import Authentication
from slogate.vitals.loading import ANSWER_LIMIT_S, Ended, Loading
from slogate.vitals.recording import Recording
from slogate.vitals.running import RunningBrowser
from slogate.vitals.settle import Pace
from slogate.vitals.sources import DevTools, open_sources
from slogate.vitals.strangers import Guard, guard_of
from slogate.vitals.throttle import PRESETS, Throttle
from slogate.vitals.visit import Visit, not_loaded
from slogate.vitals.witness import LIMIT_S as WITNESS_LIMIT_S
from slogate.vitals.witness import Witness

SETUP_LIMIT_S = 15.0
FILLING_PACE = Pace(quiet_ms=500)  # of the load that fills a cache: what a page fetches late belongs into it too


def capture(
    running: RunningBrowser,
    visit: Visit,
    *,
    redact: Redactor,
    clock_us: Callable[[], int],
    witness: Witness | None = None,
) -> PageLoad:
    """Makes one load and returns its facts. Raises Playwright's error when the browser is gone.

    If `running.timed_out` is set afterwards, the page hung and the browser had to be killed: launch another.
    """
    throttle = PRESETS[visit.journey.throttle]
    with running.limit(SETUP_LIMIT_S, "opening a page"):
        context = visit.site.open_context(running.browser, throttle, visit.storage)
        context.set_default_timeout(visit.deadline_s * 1000)
        page = context.new_page()
        guard = guard_of(running, visit.site, page) if visit.guarded else None
    started_at_us, recording, settled = clock_us(), None, False
    try:
        if visit.warm:
            page = _fill_cache(running, visit, page, guard)
            started_at_us = clock_us()
        if witness is not None:
            with running.limit(SETUP_LIMIT_S, "opening a page"):
                witness.begin(page)
        recording = _attach(running, visit, page, throttle)
        settled, ending = Loading(running, visit, page, recording, guard).run()
    except Ended as ended:
        ending = ended.ending
    load = not_loaded(visit, started_at_us, replace(ending, reason=redact(ending.reason)), clock_us())
    if recording is not None:
        load = replace(recording.add_to(load, redact), settled=settled)
    if witness is not None and running.timed_out is None:
        with running.limit(WITNESS_LIMIT_S, "a picture of the page"):
            witness.end(page, load)
    _close(running, context, guard)
    return load


def _attach(running: RunningBrowser, visit: Visit, page: Page, throttle: Throttle) -> Recording:
    with running.limit(SETUP_LIMIT_S, "opening a page"):
        sources = open_sources(page, visit.journey.steps[0].ready, throttle, devtools=running.devtools)
        if visit.credentials is not None and isinstance(sources, DevTools):
            Authentication(sources.cdp, visit.site.origin, visit.credentials)
        return Recording(page, visit.journey, sources)


def _fill_cache(running: RunningBrowser, visit: Visit, page: Page, guard: Guard | None) -> Page:
    """Loads the page as fast as it will, so that the cache holds what it needs; returns the page to measure.

    Raises `Ended` if that goes wrong.
    """
    recording = _attach(running, visit, page, PRESETS["none"])
    try:
        Loading(running, replace(visit, pace=FILLING_PACE), page, recording, guard).run()
    except Ended as ended:
        raise Ended(ended.ending.outcome, f"while its cache was filled: {ended.ending.reason}") from None
    with running.limit(SETUP_LIMIT_S, "opening a page"):
        for opened in page.context.pages:
            opened.close()
        return page.context.new_page()


def _close(running: RunningBrowser, context: BrowserContext, guard: Guard | None) -> None:
    if running.timed_out is not None:
        return  # the browser was killed, and its contexts with it
    try:
        with running.limit(ANSWER_LIMIT_S, "closing a page"):
            context.close()
            if guard is not None:
                guard.close()
    except PlaywrightError:
        if running.timed_out is None:
            raise
