"""`slogate open`: shows a page in a browser window and tells its facts as they come, while somebody writes its journey.

The page is asked again and again here, which disturbs what it measures: the numbers are for orientation, and a run
measures them undisturbed.
"""

import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Page, StorageState, sync_playwright

from slogate.analyzer.web.facts import LoadOutcome, PageLoad
from slogate.errors import ConfigError
from slogate.redact import Redactor
from slogate.vitals.capture import SETUP_LIMIT_S
from slogate.vitals.credentials import Credentials
from slogate.vitals.endings import (
    Ending,
    is_navigation_timeout,
    of_bad_selector,
    of_journey,
    of_leaving_interaction,
    of_network_error,
    of_restless_page,
)
from slogate.vitals.journey_files import load_journeys, select_pages
from slogate.vitals.journeys import Journey, PageJourney
from slogate.vitals.loading import ANSWER_LIMIT_S, CLICKABLE_PACE
from slogate.vitals.plan import DEADLINE_S
from slogate.vitals.recording import Recording
from slogate.vitals.running import RunningBrowser, launch
from slogate.vitals.sessions import LoginFailed, Sessions
from slogate.vitals.settle import POLL_MS, Pace, assess
from slogate.vitals.site import Site
from slogate.vitals.sources import open_sources
from slogate.vitals.storage import read_storage
from slogate.vitals.strangers import DocumentGuard, describe
from slogate.vitals.throttle import PRESETS
from slogate.vitals.visit import Visit, not_loaded

_TELL_EVERY_MS = 700.0
_ERROR_STATUS = 400
_NO_PAGE = "the page before it is not there"


@dataclass(frozen=True)
class LiveView:
    """An open page: its facts so far, whether it has settled, and what is wrong with it or its journey."""

    load: PageLoad
    settled: bool = False
    problem: str = ""


