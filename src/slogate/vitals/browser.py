"""Finds the browser that measures the pages. It starts nothing and imports no Playwright, so it is fast.

The one that a variable names (`SLOGATE_BROWSER` for Chromium, `SLOGATE_FIREFOX`, `SLOGATE_WEBKIT`); else the one that
Playwright manages; else one on the PATH. There is no WebKit to be found on the PATH: Playwright drives its own alone.
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
from slogate.slo.profile import Engine

ENVIRONMENT_VARIABLE = "SLOGATE_BROWSER"
SYSTEM_NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome", "chromium-headless-shell")
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
    engine: Engine = "chromium"


@dataclass(frozen=True)
class _Places:
    """Where a browser of one engine may be.

    `managed` are the folders of Playwright's own, by name, and where in them the executable can lie; `package` is
    Debian's.
    """

    name: str
    variable: str
    system_names: tuple[str, ...]
    managed: Mapping[str, tuple[str, ...]]
    package: str | None


_PLACES: Mapping[Engine, _Places] = {
    "chromium": _Places(
        "Chromium or Chrome",
        ENVIRONMENT_VARIABLE,
        SYSTEM_NAMES,
        {
            "chromium_headless_shell": ("*/chrome-headless-shell", "*/headless_shell", "*/chrome-headless-shell.exe"),
            "chromium": ("*/chrome", "*/chrome.exe"),
        },
        "chromium",
    ),
    "firefox": _Places(
        "Firefox",
        "SLOGATE_FIREFOX",
        ("firefox", "firefox-esr"),
        {"firefox": ("firefox/firefox", "firefox/*.app/Contents/MacOS/firefox", "firefox/firefox.exe")},
        "firefox-esr",
    ),
    "webkit": _Places("WebKit", "SLOGATE_WEBKIT", (), {"webkit": ("pw_run.sh", "Playwright.exe")}, None),
}


def find_browser(environ: Mapping[str, str] = os.environ, engine: Engine = "chromium") -> FoundBrowser:
    """The browser to use. Raises `BrowserError` with the command that mends it."""
    places = _PLACES[engine]
    wanted = environ.get(places.variable)
    if wanted:
        path = shutil.which(wanted, path=environ.get("PATH"))
        if path is None:
            cure = f"correct {places.variable}, or unset it to let slogate look for a browser"
            raise BrowserError(f"{places.variable}={wanted} is not a program that can be run", cure=cure)
        return FoundBrowser(Path(path), BrowserKind.ENVIRONMENT, f"named by {places.variable}", engine)
    managed = _managed_by_playwright(environ, engine)
    if managed is not None:
        return FoundBrowser(managed, BrowserKind.PLAYWRIGHT, "installed by Playwright", engine)
    for name in places.system_names:
        path = shutil.which(name, path=environ.get("PATH"))
        if path is not None:
            return FoundBrowser(Path(path), BrowserKind.SYSTEM, f"{name} on the PATH", engine)
    raise BrowserError(f"there is no {places.name} to measure pages with", cure=install_command(engine))


def install_command(engine: Engine = "chromium") -> str:
    """The exact command that installs a browser here."""
    own, package = f"playwright install {engine}", _PLACES[engine].package
    if shutil.which("apt-get") is None or package is None:
        return f"run: {own}"
    sudo = "" if os.geteuid() == 0 else "sudo "
    return f"run: {own}   (or, where that cannot download: {sudo}apt-get install -y {package})"


def _managed_by_playwright(environ: Mapping[str, str], engine: Engine) -> Path | None:
    """The executable that `playwright install` put where this Playwright looks for it, if it is complete."""
    spec = find_spec("playwright")
    if spec is None or spec.origin is None:
        return None
    package = Path(spec.origin).parent / "driver" / "package"
    try:
        described = json.loads((package / "browsers.json").read_text(encoding="utf-8"))["browsers"]
        revision = next(browser["revision"] for browser in described if browser["name"] == engine)
    except (OSError, ValueError, LookupError, StopIteration):
        return None  # a Playwright that is laid out differently: the system's browser will do
    registry = _registry(environ, package)
    for prefix, patterns in _PLACES[engine].managed.items():
        directory = registry / f"{prefix}-{revision}"
        if (directory / _INSTALLED_MARK).exists():
            for pattern in patterns:
                for path in directory.glob(pattern):
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
