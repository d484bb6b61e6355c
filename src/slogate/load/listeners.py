"""Notices that a listener of the scenario raised: Locust logs it and goes on, and nobody reads that log."""

import logging
import re
from pathlib import Path

_LOGGED = "Uncaught exception in event handler"  # how Locust begins
_PLACE = re.compile(r'File "([^"]+)", line (\d+)')


class ListenerErrors(logging.Handler):
    """Hears of them until `stop`, in this process. `first` says where the first one was and what it raised."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.first = ""
        logging.getLogger().addHandler(self)

    def emit(self, record: logging.LogRecord) -> None:
        """Keeps the first."""
        if self.first or not str(record.msg).startswith(_LOGGED):
            return
        lines = record.getMessage().strip().splitlines()
        places = _PLACE.findall("\n".join(lines))
        where = f"{Path(places[-1][0]).name}:{places[-1][1]}: " if places else ""
        self.first = f"{where}{lines[-1].strip()}"[:500]

    def stop(self) -> None:
        """Hears no more."""
        logging.getLogger().removeHandler(self)
