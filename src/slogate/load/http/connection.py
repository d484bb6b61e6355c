"""One HTTP/1.1 connection, driven by its socket's events.

The read watcher is started once and stays for the connection's life. Its callback reads, feeds the parser, and takes
the end time when the message is complete; only then it switches to the greenlet that waits. So a request costs one
`send`, one `recv` and one switch, and no change to epoll. A connection that the server closes while it is idle is
known to be closed at once, for the same reason.

No exception leaves a callback: the event loop would print it and the greenlet would wait for ever. It is given to the
waiting greenlet in place of the answer.

Framing (Content-Length, chunks, keep-alive) is llhttp's, through httptools. The header is kept as it came, and parsed
only when somebody asks for it.
"""

import math
import socket
import ssl
import time
from collections.abc import Iterable
from typing import Any

from gevent import get_hub, getcurrent
from httptools import HttpParserCallbackError, HttpParserError, HttpResponseParser

from slogate.load.http.errors import (
    BodyTooLargeError,
    ConnectionLostError,
    HeaderTooLargeError,
    HttpClientError,
    ProtocolError,
    ReadTimeoutError,
    TotalTimeoutError,
)
from slogate.load.http.headers import ends_with_the_connection, keeps_alive
from slogate.load.http.tls import TlsFilter

MOST_HEADER_BYTES = 64 * 1024
MOST_HEADER_LINES = 200
STREAM_BUFFER_BYTES = 256 * 1024  # of a streamed body, before the server is left waiting
_RECEIVE_BYTES = 64 * 1024
_READ, _WRITE = 1, 2  # as libev numbers its events
_TIMER_SLACK_S = 0.001

_HEADER_TOO_LARGE = f"a header of more than {MOST_HEADER_BYTES} bytes or {MOST_HEADER_LINES} lines"

_clock = time.perf_counter


