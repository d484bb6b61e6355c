"""What is shown of a page."""

from dataclasses import replace

import pytest
from synthetic import CLICK_MS, evidence, page, soft_page

from slogate.analyzer.summary import Summary, summarise
from slogate.analyzer.web.facts import LoadOutcome, NavigationTiming, PageLoad, Request
from slogate.report.page_view import Mark, PageView, page_views
from slogate.runs.page_evidence import EvidenceInfo, KeptEvidence, Picture

SHOT = Picture(None, b"\xff\xd8\xff")
FRAME = Picture(100.0, b"\xff\xd8\xff")


def summary_of(*loads: PageLoad, filmed: PageLoad | None = None) -> Summary:
    return summarise(
        evidence(pages=loads, planned_pages=("home",)), {} if filmed is None else {("home", "idle"): filmed}
    )


def kept(index: int = 1, filmed: PageLoad | None = None) -> KeptEvidence:
    info = EvidenceInfo(
        page="home", index=index, screenshot="screenshot.jpg", har="load.har", filmed=filmed, notes=["no trace: x"]
    )
    return KeptEvidence("pages/home #1", info, (FRAME,), SHOT)


def view_of(*loads: PageLoad, item: KeptEvidence | None = None, filmed: PageLoad | None = None) -> PageView:
    (view,) = page_views(summary_of(*loads, filmed=filmed), {} if item is None else {("home", "idle"): item})
    return view


def test_the_worst_load_is_shown_with_its_marks() -> None:
    timing = NavigationTiming(dcl_end_ms=50.0, load_end_ms=400.0)
    view = view_of(page(index=1), page(index=2, lcp_ms=900.0, timing=timing), page(index=3))
    assert view.load.index == 2
    assert view.title == "load 2 of 3, the one with the largest LCP: 900 ms"
    assert view.marks == (Mark("FCP", 100.0), Mark("LCP", 900.0), Mark("TTI", 300.0), Mark("load", 400.0))
    assert not view.broken


def test_a_soft_navigation_is_shown_on_its_own_clock() -> None:
    asked = Request(url="http://shop/", method="GET", type="Document", start_ms=1.0, end_ms=30.0)
    fetched = replace(asked, url="http://shop/api", type="Fetch", start_ms=CLICK_MS + 5, end_ms=CLICK_MS + 300)
    view = view_of(soft_page("home", requests=(asked, fetched)), page(lcp_ms=650.0))
    assert view.title == "load 1 of 2, the one with the largest LCP: 700 ms"
    assert view.clock == "A soft navigation: time 0 is the interaction that began the soft navigation."
    assert view.marks == (Mark("FCP", 40.0), Mark("LCP", 700.0), Mark("TTI", 40.0))
    assert [(request.url, request.start_ms) for request in view.load.requests] == [("http://shop/api", 5.0)]
    assert view_of(page()).clock == ""


def test_a_load_that_broke_is_shown_with_its_reason_and_no_mark() -> None:
    view = view_of(page(index=1, lcp_ms=900.0), page(index=2, outcome=LoadOutcome.NOT_READY, reason="no #total"))
    assert (view.title, view.broken, view.marks) == ("load 2 of 2, which broke: no #total", True, ())


def test_a_metric_that_is_missing_has_no_mark() -> None:
    view = view_of(page(tti_ms=None, lcp_ms=None))
    assert view.marks == (Mark("FCP", 100.0),)
    assert view.title == "load 1 of 1, the one with no LCP"


def test_the_files_are_linked_from_the_run_folder() -> None:
    view = view_of(page(), item=kept())
    assert [(link.name, link.address) for link in view.links] == [
        ("screenshot", "pages/home%20%231/screenshot.jpg"),
        ("HAR", "pages/home%20%231/load.har"),
    ]
    assert (view.screenshot, view.frames, view.notes) == (SHOT, (FRAME,), ("no trace: x",))


def test_evidence_of_another_load_is_not_shown() -> None:
    view = view_of(page(index=1), page(index=2, lcp_ms=900.0), item=kept(index=1))
    assert (view.screenshot, view.frames, view.links, view.notes, view.filmed) == (None, (), (), (), "")


@pytest.mark.parametrize(
    ("filmed", "said"),
    [
        (None, ""),
        (page(fcp_ms=120.0, lcp_ms=1250.0), "Its own FCP 120 ms and LCP 1,250 ms."),
        (page(lcp_ms=None), "Its own FCP 100 ms."),
        (page(fcp_ms=None, lcp_ms=None), "It had neither FCP nor LCP."),
        (page(outcome=LoadOutcome.CRASHED, reason="its renderer crashed"), "It broke too: its renderer crashed"),
    ],
)
def test_the_load_that_was_filmed_is_told_apart(filmed: PageLoad | None, said: str) -> None:
    assert view_of(page(), item=kept(filmed=filmed), filmed=filmed).filmed == said


def test_a_page_that_was_not_loaded_has_no_view() -> None:
    assert list(page_views(summary_of(), {})) == []
