import json
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from slogate.errors import BrowserError, ExitCode
from slogate.slo.profile import Engine
from slogate.vitals.browser import SYSTEM_NAMES, BrowserKind, FoundBrowser, find_browser, install_command


def program(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return path


def managed(registry: Path, executable: str, *, complete: bool = True, engine: str = "chromium") -> Path:
    """Puts a browser where the installed Playwright would look for its own."""
    spec = find_spec("playwright")
    assert spec is not None
    assert spec.origin is not None
    described = json.loads((Path(spec.origin).parent / "driver/package/browsers.json").read_text())["browsers"]
    revision = next(browser["revision"] for browser in described if browser["name"] == engine)
    directory, _, name = executable.partition("/")
    folder = registry / f"{directory}-{revision}"
    path = program(folder / "linux64" / name if engine == "chromium" else folder / name)
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


@pytest.mark.parametrize(
    ("engine", "executable"), [("firefox", "firefox/firefox/firefox"), ("webkit", "webkit/pw_run.sh")]
)
def test_playwrights_own_browser_of_another_engine(tmp_path: Path, engine: Engine, executable: str) -> None:
    own = managed(tmp_path / "registry", executable, engine=engine)
    managed(tmp_path / "registry", "chromium/chrome")
    environ = {"PLAYWRIGHT_BROWSERS_PATH": str(tmp_path / "registry"), "SLOGATE_BROWSER": str(own)}
    found = find_browser(environ, engine)
    assert found == FoundBrowser(own, BrowserKind.PLAYWRIGHT, "installed by Playwright", engine)


@pytest.mark.parametrize("name", ["firefox", "firefox-esr"])
def test_each_firefox_of_the_system_is_found_where_one_is_asked_for(tmp_path: Path, name: str) -> None:
    system = program(tmp_path / "bin" / name)
    environ = {"PLAYWRIGHT_BROWSERS_PATH": str(tmp_path), "PATH": str(tmp_path / "bin")}
    found = find_browser(environ, "firefox")
    assert found == FoundBrowser(system, BrowserKind.SYSTEM, f"{name} on the PATH", "firefox")
    with pytest.raises(BrowserError, match="there is no Chromium or Chrome"):
        find_browser(environ)


@pytest.mark.parametrize(("engine", "variable"), [("firefox", "SLOGATE_FIREFOX"), ("webkit", "SLOGATE_WEBKIT")])
def test_each_engine_has_a_variable_of_its_own(tmp_path: Path, engine: Engine, variable: str) -> None:
    mine = program(tmp_path / "mine")
    found = find_browser({variable: str(mine), "SLOGATE_BROWSER": "/nowhere/chrome"}, engine)
    assert found == FoundBrowser(mine, BrowserKind.ENVIRONMENT, f"named by {variable}", engine)
    with pytest.raises(BrowserError, match=f"{variable}=/nowhere/it is not a program"):
        find_browser({variable: "/nowhere/it", "PATH": str(tmp_path)}, engine)


@pytest.mark.parametrize(
    ("engine", "command"), [("firefox", "apt-get install -y firefox-esr"), ("webkit", "playwright install webkit")]
)
def test_without_a_browser_of_the_engine_the_cure_is_a_command(tmp_path: Path, engine: Engine, command: str) -> None:
    with pytest.raises(BrowserError) as caught:
        find_browser({"PLAYWRIGHT_BROWSERS_PATH": str(tmp_path), "PATH": str(tmp_path)}, engine)
    assert caught.value.cure == install_command(engine)
    assert command in install_command(engine)


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
