"""The recording of one page: what its sources and Playwright's events tell while it loads, and the facts at its end.

Secrets are taken out here, before anything leaves this process. What a journey types is not among the events at all.
"""

import re
from dataclasses import replace

from playwright.sync_api import ConsoleMessage, Dialog, Page
from playwright.sync_api import Error as PlaywrightError

from slogate.analyzer.web import fcp
from slogate.analyzer.web.facts import PageLoad, Ready
from slogate.redact import Redactor
from slogate.vitals.documents import Document
from slogate.vitals.journeys import PageJourney
from slogate.vitals.settle import Progress
from slogate.vitals.sources import Sources

MAX_CONSOLE_ERRORS = 50
MAX_TEXT = 500
MAX_URL = 2000
_DOCUMENT_GONE = re.compile("Cannot find context|context was destroyed")


class Recording:
    """Attaches to a page that has not navigated yet. Not one of its methods but `finish` disturbs the page."""

    def __init__(self, page: Page, journey: PageJourney, sources: Sources) -> None:
        self.crashed = False
        self.download: str | None = None
        self.interaction_ms: tuple[float, float] | None = None  # when it began and ended
        self._ready = journey.ready
        self._console_errors: list[str] = []
        self._navigation_start_s: float | None = None
        self._end_ms: float | None = None
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

    def progress(self) -> Progress | None:
        """What has been seen of the latest document; None before there is one."""
        document, start_s = self.document, self.ledger.navigation_requested_s
        if document is None or start_s is None:
            return None
        painted = (paint.start_ms for paint in document.paints if paint.name == fcp.ENTRY_NAME)
        return Progress(
            now_ms=document.now_ms(),
            load_end_ms=document.timing.load_end_ms,
            fcp_ms=next(painted, None),
            ready_ms=document.ready_ms,
            wants_ready=self._ready is not None,
            long_tasks=document.long_tasks,
            requests=self.ledger.requests(start_s),
            interacted_ms=None if self.interaction_ms is None else self.interaction_ms[1],
        )

    def finish(self) -> bool:
        """Asks the page for the rest of its entries. False if the document is gone: another one has taken its place."""
        self._navigation_start_s = self._sources.navigation_start_s()
        try:
            self._end_ms = self._sources.collect()
        except PlaywrightError as error:
            if _DOCUMENT_GONE.search(str(error)) is None:
                raise
        return self._end_ms is not None

    def add_to(self, load: PageLoad, redact: Redactor) -> PageLoad:
        """`load` with everything that was seen, secrets masked."""

        def address(url: str) -> str:
            # What follows the comma of a data: URL is the content itself.
            return url.partition(",")[0][:MAX_URL] if url.startswith("data:") else redact(url)[:MAX_URL]

        errors = tuple(redact(text)[:MAX_TEXT] for text in self._console_errors)
        load = replace(
            load,
            url=address(self.ledger.url or ""),
            status=self.ledger.status,
            console_errors=errors,
            ready=self._readiness(),
        )
        start_s = self._navigation_start_s or self.ledger.navigation_requested_s
        if start_s is not None:
            requests = tuple(replace(r, url=address(r.url)) for r in self.ledger.requests(start_s))
            navigations = tuple(replace(n, url=address(n.url)) for n in self.ledger.navigations(start_s))
            load = replace(load, requests=requests, navigations=navigations)
        document = self.document
        if document is None:
            return load
        images = document.images
        candidates = (
            replace(c, element=c.element and redact(c.element), url=c.url and address(c.url))
            for c in document.lcp_candidates
        )
        shifts = (replace(s, element=s.element and redact(s.element)) for s in document.layout_shifts)
        return replace(
            load,
            timing=document.timing,
            paints=tuple(document.paints),
            lcp_candidates=tuple(candidates),
            layout_shifts=tuple(shifts),
            long_tasks=tuple(document.long_tasks),
            input_events=tuple(document.input_events),
            untold=tuple(document.untold),
            images=None if images is None else tuple(replace(i, url=address(i.url)) for i in images),
            interacted_ms=None if self.interaction_ms is None else round(self.interaction_ms[0], 3),
            end_ms=round(document.now_ms(), 3) if self._end_ms is None else self._end_ms,
        )

    def _readiness(self) -> Ready | None:
        if self._ready is None:
            return None
        return Ready(selector=self._ready, found_ms=None if self.document is None else self.document.ready_ms)

    def _on_crash(self, _page: Page) -> None:
        self.crashed = True

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self._note_error(message.text)

    def _note_error(self, text: str) -> None:
        if len(self._console_errors) < MAX_CONSOLE_ERRORS:
            self._console_errors.append(text)


def _answer(dialog: Dialog) -> None:
    """Nobody is there to answer: leaving the page is allowed, everything else is declined."""
    if dialog.type == "beforeunload":
        dialog.accept()
    else:
        dialog.dismiss()