class LivePage:
    """One page, opened again whenever its journey is saved. `show` hears of each change."""

    def __init__(
        self, files: Sequence[Path], name: str, site: Site, redact: Redactor, show: Callable[[LiveView], object]
    ) -> None:
        """Raises `ConfigError` when there is no such page, or a file has a problem."""
        self._files, self._name, self._site, self._redact, self._show = files, name, site, redact, show
        self._journey = self._read()
        self._saved = self._times()

    def watch(self, *, headless: bool, until_settled: bool) -> LiveView:
        """Opens the page, and returns the last view of it: when its window is closed, or `until_settled`, when it has
        settled, has a problem, or its time is up. Raises `BrowserError`.
        """
        playwright = sync_playwright().start()
        try:
            running = launch(playwright, headless=headless)
            try:
                while True:
                    view = self._open(running, until_settled=until_settled)
                    if view is not None:
                        return view
            finally:
                running.kill()
        finally:
            playwright.stop()

    def _open(self, running: RunningBrowser, *, until_settled: bool) -> LiveView | None:
        """Shows the page once; None when it is to be opened again because its journey has changed."""
        visit = Visit(journey=self._journey, site=self._site)
        try:
            names = self._journey.http_credentials
            credentials = None if names is None else names.read(os.environ)
            storage = self._sign_in(running, credentials)
        except LoginFailed as failure:
            view = LiveView(not_loaded(visit, 0, Ending(failure.outcome, str(failure))), problem=str(failure))
            self._show(view)
            if until_settled:
                return view
            self._wait_for_a_change()
            return None
        with running.limit(SETUP_LIMIT_S, "opening a page"):
            throttle = PRESETS[self._journey.throttle]
            context = self._site.open_context(running.browser, throttle, storage, credentials)
            page = context.new_page()
            sources = open_sources(page, self._journey.steps[0].ready, throttle, devtools=running.devtools)
            recording = Recording(page, self._journey, sources)
            guard = DocumentGuard(running.browser, self._site, page)
        view = LiveView(not_loaded(visit, 0, Ending(LoadOutcome.OK)))
        try:
            problem, interacted = self._travel(running, page, recording), self._journey.interaction is None
            ends_s = time.monotonic() + DEADLINE_S
            while True:
                page.wait_for_timeout(_TELL_EVERY_MS)
                with running.limit(ANSWER_LIMIT_S, "an answer of its main thread"):
                    view = self._look(visit, recording, guard, problem)
                self._show(view)
                if view.settled and not view.problem and not interacted:
                    interacted, problem = True, self._interact(page, recording)
                    continue
                if until_settled and (view.settled or view.problem):
                    return view
                if until_settled and time.monotonic() >= ends_s:
                    restless = of_restless_page(view.load.url, recording.times_left, DEADLINE_S)
                    opened = restless or f"it did not settle within {DEADLINE_S:g} s"
                    nothing = f"{self._journey.location}: {self._journey.name} opened no page"
                    return replace(view, problem=opened if view.load.url else nothing)
                if self._has_changed():
                    guard.close()
                    context.close()
                    return None
        except PlaywrightError:
            # Whoever closes the window has seen enough; without a window nobody does.
            gone = running.why_gone() if until_settled else None
            return replace(view, problem=view.problem or running.timed_out or gone or "")

    def _travel(self, running: RunningBrowser, page: Page, recording: Recording) -> str:
        """Opens the document, and makes the soft navigations from there; what went wrong, in words."""
        first, *soft = self._journey.steps
        problem = self._run(first.function, first.name, page)
        for step in soft:
            if problem:
                break
            self._wait_for_quiet(page, recording)
            with running.limit(ANSWER_LIMIT_S, "an answer of its main thread"):
                begun = recording.begin_step(step.ready)
            if begun is None:
                return _NO_PAGE
            if begun.ready_there:
                return f"{step.ready} was there already: take something that only {step.name} has"
            problem = self._run(step.function, step.name, page)
            recording.end_step()
        return problem

    def _interact(self, page: Page, recording: Recording) -> str:
        """Does what a visitor does on the page, as a run does; what went wrong, in words."""
        interaction, began, documents = self._journey.interaction, recording.progress(), len(recording.ledger.asked)
        if interaction is None or began is None:
            return ""
        problem = self._run(interaction, f"the interaction of {self._journey.name}", page)
        page.wait_for_timeout(POLL_MS)  # a navigation that it began is told a moment later
        ended = recording.progress()
        if len(recording.ledger.asked) > documents or ended is None:
            return problem or of_leaving_interaction(recording.ledger.asked[-1])
        recording.interaction_ms = (began.now_ms, ended.now_ms)
        return problem

    @staticmethod
    def _wait_for_quiet(page: Page, recording: Recording) -> None:
        """Waits until the page could be clicked on, for as long as a load may take."""
        ends_s = time.monotonic() + DEADLINE_S
        while time.monotonic() < ends_s:
            progress = recording.progress()
            if progress is not None and assess(progress, CLICKABLE_PACE).settled:
                return
            page.wait_for_timeout(POLL_MS)

    @staticmethod
    def _run(function: Journey, name: str, page: Page) -> str:
        """Runs one function of a journey; what it raised, in words."""
        try:
            function(page)
        except (Exception, SystemExit) as error:  # a journey is the user's: anything may come out of it
            if page.is_closed():
                raise
            ending = of_network_error(str(error)) if isinstance(error, PlaywrightError) else None
            if ending is not None:
                return ending.reason
            if not is_navigation_timeout(str(error)):
                return of_journey(error, function, name)
        return ""

    def _look(self, visit: Visit, recording: Recording, guard: DocumentGuard, problem: str) -> LiveView:
        progress = recording.progress()
        if progress is not None:
            recording.finish()
        settled = progress is not None and assess(progress, Pace()).settled
        load = recording.add_to(not_loaded(visit, 0, Ending(LoadOutcome.OK)), self._redact)
        if guard.refused is not None:
            problem = describe(guard.refused, sent=False)
        elif recording.bad_selector is not None:
            problem = of_bad_selector(self._journey.location, recording.bad_selector)
        elif load.status is not None and load.status >= _ERROR_STATUS:
            problem = problem or f"{load.url} answered with status {load.status}"
        elif settled and self._journey.after is not None and load.soft is None:
            problem = problem or f"{load.url} was loaded as a document, so {load.page} is no soft navigation"
        elif settled and load.soft is not None and not recording.step_shows_something:
            problem = problem or f"{load.page} showed nothing new"
        elif settled and load.ready is not None and load.ready.found_ms is None:
            problem = problem or f"{load.ready.selector} did not appear"
        return LiveView(load, settled, self._redact(problem))

    def _sign_in(self, running: RunningBrowser, credentials: Credentials | None) -> StorageState | None:
        if self._journey.storage is not None:
            return read_storage(self._journey.storage)
        if self._journey.login is None:
            return None
        return Sessions(self._site, deadline_s=DEADLINE_S).state(self._journey.login, running, credentials)

    # Saved files

    def _wait_for_a_change(self) -> None:
        while not self._has_changed():
            time.sleep(_TELL_EVERY_MS / 1000)

    def _has_changed(self) -> bool:
        """Whether a file was saved, and declares the page; a problem in it is shown, and the page stays as it is."""
        times = self._times()
        if times == self._saved:
            return False
        self._saved = times
        try:
            self._journey = self._read()
        except ConfigError as error:
            self._show(
                LiveView(
                    not_loaded(Visit(journey=self._journey, site=self._site), 0, Ending(LoadOutcome.OK)),
                    problem=str(error),
                )
            )
            return False
        return True

    def _read(self) -> PageJourney:
        return select_pages(load_journeys(self._files), [self._name])[0]

    def _times(self) -> list[int]:
        return [path.stat().st_mtime_ns if path.exists() else 0 for path in self._files]
