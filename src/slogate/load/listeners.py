"""Notices that a listener of the scenario raised: Locust logs it and goes on, and nobody reads that log."""

import logging
import re
from pathlib import Path

_LOGGED = "Uncaught exception in event handler"  # how Locust begins
_PLACE = re.compile(r'File "([^"]+)", line (\d+)')


class ListenerErrors(logging.Handler):
    """Hears of them until `stop`, in this process."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self._first = ""
        self._count = 0
        logging.getLogger().addHandler(self)

    def emit(self, record: logging.LogRecord) -> None:
        """Counts them, and keeps the first."""
        if str(record.msg).startswith(_LOGGED):
            self.hear(record.getMessage())

    def hear(self, told: str) -> None:
        """Counts an error that was told with its traceback."""
        self._count += 1
        if self._first:
            return
        lines = told.strip().splitlines() or [""]
        places = _PLACE.findall("\n".join(lines))
        where = f"{Path(places[-1][0]).name}:{places[-1][1]}: " if places else ""
        self._first = f"{where}{lines[-1].strip()}"[:450]

    @property
    def told(self) -> str:
        """Where the first one was and what it raised, and how many more there were; empty: none."""
        more = f" (and {self._count - 1:,} more, there or in another)" if self._count > 1 else ""
        return f"{self._first}{more}"

    def stop(self) -> None:
        """Hears no more."""
        logging.getLogger().removeHandler(self)


def listener_error_in(log: str) -> str:
    """As `ListenerErrors.told`, of what Locust has written: it fires some events when nobody listens any more."""
    errors = ListenerErrors()
    errors.stop()
    for told in log.split(_LOGGED)[1:]:
        lines = told.splitlines()[1:]  # of a traceback, whose last line is the first that is not indented
        end = next((number for number, line in enumerate(lines[1:], 2) if not line.startswith(" ")), len(lines))
        errors.hear("\n".join(lines[:end]))
    return errors.told
