"""Files of other tools become one run folder, which is judged as any other, and is never green."""

import gzip
import json
from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from records import DATA, kept

from slogate.errors import ConfigError, ExitCode, UsageError
from slogate.importing import ImportOptions, import_files
from slogate.runs.schema import REQUESTS
from slogate.verify import Outcome, judge_folder

SLO = """\
version: 1
service: shop
targets: {api: "${SHOP}"}
api:
  latency: {mean: < 200ms, p95: < 500ms, p99: < 1000ms}
  errors: < 1%
web: {lcp: < 2.5s}
profiles: {p: {rate: 1/s}}
"""
BEGAN_S = 1_795_533_800


@pytest.fixture
def asked(tmp_path: Path) -> ImportOptions:
    (tmp_path / "slo.yaml").write_text(SLO, encoding="utf-8")
    return ImportOptions((), tmp_path / "slo.yaml", release="1.5.0", out=tmp_path / "reports")


def imported(asked: ImportOptions, *files: object, **changes: object) -> Outcome:
    options = replace(asked, files=tuple(map(str, files)), **changes)  # type: ignore[arg-type]  # what a test is about
    return import_files(options, lambda _: None, {})


def jtl(path: Path, count: int, *, elapsed_ms: int = 20, first_ms: int = 20, apart_ms: int = 50) -> Path:
    """A result file of JMeter; the first half second of its load takes `first_ms`."""
    rows = [
        f"{BEGAN_S * 1000 + index * apart_ms},{first_ms if index < 10 else elapsed_ms},GET /a,200,true"
        for index in range(count)
    ]
    path.write_text("\n".join(["timeStamp,elapsed,label,responseCode,success", *rows]) + "\n", encoding="utf-8")
    return path


def test_a_good_record_is_a_warning_with_exit_code_0(asked: ImportOptions, tmp_path: Path) -> None:
    outcome = imported(asked, jtl(tmp_path / "results", 1200))
    assert (outcome.exit_code, outcome.report.word) == (ExitCode.PASS, "WARNING")
    assert {row.word for row in outcome.report.rows} == {"WARNING"}
    assert [note.code for note in outcome.report.notes] == ["imported_load"]


def test_a_slow_record_fails(asked: ImportOptions, tmp_path: Path) -> None:
    assert imported(asked, jtl(tmp_path / "results", 1200, elapsed_ms=1500)).exit_code is ExitCode.FAIL


@pytest.mark.parametrize(("status", "code"), [(429, "rate_limited"), (403, "access_denied"), (401, "access_denied")])
def test_a_refusal_that_the_tool_calls_a_success_is_not_judged(
    asked: ImportOptions, tmp_path: Path, status: int, code: str
) -> None:
    path = jtl(tmp_path / "results", 1200)
    path.write_text(path.read_text().replace(",200,true", f",{status},true"))
    outcome = imported(asked, path)
    assert outcome.exit_code is ExitCode.NOT_JUDGEABLE
    assert code in {finding.code for finding in outcome.document.findings}


def test_no_answer_that_the_tool_calls_a_success_is_not_judged(asked: ImportOptions, tmp_path: Path) -> None:
    path = jtl(tmp_path / "results", 1200)
    path.write_text(path.read_text().replace(",200,true", ",Non HTTP response code: x,true"))
    assert imported(asked, path).exit_code is ExitCode.NOT_JUDGEABLE


def test_the_folder_is_as_any_other(asked: ImportOptions, tmp_path: Path) -> None:
    outcome = imported(asked, jtl(tmp_path / "results", 1200))
    folder = outcome.folder.path
    assert folder.name == "20261124T152320Z-1.5.0", "it is named by when it was measured"
    assert pq.read_schema(folder / "requests.parquet").remove_metadata().equals(REQUESTS)
    assert {path.name for path in folder.iterdir()} == {
        "run.json", "slo.yaml", "requests.parquet", "pages.jsonl",
        "verdict.json", "junit.xml", "summary.md", "report.html",
    }  # fmt: skip
    again = judge_folder(folder, None, {})
    assert again.document == outcome.document
    assert {path.name for path in asked.out.iterdir()} == {folder.name, "history.db"}, "nothing else is left behind"


def test_several_files_become_one_run(asked: ImportOptions) -> None:
    lighthouse = [f"start={DATA / 'lighthouse.json'}"] * 5
    outcome = imported(asked, DATA / "k6.json", DATA / "vegeta.csv", *lighthouse)
    info = outcome.report.info
    assert [item.requests for item in info.imports] == [5, 5, 0, 0, 0, 0, 0]
    assert info.areas == ["api", "web"]
    assert info.pages is not None
    assert (info.pages.planned, info.pages.made) == (["start"], {"start": 5})
    states = {item.id: item.state.value for item in outcome.document.objectives}
    assert states["web[start].lcp"] == "warning"
    assert info.tools["Lighthouse"].startswith("13")


