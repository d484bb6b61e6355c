"""`slogate history trend`: what it prints and writes, and how it refuses."""

import json
from pathlib import Path

import pytest
from past_runs import judged, result

from slogate.cli import cli, main
from slogate.errors import OutputError
from slogate.history.database import open_history
from slogate.history.recording import record


@pytest.fixture
def reports(tmp_path: Path) -> Path:
    place = tmp_path / "reports"
    with open_history(str(place / "history.db")) as history, history.begin() as connection:
        for at in range(30):
            value = (130.0 if at >= 24 else 100.0) + at % 5
            release = "1.5.0\x1b[31m<b>" if at >= 24 else "1.4.0"
            record(connection, judged(at, result(estimate=value), release=release))
    return place


def trend(reports: Path, *arguments: str) -> int:
    return main(["history", "trend", *arguments, "--reports", str(reports)])


def test_it_prints_the_trend_and_writes_the_page(reports: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = reports / "trends.html"
    assert trend(reports, "--html", str(page)) == 0
    shown = capsys.readouterr().out
    assert "1 of 1 objective is worse than normal: p95 latency" in shown
    assert "2026-09-25" in shown
    assert "\x1b" not in shown
    text = page.read_text(encoding="utf-8")
    assert "<b>" not in text
    assert 'class="lane nights"' in text


def test_json_is_alone_on_stdout(reports: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert trend(reports, "--json", "--nights", "20") == 0
    found = json.loads(capsys.readouterr().out)
    assert len(found["objectives"][0]["nights"]) == 20


def test_what_is_not_there_is_refused(reports: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert trend(reports, "--objective", "api.latency.p42") == 2
    assert "name one of api.latency.p95" in capsys.readouterr().err
    assert trend(reports, "--service", "other") == 2
    assert trend(reports / "nowhere") == 4
    page = reports / "nowhere" / "trends.html"
    with pytest.raises(OutputError, match=r"nowhere/trends\.html cannot be written"):
        cli.main(["history", "trend", "--html", str(page), "--reports", str(reports)], standalone_mode=False)
