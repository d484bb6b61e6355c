"""trends.html in a real browser: for assistive technology, on a phone, without JavaScript."""

from importlib import resources
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, Page
from trending_shop import shop

from slogate.report.trend import html

pytestmark = pytest.mark.e2e

Scheme = Literal["light", "dark"]


def shown(browser: Browser, folder: Path, width: int, scheme: Scheme = "light", script: bool = True) -> Page:
    """The page of a shop in a window of its own, which asks nothing of any network."""
    path = folder / "trends.html"
    path.write_text(html.render(shop()), encoding="utf-8")
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme=scheme, java_script_enabled=script
    )
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(path.as_uri())
    assert asked == [path.as_uri()]
    return page


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_axe_finds_nothing_serious(browser: Browser, tmp_path: Path, scheme: Scheme, width: int) -> None:
    page = shown(browser, tmp_path, width, scheme)
    page.locator("summary").first.click()
    page.add_script_tag(content=resources.files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8"))
    found: list[dict[str, Any]] = page.evaluate("axe.run().then((result) => result.violations)")
    assert [
        (item["id"], node["html"], node["failureSummary"])
        for item in found
        if item["impact"] in {"serious", "critical"}
        for node in item["nodes"]
    ] == []
    page.context.close()


@pytest.mark.parametrize("width", [1280, 1010, 990, 830, 768, 390, 320])
def test_nothing_sticks_out_to_the_side(browser: Browser, tmp_path: Path, width: int) -> None:
    page = shown(browser, tmp_path, width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    outside = """(all) => all.filter((item) => {
        const row = item.getBoundingClientRect(), card = item.closest('section').getBoundingClientRect();
        return row.width > 0 && row.right > card.right;
    }).length"""
    assert page.locator("table.objectives tr, table.objectives td").evaluate_all(outside) == 0
    page.context.close()


def test_a_chart_that_does_not_fit_shows_its_newest_night(browser: Browser, tmp_path: Path) -> None:
    page = shown(browser, tmp_path, 390)
    chart = page.locator(".latest").first
    right = chart.evaluate(
        "(box) => box.querySelector('svg').getBoundingClientRect().right - box.getBoundingClientRect().right"
    )
    assert chart.evaluate("(box) => box.scrollWidth > box.clientWidth")
    assert abs(right) < 2
    page.context.close()


def test_it_is_all_there_without_javascript_and_names_lead_to_charts(browser: Browser, tmp_path: Path) -> None:
    page = shown(browser, tmp_path, 1280, script=False)
    page.get_by_role("link", name="home LCP").click()
    assert page.locator("article:target h3").inner_text().startswith("home LCP")
    page.locator("article:target summary").click()
    table = page.locator("article:target table")
    assert table.locator("tbody tr").count() == 30
    assert table.locator("tbody tr").first.inner_text().split()[:2] == ["2026-11-25", "1.5.1"]
    page.context.close()
