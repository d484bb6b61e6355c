"""Headers and bodies as bytes."""

import json as json_module
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from itertools import repeat, takewhile
from typing import Any

from slogate.load.http.errors import InvalidRequestError

TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")  # RFC 9110, section 5.6.2: a method, or the name of a field
_NOT_IN_A_VALUE = re.compile(r"[\r\n\0]")
_BLOCK_BYTES = 64 * 1024


def simple_body(data: bytes | str | None, json: Any) -> tuple[bytes | None, bytes | None]:
    """The body and the line that says its type."""
    if not data and json is not None:
        try:
            return json_module.dumps(json, allow_nan=False).encode(), b"Content-Type: application/json\r\n"
        except (TypeError, ValueError) as error:
            raise InvalidRequestError(f"not JSON: {error}") from error
    return (data.encode() if isinstance(data, str) else data), None


def encoded(fields: Mapping[Any, Any]) -> bytes:
    """Header lines. Raises `InvalidRequestError` for what would end a line early, and so smuggle in another."""
    lines = []
    for name, value in fields.items():
        text = value.decode("latin-1") if isinstance(value, bytes) else value
        if not isinstance(name, str) or not isinstance(text, str):
            raise InvalidRequestError(f"the header {name!r} is {value!r}, and both must be strings")
        if not TOKEN.fullmatch(name) or not stays_on_its_line(text):
            raise InvalidRequestError(f"{name!r}: {text!r} is not a header field")
        lines.append(f"{name}: {text.strip()}\r\n")
    return in_bytes("".join(lines))


def stays_on_its_line(value: str) -> bool:
    """Whether a field of this value ends where its line does (RFC 9110, section 5.5)."""
    return _NOT_IN_A_VALUE.search(value) is None


def in_bytes(text: str) -> bytes:
    """Text of a header: a byte a character, as an answer's header is read, so that what a server sets goes back as it
    came; beyond Latin-1 it is UTF-8.
    """
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace")


def parts_of(body: Any) -> Iterator[bytes]:
    """The parts of an iterable or a file."""
    if hasattr(body, "read"):
        parts: Iterable[Any] = takewhile(bool, map(body.read, repeat(_BLOCK_BYTES)))
    else:
        parts = body
    for part in parts:
        data = part.encode() if isinstance(part, str) else bytes(memoryview(part))  # of a number, bytes() makes zeros
        if data:
            yield data


def rewinder(body: Any) -> Callable[[], Any] | None:
    """What takes a file back to where it stands now; None for what gives itself only once."""
    try:
        return partial(body.seek, body.tell())
    except (AttributeError, OSError):
        return None


def in_chunks(parts: Iterable[bytes]) -> Iterator[bytes]:
    """The chunked coding of RFC 9112, section 7.1."""
    for part in parts:
        yield b"%x\r\n%b\r\n" % (len(part), part)
    yield b"0\r\n\r\n"
