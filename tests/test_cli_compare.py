"""The verbs about two releases: files, codes and mistakes."""

import json
from pathlib import Path

import pytest
from releases import Reports

from slogate.cli import main
from support import MakeRun


@pytest.fixture
def reports(make_run: MakeRun, tmp_path: Path) -> Reports:
    return Reports(make_run, tmp_path / "reports")


@pytest.fixture
def slower(reports: Reports) -> Reports:
    reports.add("1.4.0", 0.99, 1.0, 1.01)
    reports.add("1.5.0", 1.29, 1.3, 1.31)
    return reports


def test_the_command_writes_the_files_that_it_is_asked_for(
    slower: Reports, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = {name: tmp_path / f"out.{name}" for name in ("html", "markdown", "junit")}
    options = [item for name, path in files.items() for item in (f"--{name}", str(path))]
    assert main(["compare", "1.4.0", "1.5.0", "--reports", str(slower.place), "--json", *options]) == 1
    assert json.loads(capsys.readouterr().out)["exit_code"] == 1
    assert all("REGRESSED" in path.read_text(encoding="utf-8") for path in files.values())


def test_a_threshold_may_be_given(slower: Reports, capsys: pytest.CaptureFixture[str]) -> None:
    command = ["compare", "1.4.0", "1.5.0", "--reports", str(slower.place)]
    assert main([*command, "--threshold", "50%"]) == 0
    assert "unchanged within 50 %" in capsys.readouterr().out
    assert main([*command, "--threshold", "5ms"]) == 2
    assert "is a duration, and a ratio is needed" in capsys.readouterr().err
