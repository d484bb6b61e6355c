"""The example on Datasette: it measures a foreign application, exits as slogate says, and leaves nothing running."""

import json
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from importlib.metadata import version
from pathlib import Path
from typing import Any

import psutil
import pyarrow.parquet as pq
import pytest

EXAMPLE = Path(__file__).parents[2] / "examples" / "datasette"
RUN = [sys.executable, str(EXAMPLE / "run.py")]
PATIENCE_S = 60.0

pytestmark = pytest.mark.e2e


def test_it_measures_the_api_and_both_pages_and_exits_as_slogate_says(tmp_path: Path) -> None:
    options = ["--profile", "smoke", "--only", "api,web", "--out", str(tmp_path)]
    done = subprocess.run([*RUN, *options], capture_output=True, text=True, timeout=150, check=False)

    folders = [path for path in tmp_path.iterdir() if path.is_dir()]
    assert len(folders) == 1, done.stderr
    verdict = json.loads((folders[0] / "verdict.json").read_text())
    assert done.returncode == verdict["exit_code"], done.stderr
    assert verdict["run"]["state"] == "complete", done.stderr
    assert verdict["run"]["release"] == version("datasette")

    requests = pq.read_table(folders[0] / "requests.parquet", columns=["endpoint", "outcome"]).to_pylist()
    answered = Counter(row["endpoint"] for row in requests if row["outcome"] == "ok")
    assert set(answered) == {
        "/library/books/[id].json",
        "/library/books.json?_search",
        "/library/loans.json?branch_id",
        "/library/most_lent.json",
    }
    assert answered.total() >= 0.9 * len(requests)  # on a busy machine one of Datasette's time limits may strike

    loads = [json.loads(line) for line in (folders[0] / "pages.jsonl").read_text().splitlines()]
    assert {(load["page"], load["outcome"]) for load in loads} == {("loans", "ok"), ("search", "ok")}

    with closing(sqlite3.connect(EXAMPLE / "library.db")) as database:
        (loans,) = database.execute("select count(*) from loans").fetchone()
    assert loans >= 100_000


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_run_in_order_and_datasette_with_it(ending: signal.Signals, tmp_path: Path) -> None:
    with example_under_load(tmp_path) as (example, datasette):
        example.send_signal(ending)
        assert example.wait(PATIENCE_S) == 4
        assert has_ended(datasette)
    assert run_info(tmp_path)["state"] == "interrupted"


def test_datasette_does_not_outlive_the_example_that_is_killed(tmp_path: Path) -> None:
    with example_under_load(tmp_path) as (example, datasette):
        example.kill()
        assert is_true_soon(lambda: has_ended(datasette))


@contextmanager
def example_under_load(out: Path) -> Iterator[tuple[subprocess.Popen[bytes], psutil.Process]]:
    """The example and its Datasette, once requests are being made. Both, and slogate, have ended after the block."""
    options = ["--profile", "quick", "--only", "api", "--out", str(out)]
    with subprocess.Popen([*RUN, *options], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as example:
        children: list[psutil.Process] = []
        try:
            assert is_true_soon(lambda: any(phase["judged"] for phase in run_info(out).get("phases", [])))
            children = psutil.Process(example.pid).children()
            yield example, next(child for child in children if str(EXAMPLE / "serve.py") in child.cmdline())
        finally:
            example.terminate()
            for child in children:
                with suppress(psutil.NoSuchProcess):
                    child.terminate()
            assert is_true_soon(lambda: all(has_ended(child) for child in children))


def has_ended(process: psutil.Process) -> bool:
    """Whether it is gone, or waits only to be reaped by whoever has inherited it."""
    try:
        return process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def run_info(out: Path) -> dict[str, Any]:
    """What the run.json of the only run says; empty before there is one."""
    for path in out.glob("*/run.json"):
        info: dict[str, Any] = json.loads(path.read_text())
        return info
    return {}


def is_true_soon(condition: Callable[[], bool]) -> bool:
    deadline_s = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline_s:
        if condition():
            return True
        time.sleep(0.05)
    return False
