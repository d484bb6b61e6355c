"""Where the facts of a page load come from: Chromium's DevTools, or what Playwright tells of any browser."""

from typing import Protocol

from playwright.sync_api import CDPSession, Page

from slogate.analyzer.web.facts import Navigation, Request
from slogate.vitals.documents import Documents, StepBegun
from slogate.vitals.event_ledger import EventLedger
from slogate.vitals.ledger import NetworkLedger
from slogate.vitals.observer import Observer
from slogate.vitals.page_observer import PageObserver
from slogate.vitals.throttle import Throttle


class Ledger(Protocol):
    """The network ledger of one page. Seconds are on a clock of its own."""

    asked: list[str]
    addresses: list[str]  # that documents gave themselves, without loading another

    @property
    def url(self) -> str | None:
        """The address that the main frame shows; None before it shows any."""

    @property
    def status(self) -> int | None:
        """The HTTP status of the document at `url`, else of the last one asked for."""

    @property
    def shows_error_page(self) -> bool:
        """The browser shows a page of its own, because the document asked for did not arrive."""

    @property
    def navigation_requested_s(self) -> float | None:
        """When the last committed document was asked for, or its navigation began."""

    @property
    def untouched(self) -> bool:
        """The main frame has neither asked for a document nor committed one."""

    @property
    def unanswered_navigation(self) -> str | None:
        """The address of the main frame's last navigation while it is under way."""

    def navigations(self, start_s: float) -> tuple[Navigation, ...]:
        """The committed documents, with times relative to `start_s`."""

    def requests(self, start_s: float) -> tuple[Request, ...]:
        """The requests sent since `start_s`, in order; those of an earlier document are left out."""


class Sources(Protocol):
    """What a recording is made of. Nothing here disturbs the page but `begin_step` and `collect`."""

    documents: Documents

    @property
    def ledger(self) -> Ledger:
        """The requests of the page."""

    def navigation_start_s(self) -> float | None:
        """When the last navigation began, on the ledger's clock; None when nothing was navigated to."""

    def begin_step(self, ready: str | None) -> StepBegun | None:
        """Lets the latest document look for another `ready`, and for soft navigations; None if it has no answer."""

    def collect(self) -> float | None:
        """Asks the latest document for the rest of its entries; returns its time then, None if it has no answer."""


class DevTools:
    """Chromium's own account of a page, which can also be slowed down over it."""

    def __init__(self, page: Page, ready: str | None, throttle: Throttle) -> None:
        self.cdp: CDPSession = page.context.new_cdp_session(page)
        frame_tree = self.cdp.send("Page.getFrameTree")
        self.ledger = NetworkLedger(frame_tree["frameTree"]["frame"]["id"])
        for event, handler in self.ledger.handlers.items():
            self.cdp.on(event, handler)
        for domain in ("Page", "Runtime", "Network", "Performance"):
            self.cdp.send(f"{domain}.enable")
        self._observer = Observer(self.cdp, ready=ready)
        self.documents = self._observer.documents
        throttle.apply(self.cdp)

    def navigation_start_s(self) -> float | None:
        """From `Performance.getMetrics`."""
        metrics = self.cdp.send("Performance.getMetrics")["metrics"]
        start_s = next((float(m["value"]) for m in metrics if m["name"] == "NavigationStart"), None)
        return start_s or None  # 0 says that nothing was navigated to

    def begin_step(self, ready: str | None) -> StepBegun | None:
        """Evaluates in the script's own world."""
        return self._observer.begin_step(ready)

    def collect(self) -> float | None:
        """As `begin_step`."""
        return self._observer.collect()


class Events:
    """What Playwright tells of a page in any browser. It can slow nothing down."""

    def __init__(self, page: Page, ready: str | None) -> None:
        self._observer = PageObserver(page, ready=ready)
        self.documents = self._observer.documents
        self.ledger = EventLedger(page, self.documents)

    def navigation_start_s(self) -> float | None:
        """The time origin of the latest document: the ledger's clock is that of the epoch too."""
        return self.ledger.navigation_requested_s

    def begin_step(self, ready: str | None) -> StepBegun | None:  # noqa: ARG002  # the other source takes it
        """No answer: no browser but Chromium tells of soft navigations, so `abilities` refuses them before."""
        return None

    def collect(self) -> float | None:
        """Evaluates in the page, and asks Playwright for the sizes of the answers."""
        now_ms = self._observer.collect()
        self.ledger.learn_sizes()
        return now_ms


def open_sources(page: Page, ready: str | None, throttle: Throttle, *, devtools: bool) -> DevTools | Events:
    """The best there is for a page that has not navigated yet."""
    return DevTools(page, ready, throttle) if devtools else Events(page, ready)
