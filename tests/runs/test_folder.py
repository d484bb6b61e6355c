"""A run folder holds what was measured, whatever happened to the process that wrote it."""

from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest

from slogate.analyzer.evidence import RunState
from slogate.errors import RunFolderError
from slogate.runs.folder import RunFolder, abandon
from slogate.runs.schema import HOST, REQUESTS, SCHEMA_VERSION
from support import MakeRun, info_of

NOW = datetime(2026, 11, 23, 14, 20, 0, tzinfo=UTC)


def test_a_folder_is_named_by_utc_time_and_release(tmp_path: Path) -> None:
    assert RunFolder.create(tmp_path, "1.5.0", NOW).path.name == "20261123T142000Z-1.5.0"


def test_two_runs_in_one_second_have_two_folders(tmp_path: Path) -> None:
    names = [RunFolder.create(tmp_path, "1.5.0", NOW).path.name for _ in range(3)]
    assert names == ["20261123T142000Z-1.5.0", "20261123T142000Z-1.5.0-2", "20261123T142000Z-1.5.0-3"]


@pytest.mark.parametrize("release", ["../../etc", "a/b", "feature/x y", "", "...", "ü" * 300])
def test_a_release_cannot_lead_out_of_the_folder(tmp_path: Path, release: str) -> None:
    path = RunFolder.create(tmp_path / "reports", release, NOW).path
    assert path.parent == tmp_path / "reports"


def test_a_place_that_is_a_file_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "reports").write_text("here is a file")
    with pytest.raises(RunFolderError, match="cannot be written") as caught:
        RunFolder.create(tmp_path / "reports", "1", NOW)
    assert "--out" in caught.value.cure


def test_tables_are_as_the_schema_promises_and_readable_without_us(make_run: MakeRun) -> None:
    folder = make_run([5.0, 6.0, 7.0])
    assert pq.read_schema(folder.path / "requests.parquet").remove_metadata().equals(REQUESTS)
    assert pq.read_schema(folder.path / "host.parquet").remove_metadata().equals(HOST)
    frame = pd.read_parquet(folder.path / "requests.parquet")
    assert frame["latency_us"].tolist() == [5000, 6000, 7000]
    assert sorted(path.name for path in folder.path.iterdir()) == [
        "host.parquet",
        "requests.parquet",
        "run.json",
        "slo.yaml",
    ]


def test_an_unsettled_folder_reads_the_same_as_a_settled_one(make_run: MakeRun) -> None:
    folder = make_run([5.0, 6.0, 7.0], settled=False)
    before = folder.read_requests()
    folder.settle()
    assert not folder.parts.exists()
    after = folder.read_requests()
    assert before is not None
    assert after is not None
    assert before.equals(after)


def test_settling_twice_changes_nothing(make_run: MakeRun) -> None:
    folder = make_run([5.0])
    content = (folder.path / "requests.parquet").read_bytes()
    folder.settle()
    assert (folder.path / "requests.parquet").read_bytes() == content


def test_an_abandoned_run_is_marked_interrupted_and_settled(make_run: MakeRun) -> None:
    folder = make_run([5.0], settled=False, state=RunState.RUNNING)
    abandon(folder, "slogate was killed")
    info = info_of(folder)
    assert (info["state"], info["state_reason"]) == ("interrupted", "slogate was killed")
    assert (folder.path / "requests.parquet").is_file()


def test_a_complete_run_is_never_marked_interrupted(make_run: MakeRun) -> None:
    folder = make_run([5.0], settled=False)
    abandon(folder, "slogate was killed")
    assert info_of(folder)["state"] == "complete"


@pytest.mark.parametrize("end", [0, 4, 100, -8, -1])
def test_a_cut_parquet_is_a_clear_error(make_run: MakeRun, end: int) -> None:
    folder = make_run([5.0] * 50)
    path = folder.path / "requests.parquet"
    path.write_bytes(path.read_bytes()[:end])
    with pytest.raises(RunFolderError, match=r"requests\.parquet cannot be read"):
        folder.read_requests()


def test_a_missing_column_is_named(make_run: MakeRun) -> None:
    folder = make_run([5.0])
    path = folder.path / "requests.parquet"
    pq.write_table(pq.read_table(path).drop_columns(["outcome"]), path)
    with pytest.raises(RunFolderError, match="has no column 'outcome'"):
        folder.read_requests()


@pytest.mark.parametrize(
    ("content", "message"),
    [("{", "is damaged"), ("[]", "is damaged"), ('{"schema_version": 1}', "is damaged: run_id")],
)
def test_a_damaged_run_json_is_a_clear_error(make_run: MakeRun, content: str, message: str) -> None:
    folder = make_run([5.0])
    (folder.path / "run.json").write_text(content)
    with pytest.raises(RunFolderError, match=message):
        folder.read_info()


def test_a_run_of_a_newer_slogate_says_so(make_run: MakeRun) -> None:
    folder = make_run([5.0])
    text = (folder.path / "run.json").read_text()
    (folder.path / "run.json").write_text(text.replace(f'"schema_version": {SCHEMA_VERSION}', '"schema_version": 99'))
    with pytest.raises(RunFolderError, match="newer slogate"):
        folder.read_info()


@pytest.mark.parametrize("version", [0, -1])
def test_there_was_no_schema_before_the_first(make_run: MakeRun, version: int) -> None:
    folder = make_run([5.0])
    text = (folder.path / "run.json").read_text()
    (folder.path / "run.json").write_text(
        text.replace(f'"schema_version": {SCHEMA_VERSION}', f'"schema_version": {version}')
    )
    with pytest.raises(RunFolderError, match=f"is damaged: schema_version: there is no schema {version}"):
        folder.read_info()


def test_a_folder_without_a_run_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(RunFolderError, match="not a run folder"):
        RunFolder.open(tmp_path)


def test_a_file_of_the_folder_is_replaced_whole_or_not_at_all(
    make_run: MakeRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = make_run([5.0])
    before = (folder.path / "run.json").read_text()

    def refuse(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(RunFolderError, match="No space left"):
        folder.write_text("run.json", "{}")
    assert (folder.path / "run.json").read_text() == before
    assert list(folder.path.glob(".*draft")) == []


def test_a_large_run_becomes_few_row_groups(make_run: MakeRun) -> None:
    folder = make_run([5.0] * 5000)
    assert pq.ParquetFile(folder.path / "requests.parquet").num_row_groups == 1
