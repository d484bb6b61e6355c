"""What the recording costs the page: why Lighthouse's times are later than those of the same page in the same browser.

    python -m benchmarks.trace_overhead [--loads 5] [--pages scripts,jupyterlab]

Plain Chromium through Playwright, without slogate and without Lighthouse. Each page is loaded with nothing recorded,
with the trace categories that Lighthouse records by default but no screenshots, and with all of them; in a browser of
its own for each load, as Lighthouse has it, and in one that was used before, as slogate has it. The six take turns. FCP
comes from the page's own paint timing.
"""

import argparse
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, BrowserType, sync_playwright

from benchmarks.lighthouse import PAGES
from benchmarks.support import applications, table
from slogate.vitals.browser import find_browser
from slogate.vitals.running import ARGUMENTS, UNWANTED_DEFAULTS

SCREENSHOTS = "disabled-by-default-devtools.screenshot"
CATEGORIES = (
    "disabled-by-default-lighthouse",
    "loading",
    "v8",
    "v8.execute",
    "blink.user_timing",
    "blink.console",
    "devtools.timeline",
    "disabled-by-default-devtools.timeline",
    "disabled-by-default-devtools.timeline.stack",
    "disabled-by-default-devtools.timeline.frame",
    "disabled-by-default-devtools.v8-source-rundown",
    "disabled-by-default-devtools.v8-source-rundown-sources",
    "latencyInfo",
    SCREENSHOTS,
)
RECORDED: dict[str, tuple[str, ...]] = {
    "nothing": (),
    "trace without screenshots": tuple(name for name in CATEGORIES if name != SCREENSHOTS),
    "Lighthouse's trace": CATEGORIES,
}
_FCP = "performance.getEntriesByName('first-contentful-paint')[0].startTime"
_UNTIL_PAINTED_MS = 4000


def main(arguments: list[str]) -> int:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--loads", type=int, default=5)
    parser.add_argument("--pages", type=lambda names: names.split(","), default=["scripts", "mkdocs", "jupyterlab"])
    asked = parser.parse_args(arguments)
    applications.ensure()
    print(f"{find_browser().path}; {os.cpu_count()} cores")
    rows: list[list[object]] = []
    with sync_playwright() as playwright:
        for name in asked.pages:
            with PAGES[name].running() as url:
                found = times_ms(playwright.chromium, url, asked.loads)
            for (browser, recorded), fcp_ms in found.items():
                span = f"{min(fcp_ms):.0f} .. {max(fcp_ms):.0f}"
                ratio = table.median(fcp_ms) / table.median(found["used before", "nothing"])
                rows.append([name, browser, recorded, f"{table.median(fcp_ms):.0f}", span, f"{ratio:.2f}"])
    head = ["page", "browser", "recorded", "FCP ms", "from .. to", "ratio to as slogate has it"]
    table.show(f"FCP, medians of {asked.loads} loads", head, rows)
    return 0


def times_ms(chromium: BrowserType, url: str, loads: int) -> dict[tuple[str, str], list[float]]:
    """FCP of each load, by browser and by what was recorded."""
    found: dict[tuple[str, str], list[float]] = {
        (browser, recorded): [] for browser in ("used before", "its own") for recorded in RECORDED
    }
    with _launched(chromium) as used:
        _fcp_ms(used, url, ())  # the first load meets a cold server
        for _ in range(loads):
            for recorded, categories in RECORDED.items():
                found["used before", recorded].append(_fcp_ms(used, url, categories))
                with _launched(chromium) as own:
                    found["its own", recorded].append(_fcp_ms(own, url, categories))
    return found


@contextmanager
def _launched(chromium: BrowserType) -> Iterator[Browser]:
    browser = chromium.launch(
        executable_path=find_browser().path,
        args=[*ARGUMENTS, *(["--no-sandbox"] if os.geteuid() == 0 else [])],
        ignore_default_args=list(UNWANTED_DEFAULTS),
    )
    yield browser
    browser.close()


def _fcp_ms(browser: Browser, url: str, categories: tuple[str, ...]) -> float:
    page = browser.new_page()
    devtools = page.context.new_cdp_session(page)
    if categories:
        config = {"includedCategories": list(categories), "excludedCategories": ["*"]}
        devtools.send("Tracing.start", {"transferMode": "ReportEvents", "traceConfig": config})
    page.goto(url)
    page.wait_for_timeout(_UNTIL_PAINTED_MS)
    fcp_ms = float(page.evaluate(_FCP))
    if categories:
        devtools.send("Tracing.end")
    page.context.close()
    return fcp_ms


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
