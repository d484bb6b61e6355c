"""What a request came back with, in the shape of `requests.Response`. Only what is asked for is worked out."""

import codecs
import json as json_module
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any, Self

from charset_normalizer import detect
from requests.structures import CaseInsensitiveDict
from requests.utils import get_encoding_from_headers

from slogate.load.http.cookies import CookieStore
from slogate.load.http.errors import HttpClientError, HttpStatusError
from slogate.load.http.headers import Fields, fields_of, reason_of
from slogate.load.http.stream import BodyStream
from slogate.load.http.wire import SentRequest, WireRequest

REDIRECTS = frozenset({301, 302, 303, 307, 308})


class Response:
    """An answer; or, with `status_code` 0 and `error`, why there is none.

    `started_at_s` is the wall clock at the first byte sent. `service_s` is from there to the last byte read, without
    the set-up of connections; for a streamed body to the end of its header. `connect_us` is that set-up (name, TCP and
    TLS) in µs, None where the connection was there already. `head` and `wire` are the bytes of the answer's header and
    of the request.
    """

    __slots__ = (
        "__dict__",
        "__weakref__",
        "_content",
        "_encoding",
        "_fields",
        "_headers",
        "_sent",
        "_stream",
        "connect_us",
        "ended_s",
        "error",
        "head",
        "history",
        "service_s",
        "started_at_s",
        "started_s",
        "status_code",
        "url",
        "wire",
    )

    def __init__(self, request: WireRequest) -> None:
        self._sent, self.wire = request, request.wire
        self.url = request.url
        self.status_code = 0
        self.error: HttpClientError | None = None
        self.history: list[Self] = []
        self.connect_us: int | None = None
        self.started_at_s = self.started_s = self.ended_s = self.service_s = 0.0
        self.head: bytes | bytearray = b""
        self._content: bytes | None = None
        self._stream: BodyStream | None = None
        self._fields: Fields | None = None
        self._headers: CaseInsensitiveDict[str] | None = None
        self._encoding: str | None = None

    # The header

    @property
    def reason(self) -> str:
        """The reason phrase."""
        return reason_of(self.head, self.status_code) if self.head else ""

    @property
    def fields(self) -> Fields:
        """The header's fields, each as often as it came."""
        if self._fields is None:
            self._fields = fields_of(self.head) if self.head else Fields()
        return self._fields

    @property
    def headers(self) -> CaseInsensitiveDict[str]:
        """The header, by names in any case; the values of a repeated field are joined by commas."""
        if self._headers is None:
            self._headers = self.fields.joined()
        return self._headers

    @property
    def cookies(self) -> CookieStore:
        """The cookies that this answer set."""
        store = CookieStore()
        store.take(self.fields.all_of("set-cookie"), self.url)
        return store

    @property
    def is_redirect(self) -> bool:
        """Whether it names another place to go to; an empty Location names none, as requests has it."""
        return self.status_code in REDIRECTS and bool(self.headers.get("location"))

    @property
    def ok(self) -> bool:
        """Whether there is an answer, of a status below 400."""
        return self.error is None and self.status_code < 400

    def __repr__(self) -> str:
        return f"<Response [{self.status_code}]>"

    def __bool__(self) -> bool:
        return self.ok

    @property
    def request(self) -> SentRequest:
        """What was sent."""
        return SentRequest(self._sent, self.wire)

    @property
    def path_url(self) -> str:
        """The path and the query that were asked for."""
        return self._sent.path_url

    @property
    def length(self) -> int:
        """The bytes of the content; of a stream what its Content-Length says, or 0."""
        if self._stream is None:
            return len(self._content or b"")
        said = self.headers.get("content-length", "0")
        return int(said) if said.isdecimal() else 0

    @property
    def elapsed(self) -> timedelta:
        """`service_s` of this answer alone, without the redirects before it."""
        return timedelta(seconds=self.service_s)

    def raise_for_status(self) -> None:
        """Raises `error`, or `HttpStatusError` for a status of 400 or more."""
        if self.error is not None:
            raise self.error
        if self.status_code >= 400:
            raise self.status_error(self.url)

    def status_error(self, url: str) -> HttpStatusError:
        """The error of a status of 400 or more, worded as requests words it."""
        side = "Client" if self.status_code < 500 else "Server"
        return HttpStatusError(f"{self.status_code} {side} Error: {self.reason} for url: {url}")

    # The body

    @property
    def content(self) -> bytes | None:
        """The body, decoded; None where there is no answer. Reads a stream to its end."""
        if self._stream is not None:
            stream, self._stream = self._stream, None
            self._content = b"".join(stream.parts())
        return self._content

    @property
    def encoding(self) -> str | None:
        """The charset, from the header unless it was set; None where that says nothing."""
        if self._encoding is None:
            self._encoding = get_encoding_from_headers(self.headers)
        return self._encoding

    @encoding.setter
    def encoding(self, value: str | None) -> None:
        self._encoding = value

    @property
    def apparent_encoding(self) -> str | None:
        """The charset that the body looks like."""
        found = detect(self.content or b"")["encoding"]
        return str(found) if found else None

    @property
    def text(self) -> str:
        """The body as text; what does not fit its charset becomes U+FFFD."""
        content = self.content
        if not content:
            return ""
        encoding = self.encoding or self.apparent_encoding or "utf-8"
        try:
            return str(content, encoding, errors="replace")
        except LookupError:  # a charset that nobody knows
            return str(content, errors="replace")

    def json(self, **kwargs: Any) -> Any:
        """The body as JSON. Raises `json.JSONDecodeError`."""
        try:
            return json_module.loads(self.content or b"", **kwargs)
        except UnicodeDecodeError:  # RFC 8259 wants UTF-8; the header may tell of another charset
            return json_module.loads(self.text, **kwargs)

    def iter_content(self, chunk_size: int | None = 1, decode_unicode: bool = False) -> Iterator[Any]:
        """The body in parts of at most `chunk_size` bytes (None: as they come); as text with `decode_unicode`."""
        if self._stream is None:
            content = self.content or b""
            size = chunk_size or max(len(content), 1)
            pieces: Iterator[bytes] = (content[at : at + size] for at in range(0, len(content), size))
        else:
            stream, self._stream = self._stream, None
            self._content = b""
            pieces = _cut(stream.parts(), chunk_size)
        return _as_text(pieces, self.encoding) if decode_unicode and self.encoding else pieces

    def iter_lines(
        self, chunk_size: int | None = 512, decode_unicode: bool = False, delimiter: Any = None
    ) -> Iterator[Any]:
        """The body line by line, without the line ends."""
        pending: Any = None
        for chunk in self.iter_content(chunk_size, decode_unicode):
            whole = chunk if pending is None else pending + chunk
            lines = whole.split(delimiter) if delimiter else whole.splitlines()
            unfinished = bool(lines) and bool(lines[-1]) and lines[-1][-1] == whole[-1]
            pending = lines.pop() if unfinished else None
            yield from lines
        if pending is not None:
            yield pending

    def __iter__(self) -> Iterator[bytes]:
        return self.iter_content(128)

    def close(self) -> None:
        """Gives a stream up."""
        if self._stream is not None:
            self._stream.close()
            self._stream = None

    # What the client fills in

    def fail(self, error: HttpClientError) -> None:
        """There is no answer, or none that can be used."""
        self.ended_s = time.perf_counter()
        self.error = error
        self.status_code = 0

    def drain(self, most_bytes: int) -> None:
        """Reads what is left of a stream, for the sake of its connection; but no more than `most_bytes`."""
        if self._stream is not None:
            for part in self._stream.parts():
                most_bytes -= len(part)
                if most_bytes < 0:
                    self._stream.close()
            self._stream = None

    def take_content(self, content: bytes) -> None:
        """A whole body, decoded."""
        self._content = content

    def take_stream(self, stream: BodyStream) -> None:
        """A body that is still to be read."""
        self._stream = stream


def _cut(parts: Iterator[bytes], size: int | None) -> Iterator[bytes]:
    """Parts of at most `size` bytes; a part is not held back to be filled up."""
    for part in parts:
        yield from [part] if size is None else (part[at : at + size] for at in range(0, len(part), size))


def _as_text(pieces: Iterator[bytes], encoding: str) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
    for piece in pieces:
        if text := decoder.decode(piece):
            yield text
    if text := decoder.decode(b"", final=True):
        yield text
