"""Keeps two nights from overlapping: a lock on a file beside the run folders, which the system lets go of when its
holder ends, however it does.
"""

import errno
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from slogate.errors import MeasurementError, RunFolderError

_NAME = ".nightly.lock"


@contextmanager
def only_one(reports: Path) -> Iterator[None]:
    """Holds the lock of these reports. Raises `MeasurementError` while another `slogate nightly` holds it."""
    path = reports / _NAME
    try:
        reports.mkdir(parents=True, exist_ok=True)
        file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise RunFolderError(
            f"{path} cannot be opened: {error.strerror}", cure="name a place that can be written with --out"
        ) from None
    try:
        _lock(file, path)
        _say_who_holds_it(file)
        yield
    finally:
        os.close(file)


def _lock(file: int, path: Path) -> None:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno not in {errno.EWOULDBLOCK, errno.EACCES}:
            raise RunFolderError(
                f"{path} cannot be locked: {error.strerror}",
                cure="keep the reports on a file system that has locks",
            ) from None
        holder = os.pread(file, 200, 0).decode("utf-8", "replace").strip()
        raise MeasurementError(
            f"another `slogate nightly` is under way here{f' ({holder})' if holder else ''}; nothing was measured",
            cure="let it end, or give this one another place with --out",
        ) from None


def _say_who_holds_it(file: int) -> None:
    """For people who look. On a full disk nobody is told, and the lock holds all the same."""
    try:
        os.ftruncate(file, 0)
        os.pwrite(file, f"process {os.getpid()} since {datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC\n".encode(), 0)
    except OSError:
        return
