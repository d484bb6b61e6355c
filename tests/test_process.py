"""A child process is followed, and nothing that it started outlives it."""

import os
import subprocess
import sys
import time
from pathlib import Path

import psutil

from slogate.process import Child, environment_for, sweep

TALK = """
import os, sys
from slogate.channel import Channel
channel = Channel.from_environment(os.environ)
channel.emit("ready", number=1)
line = os.read(channel.commands_fd, 100)
channel.emit("heard", text=line.decode())
print("a word for the log")
"""


def child(program: str, tmp_path: Path, run_id: str = "test-run") -> Child:
    environ = environment_for(run_id, os.environ)
    return Child("a child", [sys.executable, "-c", program], log_path=tmp_path / "log", environ=environ)


def drain(process: Child, count: int) -> list[dict[str, object]]:
    events: list[dict[str, object]] = []
    deadline = time.monotonic() + 20
    while len(events) < count and time.monotonic() < deadline:
        events += process.events()
        time.sleep(0.01)
    return events


def test_events_and_commands(tmp_path: Path) -> None:
    process = child(TALK, tmp_path)
    assert drain(process, 1) == [{"event": "ready", "number": 1}]
    process.command("go")
    assert drain(process, 1) == [{"event": "heard", "text": '{"command": "go"}\n'}]
    assert process.wait(10)
    assert process.exit_code == 0
    assert "a word for the log" in process.log()
    process.close()


def test_events_that_nobody_took_are_there_the_next_time(tmp_path: Path) -> None:
    program = """
import os
from slogate.channel import Channel
channel = Channel.from_environment(os.environ)
for number in range(3):
    channel.emit("event", number=number)
"""
    process = child(program, tmp_path)
    assert process.wait(10)
    assert [next(process.events())["number"] for _ in range(3)] == [0, 1, 2]
    process.close()


def test_a_command_to_a_dead_child_is_heard_by_nobody(tmp_path: Path) -> None:
    process = child("pass", tmp_path)
    process.wait(10)
    process.command("go")
    process.close()


def test_closing_ends_the_child_and_frees_the_pipes(tmp_path: Path) -> None:
    before = psutil.Process().num_fds()
    process = child("import time; time.sleep(60)", tmp_path)
    process.close()
    assert process.exit_code is not None
    assert process.exit_code < 0
    assert psutil.Process().num_fds() == before


def test_a_sweep_ends_grandchildren_that_broke_away(tmp_path: Path) -> None:
    sleep = "[sys.executable, '-c', 'import time; time.sleep(60)']"
    program = f"import subprocess, sys; subprocess.Popen({sleep}, start_new_session=True)"
    process = child(program, tmp_path, run_id="sweep-run")
    process.wait(10)
    process.close()
    assert len(sweep("sweep-run", patience_s=0)) == 1
    assert sweep("sweep-run", patience_s=0) == []


def test_a_sweep_leaves_strangers_alone() -> None:
    stranger = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    try:
        assert sweep("nobodys-run", patience_s=0) == []
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()
