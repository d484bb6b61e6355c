"""The course of one page load: its journey, its soft navigations, its interaction, and the waits until it is quiet.

The page is watched and not touched: no evaluation runs in it until the recording ends, because each would be a task
on the main thread that is measured.
"""

import time
from itertools import pairwise
from urllib.parse import urlsplit

from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Page

from slogate.analyzer.web.facts import LoadOutcome
from slogate.vitals import own_code
from slogate.vitals.documents import StepBegun
from slogate.vitals.endings import (
    Ending,
    is_navigation_timeout,
    of_bad_selector,
    of_endless_journey,
    of_journey,
    of_leaving_interaction,
    of_network_error,
    of_restless_page,
)
from slogate.vitals.journeys import Journey, PageJourney
from slogate.vitals.recording import Recording
from slogate.vitals.running import RunningBrowser
from slogate.vitals.settle import POLL_MS, Pace, assess
from slogate.vitals.strangers import Guard, describe
from slogate.vitals.visit import Visit

ANSWER_LIMIT_S = 5.0  # a main thread that does not answer for so long is taken to hang
AFTER_ERROR_MS = 500.0
FIRST_REQUEST_MS = 1000.0  # a journey may start its navigation by a timer
GUARD_ON_MS = 1000.0  # after a guarded load, for a popup that is just opening and a script that leaves a little later
ERROR_STATUS = 400
INTERACTION_PACE = Pace(quiet_ms=1000)  # for what the last click set off; TTI has had its quiet window by then
CLICKABLE_PACE = Pace(quiet_ms=500)  # before a soft navigation: a link without its script yet would load a document


class Ended(Exception):  # noqa: N818 (not an error)
    """How a load that has nothing to measure leaves its steps."""

    def __init__(self, outcome: LoadOutcome, reason: str) -> None:
        super().__init__(reason)
        self.ending = Ending(outcome, reason)


