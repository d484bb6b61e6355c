"""Ctrl-C and SIGTERM: the first asks for an orderly end, a second Ctrl-C for an immediate one."""

import os
import signal
import sys
from collections.abc import Callable
from types import FrameType, TracebackType

CTRL_C = "Ctrl-C"
IMPATIENT_EXIT_CODE = 130


class Interruption:
    """While this context is open, `requested` tells whether the run was asked to end.

    `on_impatience` runs before a second Ctrl-C ends the process at once, and gives the last words; it must be short.
    """

    def __init__(self, on_impatience: Callable[[], str]) -> None:
        self._on_impatience = on_impatience
        self._earlier: dict[signal.Signals, object] = {}
        self.requested = ""

    def __enter__(self) -> "Interruption":
        for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            self._earlier[name] = signal.signal(name, self._handle)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for name, handler in self._earlier.items():
            signal.signal(name, handler)  # type: ignore[arg-type]  # it is what signal.signal gave us

    def _handle(self, number: int, _frame: FrameType | None) -> None:
        name = CTRL_C if number == signal.SIGINT else signal.Signals(number).name
        if self.requested == CTRL_C and number == signal.SIGINT:
            sys.stderr.write(f"\n{self._on_impatience()}\n")
            os._exit(IMPATIENT_EXIT_CODE)
        self.requested = self.requested or name
