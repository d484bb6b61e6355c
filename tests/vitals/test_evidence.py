"""Which load's evidence is kept, without a browser: loads and pictures are made by hand."""

import json
import resource
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Page
from synthetic import CLICK_MS, page, soft_page

from slogate.analyzer.web.facts import LoadOutcome, NavigationTiming, PageLoad
from slogate.redact import Redactor
from slogate.runs.page_evidence import read_kept_evidence
from slogate.vitals.evidence import Evidence
from slogate.vitals.filmstrip import Frame
from slogate.vitals.journeys import PageJourney
from slogate.vitals.site import Site
from slogate.vitals.visit import Visit

JPEG = b"\xff\xd8\xff"
SECRET = "opaque-6d1f"
SITE = Site(base_url="http://127.0.0.1", allowed_hosts=frozenset())


def visit_home(_page: Page) -> None:
    """Never run here."""


HOME = PageJourney("home", visit_home)


class Kept:
    """The evidence of one page, made load by load."""

    def __init__(self, run: Path) -> None:
        self.run = run
        self.evidence = Evidence(run / "pages", Redactor([SECRET]))

    def add(self, load: PageLoad, picture: bytes | None, problem: str = "") -> None:
        visit = Visit(journey=HOME, site=SITE, index=load.index, warmup=load.warmup)
        snapshot = self.evidence.snapshot(visit)
        snapshot.jpeg = picture
        snapshot.problems += [problem] if problem else []
        self.evidence.add(visit, load, snapshot)

    def film(self, load: PageLoad, frames: list[Frame], trace: bytes | None = None) -> None:
        (visit,) = self.evidence.visits("idle")
        film = self.evidence.film()
        film.frames, film.trace = frames, trace
        self.evidence.add_film(visit, load, film)

    @property
    def files(self) -> list[str]:
        return sorted(path.name for path in (self.run / "pages" / "home").iterdir())

    @property
    def notes(self) -> list[str]:
        return read_kept_evidence(self.run)["home", "idle"].info.notes

    def shows(self, index: int, picture: bytes | None) -> bool:
        kept = read_kept_evidence(self.run)["home", "idle"]
        har = json.loads((self.run / "pages" / "home" / "load.har").read_text())
        assert f"load {kept.info.index} " in har["log"]["pages"][0]["comment"]
        return kept.info.index == index and (kept.screenshot and kept.screenshot.jpeg) == picture


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    return Kept(tmp_path)


@contextmanager
def full_disk() -> Iterator[None]:
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # the write then fails with an error, as on a full disk
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, ignored)


def test_a_worse_load_takes_the_place_of_the_one_before(kept: Kept) -> None:
    kept.add(page(index=1, warmup=True, lcp_ms=9000.0), JPEG + b"warm-up")
    kept.add(page(index=1, lcp_ms=300.0), JPEG + b"1")
    assert kept.shows(1, JPEG + b"1")
    kept.add(page(index=2, lcp_ms=900.0), JPEG + b"2")
    assert kept.shows(2, JPEG + b"2")
    kept.add(page(index=3, lcp_ms=800.0), JPEG + b"3")
    assert kept.shows(2, JPEG + b"2")
    kept.add(page(index=4, outcome=LoadOutcome.CRASHED), None, f"no screenshot: {SECRET}")
    assert kept.shows(4, None)
    assert kept.files == ["evidence.json", "load.har"]
    assert kept.notes == ["no screenshot: ***"]


def test_a_picture_is_taken_of_nothing_but_the_worst_so_far(kept: Kept) -> None:
    class Camera:
        taken = 0

        def screenshot(self, **_how: object) -> bytes:
            self.taken += 1
            return JPEG

    camera = Camera()
    for index, lcp_ms in enumerate((300.0, 200.0, 400.0, 400.0), start=1):
        load = page(index=index, lcp_ms=lcp_ms)
        visit = Visit(journey=HOME, site=SITE, index=index)
        snapshot = kept.evidence.snapshot(visit)
        snapshot.end(camera, load)  # type: ignore[arg-type]  # of a page it uses only this
        kept.evidence.add(visit, load, snapshot)
    assert camera.taken == 2
    assert kept.shows(3, JPEG)


