import json
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from slogate.errors import BrowserError, ExitCode
from slogate.vitals.browser import SYSTEM_NAMES, BrowserKind, FoundBrowser, find_browser, install_command


def program(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return path


def managed(registry: Path, executable: str, *, complete: bool = True) -> Path:
    """Puts a browser where the installed Playwright would look for its own."""
    spec = find_spec("playwright")
    assert spec is not None
    assert spec.origin is not None
    described = json.loads((Path(spec.origin).parent / "driver/package/browsers.json").read_text())["browsers"]
    revision = next(browser["revision"] for browser in described if browser["name"] == "chromium")
    directory, _, name = executable.rpartition("/")
    folder = registry / f"{directory}-{revision}"
    path = program(folder / "linux64" / name)
    if complete:
        (folder / "INSTALLATION_COMPLETE").touch()
    return path


def test_the_variable_wins_over_everything(tmp_path: Path) -> None:
    managed(tmp_path / "registry", "chromium/chrome")
    mine = program(tmp_path / "mine")
    environ = {"SLOGATE_BROWSER": str(mine), "PLAYWRIGHT_BROWSERS_PATH": str(tmp_path / "registry")}
    found = find_browser(environ)
    assert found == FoundBrowser(mine, BrowserKind.ENVIRONMENT, "named by SLOGATE_BROWSER")


def test_a_variable_that_names_nothing_is_said(tmp_path: Path) -> None:
    with pytest.raises(BrowserError, match="SLOGATE_BROWSER=/nowhere/chrome is not a program") as caught:
        find_browser({"SLOGATE_BROWSER": "/nowhere/chrome", "PATH": str(tmp_path)})
    assert caught.value.exit_code is ExitCode.NOT_JUDGEABLE


@pytest.mark.parametrize("executable", ["chromium_headless_shell/chrome-headless-shell", "chromium/chrome"])
def test_playwrights_own_browser_comes_before_the_systems(tmp_path: Path, executable: str) -> None:
    own = managed(tmp_path / "registry", executable)
    program(tmp_path / "bin" / "chromium")
    environ = {"PLAYWRIGHT_BROWSERS_PATH": str(tmp_path / "registry"), "PATH": str(tmp_path / "bin")}
    found = find_browser(environ)
    assert (found.path, found.kind) == (own, BrowserKind.PLAYWRIGHT)


def test_a_broken_download_of_playwright_does_not_count(tmp_path: Path) -> None:
    managed(tmp_path / "registry", "chromium/chrome", complete=False)
    system = program(tmp_path / "bin" / "chromium")
    environ = {"PLAYWRIGHT_BROWSERS_PATH": str(tmp_path / "registry"), "PATH": str(tmp_path / "bin")}
    found = find_browser(environ)
    assert (found.path, found.kind) == (system, BrowserKind.SYSTEM)


@pytest.mark.parametrize("name", SYSTEM_NAMES)
def test_each_system_browser_is_found(tmp_path: Path, name: str) -> None:
    system = program(tmp_path / "bin" / name)
    found = find_browser({"PLAYWRIGHT_BROWSERS_PATH": str(tmp_path), "PATH": str(tmp_path / "bin")})
    assert found == FoundBrowser(system, BrowserKind.SYSTEM, f"{name} on the PATH")


def test_without_any_browser_the_cure_is_a_command(tmp_path: Path) -> None:
    with pytest.raises(BrowserError) as caught:
        find_browser({"PLAYWRIGHT_BROWSERS_PATH": str(tmp_path), "PATH": str(tmp_path)})
    assert caught.value.cure == install_command()


@pytest.mark.parametrize(
    ("apt", "user", "expected"),
    [
        ("/usr/bin/apt-get", 0, "where that cannot download: apt-get install -y chromium"),
        ("/usr/bin/apt-get", 1000, "where that cannot download: sudo apt-get install -y chromium"),
        (None, 1000, "run: playwright install chromium"),
    ],
)
def test_the_install_command_fits_the_machine(
    monkeypatch: pytest.MonkeyPatch, apt: str | None, user: int, expected: str
) -> None:
    monkeypatch.setattr("slogate.vitals.browser.shutil.which", lambda _name: apt)
    monkeypatch.setattr("slogate.vitals.browser.os.geteuid", lambda: user)
    assert expected in install_command()


def test_looking_for_a_browser_does_not_import_playwright() -> None:
    code = "import slogate.vitals.browser as b, sys; b.install_command(); assert 'playwright' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)
