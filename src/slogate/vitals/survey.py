"""Looks at a site to write its first journeys: a few of its pages, what shows that each is there, and what its pages
ask of an API. It measures nothing.
"""

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from playwright.sync_api import BrowserContext, Page, Request, sync_playwright
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import TimeoutError as PlaywrightTimeoutError

from slogate.errors import TargetError
from slogate.vitals.endings import of_network_error
from slogate.vitals.running import RunningBrowser, launch
from slogate.vitals.site import Site
from slogate.vitals.strangers import DocumentGuard, describe
from slogate.vitals.throttle import PRESETS

MOST_PAGES = 5
_LOOK = Path(__file__).with_name("survey.js").read_text(encoding="utf-8")
_LOAD_LIMIT_S = 20.0
_QUIET_LIMIT_MS = 4000.0  # a page that goes on asking is looked at as it is then
_STEP_LIMIT_S = 40.0
_ERROR_STATUS = 400
_BLANK = "about:blank"
_LEAVES = re.compile(r"log.?out|sign.?out|delete|remove|unsubscribe", re.IGNORECASE)  # what a visit might change
_FILE = re.compile(r"\.(?!html?$|php$|aspx?$|jsp$)[a-z0-9]{1,5}$", re.IGNORECASE)
_VARIES = re.compile(r"[0-9]+|[0-9a-f]{8}-[0-9a-f-]{27}")


@dataclass(frozen=True)
class SurveyedPage:
    """One page of a site: `path` is relative to the target, `ready` a CSS selector of something that only this page
    has, None where there is nothing to hold on to.
    """

    path: str
    title: str
    ready: str | None


@dataclass(frozen=True)
class Survey:
    """What was found. `api_paths` are those that pages asked for in the background with GET, and were answered;
    `left_out` are the addresses that could not be looked at, and why.
    """

    pages: list[SurveyedPage]
    api_paths: list[str]
    left_out: list[str] = field(default_factory=list)


@dataclass
class _Seen:
    pages: list[SurveyedPage] = field(default_factory=list)
    patterns: set[str] = field(default_factory=set)
    api_paths: dict[str, None] = field(default_factory=dict)  # in order, each once
    left_out: list[str] = field(default_factory=list)


def survey(url: str, *, most_pages: int = MOST_PAGES, verify_tls: bool = True) -> Survey:
    """Visits `url` and what it links to. Raises `TargetError` when the first page cannot be opened, and `BrowserError`.

    Only documents of the same host are opened, by GET and without signing in.
    """
    site = Site(base_url=url, allowed_hosts=frozenset({urlsplit(url).hostname or ""}), verify_tls=verify_tls)
    playwright = sync_playwright().start()
    try:
        running = launch(playwright)
        try:
            return _survey(running, site, most_pages)
        finally:
            running.kill()
    finally:
        playwright.stop()


def _survey(running: RunningBrowser, site: Site, most_pages: int) -> Survey:
    with running.limit(_STEP_LIMIT_S, "opening a page"):
        context = site.open_context(running.browser, PRESETS["none"], None)
        guard = DocumentGuard(running.browser, site, context.new_page())
    seen = _Seen()
    waiting = [site.base_url]
    try:
        while waiting and len(seen.pages) < most_pages:
            address = waiting.pop(0)
            try:
                with running.limit(_STEP_LIMIT_S, f"looking at {address}"):
                    waiting += _visit(context, site, address, seen)
            except TargetError as error:
                if guard.refused is None:
                    raise
                message = describe(guard.refused, sent=False)
                raise TargetError(message, cure="give the address that it leads to") from error
    except PlaywrightError as error:
        reason = running.timed_out or running.why_gone() or str(error).partition("\n")[0]
        if not seen.pages:
            raise TargetError(f"{site.base_url} cannot be looked at: {reason}", cure="open it in a browser") from error
    return Survey(seen.pages, list(seen.api_paths), seen.left_out)


def _visit(context: BrowserContext, site: Site, address: str, seen: _Seen) -> list[str]:
    """Opens one page, notes it, and returns the addresses that it leads to. The first one has to open."""
    page = context.new_page()
    asked: list[Request] = []
    page.on("requestfinished", lambda request: asked.append(request))  # noqa: PLW0108  # Playwright takes no builtin
    try:
        _open(page, address)
        found = page.evaluate(_LOOK)
        path = _relative(page.url, site.base_url)
        pattern = _pattern(path)
        if pattern not in seen.patterns and found["text_length"] > 0:
            seen.patterns.add(pattern)
            seen.pages.append(SurveyedPage(path, found["title"], found["ready"]))
        seen.api_paths |= dict.fromkeys(_api_paths(asked, site))
        return list(_worth_a_visit(found["links"], site, seen))
    except (TargetError, PlaywrightError) as error:
        seen.left_out.append(f"{address}: {str(error).partition(chr(10))[0]}")
        if not seen.pages:
            ending = of_network_error(str(error))
            if ending is not None:
                raise TargetError(ending.reason, cure="start the service, or correct --target") from error
            raise
        return []
    finally:
        page.close()


def _open(page: Page, address: str) -> None:
    """Opens a page and waits until it has fallen quiet, or has had its time. Raises `TargetError` for an error page."""
    try:
        response = page.goto(address, timeout=_LOAD_LIMIT_S * 1000)
    except PlaywrightTimeoutError:
        if page.url == _BLANK:
            raise TargetError(f"{address} did not answer", cure="see whether it does in a browser") from None
        return  # a part that hangs; what is there is looked at
    if response is not None and response.status >= _ERROR_STATUS:
        raise TargetError(f"{address} answered with status {response.status}", cure="give the address of a page")
    with suppress(PlaywrightTimeoutError):
        page.wait_for_load_state("networkidle", timeout=_QUIET_LIMIT_MS)


def _worth_a_visit(links: list[str], site: Site, seen: _Seen) -> Iterator[str]:
    patterns = set(seen.patterns)
    for link in links:
        parts = urlsplit(link)
        if parts.scheme not in {"http", "https"} or site.is_stranger(link) or not _same_origin(link, site.base_url):
            continue
        path = _relative(link, site.base_url)
        pattern = _pattern(path)
        if pattern in patterns or _LEAVES.search(link) or _FILE.search(parts.path):
            continue
        patterns.add(pattern)
        yield urljoin(site.base_url, path)


def _api_paths(asked: list[Request], site: Site) -> Iterator[str]:
    for request in asked:
        if request.resource_type not in {"fetch", "xhr"} or request.method != "GET":
            continue
        response = request.response()
        if response is not None and response.status < _ERROR_STATUS and _same_origin(request.url, site.base_url):
            yield _relative(request.url, site.base_url)


def _same_origin(one: str, other: str) -> bool:
    a, b = urlsplit(one), urlsplit(other)
    return (a.scheme, a.hostname, a.port) == (b.scheme, b.hostname, b.port)


def _relative(url: str, base_url: str) -> str:
    """The path with its query, without the fragment and without anything that looks like a secret."""
    parts = urlsplit(urljoin(base_url, url))
    query = "" if re.search(r"token|key|secret|session|password", parts.query, re.IGNORECASE) else parts.query
    return (parts.path or "/") + (f"?{query}" if query else "")


def _pattern(path: str) -> str:
    """What pages of one kind have in common: /product/7 and /product/8 are one page here."""
    return _VARIES.sub("*", path.partition("?")[0].rstrip("/"))
