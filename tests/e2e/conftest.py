"""What the tests of this folder share: a healthy shop, and a browser to look at reports with."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from slogate.demo.server import RunningShop, running_shop
from slogate.vitals.browser import find_browser


@pytest.fixture(scope="session")
def shop() -> Iterator[RunningShop]:
    """The embedded shop without a fault."""
    with running_shop() as running:
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium, which asks nothing of the network by itself."""
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(
            executable_path=find_browser().path,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield launched
        launched.close()
