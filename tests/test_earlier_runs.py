"""What earlier runs had is known from the history and from folders, each run once."""

import json
import shutil
from pathlib import Path

import pytest
from releases import Reports

from slogate.earlier_runs import earlier_estimates
from slogate.remembering import remember
from slogate.runs.folder import RunFolder
from slogate.verify import judge_folder, judged_run
from support import MakeRun

P95 = "api.latency.p95"


@pytest.fixture
def reports(make_run: MakeRun, tmp_path: Path) -> Reports:
    return Reports(make_run, tmp_path / "reports")


def keep(folder: RunFolder) -> None:
    remember(judged_run(judge_folder(folder.path, None, {})), pytest.fail, {})


def test_runs_in_the_history_and_in_folders_count_once_each(reports: Reports) -> None:
    folders = reports.add("1.4.0", 1.0, 1.1, 1.2, 1.3)
    keep(folders[0])
    keep(folders[1])
    shutil.rmtree(folders[0].path)
    newest = folders[3].read_info()
    found = earlier_estimates(newest, reports.place, [newest.run_id], {})[P95]
    assert [round(value / found[0], 2) for value in found] == [1.0, 1.1, 1.2]


def test_of_those_that_did_not_pass_nothing_is_taken_if_so_asked(reports: Reports) -> None:
    for folder in reports.add("1.4.0", 1.0, 100.0, 1.1):
        keep(folder)
    like = reports.add("1.5.0", 1.0)[0].read_info()
    assert len(earlier_estimates(like, reports.place, [like.run_id], {})[P95]) == 3
    assert len(earlier_estimates(like, reports.place, [like.run_id], {}, passed=True)[P95]) == 2


def test_runs_of_another_kind_are_left_out_and_damaged_ones_too(reports: Reports) -> None:
    reports.add("1.4.0", 1.0, seconds=80.0)
    (damaged,) = reports.add("1.4.1", 1.0)
    (damaged.path / "verdict.json").write_text("{")
    (untimely,) = reports.add("1.4.2", 1.0)
    content = json.loads((untimely.path / "run.json").read_text())
    (untimely.path / "run.json").write_text(json.dumps({**content, "started_at": "at nine"}))
    like = reports.add("1.5.0", 1.0)[0].read_info()
    assert earlier_estimates(like, reports.place, [like.run_id], {}) == {}


def test_a_history_that_cannot_be_read_leaves_the_folders(reports: Reports) -> None:
    reports.add("1.4.0", 1.0)
    (reports.place / "history.db").write_bytes(b"damaged")
    like = reports.add("1.5.0", 1.0)[0].read_info()
    assert len(earlier_estimates(like, reports.place, [like.run_id], {})[P95]) == 1
