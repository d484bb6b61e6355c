"""Pictures of a load: of its end, when nothing is measured any more, or of the whole of it if it is not judged.

What was typed is not shown in them. That is a style sheet's doing, which reaches the page and its frames, but not the
inside of shadow roots.
"""

import base64
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Page

from slogate.analyzer.web.clock import origin
from slogate.analyzer.web.facts import PageLoad
from slogate.redact import Redactor
from slogate.vitals.filmstrip import Frame, thinned
from slogate.vitals.trace import cleaned

LIMIT_S = 15.0  # for all that a witness does at the end of a load
_PICTURE_MS = 5_000
_QUALITY = 60
_FRAME_PX = 360
_MOST_FRAMES = 400  # in memory; a page that is animated paints 60 a second
_MOST_TRACE_BYTES = 2 * 1024 * 1024
_UNSHOWN = (
    "input:not([type=button]):not([type=submit]):not([type=reset]):not([type=image]), textarea, [contenteditable] "
    "{ -webkit-text-security: disc !important; }"
)
_HIDE_TYPED = """
(() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(%r);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
})();
"""


class Witness(Protocol):
    """Watches one load. None of its methods raises: what goes wrong is in `problems`."""

    problems: list[str]

    def begin(self, page: Page) -> None:
        """The page is open and has not navigated."""

    def end(self, page: Page, load: PageLoad) -> None:
        """The recording is over and the page still there."""


class Snapshot:
    """A picture of the end of a load, if `wanted`. Until then it does nothing, so the load is not disturbed."""

    def __init__(self, wanted: Callable[[PageLoad], bool]) -> None:
        self._wanted = wanted
        self.problems: list[str] = []
        self.jpeg: bytes | None = None

    def begin(self, page: Page) -> None:
        """Nothing."""

    def end(self, page: Page, load: PageLoad) -> None:
        """Takes the picture."""
        if not self._wanted(load):
            return
        try:
            self.jpeg = page.screenshot(
                type="jpeg", quality=_QUALITY, scale="css", style=_UNSHOWN, timeout=_PICTURE_MS, animations="allow"
            )
        except PlaywrightError as error:
            self.problems.append(f"no screenshot: {first_line(error)}")


class Film:
    """Everything that the screen shows during a load, and a Playwright trace of it. It may slow the load down."""

    def __init__(self, redact: Redactor) -> None:
        self._redact = redact
        self._painted: list[tuple[float, bytes]] = []  # seconds since the epoch
        self.problems: list[str] = []
        self.frames: list[Frame] = []
        self.trace: bytes | None = None

    def begin(self, page: Page) -> None:
        """Starts to film."""
        try:
            page.add_init_script(_HIDE_TYPED % _UNSHOWN)
            page.context.tracing.start(screenshots=True, snapshots=True)
            self._cdp = page.context.new_cdp_session(page)
            self._cdp.on("Page.screencastFrame", self._on_frame)
            size = {"maxWidth": _FRAME_PX, "maxHeight": _FRAME_PX}
            self._cdp.send("Page.startScreencast", {"format": "jpeg", "quality": _QUALITY, **size})
        except PlaywrightError as error:
            self.problems.append(f"it could not be filmed: {first_line(error)}")

    def end(self, page: Page, load: PageLoad) -> None:
        """Stops filming, and puts the frames on the time line of the load's metrics."""
        if self.problems:
            return
        try:
            self._cdp.send("Page.stopScreencast")
            origin_s = (page.evaluate("performance.timeOrigin") + origin(load).at_ms) / 1000
            self.frames = [Frame((at_s - origin_s) * 1000, jpeg) for at_s, jpeg in self._painted]
        except PlaywrightError as error:
            self.problems.append(f"no filmstrip: {first_line(error)}")
        try:
            self._keep_trace(page)
        except (PlaywrightError, OSError, ValueError) as error:
            self.problems.append(f"no trace: {first_line(error)}")

    def _keep_trace(self, page: Page) -> None:
        with tempfile.TemporaryDirectory(prefix="trace-") as scratch:  # the raw one never gets near the run folder
            raw = Path(scratch) / "trace.zip"
            page.context.tracing.stop(path=raw)
            self.trace = cleaned(raw, self._redact, max_frame_bytes=_MOST_TRACE_BYTES)

    def _on_frame(self, event: dict[str, Any]) -> None:
        self._painted.append((event["metadata"]["timestamp"], base64.b64decode(event["data"])))
        if len(self._painted) > _MOST_FRAMES:
            self._painted = thinned(self._painted, _MOST_FRAMES // 2)
        try:
            self._cdp.send("Page.screencastFrameAck", {"sessionId": event["sessionId"]})
        except PlaywrightError:
            return  # the page is gone, and its frames with it


def first_line(error: Exception) -> str:
    """What an error says; Playwright's call log, which follows, may repeat what was typed."""
    return str(error).partition("\n")[0]
