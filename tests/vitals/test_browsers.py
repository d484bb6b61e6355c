"""A browser that ran before: pages are loaded in it, and it runs on as if nothing had been."""

import json
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
from page_loader import Loader
from webserver import WebServer

from slogate.analyzer.web.facts import LoadOutcome
from slogate.errors import CutShortError
from slogate.vitals.browser import find_browser
from slogate.vitals.browsers import Browsers
from slogate.vitals.running import ARGUMENTS, kill_trees

StartLoader = Callable[..., Loader]


class Devtools:
    """Somebody's own browser, with a tab that is not ours."""

    def __init__(self, profile: Path, tab: str) -> None:
        arguments = [
            "--headless",
            "--no-sandbox",
            *ARGUMENTS,
            "--remote-debugging-port=0",
            f"--user-data-dir={profile}",
        ]
        self._log = (profile / "log").open("wb")
        self.process = subprocess.Popen(
            [find_browser().path, *arguments, tab], stdout=self._log, stderr=self._log, start_new_session=True
        )
        port = profile / "DevToolsActivePort"
        until = time.monotonic() + 30
        while not (port.is_file() and port.read_text().strip()):
            assert time.monotonic() < until, "the browser does not start"
            time.sleep(0.05)
        self.url = f"http://127.0.0.1:{port.read_text().split()[0]}"

    def pages(self) -> list[str]:
        with urllib.request.urlopen(f"{self.url}/json/list", timeout=5) as answer:
            return sorted(target["url"] for target in json.load(answer) if target["type"] == "page")

    def close(self) -> None:
        if self.process.poll() is None:
            kill_trees([psutil.Process(self.process.pid)])
            self.process.wait()
        self._log.close()


@pytest.fixture
def devtools(server: WebServer) -> Iterator[Devtools]:
    server.page("/own", "<h1>Mine</h1>")
    with tempfile.TemporaryDirectory(prefix="t-", ignore_cleanup_errors=True) as profile:
        browser = Devtools(Path(profile), f"{server.url}/own")
        yield browser
        browser.close()


def test_pages_are_loaded_in_contexts_of_their_own(
    start_loader: StartLoader, server: WebServer, devtools: Devtools
) -> None:
    loader = start_loader('@page("home", ready="h1")\ndef home(page): page.goto("/")', cdp=devtools.url)
    ready = loader.wait_for("ready")
    assert ready["browser"]["path"] == devtools.url
    assert ready["browser"]["version"]
    loader.go()
    assert loader.end()[0] == 0, loader.stderr
    assert [(load.outcome, load.settled) for load in loader.loads] == [(LoadOutcome.OK, True)] * 2
    assert devtools.process.poll() is None
    assert devtools.pages() == [f"{server.url}/own"]


def test_a_page_that_hangs_costs_the_connection_and_not_the_browser(
    start_loader: StartLoader, server: WebServer, devtools: Devtools
) -> None:
    server.page("/stuck", "<h1>Hello</h1><script>for (;;);</script>")
    server.routes["/"] = server.reply("<h1>closed</h1>", status=503)
    loader = start_loader(
        """
        @page("stuck")
        def stuck(page): page.goto("/stuck")

        @page("home")
        def home(page): page.goto("/")
        """,
        cdp=devtools.url,
        warmup_loads=0,
        deadline_s=1,
    )
    loader.go()
    assert loader.end()[0] == 0, loader.stderr
    assert [load.outcome for load in loader.loads] == [LoadOutcome.DEADLINE, LoadOutcome.HTTP_ERROR]
    assert devtools.process.poll() is None
    until = time.monotonic() + 10
    while devtools.pages() != [f"{server.url}/own"] and time.monotonic() < until:
        time.sleep(0.1)  # the browser throws a context away once it sees that nobody is connected to it
    assert devtools.pages() == [f"{server.url}/own"]


def test_its_own_tabs_may_go_where_they_will(
    start_loader: StartLoader, server: WebServer, stranger: WebServer, devtools: Devtools
) -> None:
    """While our documents are looked at first, those of its other tabs are not refused."""
    stranger.page("/theirs", "<h1>Theirs</h1>")
    their_url = f"http://127.0.0.2:{stranger.port}/theirs"

    def slow(handler: object) -> None:
        request = urllib.request.Request(f"{devtools.url}/json/new?{their_url}", method="PUT")
        urllib.request.urlopen(request, timeout=5).close()
        time.sleep(1)
        server.reply("<h1>Hello</h1>")(handler)  # type: ignore[arg-type]  # a handler of requests

    server.routes["/"] = slow
    loader = start_loader('@page("home")\ndef home(page): page.goto("/")', cdp=devtools.url, warmup_loads=0)
    loader.go()
    assert loader.end()[0] == 0, loader.stderr
    assert [load.outcome for load in loader.loads] == [LoadOutcome.OK]
    assert devtools.pages() == sorted([f"{server.url}/own", their_url])


def test_when_it_goes_the_run_is_cut_short(start_loader: StartLoader, server: WebServer, devtools: Devtools) -> None:
    loader = start_loader('@page("home")\ndef home(page): page.goto("/")', cdp=devtools.url)
    loader.wait_for("ready")
    devtools.close()
    loader.go()
    failed = loader.wait_for("failed")
    assert failed["cut_short"]
    assert "the browser was killed, or it crashed" in failed["message"]
    assert loader.end()[0] == 4


def test_a_browser_that_is_not_there_is_said_with_a_cure(start_loader: StartLoader) -> None:
    loader = start_loader('@page("home")\ndef home(page): page.goto("/")', cdp="http://someone:pass@127.0.0.1:1")
    failed = loader.wait_for("failed")
    assert failed["exit_code"] == 4
    assert failed["message"].startswith("no browser to connect to at http://127.0.0.1:1: ")
    assert "--remote-debugging-port" in failed["cure"]


class DriverThatBroke:
    """Playwright, once its browser was killed at the wrong moment."""

    def stop(self) -> None:
        raise ConnectionError("the driver is gone")


def test_what_ended_the_loads_is_not_hidden_by_a_driver_that_does_not_end_in_order() -> None:
    browsers = Browsers("http://127.0.0.1:1")
    browsers._playwright = DriverThatBroke()  # type: ignore[assignment]  # a real one breaks so once in many times
    with pytest.raises(CutShortError, match="the browser was killed"), browsers:
        raise CutShortError("the browser was killed")
    browsers._playwright = DriverThatBroke()  # type: ignore[assignment]  # as above
    with pytest.raises(ConnectionError), browsers:
        pass
