"""Finds the browser that measures the pages. It starts nothing and imports no Playwright, so it is fast.

`SLOGATE_BROWSER` when set; else the Chromium that Playwright manages; else a Chromium or Chrome on the PATH. No other
engine is looked for: the facts come over Chromium's DevTools protocol.
"""

import json
import os
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from importlib.util import find_spec
from pathlib import Path

from slogate.errors import BrowserError

ENVIRONMENT_VARIABLE = "SLOGATE_BROWSER"
SYSTEM_NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome", "chromium-headless-shell")
_PLAYWRIGHT_NAMES = {  # the directory of a Playwright browser, and what its executable is called there
    "chromium_headless_shell": ("chrome-headless-shell", "headless_shell", "chrome-headless-shell.exe"),
    "chromium": ("chrome", "chrome.exe"),
}
_INSTALLED_MARK = "INSTALLATION_COMPLETE"  # Playwright writes it last, so a broken download does not count


class BrowserKind(StrEnum):
    """Where a browser comes from."""

    ENVIRONMENT = "environment"
    PLAYWRIGHT = "playwright"
    SYSTEM = "system"


@dataclass(frozen=True)
class FoundBrowser:
    """An executable, and in words how it was found."""

    path: Path
    kind: BrowserKind
    how: str


def find_browser(environ: Mapping[str, str] = os.environ) -> FoundBrowser:
    """The browser to use. Raises `BrowserError` with the command that mends it."""
    wanted = environ.get(ENVIRONMENT_VARIABLE)
    if wanted:
        path = shutil.which(wanted, path=environ.get("PATH"))
        if path is None:
            cure = f"correct {ENVIRONMENT_VARIABLE}, or unset it to let slogate look for a browser"
            raise BrowserError(f"{ENVIRONMENT_VARIABLE}={wanted} is not a program that can be run", cure=cure)
        return FoundBrowser(Path(path), BrowserKind.ENVIRONMENT, f"named by {ENVIRONMENT_VARIABLE}")
    managed = _managed_by_playwright(environ)
    if managed is not None:
        return FoundBrowser(managed, BrowserKind.PLAYWRIGHT, "installed by Playwright")
    for name in SYSTEM_NAMES:
        path = shutil.which(name, path=environ.get("PATH"))
        if path is not None:
            return FoundBrowser(Path(path), BrowserKind.SYSTEM, f"{name} on the PATH")
    raise BrowserError("there is no Chromium or Chrome to measure pages with", cure=install_command())


def install_command() -> str:
    """The exact command that installs a browser here."""
    own = "playwright install chromium"
    if shutil.which("apt-get") is None:
        return f"run: {own}"
    sudo = "" if os.geteuid() == 0 else "sudo "
    return f"run: {own}   (or, where that cannot download: {sudo}apt-get install -y chromium)"


def _managed_by_playwright(environ: Mapping[str, str]) -> Path | None:
    """The executable that `playwright install` put where this Playwright looks for it, if it is complete."""
    spec = find_spec("playwright")
    if spec is None or spec.origin is None:
        return None
    package = Path(spec.origin).parent / "driver" / "package"
    try:
        described = json.loads((package / "browsers.json").read_text(encoding="utf-8"))["browsers"]
        revision = next(browser["revision"] for browser in described if browser["name"] == "chromium")
    except (OSError, ValueError, LookupError, StopIteration):
        return None  # a Playwright that is laid out differently: the system's browser will do
    registry = _registry(environ, package)
    for prefix, names in _PLAYWRIGHT_NAMES.items():
        directory = registry / f"{prefix}-{revision}"
        if (directory / _INSTALLED_MARK).exists():
            for name in names:
                for path in directory.glob(f"*/{name}"):
                    return path
    return None


def _registry(environ: Mapping[str, str], package: Path) -> Path:
    chosen = environ.get("PLAYWRIGHT_BROWSERS_PATH")
    if chosen == "0":
        return package / ".local-browsers"
    if chosen:
        return Path(chosen).absolute()
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "ms-playwright"
    if sys.platform == "win32":
        return Path(environ.get("LOCALAPPDATA", Path.home() / "AppData" / "Local")) / "ms-playwright"
    return Path(environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "ms-playwright"
