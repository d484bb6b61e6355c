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
        if not str(record.msg).startswith(_LOGGED):
            return
        self._count += 1
        if self._first:
            return
        lines = record.getMessage().strip().splitlines()
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
