"""Whatever comes, an exchange ends in bounded time, and a connection stays open only in step with its peer."""

import contextlib
import socket
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import gevent
import pytest
from http_answers import damaged_answers
from hypothesis import given, settings

from raw_server import ok
from slogate.load.http.connection import STREAM_BUFFER_BYTES, Connection
from slogate.load.http.errors import (
    BodyTooLargeError,
    HttpClientError,
    ReadTimeoutError,
    TotalTimeoutError,
)

REQUEST = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
FOREVER_S = 20.0  # far longer than anything here takes, so that a hang fails and a busy machine does not


@dataclass
class Outcome:
    """How one exchange ended."""

    status: int
    body: bytes
    open: bool


@contextlib.contextmanager
def pair() -> Iterator[tuple[Connection, socket.socket]]:
    near, far = socket.socketpair()
    near.setblocking(False)
    connection = Connection(near)
    try:
        yield connection, far
    finally:
        connection.close()
        far.close()


def let_loop_run() -> None:
    for _ in range(3):
        gevent.sleep(0)


def wait_for(condition: Callable[[], object]) -> None:
    deadline_s = time.monotonic() + FOREVER_S
    while not condition():
        assert time.monotonic() < deadline_s
        gevent.sleep(0.005)


def exchange(pieces: Sequence[bytes], *, then_close: bool = False, bodiless: bool = False) -> Outcome:
    """What comes of an answer in these pieces, each of which is read before the next one is sent."""
    with pair() as (connection, far), gevent.Timeout(FOREVER_S):
        asking = gevent.spawn(connection.exchange, REQUEST, bodiless=bodiless)
        let_loop_run()
        assert far.recv(65536) == REQUEST
        for piece in pieces:
            with contextlib.suppress(BrokenPipeError):  # it has seen enough
                far.sendall(piece)
            let_loop_run()
        if then_close:
            far.close()
        asking.get()
        return Outcome(connection.answer.status, b"".join(connection.answer.body), connection.open)


@settings(max_examples=100, deadline=None)
@given(pieces=damaged_answers())
def test_hostile_bytes_always_give_an_outcome(pieces: list[bytes]) -> None:
    with contextlib.suppress(HttpClientError):
        assert exchange(pieces, then_close=True).status >= 200


@pytest.mark.parametrize(
    ("data", "body", "stays_open"),
    [
        (ok(b"a"), b"a", True),
        (ok(b"a", "Connection: close"), b"a", False),
        (ok(b"a") + b"HTTP/1.1 200", b"a", False),  # more than was asked for
        (ok(b"a") + ok(b"b"), b"a", False),
        (ok(b"a", "Connection: close") + b"more", b"a", False),
        (b"HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\na", b"a", False),
        (b"HTTP/1.0 200 OK\r\nContent-Length: 1\r\nConnection: keep-alive\r\n\r\na", b"a", True),
        (b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + ok(b"a"), b"a", True),
    ],
)
def test_a_connection_stays_open_only_in_step(data: bytes, body: bytes, stays_open: bool) -> None:
    outcome = exchange([data])
    assert (outcome.body, outcome.open) == (body, stays_open)


@pytest.mark.parametrize(
    ("head", "stays_open"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n", True),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", True),
        (b"HTTP/1.1 200 OK\r\n\r\n", True),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", True),
        (b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n", False),
        (b"HTTP/1.0 200 OK\r\nContent-Length: 9\r\n\r\n", False),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nab", False),  # a body that HEAD must not have
    ],
)
def test_an_answer_to_head_ends_with_its_header(head: bytes, stays_open: bool) -> None:
    outcome = exchange([head], bodiless=True)
    assert (outcome.body, outcome.open) == (b"", stays_open)


def test_one_connection_carries_many_requests() -> None:
    with pair() as (connection, far), gevent.Timeout(FOREVER_S):
        for number in range(5):
            far.sendall(b"") if number else None
            asking = gevent.spawn(connection.exchange, REQUEST, bodiless=number == 2)
            let_loop_run()
            far.recv(65536)
            far.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n" + (b"" if number == 2 else b"%d" % number))
            asking.get()
            assert connection.answer.body == ([] if number == 2 else [b"%d" % number])
        assert connection.open


@pytest.mark.parametrize("what", [b"", b"HTTP/1.1 408 Request Timeout\r\n\r\n"])
def test_an_idle_connection_is_closed_by_its_end_or_by_words_that_nobody_asked_for(what: bytes) -> None:
    with pair() as (connection, far), gevent.Timeout(FOREVER_S):
        assert connection.is_quiet()
        if what:
            far.sendall(what)
        else:
            far.close()
        wait_for(lambda: not connection.open)


def test_a_close_is_seen_before_the_loop_has_run() -> None:
    with pair() as (connection, far):
        far.close()
        assert connection.open
        assert not connection.is_quiet()
        assert not connection.open


