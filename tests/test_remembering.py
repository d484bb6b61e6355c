"""Runs get into the history, and a history that fails costs no verdict."""

import errno
from pathlib import Path

import pytest

from slogate.analyzer.result import State
from slogate.cli import main
from slogate.errors import RunFolderError
from slogate.history.database import open_history
from slogate.history.past import Selection
from slogate.history.queries import select_runs
from slogate.remembering import add, read_judged, remember
from slogate.runs.folder import RunFolder
from slogate.runs.references import all_runs
from slogate.verify import judge_folder, judged_run, write_reports
from support import MakeRun


def run_of(make_run: MakeRun, latency_ms: float = 20.0) -> RunFolder:
    folder = make_run([latency_ms] * 4000)
    write_reports(judge_folder(folder.path, None, {}))
    return folder


def verdicts(place: Path) -> list[State]:
    with open_history(str(place), create=False) as history, history.begin() as connection:
        return [run.verdict for run in select_runs(connection, Selection())]


def test_a_judged_run_is_remembered_beside_it(make_run: MakeRun) -> None:
    folder = run_of(make_run)
    assert remember(judged_run(judge_folder(folder.path, None, {})), pytest.fail, {})
    assert verdicts(folder.path.parent / "history.db") == [State.PASS]


def test_it_is_remembered_where_a_variable_says(make_run: MakeRun, tmp_path: Path) -> None:
    folder, place = run_of(make_run), tmp_path / "elsewhere" / "all.db"
    assert remember(judged_run(judge_folder(folder.path, None, {})), pytest.fail, {"SLOGATE_HISTORY": str(place)})
    assert verdicts(place) == [State.PASS]
    assert not (folder.path.parent / "history.db").exists()


def test_what_is_read_from_a_folder_is_what_was_judged(make_run: MakeRun) -> None:
    folder = run_of(make_run, 900.0)
    assert read_judged(folder.path) == judged_run(judge_folder(folder.path, None, {}))


def test_runs_are_added_once_and_those_that_cannot_be_are_named(make_run: MakeRun) -> None:
    for latency in (20.0, 900.0, 30.0):
        run_of(make_run, latency)
    unjudged = make_run([1.0] * 10)
    told: list[str] = []
    base = unjudged.path.parent
    with open_history(str(base / "history.db")) as history:
        assert add(history, all_runs(base), told.append) == 3
        assert add(history, all_runs(base), told.append) == 0
    assert len(told) == 2
    assert f"{unjudged.path / 'verdict.json'} cannot be read" in told[0]
    assert sorted(verdicts(base / "history.db")) == [State.FAIL, State.PASS, State.PASS]


def test_a_verdict_that_is_damaged_is_named(make_run: MakeRun) -> None:
    folder = run_of(make_run)
    (folder.path / "verdict.json").write_text("{}")
    with pytest.raises(RunFolderError, match=r"verdict\.json is damaged"):
        read_judged(folder.path)


@pytest.mark.parametrize("content", [b"", b"damaged" * 1000])
def test_a_history_that_fails_is_a_note_and_keeps_its_file(make_run: MakeRun, content: bytes) -> None:
    folder = run_of(make_run)
    place = folder.path.parent / "history.db"
    place.write_bytes(content)
    notes: list[str] = []
    assert not remember(judged_run(judge_folder(folder.path, None, {})), notes.append, {})
    assert "the run is not in the history" in notes[0]
    assert place.read_bytes() == content


def test_a_full_disk_is_a_note(make_run: MakeRun, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = run_of(make_run)

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "mkdir", full)
    notes: list[str] = []
    assert not remember(judged_run(judge_folder(folder.path, None, {})), notes.append, {})
    assert "No space left on device" in notes[0]


def test_a_run_that_never_had_a_time_is_refused_by_name(make_run: MakeRun, capsys: pytest.CaptureFixture[str]) -> None:
    folder = run_of(make_run)
    path = folder.path / "run.json"
    path.write_text(path.read_text().replace("2026-09-21T09:00:00", "at nine"))
    assert main(["history", "add", str(folder.path)]) == 0
    assert "started_at" in capsys.readouterr().err
