"""An answer's header: read from the bytes it came as, when somebody asks for it.

llhttp reads it (through httptools), as it read the message itself, so both see the same fields.
"""

import contextlib
from collections.abc import MutableMapping
from http import HTTPStatus
from typing import Any

from httptools import HttpParserError, HttpResponseParser
from requests.structures import CaseInsensitiveDict

_REASONS = {status.value: status.phrase for status in HTTPStatus}


class Fields(list[tuple[str, str]]):
    """The fields of a header in their order, each name as often as it came."""

    def on_header(self, name: bytes, value: bytes) -> None:
        """One field, from the parser, which leaves the white space after a value to us. Bytes beyond ASCII are read as
        ISO-8859-1 (RFC 9110, section 5.5).
        """
        self.append((name.decode("latin-1"), value.decode("latin-1").rstrip(" \t")))

    def all_of(self, name: str) -> list[str]:
        """Every value of `name` (lower case)."""
        return [value for field, value in self if field.lower() == name]

    def joined(self) -> CaseInsensitiveDict[str]:
        """One value a name, those of several fields joined by ", " (RFC 9110, section 5.3)."""
        joined: CaseInsensitiveDict[str] = CaseInsensitiveDict()
        for name, value in self:
            joined[name] = f"{joined[name]}, {value}" if name in joined else value
        return joined


def fields_of(head: bytes | bytearray) -> Fields:
    """The fields of a header that was found well-formed before; bytes of the body after it do not matter."""
    fields = Fields()
    end = head.find(b"\r\n\r\n")
    with contextlib.suppress(HttpParserError):  # bytes after the header, where it ended in an unusual way
        HttpResponseParser(fields).feed_data(bytes(head if end < 0 else head[: end + 4]))
    return fields


def reason_of(head: bytes | bytearray, status: int) -> str:
    """The reason phrase of the status line; the usual one where the server gave none."""
    line = bytes(head).split(b"\r\n", 1)[0].decode("latin-1")
    return line.split(" ", 2)[2].strip() if line.count(" ") >= 2 else _REASONS.get(status, "")


def ends_with_the_connection(head: bytes | bytearray) -> bool:
    """Whether the body has no other end than the connection's (RFC 9112, section 6.3): neither a Content-Length nor a
    last transfer coding of chunked.
    """
    fields = fields_of(head)
    codings = ",".join(fields.all_of("transfer-encoding")).lower()
    if codings:
        return codings.rpartition(",")[2].strip() != "chunked"
    return not fields.all_of("content-length")


def keeps_alive(head: bytes | bytearray) -> bool:
    """Whether the connection stays after a message without a body (RFC 9112, section 9.3)."""
    tokens = {token.strip().lower() for value in fields_of(head).all_of("connection") for token in value.split(",")}
    return "close" not in tokens and (not head.startswith(b"HTTP/1.0") or "keep-alive" in tokens)


class WatchedHeaders(CaseInsensitiveDict[Any]):
    """A session's default headers. `version` changes with every change, so that what was built from them is found to
    be out of date.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.version = 0
        super().__init__(*args, **kwargs)

    def __setitem__(self, key: str, value: Any) -> None:
        self.version += 1
        super().__setitem__(key, value)

    def __delitem__(self, key: str) -> None:
        self.version += 1
        super().__delitem__(key)


def merged(defaults: MutableMapping[str, Any], own: Any) -> CaseInsensitiveDict[Any]:
    """A request's headers over the session's; one that is None is left out, as requests has it."""
    headers: CaseInsensitiveDict[Any] = CaseInsensitiveDict(defaults)
    headers.update(own or {})
    for name in [name for name, value in headers.items() if value is None]:
        del headers[name]
    return headers
