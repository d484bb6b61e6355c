"""Old folders go, and what they say stays; what is a baseline, new, or known from nowhere else is not touched."""

from datetime import timedelta
from pathlib import Path

from past_runs import FIRST_NIGHT, folder_of, judged

from slogate.history.database import History
from slogate.history.keeping import forget, prunable, set_baseline, unset_baselines
from slogate.history.past import Selection
from slogate.history.queries import baseline_runs, run_of, select_runs
from slogate.history.recording import record


def test_which_folders_may_go(history: History, tmp_path: Path) -> None:
    reports = tmp_path / "reports"
    with history.begin() as connection:
        for night in range(6):
            run = judged(night)
            record(connection, judged(night, folder=folder_of(reports, run)))
        folder_of(reports, judged(20))  # not recorded
        record(connection, judged(0, folder=folder_of(tmp_path / "elsewhere", judged(0)), service="other"))
        record(connection, judged(0, folder=reports / next(reports.glob("20260901*"))))
        chosen = run_of(connection, judged(1).info.run_id)
        assert chosen is not None
        set_baseline(connection, chosen, FIRST_NIGHT, "", "")
        found = prunable(connection, reports, FIRST_NIGHT + timedelta(days=4, hours=12))
    assert [folder.name[:8] for folder in found.folders] == ["20260901", "20260903", "20260904"]
    assert found.kept == 2  # the baseline, and of the two newest the one that is old enough


def test_rows_go_when_it_is_asked_but_for_a_baseline(history: History) -> None:
    with history.begin() as connection:
        for night in range(5):
            record(connection, judged(night))
        chosen = run_of(connection, judged(0).info.run_id)
        assert chosen is not None
        set_baseline(connection, chosen, FIRST_NIGHT, "", "")
        assert forget(connection, FIRST_NIGHT + timedelta(days=30)) == 2
        assert [run.run_id[:4] for run in select_runs(connection, Selection())] == ["0004", "0003", "0000"]


def test_a_baseline_is_taken_back(history: History) -> None:
    with history.begin() as connection:
        record(connection, judged(0))
        chosen = run_of(connection, judged(0).info.run_id)
        assert chosen is not None
        set_baseline(connection, chosen, FIRST_NIGHT, "", "")
        assert unset_baselines(connection, [chosen.run_id]) == 1
        assert baseline_runs(connection) == set()
        assert unset_baselines(connection, [chosen.run_id]) == 0
