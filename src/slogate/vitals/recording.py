"""The recording of one page: what its sources and Playwright's events tell while it loads, and the facts at its end.

A soft navigation is recorded with the document that it happens in, on the clock of that document.

Secrets are taken out here, before anything leaves this process. What a journey types is not among the events at all.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from playwright.sync_api import ConsoleMessage, Dialog, Page
from playwright.sync_api import Error as PlaywrightError

from slogate.analyzer.web.facts import FIRST_CONTENTFUL_PAINT, LcpCandidate, PageLoad, Ready, SoftNavigation
from slogate.redact import Redactor
from slogate.vitals.documents import Document, StepBegun
from slogate.vitals.journeys import PageJourney
from slogate.vitals.settle import Progress
from slogate.vitals.sources import Sources

T = TypeVar("T")

MAX_CONSOLE_ERRORS = 50
MAX_TEXT = 500
MAX_URL = 2000
_DOCUMENT_GONE = re.compile("Cannot find context|context was destroyed")


@dataclass
class _Step:
    """A soft navigation that was begun in `document`; times are on the clock of that one."""

    document: Document
    ready: str | None
    began_ms: float
    told: bool
    addresses_before: int
    ended_ms: float | None = None  # when the journey's function had done all it does


@dataclass(frozen=True)
class _End:
    """What a finished recording is of. Another document may arrive before its facts are read, and is none of it."""

    document: Document
    start_s: float | None  # on the ledger's clock
    at_ms: float
    url: str | None
    status: int | None


class Recording:
    """Attaches to a page that has not navigated yet. Not one of its methods but `begin_step` and `finish` disturbs the
    page.
    """

    def __init__(self, page: Page, journey: PageJourney, sources: Sources) -> None:
        self.crashed = False
        self.download: str | None = None
        self.interaction_ms: tuple[float, float] | None = None  # when it began and ended
        self._ready = journey.steps[0].ready  # of the document; a soft navigation has its own
        self._console_errors: list[str] = []
        self._end: _End | None = None
        self._step: _Step | None = None
        page.on("crash", self._on_crash)
        page.on("download", lambda download: setattr(self, "download", download.url))
        page.on("dialog", _answer)
        page.on("console", self._on_console)
        page.on("pageerror", lambda error: self._note_error(error.message))
        self._sources = sources
        self.ledger = sources.ledger

    @property
    def document(self) -> Document | None:
        """What the latest document has said so far."""
        return self._sources.documents.latest

    @property
    def bad_selector(self) -> str | None:
        """What the browser says of a `ready` selector that it cannot parse."""
        return None if self.document is None else self.document.ready_error

    @property
    def times_left(self) -> int:
        """How often one document took the place of another, or asks to."""
        pending = self.ledger.unanswered_navigation is not None
        return max(0, len(self.ledger.navigations(0.0)) - (not pending))

    def begin_step(self, ready: str | None) -> StepBegun | None:
        """A soft navigation comes next, to a page with this `ready`. None if the document is gone."""
        document, before = self.document, len(self.ledger.addresses)
        begun = _unless_gone(lambda: self._sources.begin_step(ready))
        if document is None or begun is None:
            return None
        document.ready_ms = None
        self._step = _Step(document, ready, begun.now_ms, begun.told, before)
        return begun

    def end_step(self) -> None:
        """The journey has done all that leads to the page."""
        if self._step is not None:
            self._step.ended_ms = self._step.document.now_ms()

    @property
    def step_shows_something(self) -> bool:
        """Whether the soft navigation painted anything, or what it is ready by is there, or, in a browser that does not
        tell of paints, the address is another one.
        """
        step = self._step
        if step is None:
            return False
        moved = len(self.ledger.addresses) > step.addresses_before
        return bool(self._step_paints(step)) or step.document.ready_ms is not None or (moved and not step.told)

    @property
    def step_address(self) -> str | None:
        """The address that the soft navigation has led to; None if the document kept its own."""
        step = self._step_in(self._last)
        led_to = [] if step is None else self.ledger.addresses[step.addresses_before :]
        return led_to[-1] if led_to else None

    def progress(self) -> Progress | None:
        """What has been seen of the latest document; None before there is one."""
        document, start_s = self.document, self.ledger.navigation_requested_s
        step = self._step_in(document)
        if document is None or start_s is None:
            return None
        painted = [paint.start_ms for paint in document.paints if paint.name == FIRST_CONTENTFUL_PAINT]
        ended = [] if self.interaction_ms is None else [self.interaction_ms[1]]
        if step is not None:
            painted = self._step_paints(step)
            ended += [] if step.ended_ms is None else [step.ended_ms]
        return Progress(
            now_ms=document.now_ms(),
            load_end_ms=document.timing.load_end_ms if step is None else step.began_ms,
            fcp_ms=min(painted, default=None),
            ready_ms=document.ready_ms,
            wants_ready=self._wanted_in(document) is not None,
            long_tasks=document.long_tasks,
            requests=self.ledger.requests(start_s),
            interacted_ms=max(ended, default=None),
        )

    def finish(self) -> bool:
        """Asks the page for the rest of its entries. False if the document is gone: another one has taken its place."""
        document, start_s = self.document, self._sources.navigation_start_s()
        at_ms, self._end = _unless_gone(self._sources.collect), None
        if document is None or at_ms is None or document is not self.document:
            return False
        self._end = _End(document, start_s, at_ms, self.ledger.url, self.ledger.status)
        return True

    def add_to(self, load: PageLoad, redact: Redactor) -> PageLoad:
        """`load` with everything that was seen, secrets masked."""

        def address(url: str) -> str:
            # What follows the comma of a data: URL is the content itself.
            return url.partition(",")[0][:MAX_URL] if url.startswith("data:") else redact(url)[:MAX_URL]

        end, document = self._end, self._last
        errors = tuple(redact(text)[:MAX_TEXT] for text in self._console_errors)
        load = replace(
            load,
            url=address(self.step_address or (self.ledger.url if end is None else end.url) or ""),
            status=self.ledger.status if end is None else end.status,
            console_errors=errors,
            ready=self._readiness(),
        )
        start_s = (None if end is None else end.start_s) or self.ledger.navigation_requested_s
        if start_s is not None:
            sent = [r for r in self.ledger.requests(start_s) if end is None or r.start_ms <= end.at_ms]
            requests = tuple(replace(r, url=address(r.url), headers=_masked(r.headers, redact)) for r in sent)
            navigations = tuple(replace(n, url=address(n.url)) for n in self.ledger.navigations(start_s))
            load = replace(load, requests=requests, navigations=navigations)
        if document is None:
            return load
        images = document.images

        def candidate(seen: LcpCandidate) -> LcpCandidate:
            return replace(seen, element=seen.element and redact(seen.element), url=seen.url and address(seen.url))

        shifts = (replace(s, element=s.element and redact(s.element)) for s in document.layout_shifts)
        return replace(
            load,
            timing=document.timing,
            paints=tuple(document.paints),
            lcp_candidates=tuple(map(candidate, document.lcp_candidates)),
            layout_shifts=tuple(shifts),
            long_tasks=tuple(document.long_tasks),
            input_events=tuple(document.input_events),
            untold=tuple(document.untold),
            images=None if images is None else tuple(replace(i, url=address(i.url)) for i in images),
            interacted_ms=None if self.interaction_ms is None else round(self.interaction_ms[0], 3),
            end_ms=round(document.now_ms(), 3) if end is None else end.at_ms,
            soft=self._soft(address, candidate),
        )

    def _soft(
        self, address: Callable[[str], str], candidate: Callable[[LcpCandidate], LcpCandidate]
    ) -> SoftNavigation | None:
        step = self._step_in(self._last)
        if step is None:
            return None
        paints = step.document.interaction_paints
        return SoftNavigation(
            step_ms=step.began_ms,
            told=step.told,
            addresses=tuple(map(address, self.ledger.addresses[step.addresses_before :])),
            entries=tuple(replace(entry, url=address(entry.url)) for entry in step.document.soft_entries),
            paints=tuple(replace(paint, largest=candidate(paint.largest)) for paint in paints),
        )

    @property
    def _last(self) -> Document | None:
        """The document that the facts are of."""
        return self.document if self._end is None else self._end.document

    def _step_in(self, document: Document | None) -> _Step | None:
        """The soft navigation, unless another document has taken its place since."""
        return self._step if self._step is not None and self._step.document is document else None

    @staticmethod
    def _step_paints(step: _Step) -> list[float]:
        paints = step.document.interaction_paints
        return [paint.start_ms for paint in paints if paint.interaction_ms >= step.began_ms]

    def _wanted_in(self, document: Document | None) -> str | None:
        """What the page is ready by; None for a document that took the place of a soft navigation."""
        if self._step is None:
            return self._ready
        return None if self._step_in(document) is None else self._step.ready

    def _readiness(self) -> Ready | None:
        document = self._last
        wanted = self._wanted_in(document)
        if wanted is None:
            return None
        return Ready(selector=wanted, found_ms=None if document is None else document.ready_ms)

    def _on_crash(self, _page: Page) -> None:
        self.crashed = True

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self._note_error(message.text)

    def _note_error(self, text: str) -> None:
        if len(self._console_errors) < MAX_CONSOLE_ERRORS:
            self._console_errors.append(text)


def _unless_gone(ask: Callable[[], T | None]) -> T | None:
    """What the document answers; None if another one has taken its place."""
    try:
        return ask()
    except PlaywrightError as error:
        if _DOCUMENT_GONE.search(str(error)) is None:
            raise
        return None


def _answer(dialog: Dialog) -> None:
    """Nobody is there to answer: leaving the page is allowed, everything else is declined."""
    if dialog.type == "beforeunload":
        dialog.accept()
    else:
        dialog.dismiss()


def _masked(headers: Mapping[str, str] | None, redact: Redactor) -> dict[str, str] | None:
    return None if headers is None else {name: redact(value) for name, value in headers.items()}
