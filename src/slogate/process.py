"""Starts a measuring process and follows it: events from it, commands to it, its log, and its end together with all
that it started.

Each child leads a session of its own, so Ctrl-C at the terminal reaches only us and the child is stopped in order.
Each carries the run's id in its environment, which its own children (a browser, a driver) inherit: that is how `sweep`
finds what a killed child left behind.
"""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import psutil

from slogate.channel import COMMANDS_FD, EVENTS_FD, Event
from slogate.errors import SlogateError

RUN_ID_VARIABLE = "SLOGATE_RUN_ID"


class Child:
    """One measuring process. Its standard output and error go to `log_path`.

    `explain` may know from its log why it died early.
    """

    def __init__(
        self,
        name: str,
        arguments: Sequence[str],
        *,
        log_path: Path,
        environ: Mapping[str, str],
        explain: Callable[[str], SlogateError | None] = lambda _log: None,
    ) -> None:
        self.name = name
        self.log_path = log_path
        self._explain = explain
        events_read, events_write = os.pipe()
        commands_read, commands_write = os.pipe()
        try:
            with log_path.open("wb") as log:
                self._process = subprocess.Popen(
                    arguments,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    env={**environ, EVENTS_FD: str(events_write), COMMANDS_FD: str(commands_read)},
                    pass_fds=(events_write, commands_read),
                    start_new_session=True,
                )
        except OSError:
            os.close(events_read)
            os.close(commands_write)
            raise
        finally:
            os.close(events_write)
            os.close(commands_read)
        os.set_blocking(events_read, False)
        self._events_fd = events_read
        self._commands_fd: int | None = commands_write
        self._pending = b""

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    @property
    def exit_code(self) -> int | None:
        """Its exit code; negative for a signal, None while it runs."""
        return self._process.poll()

    def events(self) -> Iterator[Event]:
        """The events that have arrived; never waits. Ends for good once the process is gone and all was read."""
        with contextlib.suppress(BlockingIOError):
            while chunk := os.read(self._events_fd, 65536):
                self._pending += chunk
        while b"\n" in self._pending:  # one at a time: a caller that stops here finds the others next time
            line, _, self._pending = self._pending.partition(b"\n")
            yield json.loads(line)

    def command(self, name: str, **fields: object) -> None:
        """Tells the child something; a child that is gone hears nothing."""
        if self._commands_fd is not None:
            with contextlib.suppress(BrokenPipeError):
                os.write(self._commands_fd, json.dumps({"command": name, **fields}).encode() + b"\n")

    def log(self) -> str:
        """What it wrote to its standard output and error."""
        return self.log_path.read_text(encoding="utf-8", errors="replace")

    def explain_death(self) -> SlogateError | None:
        """Why it died, where its log tells more than its exit code."""
        return self._explain(self.log())

    def wait(self, seconds: float) -> bool:
        """Whether it ended within `seconds`."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(seconds)
        return self.exit_code is not None

    def close(self) -> None:
        """Ends it, with all that it started, if it still runs, and frees the pipes."""
        if self.exit_code is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.pid, signal.SIGKILL)
            self._process.wait()
        if self._commands_fd is not None:
            os.close(self._commands_fd)
            os.close(self._events_fd)
            self._commands_fd = None


def scratch_prefix(run_id: str) -> str:
    """How the temporary folder of a run's page loader begins. Only a part of the id: the path of a socket in it has to
    be short.
    """
    return f"slogate-pages-{run_id[:8]}-"


def remove_scratch(run_id: str) -> None:
    """Removes the temporary profile that a page loader leaves when it is killed with signal 9; its browser must be
    gone.
    """
    for base in {Path(tempfile.gettempdir()), Path("/tmp")}:  # noqa: S108  # the loader falls back to it for short paths
        for path in base.glob(f"{scratch_prefix(run_id)}*"):
            shutil.rmtree(path, ignore_errors=True)


def environment_for(run_id: str, environ: Mapping[str, str]) -> dict[str, str]:
    """The environment of a run's child processes."""
    return {**environ, RUN_ID_VARIABLE: run_id, "PYTHONUNBUFFERED": "1"}


def sweep(run_id: str, *, patience_s: float = 3.0) -> list[int]:
    """Ends every process that carries this run's id, but for ourselves, and returns their pids.

    It waits `patience_s` first for them to go by themselves: a browser whose driver is gone needs a moment to notice.
    """
    deadline_s = time.monotonic() + patience_s
    while (left := _carriers(run_id)) and time.monotonic() < deadline_s:
        time.sleep(0.05)
    for process in left:
        with contextlib.suppress(psutil.Error):
            process.kill()
    psutil.wait_procs(left, timeout=2)
    return [process.pid for process in left]


def _carriers(run_id: str) -> list[psutil.Process]:
    found = []
    for process in psutil.process_iter():
        if process.pid == os.getpid():
            continue
        with contextlib.suppress(psutil.Error):
            if process.status() != psutil.STATUS_ZOMBIE and process.environ().get(RUN_ID_VARIABLE) == run_id:
                found.append(process)
    return found
