"""Pages in a real Firefox through the public command: what it tells is judged, and what it does not is never a pass."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from command import slogate
from webserver import WebServer

pytestmark = pytest.mark.e2e
SLO = """\
version: 1
service: shop
targets: {{web: "{url}"}}
web: {{{objectives}}}
profiles:
  quick: {{rate: 1/s, page_loads: 5}}
  other: {{rate: 1/s, page_loads: 5, browser: firefox}}
"""
JOURNEY = """\
from slogate import page

@page("home", ready="h1", throttle="{throttle}")
def home(page):
    page.goto("/")
"""


@pytest.fixture
def server() -> Iterator[WebServer]:
    running = WebServer()
    running.page("/", "<h1>Shop</h1>")
    yield running
    running.close()


def suite(folder: Path, server: WebServer, objectives: str, throttle: str = "none") -> Path:
    (folder / "webvitals").mkdir()
    (folder / "webvitals" / "shop.py").write_text(JOURNEY.format(throttle=throttle))
    (folder / "slo.yaml").write_text(SLO.format(url=server.url, objectives=objectives))
    return folder / "slo.yaml"


def test_what_firefox_tells_is_judged_and_the_rest_is_not_judgeable(tmp_path: Path, server: WebServer) -> None:
    slo = suite(tmp_path, server, "fcp: < 20s, lcp: < 20s, tti: < 30s, cls: < 9")
    answer = slogate("run", "--slo", slo, "--profile", "other", "--out", tmp_path / "out", out=tmp_path / "out")
    assert answer.code == 4, answer.stdout + answer.stderr
    assert answer.states() == {
        "web[home].fcp": "pass",
        "web[home].lcp": "pass",
        "web[home].tti": "error",
        "web[home].cls": "error",
    }
    (tti,) = [item for item in answer.verdict()["objectives"] if item["metric"] == "tti"]
    assert tti["reason"].startswith("TTI is not supported by firefox ")
    assert (tti["estimate"], tti["cure"].startswith("measure it with browser: chromium")) == (None, True)
    info = answer.run_info()
    assert info["pages"]["browser"] == "firefox"
    assert info["tools"]["browser"].startswith("firefox ")
    assert answer.folder is not None
    loads = [json.loads(line) for line in (answer.folder / "pages.jsonl").read_text().splitlines()]
    assert {(load["browser"], load["outcome"]) for load in loads} == {("firefox", "ok")}
    assert "The browser was Firefox." in (answer.folder / "report.html").read_text()

    fitting = tmp_path / "slo.firefox.yaml"
    fitting.write_text(slo.read_text().replace(", tti: < 30s, cls: < 9", ""))
    assert slogate("judge", answer.folder, "--slo", fitting, out=tmp_path / "out").code == 0


def test_a_page_that_is_slowed_down_is_a_mistake(tmp_path: Path, server: WebServer) -> None:
    slo = suite(tmp_path, server, "fcp: < 20s", throttle="mobile")
    answer = slogate("run", "--slo", slo, "--browser", "firefox", "--out", tmp_path / "out", out=tmp_path / "out")
    assert (answer.code, answer.folder) == (2, None)
    assert "the page 'home' has throttle='mobile', and Firefox cannot be slowed down" in answer.stderr
    assert [path for _, path, _ in server.seen] == ["/"]  # the look before the load


def test_without_a_browser_of_that_engine_the_command_is_named(tmp_path: Path, server: WebServer) -> None:
    asked = ["run", "--slo", suite(tmp_path, server, "fcp: < 20s"), "--browser", "webkit", "--out", tmp_path / "out"]
    answer = slogate(*asked, out=tmp_path / "out", PLAYWRIGHT_BROWSERS_PATH=str(tmp_path))
    assert (answer.code, answer.folder) == (4, None)
    assert "there is no WebKit to measure pages with" in answer.stderr
    assert "playwright install webkit" in answer.stderr


def test_the_check_says_beforehand_what_cannot_be_judged(tmp_path: Path, server: WebServer) -> None:
    answer = slogate("check", "--slo", suite(tmp_path, server, "fcp: < 20s, tti: < 30s"), out=tmp_path)
    assert answer.code == 0
    assert "other: tti cannot be judged in Firefox" in answer.stdout
    assert "5 in firefox" in answer.stdout