def test_silence_ends_with_the_read_timeout_and_a_drip_with_the_deadline() -> None:
    with pair() as (connection, _far), pytest.raises(ReadTimeoutError):
        connection.exchange(REQUEST, read_timeout_s=0.05)
    with pair() as (connection, far):

        def drip() -> None:
            far.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
            while connection.open:
                far.sendall(b"x")
                gevent.sleep(0.01)

        dripping = gevent.spawn(drip)
        with pytest.raises(TotalTimeoutError):
            connection.exchange(REQUEST, read_timeout_s=FOREVER_S, deadline_s=time.perf_counter() + 0.2)
        assert not connection.open
        dripping.get()


def test_bytes_that_come_in_time_put_the_read_timeout_off() -> None:
    with pair() as (connection, far), gevent.Timeout(FOREVER_S):
        asking = gevent.spawn(connection.exchange, REQUEST, read_timeout_s=1.0)
        began_s = time.monotonic()
        far.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\n")
        for _ in range(8):
            gevent.sleep(0.2)
            far.sendall(b"x")
        asking.get()
        assert time.monotonic() - began_s > 1.0


def test_a_short_timeout_after_a_long_one_holds() -> None:
    """The timer of the request before is still armed for much later."""
    with pair() as (connection, far), gevent.Timeout(FOREVER_S):
        asking = gevent.spawn(connection.exchange, REQUEST, read_timeout_s=500.0)
        let_loop_run()
        far.sendall(ok())
        asking.get()
        with pytest.raises(ReadTimeoutError):
            connection.exchange(REQUEST, read_timeout_s=0.05)


def test_a_killed_greenlet_takes_its_connection_with_it() -> None:
    with pair() as (connection, far), gevent.Timeout(FOREVER_S):
        asking = gevent.spawn(connection.exchange, REQUEST)
        let_loop_run()
        far.sendall(b"HTTP/1.1 200 OK\r\n")
        asking.kill()
        assert not connection.open


@pytest.mark.parametrize("excess", [0, 1, 1_000_000])
def test_a_body_over_the_limit_is_refused(excess: int) -> None:
    with pair() as (connection, far), gevent.Timeout(FOREVER_S):
        asking = gevent.spawn(connection.exchange, REQUEST, most_body_bytes=100_000)
        let_loop_run()
        far.setblocking(False)
        gevent.spawn(_send_all, far, ok(bytes(100_000 + excess)))
        if not excess:
            asking.get()
            return
        with pytest.raises(BodyTooLargeError):
            asking.get()


def _send_all(sock: socket.socket, data: bytes) -> None:
    view = memoryview(data)
    with contextlib.suppress(ConnectionError):
        while view:
            try:
                view = view[sock.send(view) :]
            except BlockingIOError:
                gevent.sleep(0.001)


def test_a_large_request_is_sent_as_the_peer_reads_it() -> None:
    body = bytes(range(256)) * 8192  # 2 MiB, more than the socket's buffers
    with pair() as (connection, far), gevent.Timeout(FOREVER_S):
        asking = gevent.spawn(connection.exchange, REQUEST + body, [b"part one,", b"part two"])
        far.setblocking(False)
        received = b""
        while not received.endswith(b"part two"):
            try:
                received += far.recv(100_000)
            except BlockingIOError:
                gevent.sleep(0.001)
        assert received == REQUEST + body + b"part one,part two"
        far.sendall(ok(b"got it"))
        asking.get()
        assert connection.answer.body == [b"got it"]


def test_an_answer_before_the_whole_request_was_sent_is_taken_and_ends_the_connection() -> None:
    with pair() as (connection, far), gevent.Timeout(FOREVER_S):
        asking = gevent.spawn(connection.exchange, REQUEST + bytes(4 << 20))
        let_loop_run()
        far.sendall(ok(b"too large", status="413 Payload Too Large"))
        asking.get()
        assert connection.answer.status == 413
        assert not connection.open


def test_an_answer_is_read_also_where_the_request_can_no_longer_be_sent() -> None:
    with pair() as (connection, far), gevent.Timeout(FOREVER_S):
        far.sendall(ok(status="503 Service Unavailable"))
        far.close()
        connection.exchange(REQUEST)
        assert (connection.answer.status, connection.open) == (503, False)


def test_a_stream_holds_the_server_back() -> None:
    """Bounded memory: what the reader has not taken is not read from the socket either."""
    total = 64 * STREAM_BUFFER_BYTES
    with pair() as (connection, far), gevent.Timeout(FOREVER_S):
        far.setblocking(False)
        sent = 0

        def send() -> None:
            nonlocal sent
            far.send(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % total)
            while sent < total:
                try:
                    sent += far.send(bytes(min(65536, total - sent)))
                except BlockingIOError:
                    gevent.sleep(0.001)

        sending = gevent.spawn(send)
        connection.exchange(REQUEST, stream=True)
        last = -1
        while sent != last:  # until it is held back
            last = sent
            gevent.sleep(0.1)
        assert sent < total / 8
        received = largest = 0
        while part := connection.next_part():
            received += len(part)
            largest = max(largest, len(part))
        sending.get()
        assert received == total
        assert largest < 4 * STREAM_BUFFER_BYTES
        assert connection.open
