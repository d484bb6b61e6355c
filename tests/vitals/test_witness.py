"""Pictures of real loads."""

import io
import json
import zipfile
from collections.abc import Callable

import pytest
from playwright.sync_api import Page
from webserver import WebServer

from slogate.analyzer.web.facts import PageLoad
from slogate.redact import Redactor
from slogate.vitals.capture import capture
from slogate.vitals.journeys import PageJourney
from slogate.vitals.running import RunningBrowser
from slogate.vitals.settle import Pace
from slogate.vitals.site import Site
from slogate.vitals.visit import Visit
from slogate.vitals.witness import Film, Snapshot, Witness

JPEG = b"\xff\xd8\xff"
HURRIED = Pace(quiet_ms=200, idle_ms=200)
Watch = Callable[[Callable[[Page], object], Witness], PageLoad]


@pytest.fixture
def watch(running: RunningBrowser, server: WebServer) -> Watch:
    """Makes a load that a witness watches."""

    def make(journey: Callable[[Page], object], witness: Witness) -> PageLoad:
        visit = Visit(
            journey=PageJourney("home", journey),
            site=Site(base_url=server.url, allowed_hosts=frozenset({"127.0.0.1"})),
            pace=HURRIED,
            deadline_s=10,
            guarded=False,
        )
        return capture(running, visit, redact=Redactor(), clock_us=lambda: 17, witness=witness)

    return make


def typing(text: str) -> Callable[[Page], object]:
    """A journey that leaves `text` in a text field, and goes out of it so that no caret blinks."""

    def journey(page: Page) -> None:
        page.goto("/")
        page.fill("input", text)
        page.evaluate("document.activeElement.blur()")
        page.wait_for_timeout(700)  # a busy machine paints late

    return journey


def goto_home(page: Page) -> None:
    page.goto("/")


def staying(page: Page) -> None:
    page.goto("/")
    page.wait_for_timeout(1200)


def closing(page: Page) -> None:
    page.goto("/")
    page.close()


def test_a_snapshot_is_a_picture_of_the_end_if_wanted(watch: Watch) -> None:
    wanted, unwanted = Snapshot(lambda load: load.page == "home"), Snapshot(lambda _load: False)
    watch(goto_home, wanted)
    watch(goto_home, unwanted)
    assert wanted.jpeg is not None
    assert wanted.jpeg.startswith(JPEG)
    assert unwanted.jpeg is None
    assert wanted.problems == unwanted.problems == []


def test_no_picture_shows_what_was_typed(watch: Watch, server: WebServer) -> None:
    server.page("/", "<h1>Hello</h1><input><p id=out></p>")
    pictures, frames = set(), set()
    for text in ("AAAAAAAA", "WiWiWiWi"):
        snapshot, film = Snapshot(lambda _load: True), Film(Redactor())
        watch(typing(text), snapshot)
        watch(typing(text), film)
        pictures.add(snapshot.jpeg)
        frames.add(film.frames[-1].jpeg)
    assert len(pictures) == 1
    assert len(frames) == 1


def test_a_picture_shows_what_the_page_wrote(watch: Watch, server: WebServer) -> None:
    pictures = set()
    for text in ("AAAAAAAA", "WiWiWiWi"):
        server.page("/", f"<h1>{text}</h1>")
        snapshot = Snapshot(lambda _load: True)
        watch(goto_home, snapshot)
        pictures.add(snapshot.jpeg)
    assert len(pictures) == 2


def test_a_film_is_on_the_time_line_of_the_metrics(watch: Watch, server: WebServer) -> None:
    server.page("/", "<h1>Hello</h1><script>setTimeout(() => document.body.style.background = 'black', 600)</script>")
    film = Film(Redactor())
    load = watch(staying, film)
    assert film.problems == []
    times = [frame.at_ms for frame in film.frames]
    assert times == sorted(times)
    assert all(frame.jpeg.startswith(JPEG) for frame in film.frames)
    fcp_ms = next(paint.start_ms for paint in load.paints if paint.name == "first-contentful-paint")
    blank, black = film.frames[0].jpeg, film.frames[-1].jpeg
    assert load.end_ms is not None
    assert fcp_ms - 50 <= next(frame.at_ms for frame in film.frames if frame.jpeg != blank)
    assert 600 <= next(frame.at_ms for frame in film.frames if frame.jpeg == black) <= load.end_ms + 50


def test_a_trace_tells_the_steps_and_the_requests(watch: Watch, server: WebServer) -> None:
    server.page("/", "<h1>Hello</h1><input><img src='/i'>")
    server.routes["/i"] = server.reply(status=204)
    film = Film(Redactor())
    watch(typing("opaque-6d1f"), film)
    assert film.trace is not None
    with zipfile.ZipFile(io.BytesIO(film.trace)) as trace:
        parts = {name: trace.read(name) for name in trace.namelist()}
    assert b"opaque-6d1f" not in b"".join(parts.values())
    steps = [json.loads(line) for line in parts["trace.trace"].splitlines()]
    assert {"goto", "fill"} <= {step["method"] for step in steps if step["type"] == "before"}
    sent = [json.loads(line)["snapshot"]["request"]["url"] for line in parts["trace.network"].splitlines()]
    assert {f"{server.url}/", f"{server.url}/i"} <= set(sent)
    assert any(name.endswith(".jpeg") for name in parts)


def test_a_page_that_is_gone_costs_its_pictures_and_nothing_else(watch: Watch) -> None:
    for witness in (Film(Redactor()), Snapshot(lambda _load: True)):
        load = watch(closing, witness)
        assert "closed" in load.reason
        assert witness.problems
