"""A run that still lasts is judged by a process of its own, one answer a line."""

import json
import subprocess
import sys
from pathlib import Path

from slogate import verify
from slogate.judging import view_of
from support import MakeRun


def test_each_folder_gets_an_answer(make_run: MakeRun, tmp_path: Path) -> None:
    folder = make_run([100.0] * 600)
    asked = f"{folder.path}\n{tmp_path / 'nowhere'}\n{folder.path}\n"
    done = subprocess.run(
        [sys.executable, "-m", "slogate.judging"], input=asked, capture_output=True, text=True, check=True
    )
    ready, *answers = done.stdout.splitlines()
    first, missing, again = map(json.loads, answers)
    assert ready == "ready"
    assert first == again == view_of(verify.judge_folder(folder.path, None, {}))
    assert "not a run folder" in missing["error"]


def test_a_view_says_the_whole_and_each_objective(make_run: MakeRun) -> None:
    outcome = verify.judge_folder(make_run([100.0] * 600).path, None, {})
    view = view_of(outcome)
    assert view["rows"][0]["state"] == outcome.report.word
    assert len(view["rows"]) == 1 + len(view["document"]["objectives"])
    assert outcome.report.word in view["html"]
