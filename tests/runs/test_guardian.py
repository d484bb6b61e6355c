"""When the command is killed, the guardian settles the folder and ends what was left."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import psutil

from slogate.analyzer.evidence import RunState
from slogate.process import RUN_ID_VARIABLE, scratch_prefix
from support import MakeRun, info_of


def guardian(folder: object, run_id: str) -> "subprocess.Popen[bytes]":
    return subprocess.Popen([sys.executable, "-m", "slogate.runs.guardian", str(folder), run_id], stdin=subprocess.PIPE)


def test_the_end_of_its_input_means_that_the_command_died(make_run: MakeRun) -> None:
    folder = make_run([5.0] * 10, settled=False, state=RunState.RUNNING)
    environ = {**os.environ, RUN_ID_VARIABLE: "run-under-test"}
    orphan = subprocess.Popen(
        [sys.executable, "-c", "import time; time.sleep(60)"], env=environ, start_new_session=True
    )
    scratch = Path(tempfile.mkdtemp(prefix=scratch_prefix("run-under-test")))
    watcher = guardian(folder.path, "run-under-test")
    watcher.communicate(b"", timeout=30)
    assert not scratch.exists()
    assert orphan.wait(10) < 0
    assert info_of(folder)["state"] == "interrupted"
    assert not folder.parts.exists()
    assert not psutil.pid_exists(watcher.pid)


def test_a_word_of_farewell_means_that_all_is_in_order(make_run: MakeRun) -> None:
    folder = make_run([5.0] * 10, settled=False, state=RunState.RUNNING)
    watcher = guardian(folder.path, "run-under-test")
    watcher.communicate(b"done", timeout=30)
    assert watcher.returncode == 0
    assert info_of(folder)["state"] == "running"
