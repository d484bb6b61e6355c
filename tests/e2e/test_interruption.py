"""Whatever is killed in the middle of a run: what was measured is on disk, the folder says so, and nothing is left
behind.
"""

import os
import signal
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

import psutil
import pyarrow.parquet as pq
import pytest
from command import Answer, descendants, finish, start, wait_until

from slogate.demo.server import RunningShop
from slogate.process import scratch_prefix
from support import REPOSITORY

pytestmark = pytest.mark.e2e


class Running:
    """A long run under way, with all of its processes known."""

    def __init__(self, shop: RunningShop, out: Path, areas: str) -> None:
        self.out = out
        arguments = ["--profile", "launch", "--only", areas, "--rate", "40/s", "--duration", "5m"]
        self.process = start("run", "--slo", REPOSITORY / "slo.yaml", *arguments, "--target", shop.url, "--out", out)
        self.everyone: list[psutil.Process] = []

    def wait_for_rows(self) -> None:
        """Until the load runs, and some of it is on disk."""
        wait_until(lambda: [path for path in self.out.glob("*/.parts/requests.arrows") if path.stat().st_size > 5000])
        self.everyone = descendants(self.process.pid)

    def wait_for_a_page(self) -> None:
        """Until a page load is on disk and the next is under way."""
        wait_until(lambda: [path for path in self.out.glob("*/pages.jsonl") if path.stat().st_size > 100])
        self.everyone = descendants(self.process.pid)

    def one_of(self, *words: str) -> psutil.Process:
        """The first process whose command line has all of these words."""
        for process in self.everyone:
            if all(word in " ".join(process.cmdline()) for word in words):
                return process
        raise AssertionError(f"no process with {words}: {[process.cmdline() for process in self.everyone]}")

    def end(self) -> Answer:
        return finish(self.process, self.out)

    def left_behind(self) -> list[psutil.Process]:
        _, alive = psutil.wait_procs(self.everyone, timeout=15)
        return [process for process in alive if process.status() != psutil.STATUS_ZOMBIE]


def check_that_all_was_kept(answer: Answer, running: Running) -> None:
    assert answer.folder is not None
    assert answer.run_info()["state"] == "interrupted"
    assert pq.read_metadata(answer.folder / "requests.parquet").num_rows > 20
    assert running.left_behind() == []


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
def test_asked_to_end(shop: RunningShop, tmp_path: Path, name: str) -> None:
    running = Running(shop, tmp_path, "api,resources")
    running.wait_for_rows()
    running.process.send_signal(getattr(signal, name))
    answer = running.end()
    assert answer.code == 4, answer.stderr
    check_that_all_was_kept(answer, running)
    assert answer.verdict()["state"] != "pass"
    assert "Traceback" not in answer.stderr


def imports(running: Running) -> bool:
    """Whether the command has come as far as its imports: before that, Python itself answers the signal."""
    try:
        return "pydantic_core" in Path(f"/proc/{running.process.pid}/maps").read_text(encoding="utf-8")
    except OSError:
        return False


def has_a_folder(running: Running) -> bool:
    return bool(list(running.out.glob("*/run.json")))


def has_a_generator(running: Running) -> bool:
    return any("locust" in " ".join(process.cmdline()) for process in descendants(running.process.pid))


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
@pytest.mark.parametrize("moment", [imports, has_a_folder, has_a_generator])
def test_asked_to_end_while_it_begins(
    shop: RunningShop, tmp_path: Path, moment: Callable[[Running], bool], name: str
) -> None:
    running = Running(shop, tmp_path, "api")
    wait_until(lambda: moment(running))
    everyone = descendants(running.process.pid)
    running.process.send_signal(getattr(signal, name))
    answer = running.end()
    assert answer.code == 4
    assert "Traceback" not in answer.stderr
    running.everyone = everyone
    assert running.left_behind() == []


def test_locust_killed(shop: RunningShop, tmp_path: Path) -> None:
    running = Running(shop, tmp_path, "api")
    running.wait_for_rows()
    running.one_of("-m locust").kill()
    answer = running.end()
    assert answer.code == 4
    assert "locust was killed by signal 9" in answer.stderr
    check_that_all_was_kept(answer, running)


def test_guardian_killed(shop: RunningShop, tmp_path: Path) -> None:
    running = Running(shop, tmp_path, "api")
    running.wait_for_rows()
    running.one_of("slogate.runs.guardian").kill()
    answer = running.end()
    assert answer.code == 4
    check_that_all_was_kept(answer, running)


def test_command_killed(shop: RunningShop, tmp_path: Path) -> None:
    running = Running(shop, tmp_path, "api")
    running.wait_for_rows()
    running.process.kill()
    running.process.communicate()
    wait_until(lambda: not list(tmp_path.glob("*/.parts")))
    (folder,) = tmp_path.glob("*")
    check_that_all_was_kept(Answer(-9, "", "", folder), running)
    judged = finish(start("judge", folder), tmp_path)
    assert judged.code in {1, 3, 4}
    assert "interrupted" in judged.stdout


def test_a_second_ctrl_c_ends_at_once(shop: RunningShop, tmp_path: Path) -> None:
    running = Running(shop, tmp_path, "api")
    running.wait_for_rows()
    os.kill(
        running.one_of("-m locust").pid, signal.SIGSTOP
    )  # so that an orderly end takes long enough for a second one
    running.process.send_signal(signal.SIGINT)
    with pytest.raises(subprocess.TimeoutExpired):
        running.process.wait(1.5)
    running.process.send_signal(signal.SIGINT)
    assert running.end().code == 130
    assert running.left_behind() == []
    wait_until(lambda: not list(tmp_path.glob("*/.parts")))


@pytest.mark.parametrize(
    "words", [("chromium", "--type=renderer"), ("playwright", "run-driver"), ("-m slogate.vitals",)]
)
def test_a_part_of_the_page_loader_killed(shop: RunningShop, tmp_path: Path, words: tuple[str, ...]) -> None:
    running = Running(shop, tmp_path, "web")
    running.wait_for_a_page()
    if "--type=renderer" in words:  # the browser itself: the parent of its renderers
        words = ("--remote-debugging-pipe",)
        wait_until(lambda: any("--remote-debugging-pipe" in " ".join(p.cmdline()) for p in running.everyone))
    running.one_of(*words).kill()
    answer = running.end()
    assert answer.code == 4, answer.stderr
    assert answer.run_info()["state"] == "interrupted", answer.stderr
    assert answer.folder is not None
    assert (answer.folder / "pages.jsonl").stat().st_size > 100
    assert not list(Path(tempfile.gettempdir()).glob(f"{scratch_prefix(answer.run_info()['run_id'])}*"))
    assert running.left_behind() == []
