"""A request that is ready to be sent, and what can be seen of it afterwards."""

from collections.abc import Callable, Iterable
from typing import Any

from requests.structures import CaseInsensitiveDict

from slogate.load.http.cookies import CookieStore
from slogate.load.http.encoding import in_bytes
from slogate.load.http.pool import Origin

_IDEMPOTENT = frozenset({"GET", "HEAD", "OPTIONS", "PUT", "DELETE", "TRACE"})  # RFC 9110, section 9.2.2


class WireRequest:
    """A request that is ready to be sent. `head` lacks only the empty line at its end, before which a Cookie may go.

    `upload` is the body where it is sent in parts, and `body` what the scenario gave.
    """

    __slots__ = (
        "body",
        "head",
        "method",
        "origin",
        "own_cookies",
        "path_url",
        "repeatable",
        "rewind",
        "sets_cookie",
        "upload",
        "url",
        "wire",
    )

    def __init__(self, method: str, url: str, path_url: str, origin: Origin, head: bytes, body: Any = None) -> None:
        self.method, self.url, self.path_url, self.origin = method, url, path_url, origin
        self.head, self.body = head, body
        self.sets_cookie = b"\r\ncookie: " in head.lower()  # by hand, so the jar adds none
        self.own_cookies: CookieStore | None = None  # in place of the session's
        self.upload: Iterable[bytes] | None = None
        self.rewind: Callable[[], Any] | None = None  # makes `body` give the upload again
        self.repeatable = method in _IDEMPOTENT
        self.wire = head + b"\r\n" + (body if isinstance(body, bytes) else b"")

    def with_cookies(self, header: str) -> bytes:
        """The bytes to send with a Cookie header."""
        line = b"Cookie: " + in_bytes(header) + b"\r\n\r\n"
        return self.head + line + (self.body if isinstance(self.body, bytes) else b"")


class SentRequest:
    """What was sent, for whoever looks at `response.request`."""

    __slots__ = ("_request", "_wire")

    def __init__(self, request: WireRequest, wire: bytes) -> None:
        self._request, self._wire = request, wire

    @property
    def method(self) -> str:
        """GET, POST ..."""
        return self._request.method

    @property
    def url(self) -> str:
        """Absolute, and percent-encoded."""
        return self._request.url

    @property
    def path_url(self) -> str:
        """The path and the query of it."""
        return self._request.path_url

    @property
    def body(self) -> Any:
        """The body's bytes, or the iterable or file that gave them."""
        return self._request.body

    @property
    def headers(self) -> CaseInsensitiveDict[str]:
        """The header that was sent, as text: UTF-8 where it is that, else Latin-1."""
        head = self._wire.partition(b"\r\n\r\n")[0]
        try:
            return _fields(head.decode("utf-8"))
        except UnicodeDecodeError:
            return _fields(head.decode("latin-1"))

    @property
    def header_bytes(self) -> CaseInsensitiveDict[str]:
        """The header that was sent, a character a byte: `encoded` makes the same bytes of it."""
        return _fields(self._wire.partition(b"\r\n\r\n")[0].decode("latin-1"))


def _fields(head: str) -> CaseInsensitiveDict[str]:
    pairs = (line.partition(": ") for line in head.split("\r\n")[1:])
    return CaseInsensitiveDict((name, value) for name, _, value in pairs)
