"""A running browser: started with the right flags, killed for certain, and never waited for without a limit.

One that ran before is connected to, and is never killed. What is killed in its place is Playwright's driver, which is
the connection: that makes every call return too, and the browser then throws our contexts away.

A call into a page that hangs does not come back, and Playwright gives many calls no time-out. So each step runs under
`RunningBrowser.limit`: when its time is up, the browser is killed from another thread, and that makes the call return.
"""

import os
import re
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil
from playwright.sync_api import Browser, Playwright, sync_playwright
from playwright.sync_api import Error as PlaywrightError

from slogate.errors import BrowserError
from slogate.redact import without_credentials
from slogate.slo.profile import Engine
from slogate.vitals import bidi_relay, own_code
from slogate.vitals.browser import BrowserKind, FoundBrowser, find_browser, install_command

# The last list of features is the one that counts, so what Playwright switches off is in it too. The two at the end are
# pages inside the address bar: each new window started them, a second of CPU beside the page that is measured.
FEATURES_OFF = (
    "AimEnabled",
    "AvoidCorsURLLoaderRestartOnRedirect",
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsFirstBalancedModeAutoEnable",
    "HttpsUpgrades",
    "LensOverlay",
    "MediaRouter",
    "NetworkTimeServiceQuerying",
    "OptimizationHints",
    "PaintHolding",
    "PreconnectToSearch",
    "ThirdPartyStoragePartitioning",
    "WebUIOmniboxAimPopup",
    "WebUIOmniboxPopup",
)
ARGUMENTS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    f"--disable-features={','.join(FEATURES_OFF)}",
)
UNWANTED_DEFAULTS = ("--hide-scrollbars",)  # Playwright's; a visitor at a desk has them, and a narrower page with them
LAUNCH_TIMEOUT_MS = 30_000
STUCK_AFTER_S = 10.0  # for a journey's own code that does not even let go when it is interrupted
_LET_GO_S = 1.0  # with the browser dead, no call into it can last longer; what does is the journey's own code
_BROWSER_ERROR = re.compile(r"\[err\] (?:\[[^\]]*\] )?(.+)")
_BROWSER_GONE = "the browser was killed, or it crashed"
_CONNECT = "start it with --remote-debugging-port=9222, and name that: --cdp http://127.0.0.1:9222"
_DYING_S = 1.0  # how long a killed process may take to be seen as dead


# Playwright's Firefox opens no connection before it is needed, and tells times in steps of 1 ms; a visitor's does the
# first, and the second is no visitor's concern.
FIREFOX_PREFERENCES: dict[str, str | float | bool] = {
    "network.http.speculative-parallel-limit": 20,
    "privacy.reduceTimerPrecision": False,
}


class NotYoursError(Exception):
    """Raised in a journey that would close the browser of all pages."""


@dataclass
class RunningBrowser:
    """A browser, its process and that of the Playwright driver above it; to one that ran before, the driver is both.

    `devtools` says whether Chromium's DevTools protocol reaches it; without, facts come from Playwright's events.
    """

    browser: Browser
    process: psutil.Process
    driver: psutil.Process
    engine: Engine = "chromium"
    devtools: bool = True
    on_stuck: Callable[[str], object] | None = None
    timed_out: str | None = None  # which step's limit ran out, in words: the browser was killed for it

    @contextmanager
    def limit(self, seconds: float, step: str) -> Iterator[None]:
        """Bounds what is done inside; afterwards `timed_out` tells whether the limit ran out."""
        left = threading.Event()

        def watch() -> None:
            if left.wait(seconds):
                return
            gone = _dead(self.process)
            self.timed_out = _BROWSER_GONE if gone else f"{step} took longer than {seconds:g} s"
            kill_trees([self.process])
            until_s = time.monotonic() + STUCK_AFTER_S
            while not left.wait(_LET_GO_S):
                if time.monotonic() >= until_s:
                    if self.on_stuck is not None:
                        self.on_stuck(f"{self.timed_out}, and is still at {own_code.where_it_is() or 'it'}")
                    return
                own_code.interrupt()

        threading.Thread(target=watch, name=f"limit: {step}", daemon=True).start()
        try:
            yield
        finally:
            left.set()

    def kill(self) -> None:
        """Ends the browser at once: its profile is thrown away, so there is nothing to save. One that ran before runs
        on.
        """
        kill_trees([self.process])

    def why_gone(self) -> str | None:
        """Who ended the browser, if it is no longer there and this process did not kill it for a time-out."""
        if _dead(self.driver):
            return "the Playwright driver was killed, or it crashed"
        if not self.browser.is_connected() or _dead(self.process):
            return _BROWSER_GONE
        return None


def launch(playwright: Playwright, found: FoundBrowser | None = None, *, headless: bool = True) -> RunningBrowser:
    """Starts `found`, or the browser that `find_browser` chooses. Raises `BrowserError`."""
    found = found or find_browser()
    start = {"chromium": _launch_chromium, "firefox": _launch_firefox, "webkit": _launch_webkit}[found.engine]
    try:
        browser, process = start(playwright, found, headless)
    except (PlaywrightError, psutil.NoSuchProcess) as error:
        said = _last_words(str(error))
        cure = _cure(said, found.engine)
        raise BrowserError(f"{found.path} ({found.how}) does not start: {said}", cure=cure) from error
    _keep_open(browser)
    devtools = found.engine == "chromium"
    return RunningBrowser(browser, process, _driver_above(process), engine=found.engine, devtools=devtools)


