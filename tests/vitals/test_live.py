"""An open page is shown as it is, and again when its journey is saved."""

import re
from pathlib import Path

import pytest
from spa import API_S, serve_spa
from webserver import WebServer

from slogate.analyzer.web import METRICS
from slogate.errors import ConfigError
from slogate.redact import Redactor
from slogate.vitals import live
from slogate.vitals.live import LivePage, LiveView
from slogate.vitals.site import Site

JOURNEY = """\
from slogate import page

@page("home", ready="{ready}")
def home(page):
    page.goto("{path}")
"""


class Enough(Exception):  # noqa: N818  # not an error: how a test closes the window
    """The test has seen enough."""


@pytest.fixture
def journey(tmp_path: Path) -> Path:
    path = tmp_path / "site.py"
    path.write_text(JOURNEY.format(path="/", ready="h1"), encoding="utf-8")
    return path


def site(server: WebServer) -> Site:
    return Site(base_url=server.url, allowed_hosts=frozenset({"127.0.0.1"}))


def test_it_tells_the_facts_until_the_page_has_settled(journey: Path, server: WebServer) -> None:
    server.page("/", "<h1>Home</h1>")
    views: list[LiveView] = []
    last = LivePage([journey], "home", site(server), Redactor(), views.append).watch(headless=True, until_settled=True)
    assert last.settled
    assert not last.problem
    assert [paint.name for paint in last.load.paints] == ["first-paint", "first-contentful-paint"]
    assert last.load.lcp_candidates
    assert last.load.ready is not None
    assert last.load.ready.found_ms is not None
    assert views[-1] == last


@pytest.mark.parametrize(
    ("body", "status", "problem"), [("<p>x</p>", 200, "h1 did not appear"), ("<h1>x</h1>", 503, "status 503")]
)
def test_what_is_wrong_is_said(journey: Path, server: WebServer, body: str, status: int, problem: str) -> None:
    server.page("/", body, status=status)
    last = LivePage([journey], "home", site(server), Redactor(), print).watch(headless=True, until_settled=True)
    assert problem in last.problem


def test_a_journey_that_raises_is_shown_with_its_line(journey: Path, server: WebServer) -> None:
    journey.write_text(journey.read_text(encoding="utf-8") + "    raise ValueError('no')\n", encoding="utf-8")
    server.page("/", "<h1>Home</h1>")
    last = LivePage([journey], "home", site(server), Redactor(), print).watch(headless=True, until_settled=True)
    assert "site.py:6: home raised ValueError: no" in last.problem


@pytest.mark.parametrize(
    ("does", "problem"),
    [("pass", "site.py:3: home opened no page"), ("page.goto('/')", "it did not settle within 1 s")],
)
def test_a_page_that_does_not_come_to_rest_is_a_problem_without_a_window(
    journey: Path, server: WebServer, monkeypatch: pytest.MonkeyPatch, does: str, problem: str
) -> None:
    monkeypatch.setattr(live, "DEADLINE_S", 1)
    server.page("/", "<h1>Home</h1><script>setInterval(() => fetch('/'), 50)</script>")
    journey.write_text(journey.read_text(encoding="utf-8").replace('page.goto("/")', does), encoding="utf-8")
    last = LivePage([journey], "home", site(server), Redactor(), print).watch(headless=True, until_settled=True)
    assert problem in last.problem


def test_a_page_that_reloads_itself_for_ever_is_told_as_that(
    journey: Path, server: WebServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "DEADLINE_S", 3)
    server.page("/", "<h1>Home</h1><script>setTimeout(() => location.reload(), 200)</script>")
    last = LivePage([journey], "home", site(server), Redactor(), print).watch(headless=True, until_settled=True)
    assert re.search(r"/ navigated away \d+ times within 3 s", last.problem)


def test_a_saved_journey_is_opened_again_and_a_broken_one_is_said(journey: Path, server: WebServer) -> None:
    server.page("/", "<h1>Home</h1>")
    server.page("/other", "<h2>Other</h2>")
    problems: list[str] = []

    def show(view: LiveView) -> None:
        if view.problem:
            problems.append(view.problem)
            journey.write_text(JOURNEY.format(path="/other", ready="h2"), encoding="utf-8")
        elif view.load.url.endswith("/other"):
            raise Enough
        elif view.load.paints and not problems:
            journey.write_text("from slogate import page\n@page(\n", encoding="utf-8")

    with pytest.raises(Enough):
        LivePage([journey], "home", site(server), Redactor(), show).watch(headless=True, until_settled=False)
    assert "site.py:2" in problems[0]


