"""`slogate checklist` holds a list against a run folder and leaves what it did not see to people."""

import json
from pathlib import Path

import pytest

from slogate.checklists import shipped
from slogate.cli import main
from slogate.errors import ExitCode
from slogate.launch_checklist import language_of
from support import MakeRun

FAST, SLOW = [20.0] * 1200, [20.0, 1500.0] * 600


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def marks(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, str]:
    """The mark of each item, by its text."""
    assert main(["checklist", "--format", "json", "--lang", "en", *arguments]) == ExitCode.PASS
    content = json.loads(capsys.readouterr().out)
    return {item["text"]: item["mark"] for section in content["sections"] for item in section["items"]}


@pytest.mark.parametrize(("latencies", "latency_mark"), [(FAST, "ticked"), (SLOW, "crossed")])
def test_the_list_of_the_package_is_held_against_the_latest_run(
    make_run: MakeRun, capsys: pytest.CaptureFixture[str], latencies: list[float], latency_mark: str
) -> None:
    make_run(latencies)
    found = marks(capsys)
    by_run = {text: mark for text, mark in found.items() if mark != "open"}
    assert {mark for text, mark in by_run.items() if text.startswith("API response time")} == {latency_mark}
    assert set(by_run) == {
        "The run meets all SLOs of slo.yaml",
        "API response time: mean < 200 ms, p95 < 500 ms, p99 < 1 s",
        "API error rate < 1 %",
        "CPU < 70 %",
        "Memory < 80 %",
    }


def test_a_lax_slo_yaml_ticks_nothing_of_a_stricter_list(make_run: MakeRun, capsys: pytest.CaptureFixture[str]) -> None:
    folder = make_run(SLOW)
    text = (folder.path / "slo.yaml").read_text(encoding="utf-8")
    (folder.path / "slo.yaml").write_text(
        text.replace("< 200ms", "< 9s").replace("< 500ms", "< 9s").replace("< 1000ms", "< 9s")
    )
    found = marks(capsys)
    assert found["The run meets all SLOs of slo.yaml"] == "ticked"
    assert found["API response time: mean < 200 ms, p95 < 500 ms, p99 < 1 s"] == "crossed"


def test_a_list_of_the_team_comes_before_that_of_the_package(
    make_run: MakeRun, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make_run(FAST)
    text = "version: 1\ntitle: Ours\nsections: [{title: A, items: [{text: Health, shown_by: {endpoints: [GET %s]}}]}]\n"
    (tmp_path / "checklist.yaml").write_text(text % "/api/products", encoding="utf-8")
    (tmp_path / "other.yaml").write_text(text % "/health", encoding="utf-8")
    assert marks(capsys) == {"Health": "ticked"}
    assert marks(capsys, "--list", "other.yaml") == {"Health": "open"}


def test_it_speaks_both_languages(make_run: MakeRun, capsys: pytest.CaptureFixture[str]) -> None:
    make_run(FAST)
    assert main(["checklist", "--lang", "ko"]) == ExitCode.PASS
    korean = capsys.readouterr().out
    assert "# 배포 전 체크리스트: shop 1.0.0" in korean
    assert "- [x] API 오류율 1% 미만" in korean
    assert "| 배포 담당자 | | | |" in korean
    assert main(["checklist", "1.0.0", "--lang", "en"]) == ExitCode.PASS
    assert "| Deployer | | | |" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("environ", "language"),
    [
        ({"LANG": "ko_KR.UTF-8"}, "ko"),
        ({"LANG": "ko_KR.UTF-8", "LC_ALL": "C"}, "en"),
        ({"LC_ALL": "", "LANG": "ko_KR"}, "ko"),
        ({}, "en"),
    ],
)
def test_the_language_is_that_of_the_locale(environ: dict[str, str], language: str) -> None:
    assert language_of(environ) == language


def test_a_document_links_to_the_run_from_where_it_lies(make_run: MakeRun, tmp_path: Path) -> None:
    run = make_run(FAST).path
    (tmp_path / "docs").mkdir()
    assert main(["checklist", "--format", "html", "--output", "docs/launch.html"]) == ExitCode.PASS
    assert f'href="../reports/{run.name}/report.html"' in (tmp_path / "docs/launch.html").read_text(encoding="utf-8")


def test_it_goes_into_the_report_of_the_run(make_run: MakeRun) -> None:
    run = make_run(FAST).path
    assert main(["checklist", "--in-report", "--lang", "ko"]) == ExitCode.PASS
    text = (run / "report.html").read_text(encoding="utf-8")
    assert '<section class="launch" lang="ko">' in text
    assert '<header class="verdict pass">' in text


@pytest.mark.parametrize("ignored", [["--output", "x.html"], ["--format", "html"]])
def test_the_report_is_the_only_place_where_it_is_asked_for(
    make_run: MakeRun, tmp_path: Path, capsys: pytest.CaptureFixture[str], ignored: list[str]
) -> None:
    make_run(FAST)
    assert main(["checklist", "--in-report", *ignored]) == ExitCode.USAGE
    assert f"{ignored[0]} cannot be given with --in-report" in capsys.readouterr().err
    assert not (tmp_path / "x.html").exists()


def test_the_list_may_be_written_and_edited(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["init", "--checklist"]) == ExitCode.PASS
    assert capsys.readouterr().out == "wrote checklist.yaml\n"
    assert (tmp_path / "checklist.yaml").read_bytes() == shipped()
    assert main(["init", "--checklist"]) == ExitCode.USAGE


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        ([], ExitCode.USAGE, "no @latest"),
        (["--list", "missing.yaml"], ExitCode.USAGE, "missing.yaml: there is no such file"),
        (["--list", "bad.yaml"], ExitCode.USAGE, "bad.yaml:1: "),
    ],
)
def test_what_cannot_be_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], code: ExitCode, told: str
) -> None:
    (tmp_path / "bad.yaml").write_text("version: 1\n", encoding="utf-8")
    assert main(["checklist", *arguments]) == code
    assert told in capsys.readouterr().err


def test_a_place_that_takes_no_file_is_told(make_run: MakeRun, capsys: pytest.CaptureFixture[str]) -> None:
    make_run(FAST)
    assert main(["checklist", "--output", "no/such/folder.md"]) == ExitCode.USAGE
    assert "cannot be written" in capsys.readouterr().err
