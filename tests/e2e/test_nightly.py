"""`slogate nightly` against the embedded shop: the command itself, two of it at once, and killed ones."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from slogate.demo.server import running_shop
from slogate.history.database import open_history
from slogate.history.past import PastRun, Selection
from slogate.history.queries import select_runs
from support import REPOSITORY

pytestmark = pytest.mark.e2e

_SLO = """\
version: 1
service: shop
targets: {api: "SHOP"}
api: {latency: {p50: < 5s}, errors: < 50%}
profiles: {nightly: {rate: 20/s, warmup: 1s, duration: 4s}}
"""
_PATIENCE_S = 90.0
_JUDGED = {0, 3, 4}  # a busy machine makes arrivals late, which is said and no matter here


@pytest.fixture
def suite(tmp_path: Path) -> Iterator[Path]:
    """A place with an slo.yaml for a shop that runs, and the scenario of this repository."""
    with running_shop(()) as shop:
        (tmp_path / "slo.yaml").write_text(_SLO.replace("SHOP", shop.url))
        (tmp_path / "loadtests").mkdir()
        (tmp_path / "loadtests" / "shopper.py").write_text((REPOSITORY / "loadtests" / "shopper.py").read_text())
        yield tmp_path


def start(suite: Path, *arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "slogate", "nightly", "--release", "1.4.0", *arguments]
    return subprocess.Popen(command, cwd=suite, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def finish(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    out, err = process.communicate(timeout=_PATIENCE_S)
    return process.returncode, out, err


def recorded(suite: Path) -> list[PastRun]:
    with open_history(str(suite / "reports" / "history.db")) as history, history.begin() as connection:
        return select_runs(connection, Selection())


def wait_until(suite: Path, pattern: str) -> None:
    """Until a file of the run is there."""
    until = time.monotonic() + _PATIENCE_S
    while not list((suite / "reports").glob(pattern)):
        assert time.monotonic() < until, f"no {pattern}"
        time.sleep(0.02)


def test_two_at_once_are_one_night(suite: Path) -> None:
    first = start(suite)
    wait_until(suite, "*/run.json")
    code, out, err = finish(start(suite))
    assert (code, out) == (4, "")
    assert f"another `slogate nightly` is under way here (process {first.pid} since" in err
    code, out, _ = finish(first)
    assert code in _JUDGED, out
    assert "of 14 nights" in out
    assert len(recorded(suite)) == 1
    assert (suite / "reports" / "trends.html").is_file()


@pytest.mark.parametrize("moment", ["*/run.json", "*/.parts/requests.arrows", "*/verdict.json"])
def test_a_killed_night_is_made_up_for_by_the_next(suite: Path, moment: str) -> None:
    killed = start(suite)
    wait_until(suite, moment)
    os.kill(killed.pid, signal.SIGKILL)
    finish(killed)
    until = time.monotonic() + _PATIENCE_S
    while list((suite / "reports").glob("*/.parts")):  # its guardian settles the folder
        assert time.monotonic() < until
        time.sleep(0.05)
    code, out, err = finish(start(suite))
    assert code in _JUDGED, out + err
    runs = recorded(suite)
    assert len(runs) == 2
    assert all((Path(run.folder) / "report.html").is_file() for run in runs)
    assert runs[0].run_state == "complete"
