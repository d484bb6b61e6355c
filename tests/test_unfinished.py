"""What an earlier night left undone is made up for; what may be under way is left alone."""

import time
from pathlib import Path

import pytest

from slogate.analyzer.evidence import RunState
from slogate.analyzer.result import State
from slogate.history.database import open_history
from slogate.history.past import Selection
from slogate.history.queries import select_runs
from slogate.runs.folder import RunFolder
from slogate.unfinished import make_up_for
from slogate.verify import judge_folder, write_reports
from support import MakeRun


@pytest.fixture
def reports(tmp_path: Path) -> Path:
    return tmp_path / "reports"


def recorded(reports: Path) -> dict[str, State]:
    with open_history(str(reports / "history.db")) as history, history.begin() as connection:
        return {Path(run.folder).name: run.verdict for run in select_runs(connection, Selection())}


def make_up(reports: Path, later_s: float = 0.0) -> list[str]:
    notes: list[str] = []
    make_up_for(reports, notes.append, {}, time.time() + later_s)
    return notes


def test_a_run_without_a_verdict_is_judged_and_recorded(make_run: MakeRun, reports: Path) -> None:
    folder = make_run([20.0] * 4000, state=RunState.INTERRUPTED)
    assert make_up(reports) == [f"{folder.path.name} was left without a verdict and is judged now: INCONCLUSIVE"]
    assert (folder.path / "report.html").is_file()
    assert recorded(reports) == {folder.path.name: State.INCONCLUSIVE}
    assert make_up(reports) == []


def test_a_run_that_the_history_did_not_take_is_recorded_as_it_was_judged(make_run: MakeRun, reports: Path) -> None:
    folder = make_run([900.0] * 4000)
    write_reports(judge_folder(folder.path, None, {}))
    assert make_up(reports) == []
    assert recorded(reports) == {folder.path.name: State.FAIL}


def test_a_run_that_says_it_goes_on_is_left_alone_until_it_is_silent(make_run: MakeRun, reports: Path) -> None:
    folder = make_run([20.0] * 4000, state=RunState.RUNNING, settled=False)
    assert make_up(reports) == []
    assert recorded(reports) == {}
    assert len(make_up(reports, later_s=3700)) == 1
    assert RunFolder.open(folder.path).read_info().state is RunState.INTERRUPTED
    assert recorded(reports) == {folder.path.name: State.INCONCLUSIVE}


def test_one_that_cannot_be_judged_is_told_and_stops_no_other(make_run: MakeRun, reports: Path) -> None:
    damaged, whole = make_run([20.0] * 4000), make_run([20.0] * 4000)
    (damaged.path / "requests.parquet").write_bytes(b"PAR1")
    notes = make_up(reports)
    assert any(note.startswith(f"{damaged.path.name} stays without a place in the history") for note in notes)
    assert recorded(reports) == {whole.path.name: State.PASS}


def test_a_history_that_cannot_be_read_is_told(make_run: MakeRun, reports: Path) -> None:
    folder = make_run([20.0] * 4000)
    (reports / "history.db").write_bytes(b"damaged")
    assert make_up(reports)[0].startswith("what earlier runs left undone stays so")
    assert not (folder.path / "verdict.json").exists()
