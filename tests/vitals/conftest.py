"""A small web server and a real Chromium."""

import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from page_loader import Loader
from playwright.sync_api import Playwright, sync_playwright
from shop_journeys import JourneyFile
from webserver import WebServer

from slogate.vitals.browser import find_browser
from slogate.vitals.running import RunningBrowser, launch


@pytest.fixture
def journey_file(tmp_path: Path) -> JourneyFile:
    def write(code: str, name: str = "storefront.py") -> Path:
        path = tmp_path / name
        path.write_text(textwrap.dedent(code))
        return path

    return write


@pytest.fixture
def server() -> Iterator[WebServer]:
    web_server = WebServer()
    web_server.page("/", "<h1>Hello</h1>")
    web_server.routes["/favicon.ico"] = web_server.reply(status=204)
    yield web_server
    web_server.close()


@pytest.fixture
def stranger() -> Iterator[WebServer]:
    """A server on a host that nobody has named."""
    web_server = WebServer("127.0.0.2")
    yield web_server
    web_server.close()


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    """One driver a module: while it runs, asyncio believes that a loop is running in this thread."""
    with pytest.MonkeyPatch.context() as patch, TemporaryDirectory(prefix="t-", ignore_cleanup_errors=True) as scratch:
        patch.setenv("TMPDIR", scratch)  # a browser that is killed leaves its profile there
        with sync_playwright() as started:
            yield started


@pytest.fixture(scope="module")
def running(playwright: Playwright) -> Iterator[RunningBrowser]:
    browser = launch(playwright)
    yield browser
    browser.kill()


@pytest.fixture(scope="module")
def firefox(playwright: Playwright) -> Iterator[RunningBrowser]:
    """A stock Firefox."""
    browser = launch(playwright, find_browser(engine="firefox"))
    yield browser
    browser.kill()


@pytest.fixture
def own_browser(playwright: Playwright) -> Iterator[RunningBrowser]:
    """A browser that a test may lose."""
    browser = launch(playwright)
    yield browser
    browser.kill()


@pytest.fixture
def start_loader(tmp_path: Path, server: WebServer) -> Iterator[Callable[..., Loader]]:
    """Starts the page loader on journeys given as source code, against the test's server."""
    started: list[Loader] = []

    def start(journeys: str, *, environ: dict[str, str] | None = None, **plan: object) -> Loader:
        path = tmp_path / "storefront.py"
        path.write_text("import os\nfrom slogate import page, session\n" + textwrap.dedent(journeys))
        known = {"journeys": [str(path)], "base_url": server.url, "allowed_hosts": ["127.0.0.1"], "page_loads": 1}
        started.append(Loader(tmp_path, known | plan, environ=environ))
        return started[-1]

    yield start
    for loader in started:
        loader.close()
