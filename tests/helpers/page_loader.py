"""Runs the page loader as its parent does: in a process of its own, with two pipes."""

import json
import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import psutil

from slogate.analyzer.web.facts import PageLoad
from slogate.channel import COMMANDS_FD, EVENTS_FD
from slogate.runs.pages import read_page_loads

Event = dict[str, Any]
PATIENCE_S = 60.0


class Loader:
    """One page loader; everything that it writes outside `folder` goes to `scratch`."""

    def __init__(self, folder: Path, plan: Mapping[str, object], *, environ: Mapping[str, str] | None = None) -> None:
        self.output = folder / "pages.jsonl"
        self.scratch = Path(tempfile.mkdtemp(prefix="t-"))  # short: Chromium puts a socket there
        self._stderr_path = folder / "stderr.txt"
        plan_path = folder / "plan.json"
        plan_path.write_text(json.dumps({"output": str(self.output), "wall_offset_us": 0, **plan}))
        self._events_read, events_write = os.pipe()
        commands_read, self._commands_write = os.pipe()
        with self._stderr_path.open("wb") as stderr:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "slogate.vitals", str(plan_path)],
                env={
                    **os.environ,
                    "TMPDIR": str(self.scratch),
                    EVENTS_FD: str(events_write),
                    COMMANDS_FD: str(commands_read),
                    **(environ or {}),
                },
                pass_fds=(events_write, commands_read),
                stdin=subprocess.DEVNULL,
                stderr=stderr,
                start_new_session=True,
            )
        os.close(events_write)
        os.close(commands_read)
        self._pending = b""
        self._commands_open = True

    def go(self) -> None:
        self.command("go")

    def command(self, name: str, **fields: object) -> None:
        os.write(self._commands_write, json.dumps({"command": name, **fields}).encode() + b"\n")

    def hang_up(self) -> None:
        """What happens to the pipe when the parent dies."""
        if self._commands_open:
            os.close(self._commands_write)
            self._commands_open = False

    def events(self) -> Iterator[Event]:
        """The events until the loader ends, but for the announcement of each load; fails when one is not there in
        time.
        """
        until = time.monotonic() + PATIENCE_S
        while True:
            readable, _, _ = select.select([self._events_read], [], [], max(0.0, until - time.monotonic()))
            assert readable, f"no event within {PATIENCE_S} s; standard error: {self.stderr}"
            data = os.read(self._events_read, 65536)
            if not data:
                return
            *lines, self._pending = (self._pending + data).split(b"\n")
            yield from (event for event in map(json.loads, lines) if event["event"] != "page_begun")

    def wait_for(self, kind: str) -> Event:
        """The next event of that kind."""
        for event in self.events():
            if event["event"] == kind:
                return event
        raise AssertionError(f"no {kind} event; standard error: {self.stderr}")

    def descendants(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children(recursive=True)

    def end(self) -> tuple[int, float]:
        """Waits for the end; the exit code, and how long it took in seconds."""
        began = time.monotonic()
        return self.process.wait(PATIENCE_S), time.monotonic() - began

    @property
    def stderr(self) -> str:
        return self._stderr_path.read_text()

    @property
    def loads(self) -> list[PageLoad]:
        return read_page_loads(self.output)

    def close(self) -> None:
        if self.process.poll() is None:
            for process in [*self.descendants(), psutil.Process(self.process.pid)]:
                process.send_signal(signal.SIGKILL)
            self.process.wait()
        self.hang_up()
        os.close(self._events_read)
        shutil.rmtree(self.scratch)


def alive(processes: list[psutil.Process], *, within_s: float = 3.0) -> list[psutil.Process]:
    """Those that still run after `within_s`; one that nobody has collected yet does not run."""

    def runs(process: psutil.Process) -> bool:
        try:
            return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
        except psutil.NoSuchProcess:
            return False

    until = time.monotonic() + within_s
    while any(map(runs, processes)) and time.monotonic() < until:
        time.sleep(0.02)
    return [process for process in processes if runs(process)]
