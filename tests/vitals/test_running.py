import threading
from pathlib import Path

import pytest
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Playwright

from slogate.errors import BrowserError
from slogate.vitals import running as running_module
from slogate.vitals.browser import BrowserKind, FoundBrowser
from slogate.vitals.running import RunningBrowser, launch


def test_a_running_browser_knows_its_process_and_its_driver(running: RunningBrowser) -> None:
    assert running.process.is_running()
    assert running.driver in running.process.parents()
    assert running.why_gone() is None
    assert running.browser.version.count(".") == 3


@pytest.mark.parametrize(("mobile", "taken_px"), [(False, 15), (True, 0)])
def test_a_long_page_has_the_scrollbar_that_a_visitor_sees(
    running: RunningBrowser, mobile: bool, taken_px: int
) -> None:
    context = running.browser.new_context(viewport={"width": 1350, "height": 940}, is_mobile=mobile)
    page = context.new_page()
    page.set_content("<meta name=viewport content='width=device-width'><div style='height: 3000px'></div>")
    assert page.evaluate("innerWidth - document.documentElement.clientWidth") == taken_px
    context.close()


def test_a_step_that_ends_in_time_is_left_alone(running: RunningBrowser) -> None:
    with running.limit(5, "opening a page"):
        running.browser.new_context().close()
    assert running.timed_out is None
    assert running.why_gone() is None


def test_a_call_that_does_not_come_back_is_ended_by_killing_the_browser(own_browser: RunningBrowser) -> None:
    page = own_browser.browser.new_page()
    with pytest.raises(PlaywrightError), own_browser.limit(0.3, "an answer"):
        page.evaluate("for (;;);")
    assert own_browser.timed_out == "an answer took longer than 0.3 s"
    assert own_browser.why_gone() == "the browser was killed, or it crashed"


def test_what_lasts_on_although_the_browser_is_dead_is_told(
    own_browser: RunningBrowser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running_module, "STUCK_AFTER_S", 0.1)
    told = threading.Event()
    own_browser.on_stuck = lambda what: told.set()  # noqa: ARG005 (only that it is called)
    with own_browser.limit(0.1, "the page home"):
        assert told.wait(10)  # a journey that sleeps for ever, and never calls the browser


def test_a_program_that_is_no_browser_is_said_with_a_cure(playwright: Playwright, tmp_path: Path) -> None:
    fake = tmp_path / "chromium"
    fake.write_text("#!/bin/sh\necho this is not a browser >&2\nexit 7\n")
    fake.chmod(0o755)
    with pytest.raises(BrowserError, match="does not start: this is not a browser") as caught:
        launch(playwright, FoundBrowser(fake, BrowserKind.SYSTEM, "chromium on the PATH"))
    assert str(fake) in caught.value.message
    assert "--headless" in caught.value.cure


def test_the_sandbox_is_given_up_only_for_root(
    running: RunningBrowser, monkeypatch: pytest.MonkeyPatch, playwright: Playwright
) -> None:
    arguments = running.process.cmdline()
    assert ("--no-sandbox" in arguments) is (running.process.uids().effective == 0)
    asked: dict[str, object] = {}

    class RefusedError(Exception):
        pass

    def refuse(**options: object) -> None:
        asked.update(options)
        raise RefusedError

    monkeypatch.setattr("slogate.vitals.running.os.geteuid", lambda: 1000)
    monkeypatch.setattr(playwright.chromium, "launch", refuse)
    with pytest.raises(RefusedError):
        launch(playwright)
    assert asked["chromium_sandbox"] is True


def test_a_new_window_starts_nothing_beside_its_page(running: RunningBrowser) -> None:
    """Pages of the browser's own, in its address bar, would run beside the one that is measured."""
    context = running.browser.new_context()
    context.new_page()
    session = running.browser.new_browser_cdp_session()
    targets = session.send("Target.getTargets", {"filter": [{}]})["targetInfos"]
    session.detach()
    context.close()
    assert not [target["url"] for target in targets if target["type"] == "browser_ui"]
