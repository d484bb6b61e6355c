"""`slogate history`: what it prints, and how it refuses."""

import csv
import io
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from past_runs import folder_of, judged, result

from slogate.analyzer.result import State
from slogate.cli import main
from slogate.history.database import open_history
from slogate.history.recording import record


@pytest.fixture
def reports(tmp_path: Path) -> Path:
    place = tmp_path / "reports"
    with open_history(str(place / "history.db")) as history, history.begin() as connection:
        for night in range(4):
            run = judged(night)
            record(connection, judged(night, folder=folder_of(place, run)))
        failed = judged(4, result(estimate=900.0, state=State.FAIL), state=State.FAIL, release="1.5.0\x1b[31m")
        record(connection, failed)
    return place


def history(reports: Path, *arguments: str) -> int:
    return main(["history", *arguments, "--reports", str(reports)])


def test_runs_are_listed_newest_first(reports: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert history(reports, "list", "--limit", "2") == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == ["run", "00040123", "00030123"]
    assert "FAIL" in lines[1]
    assert lines[1].rstrip().endswith("gone")
    assert "\x1b" not in lines[1]


def test_they_are_listed_for_programs_too(reports: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert history(reports, "list", "--verdict", "fail", "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert [(run["verdict"], run["started_at"]) for run in found["runs"]] == [("fail", "2026-09-05T02:00:00Z")]


def test_one_is_shown_with_its_results(reports: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert history(reports, "show", "@latest") == 0
    shown = capsys.readouterr().out
    assert "900 ms" in shown
    assert "rate: 50/s" in shown
    assert history(reports, "show", "0001", "--json") == 0
    assert json.loads(capsys.readouterr().out)["objectives"][0]["estimate"] == 100.0


def test_a_baseline_is_marked(reports: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert history(reports, "baseline", "set", "0002", "--by", "ann", "--note", "before the campaign") == 0
    history(reports, "list")
    history(reports, "show", "0000")
    shown = capsys.readouterr().out
    assert shown.count("(baseline)") == 1
    assert "by ann: before the campaign" in shown
    assert history(reports, "baseline", "clear", "0001") == 2
    assert "was not set as a baseline" in capsys.readouterr().err


def test_old_folders_go_and_their_runs_stay(reports: Path, capsys: pytest.CaptureFixture[str]) -> None:
    age = datetime.now(UTC) - datetime(2026, 9, 4, tzinfo=UTC)
    command = ["prune", "--older-than", f"{age.days}d"]
    assert history(reports, *command, "--dry-run") == 0
    assert len(list(reports.glob("2026*"))) == 4
    assert history(reports, *command) == 0
    assert "3 folders deleted" in capsys.readouterr().err
    assert [path.name for path in reports.glob("2026*")] == ["20260904T020000Z-1.4.0"]
    history(reports, "list", "--json")
    assert len(json.loads(capsys.readouterr().out)["runs"]) == 5
    assert history(reports, *command, "--rows") == 0
    history(reports, "list", "--json")
    assert len(json.loads(capsys.readouterr().out)["runs"]) == 2


def test_all_of_it_is_exported(reports: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert history(reports, "export") == 0
    assert len(list(csv.DictReader(io.StringIO(capsys.readouterr().out)))) == 5
    assert history(reports, "export", "--format", "parquet", "--output", str(tmp_path / "x.parquet")) == 0
    assert (tmp_path / "x.parquet").read_bytes()[:4] == b"PAR1"
    assert history(reports, "export", "--output", str(tmp_path / "no" / "x.csv")) == 2
    assert "cannot be written" in capsys.readouterr().err


def test_where_no_run_is_nothing_is_added_and_no_history_made(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert history(tmp_path / "typo", "add") == 2
    assert "there is no run folder in" in capsys.readouterr().err
    assert not (tmp_path / "typo").exists()


def test_where_there_is_none_the_cure_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for command in (["list"], ["show", "x"], ["prune"], ["export"], ["baseline", "set", "x"]):
        assert history(tmp_path, *command) == 4
        assert "there is no history at" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("age", ["30", "1w", "-1d"])
def test_an_age_needs_a_unit(reports: Path, age: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert history(reports, "prune", "--older-than", age) == 2
    assert "--older-than" in capsys.readouterr().err


def test_nothing_is_pruned_that_began_just_now(reports: Path) -> None:
    assert history(reports, "prune", "--older-than", f"{timedelta(days=3650).days}d") == 0
    assert len(list(reports.glob("2026*"))) == 4
