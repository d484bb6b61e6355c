"""Reads the answers that come over one connection, from bytes that somebody else receives: it knows no socket.

Framing (Content-Length, chunks, keep-alive) is llhttp's, through httptools. The header is kept as it came, and parsed
only when somebody asks for it.
"""

import time
from collections.abc import Iterable

from httptools import HttpParserCallbackError, HttpParserError, HttpResponseParser

from slogate.load.http.errors import (
    BodyTooLargeError,
    ConnectionLostError,
    HeaderTooLargeError,
    HttpClientError,
    ProtocolError,
)
from slogate.load.http.headers import ends_with_the_connection, keeps_alive

MOST_HEADER_BYTES = 64 * 1024
MOST_HEADER_LINES = 200

_HEADER_TOO_LARGE = f"a header of more than {MOST_HEADER_BYTES} bytes or {MOST_HEADER_LINES} lines"

_clock = time.perf_counter


class AnswerReader:
    """One answer after the other, each announced by `begin`.

    Of the answer that was announced last: `status`, `head` (status line and header), `body` (its parts as they came),
    `error` (why there is none), and by `time.perf_counter` `headed_s` (header read, of a stream) and `ended_s` (last
    byte read). `headed` and `done` tell how far it has come. `keeps_alive` says whether another may follow.
    """

    __slots__ = (
        "_answering",
        "_bodiless",
        "_limit",
        "_parser",
        "body",
        "done",
        "ended_s",
        "error",
        "head",
        "headed",
        "headed_s",
        "keeps_alive",
        "received",
        "status",
        "streaming",
    )

    def __init__(self) -> None:
        self._parser = HttpResponseParser(self)
        self._limit = 0
        self._answering = self._bodiless = False
        self.status = self.received = 0
        self.head: bytes | bytearray = b""
        self.body: list[bytes] = []
        self.headed_s = self.ended_s = 0.0
        self.error: BaseException | None = None
        self.done = True  # nothing is asked, so nothing may come
        self.headed = self.streaming = False
        self.keeps_alive = True

    def begin(self, most_body_bytes: int, *, bodiless: bool, stream: bool) -> None:
        """Another request is sent. `bodiless` says that its answer has no body whatever its header tells, as to HEAD;
        `stream` that its body is taken while it comes.
        """
        if self._bodiless:
            self._parser = HttpResponseParser(self)  # the one before waits for a body
        self.head = b""
        self.body.clear()
        self.received = 0
        self.done = self.headed = self._answering = False
        self._limit = most_body_bytes
        self._bodiless, self.streaming = bodiless, stream

    @property
    def is_due(self) -> bool:
        """Whether who waits for it can go on: the answer is there, or its header of a stream, or will never be."""
        return self.done or self.error is not None or (self.streaming and self.headed)

    def feed(self, data: bytes) -> None:
        """Takes bytes of an answer that is not done."""
        self._answering = True
        if not self.headed:
            if not self.head:
                self.head = data
            else:
                if isinstance(self.head, bytes):
                    self.head = bytearray(self.head)
                self.head += data
        try:
            self._parser.feed_data(data)
        except HttpParserError as error:
            if self.done:
                self.keeps_alive = False  # what follows an answer does not change it
            elif isinstance(error, HttpParserCallbackError) and isinstance(error.__context__, HttpClientError):
                self.error = error.__context__
            else:
                self.error = ProtocolError(f"the answer is not HTTP/1.1: {error}")
            return
        self.received += len(data)
        if self.received > self._limit and _total(self.body) > self._limit:
            self.error = BodyTooLargeError(f"a body of more than {self._limit} bytes; stream=True reads such")
        elif not self.headed and len(self.head) > MOST_HEADER_BYTES:
            self.error = HeaderTooLargeError(_HEADER_TOO_LARGE)

    def feed_end(self) -> None:
        """The peer will send no more (RFC 9112, section 6.3: that ends a body that has no other end)."""
        self.keeps_alive = False
        if self.headed and ends_with_the_connection(self.head):
            self._complete()
        else:
            where = "in the middle of its answer" if self._answering else "before an answer"
            self.error = ConnectionLostError(f"the server closed {where}", before_answer=not self._answering)

    def break_off(self, error: OSError) -> None:
        """The connection broke."""
        what = error.strerror or error
        self.error = ConnectionLostError(f"the connection broke: {what}", before_answer=not self._answering)

    def take_body(self) -> bytes:
        """What has come of the body since the last time."""
        part = b"".join(self.body)
        self.body.clear()
        self.received = 0
        return part

    # What the parser calls

    def on_message_begin(self) -> None:
        """A second answer to one request belongs to no request."""
        if self.done:
            self.keeps_alive = False

    def on_headers_complete(self) -> None:
        """The header is whole; one of 1xx announces another (RFC 9110, section 15.2)."""
        if self.done:
            return
        self.status = status = self._parser.get_status_code()
        head = self.head
        end = head.find(b"\r\n\r\n")
        if end > MOST_HEADER_BYTES or head.count(b"\n", 0, end) > MOST_HEADER_LINES:
            raise HeaderTooLargeError(_HEADER_TOO_LARGE)
        if status < 200:
            if status == 101:
                raise ProtocolError("the server switches protocols, which nobody asked for")
            return
        self.headed = True
        if end >= 0:
            self.head = head = bytes(head[: end + 4])
        if self.streaming:
            self.headed_s = _clock()
        if self._bodiless:
            self.keeps_alive = self.keeps_alive and keeps_alive(head)
            self._complete()

    def on_body(self, part: bytes) -> None:
        """Some of the body."""
        if self.done:
            self.keeps_alive = False  # a body where there may be none
        else:
            self.body.append(part)

    def on_message_complete(self) -> None:
        """The message is whole."""
        if self.done:
            return
        if self.status < 200:
            self.head = self.head[self.head.find(b"\r\n\r\n") + 4 :]
            return
        if not self._parser.should_keep_alive():
            self.keeps_alive = False
        self._complete()

    def _complete(self) -> None:
        self.ended_s = _clock()
        self.done = True


def _total(parts: Iterable[bytes]) -> int:
    return sum(map(len, parts))
