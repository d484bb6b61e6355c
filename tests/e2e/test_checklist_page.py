"""The launch checklist in a real browser: for assistive technology, on a phone, on paper."""

from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, sync_playwright

from slogate.launch_checklist import hold, put_into_report, read_list, rendered
from slogate.vitals.browser import find_browser
from support import MakeRun

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=find_browser().path, args=["--no-sandbox"])
        yield launched
        launched.close()


@pytest.fixture
def pages(make_run: MakeRun, tmp_path: Path) -> dict[str, Path]:
    """The document alone, and the report that holds it."""
    held = hold(read_list(None), make_run([20.0, 1500.0] * 600).path, "ko", tmp_path, {})
    (tmp_path / "checklist.html").write_text(rendered(held, "html"), encoding="utf-8")
    return {"alone": tmp_path / "checklist.html", "in the report": put_into_report(held)}


@pytest.mark.parametrize("where", ["alone", "in the report"])
@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (320, "dark")])
def test_it_can_be_read_by_everybody(
    browser: Browser, pages: dict[str, Path], where: str, width: int, scheme: Literal["light", "dark"]
) -> None:
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(pages[where].as_uri())
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.locator(".checklist > li").count() == 29
    page.add_script_tag(content=resources.files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8"))
    found: list[dict[str, Any]] = page.evaluate("axe.run().then((result) => result.violations)")
    assert [
        (item["id"], node["html"])
        for item in found
        if item["impact"] in {"serious", "critical"}
        for node in item["nodes"]
    ] == []
    context.close()
