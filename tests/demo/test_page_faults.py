"""The faults that only a browser can see, and that the healthy pages have none of them."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from slogate.demo.seed import DEMO_PASSWORD, email_of
from slogate.demo.server import running_shop
from slogate.vitals.browser import find_browser

OBSERVE = """
window.seen = {lcp: [], longTasks: []};
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) seen.lcp.push({url: entry.url, start_ms: entry.startTime});
}).observe({type: "largest-contentful-paint", buffered: true});
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) seen.longTasks.push({start_ms: entry.startTime, duration_ms: entry.duration});
}).observe({type: "longtask", buffered: true});
"""
FIRST_CONTENTFUL_PAINTS = "performance.getEntriesByName('first-contentful-paint').length"
TWO_FRAMES = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(
            executable_path=find_browser().path,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield launched
        launched.close()


def _open(browser: Browser, url: str) -> Page:
    page = browser.new_context(base_url=url, viewport={"width": 1350, "height": 940}).new_page()
    page.add_init_script(OBSERVE)
    return page


def _wait_for_hero(page: Page) -> dict[str, Any]:
    page.wait_for_function("seen.lcp.some((entry) => entry.url.endsWith('/static/hero.jpg'))")
    last: dict[str, Any] = page.evaluate("seen.lcp.at(-1)")
    return last


def test_healthy_pages_show_what_they_are_for_and_log_nothing(browser: Browser) -> None:
    with running_shop() as shop:
        page = _open(browser, shop.url)
        logged: list[str] = []
        page.on("console", lambda message: logged.append(message.text))
        page.on("pageerror", lambda error: logged.append(str(error)))
        page.goto("/")
        page.wait_for_selector("#products .product-card")
        assert _wait_for_hero(page)["url"].endswith("/static/hero.jpg")
        assert page.evaluate(FIRST_CONTENTFUL_PAINTS) == 1
        page.goto("/?q=reading+lamp")
        page.wait_for_selector("#products .product-card")
        assert "reading lamp" in page.inner_text("#products")

        page.goto("/login?next=/cart")
        page.fill("#email", email_of(1))
        page.fill("#password", DEMO_PASSWORD)
        page.click("#sign-in:enabled")
        page.wait_for_url("/cart")
        page.wait_for_selector("#cart .notice")
        page.goto("/product/7")
        page.click(".buy button")
        page.wait_for_selector("#added a")
        page.goto("/cart")
        page.wait_for_selector("#total")
        page.click("#order")
        page.wait_for_selector("#orders table")
        assert logged == []


def test_blank_page_answers_200_and_paints_nothing(browser: Browser) -> None:
    with running_shop(["blank-page"]) as shop:
        page = _open(browser, shop.url)
        answer = page.goto("/")
        assert answer is not None
        assert answer.status == 200
        page.evaluate(TWO_FRAMES)
        assert page.evaluate(FIRST_CONTENTFUL_PAINTS) == 0
        assert page.evaluate("document.body.innerText.trim()") == ""


def test_long_task_keeps_the_main_thread_from_five_quiet_seconds(browser: Browser) -> None:
    with running_shop(["long-task"]) as shop:
        page = _open(browser, shop.url)
        page.goto("/")
        page.wait_for_function("seen.longTasks.filter((task) => task.start_ms > 1500).length >= 3")
        tasks = page.evaluate("seen.longTasks.filter((task) => task.start_ms > 1500)")
        assert all(task["duration_ms"] > 100 for task in tasks[:3])
        assert tasks[2]["start_ms"] + tasks[2]["duration_ms"] > 4500


def test_late_lcp_brings_the_hero_image_late(browser: Browser) -> None:
    with running_shop(["late-lcp"]) as shop:
        page = _open(browser, shop.url)
        page.goto("/")
        assert _wait_for_hero(page)["start_ms"] >= 3200
