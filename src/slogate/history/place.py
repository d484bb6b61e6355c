"""Where the history is. To know that takes no database library, which is slow to load."""

from collections.abc import Mapping
from pathlib import Path

FILE_NAME = "history.db"
VARIABLE = "SLOGATE_HISTORY"


def location(reports: Path, environ: Mapping[str, str]) -> str:
    """Where the history is: the URL or file in SLOGATE_HISTORY, else `history.db` beside the run folders."""
    return environ.get(VARIABLE) or str(reports / FILE_NAME)


def may_be_there(place: str) -> bool:
    """Whether there is something at `place` to be opened: a file, or a server that is to be asked."""
    return "://" in place or Path(place).exists()