def test_a_film_is_kept_beside_it_and_a_frame_that_stands_still_once(kept: Kept) -> None:
    kept.add(page(index=1), JPEG)
    frames = [Frame(-5.0, JPEG + b"blank"), Frame(90.0, JPEG + b"painted")]
    kept.film(page(index=1, lcp_ms=150.0), frames, b"trace")
    assert kept.files == [
        "evidence.json",
        "frame-01.jpg",
        "frame-02.jpg",
        "load.har",
        "screenshot.jpg",
        "trace.zip",
    ]
    shown = read_kept_evidence(kept.run)["home", "idle"]
    assert [frame.at_ms for frame in shown.frames] == [25.0 * number for number in range(9)]
    assert [frame.jpeg.removeprefix(JPEG) for frame in shown.frames] == [b"blank"] * 4 + [b"painted"] * 5
    assert shown.info.filmed == page(index=1, lcp_ms=150.0)


@pytest.mark.parametrize(
    ("load", "quiet_ms"),
    [
        (page(lcp_ms=200.0, timing=NavigationTiming(load_end_ms=500.0)), 1000.0),
        (page(lcp_ms=2500.0, timing=NavigationTiming(load_end_ms=500.0)), 3000.0),
        (page(lcp_ms=9000.0, timing=NavigationTiming(load_end_ms=500.0)), 5000.0),
        (page(lcp_ms=None), 5000.0),
        (page(timing=NavigationTiming(load_end_ms=None)), 5000.0),
        (page(outcome=LoadOutcome.NOT_READY), 5000.0),
        (soft_page(lcp_ms=700.0), 1700.0),  # after the click, and not after the load event, which was long before
    ],
)
def test_an_evidence_load_is_made_like_the_worst_and_watched_as_long(
    kept: Kept, load: PageLoad, quiet_ms: float
) -> None:
    kept.add(load, JPEG)
    (visit,) = kept.evidence.visits("idle")
    assert (visit.journey, visit.index, visit.warmup) == (HOME, load.index, False)
    assert visit.pace.quiet_ms == quiet_ms


def test_a_film_of_a_soft_navigation_ends_with_its_own_largest_paint(kept: Kept) -> None:
    kept.add(soft_page("home", index=1), JPEG)
    kept.film(soft_page("home", index=1, lcp_ms=700.0), [Frame(-CLICK_MS, JPEG + b"before"), Frame(60.0, JPEG)])
    shown = read_kept_evidence(kept.run)["home", "idle"]
    assert [frame.at_ms for frame in shown.frames] == [100.0 * number for number in range(9)]
    assert shown.frames[0].jpeg == JPEG + b"before"
    har = json.loads((kept.run / "pages" / "home" / "load.har").read_text())
    assert har["log"]["pages"][0]["startedDateTime"].startswith("1970-01-01T00:00:09")


def test_a_film_that_was_not_made_is_said(kept: Kept) -> None:
    kept.add(page(), JPEG)
    (visit,) = kept.evidence.visits("idle")
    kept.evidence.not_filmed(visit, "the browser was killed")
    assert kept.notes == ["no filmstrip and no trace: the browser was killed"]


def test_a_full_disk_costs_evidence_and_nothing_else(kept: Kept) -> None:
    kept.add(page(index=1, lcp_ms=300.0), JPEG + b"1")
    with full_disk():
        kept.add(page(index=2, lcp_ms=900.0), JPEG + b"2")
    assert kept.files == []  # not those of a load that is no longer the worst
    kept.add(page(index=3, lcp_ms=950.0), JPEG + b"3")
    assert kept.shows(3, JPEG + b"3")
    with full_disk():
        kept.film(page(index=3), [Frame(0.0, JPEG)])
    assert read_kept_evidence(kept.run) == {}


def test_a_folder_that_cannot_be_made_costs_evidence_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "pages").write_text("in the way")
    kept = Kept(tmp_path)
    kept.add(page(index=1), JPEG)
    kept.add(page(index=2, lcp_ms=900.0), JPEG)
    assert list(kept.evidence.visits("idle")) == []
    assert read_kept_evidence(tmp_path) == {}