class Loading:
    """The run of one load: the journey, the wait until the page settles, the end of the recording."""

    def __init__(
        self, running: RunningBrowser, visit: Visit, page: Page, recording: Recording, guard: Guard | None
    ) -> None:
        self._running = running
        self._visit = visit
        self._page = page
        self._recording = recording
        self._guard = guard
        self._ledger = recording.ledger
        self._step = visit.journey.steps[0]  # the page that is opened now
        self._documents = 0  # how many had been asked for before the last soft navigation
        self._deadline = time.monotonic() + visit.deadline_s
        journey = visit.journey
        parts = len(journey.steps) + (journey.interaction is not None)  # each may take as long as a load
        self._limit_s = parts * visit.deadline_s + 2 * ANSWER_LIMIT_S

    def run(self) -> tuple[bool, Ending]:
        """Whether the page settled, and how the load ended. Raises `Ended` when there is nothing to measure."""
        journey, unsettled = self._visit.journey, list[str]()
        first, *soft = journey.steps
        with self._running.limit(self._limit_s, f"the page {journey.name!r} ({journey.location})"):
            try:
                self._travel(first)
                lacks = self._wait(max(CLICKABLE_PACE, self._visit.pace, key=_quiet_ms) if soft else self._visit.pace)
                for before, step in pairwise(journey.steps):
                    if lacks:
                        unsettled.append(f"{before.name} had not settled before: {lacks}")
                    lacks = self._go_on(before, step)
                if journey.interaction is not None and not lacks:
                    lacks = self._interact(journey.interaction)
                while not self._finish():
                    if time.monotonic() >= self._deadline:
                        raise Ended(LoadOutcome.DEADLINE, self._restless() or "it keeps replacing its document")
                    lacks = self._wait(self._visit.pace)
                if self._guard is not None:
                    self._pause(GUARD_ON_MS)
                self._check()  # what came to pass at the very end is told only now
                self._check_arrival()
                if soft:
                    self._check_document(journey)
            except PlaywrightError as error:
                raise self._broken(error) from error
        document = self._recording.document
        if self._visit.journey.ready is not None and (document is None or document.ready_ms is None):
            raise Ended(LoadOutcome.NOT_READY, f"{self._visit.journey.ready} did not appear")
        if lacks:
            unsettled.append(f"it did not settle within {self._visit.deadline_s:g} s: {lacks}")
        return not lacks, Ending(LoadOutcome.OK, "; ".join(unsettled))

    def _travel(self, journey: PageJourney) -> None:
        """Runs the function that opens a document."""
        error = self._call(journey.function, journey.name)
        if error is not None:
            self._explain(error, journey.function, journey.name)
        if self._ledger.untouched:
            self._pause(FIRST_REQUEST_MS)
            self._check()
            if self._ledger.untouched:
                raise Ended(LoadOutcome.JOURNEY_ERROR, f"{journey.location}: {journey.name} opened no page")

    def _call(self, function: Journey, name: str) -> BaseException | None:
        """Runs what the team wrote; what it raised. Ends the load when its time was over before it was."""
        try:
            own_code.run(function, self._page)
        except BaseException as error:
            if self._running.timed_out is not None:
                reason = of_endless_journey(error, function, name, self._limit_s)
                raise Ended(LoadOutcome.JOURNEY_ERROR, reason) from error
            self._pause(AFTER_ERROR_MS)  # the crash or the download behind the error is told a moment later
            self._check()
            return error
        return None

    def _go_on(self, before: PageJourney, journey: PageJourney) -> str:
        """Makes the soft navigation from one page to another, and waits until that is over; returns what is lacking."""
        self._deadline = time.monotonic() + self._visit.deadline_s
        self._step = journey
        document = self._recording.document
        if before.ready is not None and (document is None or document.ready_ms is None):
            raise Ended(LoadOutcome.NOT_READY, f"{before.ready} did not appear on {before.name}, on the way")
        while (begun := self._begin_step(journey)) is None:
            if time.monotonic() >= self._deadline:
                raise Ended(LoadOutcome.DEADLINE, f"{before.name} keeps replacing its document")
            self._wait(self._visit.pace)
        self._documents = len(self._ledger.asked)
        if begun.ready_there:
            reason = f"{journey.ready} was on {before.name} already: take something that only {journey.name} has"
            raise Ended(LoadOutcome.NOT_READY, reason)
        error = self._call(journey.function, journey.name)
        if error is not None:
            self._check_document(journey)
            self._explain(error, journey.function, journey.name)
        self._recording.end_step()
        lacks = self._wait(self._visit.pace)
        self._check_document(journey)
        if not self._recording.step_shows_something:
            self._finish()
            address = self._recording.step_address
            moved = "the address stayed as it was" if address is None else f"the address became {address}"
            raise Ended(LoadOutcome.NO_NAVIGATION, f"{journey.name} showed nothing new, and {moved}")
        return lacks

    def _begin_step(self, journey: PageJourney) -> StepBegun | None:
        with self._running.limit(ANSWER_LIMIT_S, "an answer of its main thread"):
            return self._recording.begin_step(journey.ready)

    def _check_document(self, journey: PageJourney) -> None:
        """Ends the load when a document was opened in place of a soft navigation."""
        if len(self._ledger.asked) > self._documents:
            self._finish()
            reason = f"{self._ledger.asked[-1]} was loaded as a document, so {journey.name} is no soft navigation"
            raise Ended(LoadOutcome.DOCUMENT_NAVIGATION, f"{reason}: declare it with @page and page.goto")

    def _interact(self, interaction: Journey) -> str:
        """Does what a visitor does on the page, and waits until that is over too; returns what is lacking then."""
        self._deadline = time.monotonic() + self._visit.deadline_s
        documents, began_ms = len(self._ledger.asked), self._now_ms()
        name = f"the interaction of {self._visit.journey.name}"
        error = self._call(interaction, name)
        if error is not None:
            self._explain(error, interaction, name)
        self._recording.interaction_ms = (began_ms, self._now_ms())
        pace = min(INTERACTION_PACE, self._visit.pace, key=_quiet_ms)
        lacks = self._wait(pace)
        if len(self._ledger.asked) > documents:
            raise Ended(LoadOutcome.JOURNEY_ERROR, of_leaving_interaction(self._ledger.asked[-1]))
        return lacks

    def _now_ms(self) -> float:
        progress = self._recording.progress()
        assert progress is not None  # noqa: S101 (the page has settled, so there is one)
        return progress.now_ms

    def _wait(self, pace: Pace) -> str:
        """Waits until the page has settled or the time is up; returns what it lacks, empty if it has settled."""
        while True:
            self._check()
            self._check_arrival()
            pending = self._ledger.unanswered_navigation
            progress = self._recording.progress()
            left_ms = (self._deadline - time.monotonic()) * 1000
            if pending is not None or progress is None:
                if left_ms <= 0:
                    if restless := self._restless():
                        raise Ended(LoadOutcome.DEADLINE, restless)
                    reason = f"{pending or 'the page'}: no answer within {self._visit.deadline_s:g} s"
                    raise Ended(LoadOutcome.NO_RESPONSE, reason)
                self._pause(min(POLL_MS, left_ms))
                continue
            assessment = assess(progress, pace)
            if assessment.settled:
                return ""
            if left_ms <= 0:
                return self._restless() or assessment.lacks
            self._pause(min(assessment.look_again_ms, left_ms))

    def _restless(self) -> str:
        return of_restless_page(self._ledger.url, self._recording.times_left, self._visit.deadline_s)

    def _finish(self) -> bool:
        with self._running.limit(ANSWER_LIMIT_S, "an answer of its main thread"):
            return self._recording.finish()

    def _pause(self, ms: float) -> None:
        """Lets time pass and events in. It runs in Playwright's driver, not in the page."""
        self._page.wait_for_timeout(ms)

    def _check(self) -> None:
        """Ends the load when what it has opened is not the page to be measured."""
        self._check_hosts()
        if self._recording.download is not None:
            raise Ended(LoadOutcome.DOWNLOAD, f"{self._recording.download} is a file to download, not a page")
        if self._recording.bad_selector is not None:
            reason = of_bad_selector(self._step.location, self._recording.bad_selector)
            raise Ended(LoadOutcome.JOURNEY_ERROR, reason)
        url, status = self._ledger.url, self._ledger.status
        if status is not None and status >= ERROR_STATUS:
            raise Ended(LoadOutcome.HTTP_ERROR, f"{url or self._ledger.asked[-1]} answered with status {status}")
        if url is not None and urlsplit(url).hostname is None:
            raise Ended(LoadOutcome.REDIRECTED_AWAY, f"it ended on an address without a host ({urlsplit(url).scheme}:)")

    def _check_arrival(self) -> None:
        """Ends the load when the browser shows a page of its own, because the document did not arrive."""
        if self._ledger.shows_error_page:
            raise Ended(LoadOutcome.NO_RESPONSE, f"{self._ledger.url} did not load")

    def _check_hosts(self) -> None:
        """Ends the load when it opened a stranger's document, on whatever way to the page, or in a popup."""
        if self._guard is not None and self._guard.refused is not None:
            raise Ended(LoadOutcome.REDIRECTED_AWAY, describe(self._guard.refused, sent=self._guard.sent))
        for url in [*self._ledger.asked, *(page.url for page in self._page.context.pages)]:
            if self._visit.site.is_stranger(url):
                raise Ended(LoadOutcome.REDIRECTED_AWAY, describe(url, sent=True))

    def _explain(self, error: BaseException, function: Journey, name: str) -> None:
        """Ends the load for what its journey raised, unless the page can be measured all the same."""
        message = str(error)
        if isinstance(error, PlaywrightError):
            ending = of_network_error(message)
            if ending is not None:
                raise Ended(ending.outcome, ending.reason) from error
            if is_navigation_timeout(message):
                return  # if the document is there, the page can be measured; if it is not, `_wait` says so
        raise Ended(LoadOutcome.JOURNEY_ERROR, of_journey(error, function, name)) from error

    def _broken(self, error: PlaywrightError) -> Exception:
        """What it means that Playwright can no longer reach the page; the error itself if the browser is gone."""
        if self._recording.crashed:
            return Ended(LoadOutcome.CRASHED, "its renderer crashed")
        if self._running.timed_out is not None:
            return Ended(LoadOutcome.DEADLINE, self._running.timed_out)
        if self._page.is_closed() and self._running.why_gone() is None:
            where = self._visit.journey.location
            return Ended(LoadOutcome.JOURNEY_ERROR, f"{where}: the page was closed while it was measured")
        return error


def _quiet_ms(pace: Pace) -> float:
    return pace.quiet_ms
