"""Annotations for GitHub stand at the line of the objective, and no text ends them early."""

import json
from pathlib import Path

import pytest

from slogate.analyzer.result import State, blank
from slogate.cli import main
from slogate.errors import ExitCode
from slogate.report.annotations import line_of
from slogate.slo.file import load
from slogate.verify import github_annotations, judge_folder
from support import SLO, MakeRun

ON_GITHUB = {"GITHUB_ACTIONS": "true"}
LINED = """\
version: 1
service: shop
targets: {api: "http://127.0.0.1:8710"}
api:
  latency:
    p95: < 500ms
    p99: {pass: < 1s, warn: < 800ms}
  errors: < 1%
  endpoints:
    "POST /login": {latency: {p95: < 1s}}
web:
  lcp: < 2.5s
  pages:
    checkout:
      lcp: < 3s
resources:
  cpu: < 70%
  disk: normal
  processes:
    shop: {rss: < 1GB}
host: {processes: {shop: pm2}}
profiles:
  smoke: {rate: 20/s, duration: 60s}
"""


@pytest.mark.parametrize(
    ("identity", "page", "line"),
    [
        ("api.latency.p95", None, 6),
        ("api.latency.p99", None, 7),
        ("api.errors", None, 8),
        ("api[POST /login].latency.p95", None, 10),
        ("web.lcp", "home", 12),
        ("web[checkout].lcp", None, 15),
        ("resources.cpu", None, 17),
        ("resources.disk_iops", None, 18),
        ("resources[shop].rss", None, 20),
    ],
)
def test_each_objective_has_its_line(identity: str, page: str | None, line: int) -> None:
    file = load(LINED.encode(), "slo.yaml", {})
    [objective] = [item for item in file.slo.objectives() if item.id == identity]
    assert line_of(file, blank(objective, State.FAIL, "", subject=page)) == line


def test_only_what_is_not_met_is_told_and_errors_come_first(make_run: MakeRun) -> None:
    outcome = judge_folder(make_run(([20.0] * 32 + [1500.0]) * 60).path, None, ON_GITHUB)
    lines = github_annotations(outcome, ON_GITHUB)
    assert [line.split(" ")[0] for line in lines] == ["::error"]
    assert "line=5,title=FAIL%3A p99 latency < 1000ms::p99 is 1,500 ms" in lines[0]
    assert "confidence on each side" in lines[0]
    assert "95%25 confidence" in lines[0]


@pytest.mark.parametrize(("allowed", "level"), [(True, "::warning"), (False, "::error")])
def test_what_is_undecided_is_an_error_where_it_stops_the_gate(make_run: MakeRun, allowed: bool, level: str) -> None:
    folder = make_run([20.0] * 50)
    info = folder.read_info()
    info.allow_inconclusive = allowed
    folder.write_info(info)
    lines = github_annotations(judge_folder(folder.path, None, {}), ON_GITHUB)
    assert {line.split(" ")[0] for line in lines} == {level}


def test_the_file_is_named_as_the_repository_names_it(make_run: MakeRun, tmp_path: Path) -> None:
    (tmp_path / "perf, now").mkdir()
    path = tmp_path / "perf, now" / "slo.yaml"
    path.write_text(SLO)
    outcome = judge_folder(make_run([900.0] * 1200).path, path, {})
    inside = github_annotations(outcome, {**ON_GITHUB, "GITHUB_WORKSPACE": str(tmp_path)})
    assert all(line.startswith("::error file=perf%2C now/slo.yaml,line=") for line in inside)


def test_there_are_none_elsewhere(make_run: MakeRun) -> None:
    assert github_annotations(judge_folder(make_run([900.0] * 1200).path, None, {}), {}) == []


def test_hostile_names_end_no_annotation_early(make_run: MakeRun) -> None:
    slo = SLO.replace("errors: < 1%", 'errors: < 1%\n  endpoints: {"GET /x\\n::error::y": {latency: {p95: < 1ms}}}')
    lines = github_annotations(judge_folder(make_run([20.0] * 1200, slo=slo).path, None, {}), ON_GITHUB)
    assert all("\n" not in line and line.count("::") >= 2 for line in lines)
    assert any("title=NOT JUDGEABLE%3A GET /x %3A%3Aerror%3A%3Ay" in line for line in lines)


def test_the_command_prints_them_beside_its_result(
    make_run: MakeRun, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = make_run([900.0] * 1200)
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    assert main(["judge", str(folder.path), "--json"]) == ExitCode.FAIL
    printed = capsys.readouterr()
    assert json.loads(printed.out)["state"] == "fail"
    assert printed.err.startswith("::error file=")