def _launch_chromium(playwright: Playwright, found: FoundBrowser, headless: bool) -> tuple[Browser, psutil.Process]:
    as_root = os.geteuid() == 0  # Chromium refuses its sandbox to root, and nobody else may go without
    browser = playwright.chromium.launch(
        executable_path=found.path,
        headless=headless,
        args=list(ARGUMENTS),
        ignore_default_args=list(UNWANTED_DEFAULTS),
        chromium_sandbox=not as_root,
        timeout=LAUNCH_TIMEOUT_MS,
    )
    session = browser.new_browser_cdp_session()
    listed = session.send("SystemInfo.getProcessInfo")["processInfo"]
    session.detach()
    return browser, psutil.Process(next(entry["id"] for entry in listed if entry["type"] == "browser"))


def _launch_firefox(playwright: Playwright, found: FoundBrowser, headless: bool) -> tuple[Browser, psutil.Process]:
    """Playwright's own Firefox speaks a protocol of its own; any other one WebDriver BiDi, which a channel asks for. A
    relay stands between, because it may be older than this Playwright.
    """
    path, channel = found.path, None
    if found.kind is not BrowserKind.PLAYWRIGHT:
        folder = Path(tempfile.mkdtemp(prefix="firefox-", dir=os.environ.get("TMPDIR")))  # where the profile goes too
        path, channel = bidi_relay.write_launcher(folder / "firefox", found.path), "moz-firefox"
    return _with_process(
        lambda: playwright.firefox.launch(
            executable_path=path,
            channel=channel,
            headless=headless,
            firefox_user_prefs=FIREFOX_PREFERENCES,
            timeout=LAUNCH_TIMEOUT_MS,
        )
    )


def _launch_webkit(playwright: Playwright, found: FoundBrowser, headless: bool) -> tuple[Browser, psutil.Process]:
    return _with_process(
        lambda: playwright.webkit.launch(executable_path=found.path, headless=headless, timeout=LAUNCH_TIMEOUT_MS)
    )


def _with_process(start: Callable[[], Browser]) -> tuple[Browser, psutil.Process]:
    """The browser and its first process, of which only the system can tell: the topmost of those that came with it."""
    here = psutil.Process()
    before = set(here.children(recursive=True))
    browser = start()
    new = [process for process in here.children(recursive=True) if process not in before]
    ids = {process.pid for process in new}
    return browser, next(process for process in new if process.ppid() not in ids)


def connect(playwright: Playwright, url: str, driver: psutil.Process) -> RunningBrowser:
    """Connects to the browser whose DevTools are at `url`. Raises `BrowserError`.

    `driver` is the process of `playwright`, which is good for one connection: it ends with it.
    """
    try:
        browser = playwright.chromium.connect_over_cdp(url, timeout=LAUNCH_TIMEOUT_MS)
    except PlaywrightError as error:
        said = str(error).partition("\n")[0]
        raise BrowserError(f"no browser to connect to at {without_credentials(url)}: {said}", cure=_CONNECT) from error
    _keep_open(browser)
    return RunningBrowser(browser, driver, driver)


def _keep_open(browser: Browser) -> None:
    """Lets a journey close its page, and not the browser, which all pages share."""

    def close(**_reason: object) -> None:
        raise NotYoursError("the browser is not a journey's to close: the other pages are loaded in it too")

    vars(browser)["close"] = close


def start_driver() -> tuple[Playwright, psutil.Process]:
    """Starts Playwright; also returns the process that it runs in."""
    here = psutil.Process()
    before = set(here.children())
    playwright = sync_playwright().start()
    return playwright, next(child for child in here.children() if child not in before)


def _last_words(message: str) -> str:
    """What the browser itself wrote before it ended, where Playwright quotes it; else Playwright's own first line."""
    written = _BROWSER_ERROR.findall(message)
    return str(written[-1] if written else message.partition("\n")[0])


def _cure(said: str, engine: Engine) -> str:
    if engine != "chromium":
        return f"try it by hand with --headless, or install another: {install_command(engine)}"
    if "sandbox" in said.lower():
        return "allow unprivileged user namespaces (sysctl kernel.unprivileged_userns_clone=1), or run as root"
    return f"try it by hand with --headless --dump-dom about:blank, or install another: {install_command()}"


def _driver_above(process: psutil.Process) -> psutil.Process:
    """The child of this process from which `process` descends: Playwright's node, whatever wrappers lie between."""
    lineage = process
    for parent in process.parents():
        if parent.pid == os.getpid():
            return lineage
        lineage = parent
    return process  # a wrapper let go of its browser: the browser is all that can be watched


def kill_trees(roots: Iterable[psutil.Process]) -> None:
    """Kills each process and everything below it."""
    doomed: list[psutil.Process] = []
    for root in roots:
        with suppress(psutil.NoSuchProcess):
            doomed += [root, *root.children(recursive=True)]
    for process in doomed:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    until = time.monotonic() + _DYING_S
    while time.monotonic() < until and not all(map(_dead, doomed)):
        time.sleep(0.01)


def _dead(process: psutil.Process) -> bool:
    try:
        return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True
