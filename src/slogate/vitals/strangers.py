"""Keeps documents of strangers away: what a page, a redirect of it or a popup opens must be on a host that is named.

A page's parts (images, scripts, frames) may come from anywhere, as they do for a visitor.

The guard stops a document before a request is sent, and costs time for it: while DevTools' Fetch domain is on, every
request of the page takes a detour through the browser's main process, whatever its type (1.5 to 2 ms each on two
busy cores). So it watches logins and loads that are not judged, and a judged load only if no such load has shown
where its page goes; see `measure`. In the others, `capture` looks at what the page asked for.

In a browser without DevTools nothing is stopped: Playwright's own interception neither sees where a redirect leads nor
leaves the cache as it is. There the guard notices.
"""

from typing import Any, Protocol
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, Request
from playwright.sync_api import Error as PlaywrightError

from slogate.vitals.running import RunningBrowser
from slogate.vitals.site import Site


class Guard(Protocol):
    """Keeps strangers' documents away from all pages of one context, or at least notices them."""

    refused: str | None  # the first address of a stranger
    sent: bool  # whether it was asked for all the same

    def close(self) -> None:
        """Lets every request pass again. Raises Playwright's error when the browser is gone."""


def guard_of(running: RunningBrowser, site: Site, page: Page) -> Guard:
    """The guard that this browser allows for the context of `page`, which has not navigated yet."""
    return DocumentGuard(running.browser, site, page) if running.devtools else DocumentWatch(site, page)


class DocumentWatch:
    """Notices documents of strangers as they are asked for."""

    def __init__(self, site: Site, page: Page) -> None:
        self._site = site
        self._context = page.context
        self.refused: str | None = None
        self.sent = True
        self._context.on("request", self._on_request)

    def close(self) -> None:
        """Listens no more."""
        self._context.remove_listener("request", self._on_request)

    def _on_request(self, request: Request) -> None:
        if request.is_navigation_request() and self._site.is_stranger(request.url) and not _is_inside_a_page(request):
            self.refused = self.refused or request.url


def _is_inside_a_page(request: Request) -> bool:
    try:
        return request.frame.parent_frame is not None
    except PlaywrightError:
        return False  # a page that is only just opening, such as a popup


class DocumentGuard:
    """Refuses strangers' documents in all pages of one context, also in popups from their first request on.

    It hears of every document that the browser opens, and lets those of other contexts pass: in a browser that ran
    before, they are somebody's own.
    """

    def __init__(self, browser: Browser, site: Site, page: Page) -> None:
        self._site = site
        of_page = page.context.new_cdp_session(page)
        self._context_id = of_page.send("Target.getTargetInfo")["targetInfo"]["browserContextId"]
        of_page.detach()
        self.refused: str | None = None
        self.sent = False
        self._cdp = browser.new_browser_cdp_session()  # a page's own session would come too late for a popup
        self._cdp.on("Fetch.requestPaused", self._on_paused)
        self._cdp.send("Fetch.enable", {"patterns": [{"urlPattern": "*", "resourceType": "Document"}]})

    def close(self) -> None:
        """Lets every request pass again. Raises Playwright's error when the browser is gone."""
        self._cdp.detach()

    def _on_paused(self, event: dict[str, Any]) -> None:
        url, answer = event["request"]["url"], {"requestId": event["requestId"]}
        try:
            if self._site.is_stranger(url) and self._is_own_page(event["frameId"]):
                self.refused = self.refused or url
                self._cdp.send("Fetch.failRequest", {**answer, "errorReason": "BlockedByClient"})
            else:
                self._cdp.send("Fetch.continueRequest", answer)
        except PlaywrightError:
            return  # the page or the browser is gone, and its request with it

    def _is_own_page(self, frame_id: str) -> bool:
        """Whether it is the main frame of a page of the context. A page has the id of its main frame; frames inside it
        are no target, or a target of another type.
        """
        targets = self._cdp.send("Target.getTargets")["targetInfos"]
        return any(
            target["targetId"] == frame_id
            and target["type"] == "page"
            and target.get("browserContextId") == self._context_id
            for target in targets
        )


def describe(url: str, *, sent: bool) -> str:
    """Why a load with a stranger's document is none, with the address as far as it can hold no secret."""
    parts = urlsplit(url)
    where = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
    why = f"{parts.hostname} is not named in targets or allowed_hosts of the SLO file"
    return f"it went to {where}, but {why}" if sent else f"it was to open {where}, but {why}; nothing was sent there"