def test_a_page_that_is_not_there_is_said_before_a_browser_starts(journey: Path, server: WebServer) -> None:
    with pytest.raises(ConfigError, match="no page 'hom'; did you mean home"):
        LivePage([journey], "hom", site(server), Redactor(), print)


SOFT = """\
from slogate import page

@page("home", ready="#home")
def home(page):
    page.goto("/")

@home.then("orders", ready="{ready}")
def orders(page):
    page.click("#to-{route}")
"""


def test_a_soft_navigation_is_shown_once_the_page_before_it_could_be_clicked(journey: Path, server: WebServer) -> None:
    serve_spa(server)
    journey.write_text(SOFT.format(ready="#orders", route="orders"), encoding="utf-8")
    last = LivePage([journey], "orders", site(server), Redactor(), print).watch(headless=True, until_settled=True)
    assert (last.settled, last.problem) == (True, "")
    assert last.load.soft is not None
    lcp_ms = METRICS["lcp"].measure(last.load).value
    assert lcp_ms is not None
    assert API_S * 1000 <= lcp_ms < 2000


@pytest.mark.parametrize(
    ("route", "ready", "problem"),
    [
        ("document", "#orders", "/document was loaded as a document, so orders is no soft navigation"),
        ("nothing", "#orders", "orders showed nothing new"),
        ("orders", "nav", "nav was there already"),
        ("orders", "#receipt", "#receipt did not appear"),
        ("nowhere", "#orders", "orders raised TimeoutError"),
    ],
)
def test_what_is_wrong_with_a_soft_navigation_is_said(
    journey: Path, server: WebServer, route: str, ready: str, problem: str
) -> None:
    serve_spa(server)
    text = SOFT.format(ready=ready, route=route).replace(f'{route}")', f'{route}", timeout=2000)')
    journey.write_text(text, encoding="utf-8")
    last = LivePage([journey], "orders", site(server), Redactor(), print).watch(headless=True, until_settled=True)
    assert problem in last.problem


INTERACTING = """
@home.interact
def press(page):
    page.{does}
"""


@pytest.mark.parametrize(
    ("does", "problem"),
    [
        ("click('button')", ""),
        ("goto('/other')", "its interaction opened"),
        ("click('#none', timeout=500)", "site.py:9: the interaction of home raised TimeoutError"),
    ],
)
def test_the_interaction_is_run_once_the_page_has_settled(
    journey: Path, server: WebServer, does: str, problem: str
) -> None:
    blocks = "const t = performance.now(); while (performance.now() - t < 100);"
    server.page("/", f'<h1>Home</h1><button onclick="{blocks}">more</button>')
    server.page("/other", "<h1>Other</h1>")
    journey.write_text(journey.read_text(encoding="utf-8") + INTERACTING.format(does=does), encoding="utf-8")
    last = LivePage([journey], "home", site(server), Redactor(), print).watch(headless=True, until_settled=True)
    assert problem in last.problem
    assert bool(last.problem) is bool(problem)
    if not problem:
        inp_ms = METRICS["inp"].measure(last.load).value
        assert inp_ms is not None
        assert inp_ms >= 90


@pytest.mark.parametrize("ready", ["h1[", "#1st"])
def test_a_ready_that_the_browser_cannot_parse_is_told_in_its_words(
    journey: Path, server: WebServer, ready: str
) -> None:
    server.page("/", "<h1>Home</h1>")
    journey.write_text(JOURNEY.format(path="/", ready=ready), encoding="utf-8")
    last = LivePage([journey], "home", site(server), Redactor(), print).watch(headless=True, until_settled=True)
    assert last.problem.startswith(f"{journey}:3: ready= is not a CSS selector: ")
    assert f"'{ready}' is not a valid selector" in last.problem


def test_a_page_that_hangs_is_told_and_not_waited_for(journey: Path, server: WebServer) -> None:
    server.page("/", "<h1>Home</h1><script>setTimeout(() => { for (;;); }, 300)</script>")
    last = LivePage([journey], "home", site(server), Redactor(), print).watch(headless=True, until_settled=True)
    assert "an answer of its main thread took longer" in last.problem
