"""report.html in a real browser: for assistive technology, on a phone, without JavaScript, and in what it can do."""

from importlib import resources
from pathlib import Path
from typing import Any, Literal

import pytest
from kept_pages import with_pages
from playwright.sync_api import Browser, Page

from slogate.runs.folder import RunFolder
from slogate.verify import judge_folder, rendered
from support import MakeRun

pytestmark = pytest.mark.e2e

PASSING = [20.0] * 1200
RUNS = {"pass": PASSING, "inconclusive": [20.0] * 50, "fail": ([20.0] * 23 + [1500.0]) * 50}
Scheme = Literal["light", "dark"]


def shown(
    browser: Browser, folder: RunFolder, width: int = 1280, scheme: Scheme = "light", script: bool = True
) -> Page:
    """The report of a run in a window of its own; an error of its script ends the test."""
    path = Path(folder.path) / "shown.html"
    path.write_text(rendered(judge_folder(folder.path, None, {}), "html"), encoding="utf-8")
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme=scheme, java_script_enabled=script
    )
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("request", lambda request: errors.append(request.url))
    page.goto(path.as_uri())
    assert [item for item in errors if not item.startswith(("file:", "data:"))] == []
    return page


def failing(make_run: MakeRun) -> RunFolder:
    """A run that has everything a report can show: failures, explanations, pages with their pictures."""
    outcomes = ["http_error" if index % 40 == 0 else "ok" for index in range(1200)]
    statuses = [500 if index % 40 == 0 else 200 for index in range(1200)]
    return with_pages(make_run(RUNS["fail"], outcomes=outcomes, statuses=statuses))


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("state", ["pass", "fail", "inconclusive"])
@pytest.mark.parametrize("width", [1280, 390])
def test_axe_finds_nothing_serious(browser: Browser, make_run: MakeRun, state: str, scheme: Scheme, width: int) -> None:
    page = shown(browser, failing(make_run) if state == "fail" else make_run(RUNS[state]), width, scheme)
    assert page.locator("header.verdict").get_attribute("class") == f"verdict {state}"
    page.add_script_tag(content=resources.files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8"))
    found: list[dict[str, Any]] = page.evaluate("axe.run().then((result) => result.violations)")
    assert [
        (item["id"], node["html"], node["failureSummary"])
        for item in found
        if item["impact"] in {"serious", "critical"}
        for node in item["nodes"]
    ] == []
    page.context.close()


@pytest.mark.parametrize("width", [1280, 768, 390, 320])
def test_nothing_sticks_out_to_the_side(browser: Browser, make_run: MakeRun, width: int) -> None:
    page = shown(browser, failing(make_run), width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.context.close()


def test_without_javascript_all_is_there_but_its_buttons(browser: Browser, make_run: MakeRun) -> None:
    folder = failing(make_run)
    texts = []
    for script in (True, False):
        page = shown(browser, folder, script=script)
        assert (page.get_by_role("button").count() > 0) is script
        texts.append(page.locator("table, article, svg, dl").all_inner_texts())
        page.context.close()
    assert texts[0] == texts[1]


A4_PX = 703  # 210 mm less the margins that the report asks for, at 96 pixels an inch


def test_on_paper_all_is_light_and_within_the_sheet_whatever_the_screen_was(
    browser: Browser, make_run: MakeRun
) -> None:
    page = shown(browser, failing(make_run), 1280, "dark")
    assert page.evaluate("getComputedStyle(document.querySelector('h2')).color") != "rgb(28, 32, 36)"
    page.emulate_media(media="print", color_scheme="dark")
    page.set_viewport_size({"width": A4_PX, "height": 1000})
    colours = page.evaluate(
        "[...document.querySelectorAll('body, section')].map((item) => getComputedStyle(item).backgroundColor)"
    )
    assert set(colours) == {"rgba(0, 0, 0, 0)", "rgb(255, 255, 255)"}
    assert page.evaluate("getComputedStyle(document.querySelector('h2')).color") == "rgb(28, 32, 36)"
    assert not page.locator(".zoom").is_visible()
    assert page.locator(".objectives .evidence").first.is_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= A4_PX
    boxes = page.locator(".scroll, .lanes, table").evaluate_all(
        "(all) => all.map((item) => [item.className, item.scrollWidth - item.clientWidth])"
    )
    assert [box for box in boxes if box[1] > 0] == []
    kept = page.locator("svg, tr, article").evaluate_all(
        "(all) => all.map((item) => getComputedStyle(item).breakInside)"
    )
    assert set(kept) == {"avoid"}  # on one sheet
    assert page.pdf(format="A4")[:5] == b"%PDF-"
    page.context.close()


def windows(page: Page) -> set[str]:
    """What each lane shows of the time axis: from where, and how much."""
    views = page.locator("svg.plot").evaluate_all("(all) => all.map((item) => item.getAttribute('viewBox'))")
    return {" ".join(view.split()[::2]) for view in views}


def test_all_lanes_zoom_together(browser: Browser, make_run: MakeRun) -> None:
    page = shown(browser, make_run(PASSING))
    assert windows(page) == {"0 60"}
    page.get_by_role("button", name="Zoom in").click()
    assert windows(page) == {"15 30"}
    page.get_by_role("button", name="Later").click()
    assert windows(page) == {"30 30"}
    assert page.get_by_role("button", name="Later").is_disabled()
    labels = page.locator("g.time").first.locator("text").all_text_contents()
    assert labels == ["30 s", "35 s", "40 s", "45 s", "50 s", "55 s", "60 s"]
    page.get_by_role("button", name="Whole run").click()
    assert windows(page) == {"0 60"}
    page.context.close()


def test_dragging_over_a_lane_zooms_and_pointing_reads_values(browser: Browser, make_run: MakeRun) -> None:
    page = shown(browser, make_run(PASSING))
    lane = page.locator("svg.plot").nth(1)
    lane.scroll_into_view_if_needed()
    box = lane.bounding_box()
    assert box is not None
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] / 2, middle)
    assert page.locator(".zoom output").text_content() == (
        "30 s: p99 20 ms, p95 20 ms, p50 20 ms, requests 20 /s, memory 40 %, CPU 30 %, generator late by 1 ms"
    )
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.75, middle)
    page.mouse.up()
    [view] = windows(page)
    assert [float(part) for part in view.split()] == pytest.approx([30, 15], abs=0.2)
    page.context.close()


def test_the_endpoints_sort(browser: Browser, make_run: MakeRun) -> None:
    folder = make_run(PASSING, endpoint=["/b", "/a", "/c", "/a", "/a", "/c"])
    page = shown(browser, folder)
    table = page.locator("table.sortable")

    def names() -> list[str]:
        return table.locator("tbody th").all_text_contents()

    table.get_by_role("button", name="Requests").click()
    assert names() == ["GET /a", "GET /c", "GET /b"]
    assert table.get_by_role("columnheader", name="Requests").get_attribute("aria-sort") == "descending"
    table.get_by_role("button", name="Requests").click()
    assert names() == ["GET /b", "GET /c", "GET /a"]
    table.get_by_role("button", name="Endpoint").click()
    assert names() == ["GET /a", "GET /b", "GET /c"]
    assert table.locator("[aria-sort]").count() == 1
    page.context.close()