class Connection:
    """One connection to one origin; `exchange` is for one greenlet at a time.

    After an exchange these hold until the next one: `status`, `head` (status line and header), `body` (its parts as
    they came), `started_at_s` (first byte sent, of `time.time`), and of `time.perf_counter` `started_s` (the same),
    `headed_s` (header read, of a stream) and `ended_s` (last byte read). `open` turns false once the connection cannot
    be used again.
    """

    __slots__ = (
        "_answering",
        "_bodiless",
        "_deadline_s",
        "_done",
        "_error",
        "_head_done",
        "_heard_s",
        "_hub",
        "_keeps_alive",
        "_limit",
        "_parser",
        "_read_timeout_s",
        "_received",
        "_sock",
        "_streaming",
        "_timer",
        "_timer_due_s",
        "_tls",
        "_waiting",
        "_watcher",
        "body",
        "ended_s",
        "head",
        "headed_s",
        "open",
        "started_at_s",
        "started_s",
        "status",
    )

    def __init__(self, sock: socket.socket, tls: TlsFilter | None = None) -> None:
        self._sock = sock  # connected and not blocking
        self._tls = tls
        self._hub = get_hub()
        self.open = True
        self.status = 0
        self.head: bytes | bytearray = b""
        self.body: list[bytes] = []
        self.started_at_s = self.started_s = self.headed_s = self.ended_s = self._heard_s = 0.0
        self._waiting: Any = None
        self._error: BaseException | None = None
        self._done = True  # nothing is asked, so nothing may come
        self._answering = self._head_done = self._streaming = self._bodiless = False
        self._keeps_alive = True
        self._limit = self._received = 0
        self._read_timeout_s = self._deadline_s = self._timer_due_s = math.inf
        self._timer: Any = None
        self._parser = HttpResponseParser(self)
        self._watcher: Any = self._hub.loop.io(sock.fileno(), _READ)
        self._watcher.start(self._on_readable)

    # What a greenlet does

    def exchange(
        self,
        request: bytes,
        upload: Iterable[bytes] | None = None,
        read_timeout_s: float = math.inf,
        deadline_s: float = math.inf,
        most_body_bytes: int = 1 << 62,
        *,
        bodiless: bool = False,
        stream: bool = False,
    ) -> None:
        """Sends `request`, and `upload` after it, and waits for the answer; with `stream` only for its header.

        `deadline_s` is of `time.perf_counter`. `bodiless` says that the answer will have no body whatever its header
        tells, as to HEAD. Raises an `HttpClientError`; the connection is closed then.
        """
        self.head = b""
        self.body.clear()
        self._received = 0
        self._limit = most_body_bytes
        self._answering = self._head_done = self._done = False
        self._bodiless = bodiless
        self._streaming = stream
        self._read_timeout_s = read_timeout_s
        self._deadline_s = deadline_s
        data = request if self._tls is None else self._tls.encrypt(request)
        try:
            self.started_at_s = time.time()
            self.started_s = now_s = _clock()
            try:
                sent = self._sock.send(data)
            except OSError as error:
                sent = self._failed_to_send(error, len(data))
            self._arm(now_s)
            if sent != len(data):
                self._send_all(memoryview(data)[sent:])
            if upload is not None:
                self._send_upload(upload)
            self._waiting = getcurrent()
            while not self._done and self._error is None and not (stream and self._head_done):
                self._hub.switch()
            self._waiting = None
            if self._error is not None:
                raise self._error  # noqa: TRY301 (the connection is closed in one place)
        except BaseException:  # also when the greenlet is killed: half an answer is in the way of the next one
            self._waiting = None
            self.close()
            raise
        if self._done:
            self._settle()

    def next_part(self) -> bytes:
        """The next part of a streamed body; empty at its end. Raises an `HttpClientError`."""
        try:
            if not self._has_news():
                self._deadline_s = math.inf  # a stream may be meant to go on; only its silence ends it
                self._arm(_clock())  # the reader may have taken its time: that is not the server's silence
                while not self._has_news():
                    self._pause()
            error = self._error
            if error is not None and not self.body:
                raise error  # noqa: TRY301 (as above)
        except BaseException:
            self.close()
            raise
        part = b"".join(self.body)
        self.body.clear()
        self._received = 0
        if not part:
            self._settle()
        elif self.open and not self._done and self._error is None and not self._watcher.active:
            self._watcher.start(self._on_readable)
        return part

    @property
    def done(self) -> bool:
        """Whether the whole answer has come."""
        return self._done

    def tls_session(self) -> ssl.SSLSession | None:
        """The TLS session, for another connection to resume."""
        return None if self._tls is None else self._tls.session()

    def is_quiet(self) -> bool:
        """Whether the peer has neither sent anything nor closed, asked of the kernel just now.

        For requests that must not be sent twice: the event of a close may still be waiting in the loop.
        """
        try:
            self._sock.recv(1, socket.MSG_PEEK)
        except BlockingIOError:
            return self.open
        except OSError:
            pass  # reset
        self.close()
        return False

    def close(self) -> None:
        """Closes the socket. A greenlet that waits on it is not woken."""
        if self.open:
            self.open = False
            self._watcher.close()
            if self._timer is not None:
                self._timer.close()
            self._sock.close()

    def _has_news(self) -> bool:
        """Whether a reader of the stream need not wait."""
        return bool(self.body or self._done or self._error)

    def _settle(self) -> None:
        """After a whole answer: closes what cannot carry another one."""
        if not self._keeps_alive:
            self.close()
        elif self._bodiless:
            self._parser = HttpResponseParser(self)  # this one waits for a body

    # Sending what the socket's buffer does not take at once

    def _send_all(self, data: memoryview) -> None:
        while data and not self._done and self._error is None:
            try:
                sent = self._sock.send(data)
            except OSError as error:
                sent = self._failed_to_send(error, len(data))
            if sent:
                data = data[sent:]
            else:
                self._wait_until_writable()
        if data:
            self._keeps_alive = False  # the answer came before the whole request was sent: the rest cannot follow

    def _failed_to_send(self, error: OSError, length: int) -> int:
        """How much counts as sent: nothing where the buffer is full. On a broken connection all of it, because an
        answer that says why may lie in the receive buffer, and reading tells of the break anyhow.
        """
        if isinstance(error, BlockingIOError):
            return 0
        self._keeps_alive = False
        return length

    def _send_upload(self, upload: Iterable[bytes]) -> None:
        for part in upload:
            if self._done or self._error is not None or not self._keeps_alive:
                self._keeps_alive = False
                break
            self._send_all(memoryview(part if self._tls is None else self._tls.encrypt(part)))
        self._arm(_clock())

    def _wait_until_writable(self) -> None:
        watcher = self._hub.loop.io(self._sock.fileno(), _WRITE)
        watcher.start(self._resume)
        self._arm(_clock())
        try:
            self._pause()
        finally:
            watcher.close()

    def _pause(self) -> None:
        self._waiting = getcurrent()
        try:
            self._hub.switch()
        finally:
            self._waiting = None

    # What the event loop calls

    def _on_readable(self) -> None:
        try:
            data = self._sock.recv(_RECEIVE_BYTES)
            tls = self._tls
            if tls is None:
                if data:
                    self._take(data)
                else:
                    self._take_end()
            else:
                plain = tls.decrypt(data)
                if plain:
                    self._take(plain)
                if tls.ended:
                    self._take_end()
        except BlockingIOError:
            return
        except (HttpParserError, HttpClientError, OSError) as error:
            self._take_error(error)
        except BaseException as error:  # noqa: BLE001 (see the module: the waiting greenlet raises it)
            self._error = error
        if self._done or self._error is not None or (self._streaming and self._head_done):
            self._resume()

    def _take(self, data: bytes) -> None:
        if self._done:
            self.close()  # nobody asked for this, so whatever follows would answer the wrong request
            return
        self._answering = True
        if not self._head_done:
            if not self.head:
                self.head = data
            else:
                if isinstance(self.head, bytes):
                    self.head = bytearray(self.head)
                self.head += data
        self._parser.feed_data(data)
        self._received += len(data)
        if self._received > self._limit and sum(map(len, self.body)) > self._limit:
            self._fail(BodyTooLargeError(f"a body of more than {self._limit} bytes; stream=True reads such"))
        if self._done:
            return
        self._heard_s = _clock()
        if not self._head_done:
            if len(self.head) > MOST_HEADER_BYTES:
                self._fail(HeaderTooLargeError(_HEADER_TOO_LARGE))
        elif self._streaming and self._received > STREAM_BUFFER_BYTES:
            self._watcher.stop()

    def _take_end(self) -> None:
        """The peer will send no more (RFC 9112, section 6.3: that ends a body that has no other end)."""
        self._keeps_alive = False
        if self._done:
            self.close()
        elif self._head_done and ends_with_the_connection(self.head):
            self._complete()
            self._watcher.stop()
        else:
            where = "in the middle of its answer" if self._answering else "before an answer"
            self._fail(ConnectionLostError(f"the server closed {where}", before_answer=not self._answering))

    def _take_error(self, error: Exception) -> None:
        if self._done:
            self._keeps_alive = False  # what follows an answer does not change it
            if self._waiting is None:
                self.close()
            return
        if isinstance(error, HttpParserCallbackError) and isinstance(error.__context__, HttpClientError):
            error = error.__context__
        if isinstance(error, HttpParserError):
            self._fail(ProtocolError(f"the answer is not HTTP/1.1: {error}"))
        elif isinstance(error, HttpClientError):
            self._fail(error)
        else:
            what = getattr(error, "strerror", None) or error
            self._fail(ConnectionLostError(f"the connection broke: {what}", before_answer=not self._answering))

    def _fail(self, error: HttpClientError) -> None:
        self._error = error
        self._watcher.stop()

    def _resume(self) -> None:
        if self._waiting is not None:
            self._waiting.switch()

    def _arm(self, now_s: float) -> None:
        """Sees to it that the timer fires when silence or the whole have lasted too long.

        One timer stays armed over many requests. Where it fires too early, it is set to what is due by then.
        """
        self._heard_s = now_s
        due_s = now_s + self._read_timeout_s
        if due_s > self._deadline_s:  # noqa: PLR1730 (min() costs as much as the rest of this method)
            due_s = self._deadline_s
        if due_s < self._timer_due_s:
            self._start_timer(due_s, now_s)

    def _start_timer(self, due_s: float, now_s: float) -> None:
        if self._timer is not None:
            self._timer.close()
        self._timer_due_s = due_s
        self._timer = self._hub.loop.timer(max(due_s - now_s, 0.0), ref=False)
        self._timer.start(self._on_timer)

    def _on_timer(self) -> None:
        self._timer_due_s = math.inf
        if self._waiting is None or self._done or self._error is not None:
            return  # armed again when the greenlet waits
        now_s = _clock()
        silent_s = self._heard_s + self._read_timeout_s
        due_s = min(silent_s, self._deadline_s)
        if now_s < due_s - _TIMER_SLACK_S:
            self._start_timer(due_s, now_s)
            return
        if due_s == silent_s:
            self._fail(ReadTimeoutError(f"no byte for {self._read_timeout_s:g} s"))
        else:
            self._fail(TotalTimeoutError("the request was not done within its total timeout"))
        self._resume()

    # What the parser calls; none of these may switch greenlets

    def on_message_begin(self) -> None:
        """A second answer to one request: it belongs to no request."""
        if self._done:
            self._keeps_alive = False

    def on_headers_complete(self) -> None:
        """The header is whole; one of 1xx announces another (RFC 9110, section 15.2)."""
        if self._done:
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
        self._head_done = True
        if end >= 0:
            self.head = head = bytes(head[: end + 4])
        if self._streaming:
            self.headed_s = _clock()
        if self._bodiless:
            self._keeps_alive = self._keeps_alive and keeps_alive(head)
            self._complete()

    def on_body(self, part: bytes) -> None:
        """Some of the body."""
        if self._done:
            self._keeps_alive = False  # a body where there may be none
        else:
            self.body.append(part)

    def on_message_complete(self) -> None:
        """The message is whole."""
        if self._done:
            return
        if self.status < 200:
            self.head = self.head[self.head.find(b"\r\n\r\n") + 4 :]
            return
        if not self._parser.should_keep_alive():
            self._keeps_alive = False
        self._complete()

    def _complete(self) -> None:
        self.ended_s = _clock()
        self._done = True
