"""`marks.jsonl` of a run folder: one JSON object a line, one line a mark. Any program may append to it."""

import os
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from slogate.analyzer.marks import Mark
from slogate.errors import RunFolderError
from slogate.runs.folder import write_error

FILE = "marks.jsonl"


class _Line(BaseModel):
    model_config = ConfigDict(extra="ignore")

    at_us: int = Field(ge=0, lt=2**53)
    text: str = Field(min_length=1, max_length=10_000)


def append_mark(folder: Path, mark: Mark) -> None:
    """Adds a mark, of seconds since the epoch, in one write, so that several programs may do so at once. Raises
    `RunFolderError` when the disk does not take it.
    """
    path = folder / FILE
    line = _Line(at_us=round(mark.at_s * 1e6), text=mark.text).model_dump_json().encode() + b"\n"
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        try:
            os.write(descriptor, line)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise write_error(path, error) from None


def read_marks(folder: Path) -> tuple[Mark, ...]:
    """The marks of a run, in the order of the file; of a missing file, none. A last line that was cut off is left out.

    Raises `RunFolderError` for any other line that is no mark.
    """
    path = folder / FILE
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise RunFolderError(f"{path} cannot be read: {error.strerror}") from None
    marks = []
    lines = content.split(b"\n")
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            found = _Line.model_validate_json(line)
        except ValidationError as error:
            if number == len(lines):
                break
            first = error.errors()[0]
            where = "".join(f"{part}: " for part in first["loc"])
            raise RunFolderError(
                f"{path}:{number} is no mark: {where}{first['msg']}",
                cure='correct the line, such as {"at_us": 1790000000000000, "text": "deploy 1.5.0"}, or take it out',
            ) from None
        marks.append(Mark(found.at_us / 1e6, found.text))
    return tuple(marks)
