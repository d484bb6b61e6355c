"""Files of other tools, plain or gzip, read once from beginning to end, so that their size does not matter.

Whatever is wrong with one is told with the file and the line.
"""

import csv
import gzip
import io
import json
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, NoReturn

from slogate.errors import ConfigError

HEAD_BYTES = 65_536
MAX_WHOLE_BYTES = 256 * 1024 * 1024  # of a file that is one JSON document, and has to be read at once
_GZIP = b"\x1f\x8b"


@contextmanager
def opened(path: Path) -> Iterator[IO[bytes]]:
    """The bytes of a file, unpacked if it is gzip. Raises `ConfigError` when it cannot be read, also half-way."""
    try:
        with path.open("rb") as plain:
            packed = plain.read(2) == _GZIP
            plain.seek(0)
            yield io.BufferedReader(gzip.GzipFile(fileobj=plain), 1 << 20) if packed else plain
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise ConfigError(f"{path} is a damaged gzip file: {error}", cure="copy it again") from None
    except OSError as error:
        raise ConfigError(f"{path} cannot be read: {error.strerror}", cure="name a file that you may read") from None


def head_of(path: Path) -> bytes:
    """Its first bytes, by which its format is known."""
    with opened(path) as file:
        return file.read(HEAD_BYTES)


def lines_of(path: Path) -> Iterator[tuple[int, bytes]]:
    """Its lines that are not empty, with their numbers from 1."""
    with opened(path) as file:
        for number, line in enumerate(file, start=1):
            if stripped := line.strip():
                yield number, stripped


def texts_of(path: Path) -> Iterator[str]:
    """Its lines as text, ends and all, as a reader of CSV wants them. What is no UTF-8 becomes a replacement sign."""
    with opened(path) as file:
        for number, line in enumerate(file):
            yield line.decode("utf-8" if number else "utf-8-sig", "replace")


def whole_of(path: Path) -> bytes:
    """All of a file that is one document."""
    with opened(path) as file:
        content = file.read(MAX_WHOLE_BYTES + 1)
    if len(content) > MAX_WHOLE_BYTES:
        raise ConfigError(f"{path} is larger than {MAX_WHOLE_BYTES // 2**20} MiB", cure="record less into one file")
    return content


def document_of(path: Path) -> Any:
    """The JSON document that a file is. Raises `json.JSONDecodeError`, `MalformedError` for a number that is none, and
    `ConfigError` where it is not UTF-8.
    """
    content = whole_of(path)
    try:
        return json.loads(content, parse_constant=lambda name: malformed(f"{name} is no number"))
    except UnicodeDecodeError as error:
        raise broken(path, content.count(b"\n", 0, error.start) + 1, "what stands here is no UTF-8") from None
    except RecursionError:
        malformed("it is nested too deeply")


def broken(path: Path, line: int, what: str) -> ConfigError:
    """A record that is not as its format says."""
    return ConfigError(
        f"{path}:{line}: {what}",
        cure="let the tool write the file again; nothing was imported, because a part would look like the whole",
    )


class MalformedError(ValueError):
    """A record is not as its format says; the text is for the person who reads it."""


def malformed(what: str) -> NoReturn:
    """Says of the record that is being read what is wrong with it; its reader knows the place."""
    raise MalformedError(what)


def said(error: Exception) -> str:
    """What is wrong with a record, for a person: never the words in which Python says it."""
    match error:
        case MalformedError() | csv.Error():
            return str(error)
        case json.JSONDecodeError():
            return f"no JSON from character {error.pos + 1} on: {error.msg}"
        case UnicodeDecodeError():
            return f"byte {error.start + 1} is no UTF-8"
        case KeyError():
            return f"{error.args[0]!r} is missing"
    return "a field holds another kind of value than belongs there"