def test_what_was_not_measured_is_left_out_and_said(asked: ImportOptions) -> None:
    assert "web left out" in imported(asked, DATA / "jmeter.csv").report.headline
    assert "api left out" in imported(asked, DATA / "lighthouse.json").report.headline


def test_the_warm_up_is_recorded_and_not_judged(asked: ImportOptions, tmp_path: Path) -> None:
    path = jtl(tmp_path / "results", 1200, first_ms=5000)
    with_it, without = imported(asked, path), imported(asked, path, warmup_s=0.5)
    assert [item.n for item in with_it.document.objectives] == [1200] * 4
    assert [item.n for item in without.document.objectives] == [1190] * 4
    assert (with_it.exit_code, without.exit_code) == (ExitCode.INCONCLUSIVE, ExitCode.PASS)
    assert pq.read_table(without.folder.path / "requests.parquet")["phase"].to_pylist().count("warm-up") == 10
    assert [phase.name for phase in without.report.info.phases] == ["warm-up", "load"]


def test_records_that_are_not_in_order_are_judged_alike(asked: ImportOptions, tmp_path: Path) -> None:
    path = jtl(tmp_path / "results", 1200, first_ms=700)
    head, *rows = path.read_text().splitlines()
    (tmp_path / "reversed").write_text("\n".join([head, *reversed(rows)]) + "\n")
    first, second = imported(asked, path, warmup_s=0.2), imported(asked, tmp_path / "reversed", warmup_s=0.2)
    assert first.document.objectives == second.document.objectives


def test_a_packed_file_is_the_same(asked: ImportOptions, tmp_path: Path) -> None:
    (tmp_path / "packed").write_bytes(gzip.compress((DATA / "k6.json").read_bytes()))
    first, second = imported(asked, DATA / "k6.json"), imported(asked, tmp_path / "packed")
    assert first.document.objectives == second.document.objectives


def test_a_broken_line_leaves_nothing_behind(asked: ImportOptions, tmp_path: Path) -> None:
    path = tmp_path / "points"
    path.write_text(kept("k6.json") + '{"metric":"http_req_duration","type":"Point",')
    with pytest.raises(ConfigError, match=r"points:\d+: "):
        imported(asked, path)
    assert list(asked.out.iterdir()) == []


@pytest.mark.parametrize(
    ("files", "message"),
    [
        (["nothing.json"], "there is no such file"),
        ([f"home={DATA / 'k6.json'}"], "holds requests and no page"),
        ([DATA], "is a directory"),
        ([DATA / "README.md"], "no format that is known"),
    ],
)
def test_what_cannot_be_imported_is_refused(asked: ImportOptions, files: list[object], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        imported(asked, *files)


def test_a_file_without_a_record_is_refused(asked: ImportOptions, tmp_path: Path) -> None:
    (tmp_path / "points").write_text(kept("k6.json").splitlines()[0] + "\n")
    with pytest.raises(UsageError, match="holds no request"):
        imported(asked, tmp_path / "points")


@pytest.mark.parametrize(
    ("old", "new"),
    [('"bytes_in":2898', f'"bytes_in":{2**70}'), ('"method":"POST"', '"method":"\\ud800"')],
)
def test_a_record_that_no_table_holds_is_told(asked: ImportOptions, tmp_path: Path, old: str, new: str) -> None:
    (tmp_path / "results").write_text(kept("vegeta.json").replace(old, new))
    with pytest.raises(ConfigError, match="has a record that no table holds"):
        imported(asked, tmp_path / "results")
    assert list(asked.out.iterdir()) == []


def test_a_warm_up_longer_than_the_load_is_refused(asked: ImportOptions, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="the load lasted 1"):
        imported(asked, jtl(tmp_path / "results", 30), warmup_s=60.0)
    assert list(asked.out.iterdir()) == []


def test_the_report_says_what_the_record_lacks(asked: ImportOptions) -> None:
    outcome = imported(asked, DATA / "jmeter.csv")
    facts = dict(outcome.report.facts)
    assert facts["Imported"] == "jmeter.csv (JMeter, JTL (CSV)): 10 requests, without 1 that sum up others"
    assert "Machine" not in facts
    method = " ".join(outcome.report.method)
    for words in (
        "Other tools measured this",
        "a stall also stopped the load",
        "set-up of a connection into the latency",
    ):
        assert words in method
    assert "did not wait for responses" not in method


def test_run_json_names_each_file_and_what_it_lacks(asked: ImportOptions) -> None:
    outcome = imported(asked, DATA / "k6.csv")
    [item] = json.loads((outcome.folder.path / "run.json").read_text())["imports"]
    assert item == {
        "file": "k6.csv", "tool": "k6", "form": "CSV", "requests": 5, "page_loads": 0, "left_out": 0, "iterations": 0,
        "dropped_iterations": 0, "lacks": ["connection_outside", "intended_start", "whole_seconds"],
    }  # fmt: skip
