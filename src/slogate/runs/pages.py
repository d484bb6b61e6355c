"""`pages.jsonl` of a run folder: one JSON object a line, one line a page load."""

import os
from pathlib import Path
from types import TracebackType

from pydantic import TypeAdapter, ValidationError

from slogate.analyzer.web.facts import PageLoad
from slogate.errors import RunFolderError

_LOAD = TypeAdapter(PageLoad)


class PageLoadWriter:
    """Appends loads to a file. Each line is one write, so a kill -9 loses at most the load under way."""

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            self._fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        except OSError as error:
            raise _unwritable(path, error) from error

    def append(self, load: PageLoad) -> None:
        """Writes one load. Raises `RunFolderError` when the disk does not take it."""
        line = memoryview(_LOAD.dump_json(load) + b"\n")
        try:
            while line:
                line = line[os.write(self._fd, line) :]
        except OSError as error:
            raise _unwritable(self._path, error) from error

    def close(self) -> None:
        """Closes the file."""
        os.close(self._fd)

    def __enter__(self) -> "PageLoadWriter":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def read_page_loads(path: Path) -> list[PageLoad]:
    """The loads of a file, in order; of a missing file, none.

    A last line that was cut off is left out: its writer was killed. Fields that this version does not know are ignored.
    Raises `RunFolderError` for any other line that is not a page load.
    """
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return []
    except OSError as error:
        raise RunFolderError(f"{path}: {error.strerror}", cure="check that you may read it") from error
    loads = []
    lines = content.split(b"\n")
    for number, line in enumerate(lines, start=1):
        if not line:
            continue
        try:
            loads.append(_LOAD.validate_json(line))
        except ValidationError as error:
            if number == len(lines):
                break
            what = error.errors()[0]
            where = ".".join(map(str, what["loc"]))
            message = f"{path}:{number}: not a page load: {where + ': ' if where else ''}{what['msg']}"
            raise RunFolderError(message, cure="the file was changed after the run; measure again") from error
    return loads


def _unwritable(path: Path, error: OSError) -> RunFolderError:
    return RunFolderError(
        f"cannot write {path}: {error.strerror}", cure="make room or choose another folder with --out"
    )
