"""How the measuring process ends: in time, whatever its main thread is doing, and leaving nothing behind.

It stops on SIGTERM, on Ctrl-C, when its parent says so, and when that is gone. The main thread may then be deep in a
call into a browser, so a second thread listens: it kills the browser, which makes that call return. If the main
thread has not left soon after, the second thread cleans up and ends the process itself. A kill -9 cannot be answered:
the driver then ends the browser, and the folder `slogate-pages-<run>-*` among the temporary files is the parent's to
remove, or the guardian's.
"""

import json
import os
import select
import shutil
import signal
import tempfile
import threading
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path
from types import FrameType, TracebackType

import psutil

from slogate.channel import Event as Command
from slogate.errors import CutShortError, MeasurementError
from slogate.process import RUN_ID_VARIABLE, scratch_prefix
from slogate.vitals.running import RunningBrowser, kill_trees

GRACE_S = 3.0
_STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT)
_MAX_TMPDIR = 30  # Chromium puts a socket below it, and the path of a socket may have 107 characters
_LEAVE = b"\0"  # no signal has the number 0


class Lifetime:
    """From the start of the measuring process to its end. Use it in the main thread, as a context manager."""

    def __init__(self, commands_fd: int | None, *, last_words: Callable[[MeasurementError], object]) -> None:
        self._commands_fd = commands_fd
        self._last_words = last_words
        self._stopped: str | None = None
        self._woken = threading.Event()
        self._commands: deque[Command] = deque()
        self._running: RunningBrowser | None = None
        self._over = threading.Event()

    def __enter__(self) -> "Lifetime":
        parent = tempfile.gettempdir()
        if len(parent) > _MAX_TMPDIR:
            parent = "/tmp"  # noqa: S108 (mkdtemp makes a folder there that is only ours)
        prefix = scratch_prefix(os.environ.get(RUN_ID_VARIABLE, str(os.getpid())))
        self._scratch = Path(tempfile.mkdtemp(prefix=prefix, dir=parent))
        self._old_tmpdir = os.environ.get("TMPDIR")
        os.environ["TMPDIR"] = str(self._scratch)  # Playwright and the browser put profiles and sockets there
        self._wake_read, self._wake_write = os.pipe()
        os.set_blocking(self._wake_write, False)
        self._old_handlers = {number: signal.signal(number, _note) for number in _STOP_SIGNALS}
        self._old_wakeup = signal.set_wakeup_fd(self._wake_write)  # written to even if no Python code gets to run
        self._listener = threading.Thread(target=self._listen, name="lifetime", daemon=True)
        self._listener.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        os.write(self._wake_write, _LEAVE)
        self._listener.join()
        signal.set_wakeup_fd(self._old_wakeup)
        for number, handler in self._old_handlers.items():
            signal.signal(number, handler)
        os.close(self._wake_read)
        os.close(self._wake_write)
        self._clean_up()
        if self._old_tmpdir is None:
            del os.environ["TMPDIR"]
        else:
            os.environ["TMPDIR"] = self._old_tmpdir

    def owns(self, running: RunningBrowser) -> None:
        """From now on `running` is the browser to kill when the process has to stop."""
        running.on_stuck = lambda what: self._abandon(
            MeasurementError(what, cure="let that line come to an end in time")
        )
        self._running = running
        self.check()  # the stop may have come while the browser was starting

    def check(self) -> None:
        """Raises `CutShortError` if the process has to stop."""
        if self._stopped is not None:
            raise self._cut_short()

    def wait_for(self, *names: str) -> Command | None:
        """The next command of the parent that has one of these names; None at once where there is no parent.

        Raises `CutShortError` when the process has to stop.
        """
        while self._commands_fd is not None:
            self.check()
            for command in list(self._commands):
                if command["command"] in names:
                    self._commands.remove(command)
                    return command
            self._woken.wait()
            self._woken.clear()
        return None

    def latest(self, name: str) -> Command | None:
        """The latest command of that name that nobody waited for; None as long as there is none."""
        return next((command for command in reversed(list(self._commands)) if command["command"] == name), None)

    def pause(self, seconds: float) -> None:
        """Lets time pass. Raises `CutShortError` when the process has to stop."""
        until_s = time.monotonic() + seconds
        self.check()
        while (left_s := until_s - time.monotonic()) > 0:
            self._woken.wait(left_s)
            self._woken.clear()
            self.check()

    def _listen(self) -> None:
        sources = [self._wake_read] + ([] if self._commands_fd is None else [self._commands_fd])
        pending = b""
        while True:
            for source in select.select(sources, [], [])[0]:
                data = os.read(source, 4096)
                if source == self._wake_read:
                    if _LEAVE in data:
                        return
                    for number in data:
                        if number in _STOP_SIGNALS:
                            self._stop(f"it received {signal.Signals(number).name}")
                elif data:
                    *lines, pending = (pending + data).split(b"\n")
                    self._hear([command for line in lines if (command := _command(line)) is not None])
                else:
                    sources.remove(source)
                    self._stop("the process that started it is gone")

    def _hear(self, commands: list[Command]) -> None:
        self._commands += commands
        self._woken.set()
        if any(command["command"] == "stop" for command in commands):
            self._stop("the run ends")

    def _stop(self, why: str) -> None:
        if self._stopped is not None:
            return
        self._stopped = why
        self._woken.set()
        if self._running is not None:
            self._running.kill()
        threading.Thread(target=self._end_by_force, name="end by force", daemon=True).start()

    def _end_by_force(self) -> None:
        if not self._over.wait(GRACE_S):
            self._abandon(self._cut_short())

    def _cut_short(self) -> CutShortError:
        return CutShortError(f"stopped before all page loads were made: {self._stopped}")

    def _abandon(self, error: MeasurementError) -> None:
        """Ends the process without its main thread."""
        self._last_words(error)
        self._clean_up()
        os._exit(error.exit_code)

    def _clean_up(self) -> None:
        """Kills what is left of the browser and the driver, and removes everything they wrote."""
        watched = [] if self._running is None else [self._running.process, self._running.driver]
        kill_trees([*psutil.Process().children(), *watched])
        shutil.rmtree(self._scratch, ignore_errors=True)


def _note(_number: int, _frame: FrameType | None) -> None:
    """Does nothing: a signal with a handler is written to the wake-up pipe, and the listener acts on it."""


def _command(line: bytes) -> Command | None:
    try:
        command = json.loads(line)
    except ValueError:
        return None
    return command if isinstance(command, dict) and "command" in command else None
