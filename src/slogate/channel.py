"""How a measuring process (Locust, the page loader) and the process that started it talk: one JSON object a line, over
two pipes.

The child tells *events* ("ready", "progress", "finished"); the parent tells *commands* ("go"). When the parent dies,
the command pipe reaches its end, which is how a child learns that nobody waits for it any more. Measurements do not
travel here: they go to files.
"""

import json
import os
from collections.abc import Mapping
from typing import Any

EVENTS_FD = "SLOGATE_EVENTS_FD"
COMMANDS_FD = "SLOGATE_COMMANDS_FD"

Event = dict[str, Any]


class Channel:
    """The child's end. Writing never blocks: a parent that does not read must not be able to hold up a measurement."""

    def __init__(self, events_fd: int, commands_fd: int) -> None:
        self._events_fd = events_fd
        self.commands_fd = commands_fd
        os.set_blocking(events_fd, False)
        os.set_inheritable(events_fd, False)
        os.set_inheritable(commands_fd, False)

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> "Channel | None":
        """The channel that the parent opened, or None when nobody started this process to be told of it."""
        if EVENTS_FD not in environ or COMMANDS_FD not in environ:
            return None
        return cls(int(environ[EVENTS_FD]), int(environ[COMMANDS_FD]))

    def emit(self, kind: str, **fields: object) -> None:
        """Tell the parent. An event is lost when the pipe is full (64 KiB unread) or the parent is gone."""
        line = json.dumps({"event": kind, **fields}, default=str) + "\n"
        try:
            os.write(self._events_fd, line.encode())
        except (BlockingIOError, BrokenPipeError):
            return
