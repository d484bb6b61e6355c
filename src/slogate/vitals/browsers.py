"""Where the measuring browsers of one process come from: each is started here, or all are one that ran before."""

from types import TracebackType

from playwright.sync_api import Playwright

from slogate.redact import without_credentials
from slogate.slo.profile import Engine
from slogate.vitals.browser import find_browser
from slogate.vitals.running import RunningBrowser, connect, launch, start_driver


class Browsers:
    """Starts browsers of an engine, or connects to the one whose DevTools are at `cdp`. Use it as a context manager."""

    def __init__(self, cdp: str | None, engine: Engine = "chromium") -> None:
        self._cdp = cdp
        self._found = None if cdp is not None else find_browser(engine=engine)
        self._playwright: Playwright | None = None

    @property
    def where(self) -> str:
        """The path of the browser, or the address of its DevTools."""
        return str(self._found.path) if self._found is not None else without_credentials(self._cdp or "")

    def start(self) -> RunningBrowser:
        """Another browser, once the one before it is gone. Raises `BrowserError`."""
        if self._cdp is None:
            if self._playwright is None:
                self._playwright, _ = start_driver()
            return launch(self._playwright, self._found)
        self._stop()
        self._playwright, driver = start_driver()
        return connect(self._playwright, self._cdp, driver)

    def __enter__(self) -> "Browsers":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self._stop()
        except Exception:
            # A driver whose browser was killed may not end in order. What came before it is the news.
            if error is None:
                raise

    def _stop(self) -> None:
        if self._playwright is not None:
            self._playwright.stop()
            self._playwright = None
