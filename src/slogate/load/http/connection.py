"""One HTTP/1.1 connection, driven by its socket's events.

The read watcher is started once and stays for the connection's life. Its callback reads, feeds the answer, which takes
the end time when it is complete; only then it switches to the greenlet that waits. So a request costs one `send`, one
`recv` and one switch, and no change to epoll. A connection that the server closes while it is idle is known to be
closed at once, for the same reason.

No exception leaves a callback: the event loop would print it and the greenlet would wait for ever. It is given to the
waiting greenlet in place of the answer.
"""

import math
import socket
import ssl
import time
from collections.abc import Iterable
from typing import Any

from gevent import get_hub, getcurrent

from slogate.load.http.answer import AnswerReader
from slogate.load.http.errors import HttpClientError, ReadTimeoutError, TotalTimeoutError
from slogate.load.http.tls import TlsFilter

STREAM_BUFFER_BYTES = 256 * 1024  # of a streamed body, before the server is left waiting
_RECEIVE_BYTES = 64 * 1024
_READ, _WRITE = 1, 2  # as libev numbers its events
_TIMER_SLACK_S = 0.001

_clock = time.perf_counter


class Connection:
    """One connection to one origin; `exchange` is for one greenlet at a time.

    After an exchange these hold until the next one: `answer`, and when the first byte was sent, `started_at_s` (of
    `time.time`) and `started_s` (of `time.perf_counter`). `open` turns false once the connection cannot be used again.
    """

    __slots__ = (
        "_deadline_s",
        "_heard_s",
        "_hub",
        "_read_timeout_s",
        "_sock",
        "_timer",
        "_timer_due_s",
        "_tls",
        "_waiting",
        "_watcher",
        "answer",
        "open",
        "started_at_s",
        "started_s",
    )

    def __init__(self, sock: socket.socket, tls: TlsFilter | None = None) -> None:
        self._sock = sock  # connected and not blocking
        self._tls = tls
        self._hub = get_hub()
        self.open = True
        self.answer = AnswerReader()
        self.started_at_s = self.started_s = self._heard_s = 0.0
        self._waiting: Any = None
        self._read_timeout_s = self._deadline_s = self._timer_due_s = math.inf
        self._timer: Any = None
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
        answer = self.answer
        answer.begin(most_body_bytes, bodiless=bodiless, stream=stream)
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
            while not answer.is_due:
                self._hub.switch()
            self._waiting = None
            if answer.error is not None:
                raise answer.error  # noqa: TRY301 (the connection is closed in one place)
        except BaseException:  # also when the greenlet is killed: half an answer is in the way of the next one
            self._waiting = None
            self.close()
            raise
        if answer.done and not answer.keeps_alive:
            self.close()

    def next_part(self) -> bytes:
        """The next part of a streamed body; empty at its end. Raises an `HttpClientError`."""
        answer = self.answer
        try:
            if not self._has_news():
                self._deadline_s = math.inf  # a stream may be meant to go on; only its silence ends it
                self._arm(_clock())  # the reader may have taken its time: that is not the server's silence
                while not self._has_news():
                    self._pause()
            if answer.error is not None and not answer.body:
                raise answer.error  # noqa: TRY301 (as above)
        except BaseException:
            self.close()
            raise
        part = answer.take_body()
        if not part:
            if not answer.keeps_alive:
                self.close()
        elif self.open and not answer.done and answer.error is None and not self._watcher.active:
            self._watcher.start(self._on_readable)
        return part

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
        answer = self.answer
        return bool(answer.body or answer.done or answer.error)

    # Sending what the socket's buffer does not take at once

    def _send_all(self, data: memoryview) -> None:
        while data and not self.answer.done and self.answer.error is None:
            try:
                sent = self._sock.send(data)
            except OSError as error:
                sent = self._failed_to_send(error, len(data))
            if sent:
                data = data[sent:]
            else:
                self._wait_until_writable()
        if data:
            self.answer.keeps_alive = False  # the answer came before the whole request was sent: the rest cannot follow

    def _failed_to_send(self, error: OSError, length: int) -> int:
        """How much counts as sent: nothing where the buffer is full. On a broken connection all of it, because an
        answer that says why may lie in the receive buffer, and reading tells of the break anyhow.
        """
        if isinstance(error, BlockingIOError):
            return 0
        self.answer.keeps_alive = False
        return length

    def _send_upload(self, upload: Iterable[bytes]) -> None:
        answer = self.answer
        for part in upload:
            if answer.done or answer.error is not None or not answer.keeps_alive:
                answer.keeps_alive = False
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
        answer = self.answer
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
        except OSError as error:
            if answer.done:
                self.close()
            elif isinstance(error, HttpClientError):
                answer.error = error
            else:
                answer.break_off(error)
        except BaseException as error:  # noqa: BLE001 (see the module: the waiting greenlet raises it)
            answer.error = error
        if answer.error is not None:
            self._stop_reading()
        if answer.is_due:
            self._resume()

    def _take(self, data: bytes) -> None:
        answer = self.answer
        if answer.done:
            self.close()  # nobody asked for this, so whatever follows would answer the wrong request
            return
        answer.feed(data)
        if not answer.done:
            self._heard_s = _clock()
            if answer.streaming and answer.headed and answer.received > STREAM_BUFFER_BYTES:
                self._stop_reading()

    def _take_end(self) -> None:
        if self.answer.done:
            self.close()
        else:
            self.answer.feed_end()
            self._stop_reading()

    def _stop_reading(self) -> None:
        if self.open:
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
        if self._waiting is None or self.answer.done or self.answer.error is not None:
            return  # armed again when the greenlet waits
        now_s = _clock()
        silent_s = self._heard_s + self._read_timeout_s
        due_s = min(silent_s, self._deadline_s)
        if now_s < due_s - _TIMER_SLACK_S:
            self._start_timer(due_s, now_s)
            return
        if due_s == silent_s:
            self.answer.error = ReadTimeoutError(f"no byte for {self._read_timeout_s:g} s")
        else:
            self.answer.error = TotalTimeoutError("the request was not done within its total timeout")
        self._stop_reading()
        self._resume()
