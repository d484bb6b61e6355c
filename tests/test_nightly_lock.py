"""Two nights never overlap, however the first one ends."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from slogate.errors import MeasurementError, RunFolderError
from slogate.nightly_lock import only_one

_HOLD = """
import sys, time
from pathlib import Path
from slogate.nightly_lock import only_one
with only_one(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


def test_the_second_is_told_who_holds_it_and_measures_nothing(tmp_path: Path) -> None:
    reports = tmp_path / "reports"
    with (
        only_one(reports),
        pytest.raises(MeasurementError, match=r"another `slogate nightly` is under way here \(process \d+ since "),
        only_one(reports),
    ):
        pytest.fail("both hold it")
    with only_one(reports):
        pass


def test_a_killed_one_lets_go(tmp_path: Path) -> None:
    holder = subprocess.Popen([sys.executable, "-c", _HOLD, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    with pytest.raises(MeasurementError, match=f"process {holder.pid} since"), only_one(tmp_path):
        pytest.fail("both hold it")
    holder.send_signal(signal.SIGKILL)
    holder.wait(10)
    holder.stdout.close()
    with only_one(tmp_path):
        pass


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with (
        pytest.raises(RunFolderError, match=r"\.nightly\.lock cannot be opened"),
        only_one(tmp_path / "file" / "reports"),
    ):
        pass
