"""The doctor says what is here and how to mend what is not."""

import resource
from pathlib import Path

import pytest

from slogate import doctor
from slogate.doctor import Health, examine
from slogate.errors import BrowserError


def test_it_looks_at_everything_that_a_run_needs() -> None:
    names = {check.name for check in examine()}
    assert names == {"Python", "Locust", "browser", "engines", "open files", "cores", "clock", "ports", "disk"}


def test_what_is_not_fine_comes_with_a_cure() -> None:
    assert all(check.cure for check in examine() if check.health is not Health.OK)


def test_a_missing_browser_is_named_with_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLOGATE_BROWSER", "/nowhere/chrome")
    (browser,) = [check for check in examine() if check.name == "browser"]
    assert browser.health is Health.MISSING
    assert "slogate doctor --fix" in browser.cure


def test_few_open_files_are_a_warning() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (256, hard))
    try:
        (files,) = [check for check in examine() if check.name == "open files"]
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    assert files.health is Health.WARNING
    assert "ulimit -n" in files.cure


def test_the_fix_leaves_a_browser_that_is_there_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "_succeeds", lambda *_: pytest.fail("nothing is to be installed"))
    said: list[str] = []
    doctor.install_browser(said.append)
    assert said[0].startswith("browser: ")


def test_a_fix_that_cannot_work_says_what_to_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLOGATE_BROWSER", "/nowhere/chrome")
    monkeypatch.setattr(doctor, "_succeeds", lambda *_: False)
    with pytest.raises(BrowserError):
        doctor.install_browser(lambda _: None)


def test_the_other_engines_are_named_and_in_nobodys_way(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    firefox = tmp_path / "firefox"
    firefox.write_text("#!/bin/sh\n")
    firefox.chmod(0o755)
    monkeypatch.setenv("SLOGATE_FIREFOX", str(firefox))
    monkeypatch.setenv("SLOGATE_WEBKIT", "/nowhere/webkit")
    (engines,) = [check for check in examine() if check.name == "engines"]
    assert engines.health is Health.OK
    assert engines.found.startswith(f"Firefox {firefox}, no WebKit;")
