"""An answer is the same however its bytes arrive, and whatever arrives instead of one is an outcome in bounded time."""

import contextlib
import http.client
import io
import socket
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import gevent
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from raw_server import ok
from slogate.load.http.connection import MOST_HEADER_BYTES, MOST_HEADER_LINES, STREAM_BUFFER_BYTES, Connection
from slogate.load.http.errors import (
    BodyTooLargeError,
    ConnectionLostError,
    HeaderTooLargeError,
    HttpClientError,
    ProtocolError,
    ReadTimeoutError,
    TotalTimeoutError,
)
from slogate.load.http.headers import fields_of

REQUEST = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
FOREVER_S = 20.0  # far longer than anything here takes, so that a hang fails and a busy machine does not
QUICK = settings(max_examples=80, deadline=None)


@dataclass
class Outcome:
    """How one exchange ended."""

    status: int
    fields: list[tuple[str, str]]
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
        return Outcome(connection.status, list(fields_of(connection.head)), b"".join(connection.body), connection.open)


class FakeSocket:
    """What http.client reads an answer from."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def makefile(self, *_arguments: object) -> io.BytesIO:
        return io.BytesIO(self._data)


def oracle(data: bytes, method: str) -> tuple[int, list[tuple[str, str]], bytes]:
    answer = http.client.HTTPResponse(FakeSocket(data), method=method)  # type: ignore[arg-type]
    answer.begin()
    return answer.status, list(answer.headers.items()), answer.read()


tokens = st.text("abcdefghijklmnopqrstuvwxyzABCXYZ0123456789-", min_size=1, max_size=12).filter(
    lambda name: name.lower() not in {"content-length", "transfer-encoding", "connection", "upgrade", "trailer"}
)
values = st.text("abc XYZ019;=,/*\"'()é", max_size=30).map(str.strip)


@st.composite
def answers(draw: st.DrawFn) -> tuple[bytes, str, bool]:
    """A valid answer, the method it is for, and whether the connection's end is its end."""
    method = draw(st.sampled_from(["GET", "GET", "GET", "HEAD"]))
    status = draw(st.sampled_from([200, 200, 201, 204, 301, 304, 404, 500]))
    lines = [f"{name}: {value}" for name, value in draw(st.lists(st.tuples(tokens, values), max_size=6))]
    body = draw(st.binary(max_size=300))
    interim = draw(st.sampled_from(["", "HTTP/1.1 100 Continue\r\n\r\n", "HTTP/1.1 100 Continue\r\nX: y\r\n\r\n"]))
    framing = draw(st.sampled_from(["length", "chunked", "end"]))
    wire = b""
    if status in {204, 304}:
        framing, body = "none", b""
    elif framing == "length":
        lines.append(f"Content-Length: {len(body)}")
        wire = body
    elif framing == "chunked":
        lines.append("Transfer-Encoding: chunked")
        cuts = sorted(draw(st.sets(st.integers(1, max(len(body), 1)), max_size=4)))
        parts = [body[start:end] for start, end in zip([0, *cuts], [*cuts, len(body)], strict=True)]
        wire = b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in parts if part)
        wire += draw(st.sampled_from([b"0\r\n\r\n", b"0\r\nX-Trailer: t\r\n\r\n"]))
    head = "".join(f"{line}\r\n" for line in (f"HTTP/1.1 {status} Some Reason", *lines))
    if method == "HEAD":
        wire = b""
    return interim.encode() + head.encode("latin-1") + b"\r\n" + wire, method, framing == "end" and method != "HEAD"


def cut(data: bytes, at: set[int]) -> list[bytes]:
    places = sorted(place for place in at if 0 < place < len(data))
    return [data[start:end] for start, end in zip([0, *places], [*places, len(data)], strict=True)]


@QUICK
@given(answer=answers(), places=st.sets(st.integers(1, 600), max_size=12))
def test_an_answer_is_the_same_in_any_pieces_and_as_http_client_reads_it(
    answer: tuple[bytes, str, bool], places: set[int]
) -> None:
    data, method, ends_with_connection = answer
    whole = exchange([data], then_close=ends_with_connection, bodiless=method == "HEAD")
    pieces = exchange(cut(data, places), then_close=ends_with_connection, bodiless=method == "HEAD")
    assert pieces == whole
    assert (whole.status, whole.fields, whole.body) == oracle(data, method)
    assert whole.open is not ends_with_connection


@settings(max_examples=150, deadline=None)
@given(
    answer=answers(),
    edits=st.lists(st.tuples(st.integers(0, 500), st.sampled_from(["flip", "cut", "insert"]), st.binary(max_size=9))),
    garbage=st.binary(max_size=30),
    whole=st.booleans(),
)
def test_hostile_bytes_always_give_an_outcome(
    answer: tuple[bytes, str, bool], edits: list[tuple[int, str, bytes]], garbage: bytes, whole: bool
) -> None:
    data = bytearray(answer[0])
    for place, how, what in edits:
        at = place % (len(data) + 1)
        if how == "insert":
            data[at:at] = what
        elif how == "cut":
            del data[at : at + len(what)]
        elif at < len(data):
            data[at] ^= (what or b"\x80")[0]
    pieces = [bytes(data) + garbage] if whole else [bytes(data), garbage]
    with contextlib.suppress(HttpClientError):
        assert exchange(pieces, then_close=True).status >= 200


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"", ConnectionLostError),
        (b"HTTP/1.1 200", ConnectionLostError),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc", ConnectionLostError),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab", ConnectionLostError),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n", ConnectionLostError),
        (b"HTTP/1.1 100 Continue\r\n\r\n", ConnectionLostError),
        (b"SSH-2.0-OpenSSH_9.2\r\n", ProtocolError),
        (b"HTTP/1.1 abc OK\r\n\r\n", ProtocolError),
        (b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", ProtocolError),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 1x\r\n\r\nab", ProtocolError),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999999\r\n\r\nab", ProtocolError),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", ProtocolError),
        (
            b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n",
            ProtocolError,
        ),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nab\r\n", ProtocolError),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nabcd\r\n0\r\n\r\n", ProtocolError),
        (b"HTTP/1.1 200 OK\r\nno colon here\r\n\r\n", ProtocolError),
        (b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n", ProtocolError),
        (b"HTTP/1.1 200 OK\r\nX: " + b"a" * MOST_HEADER_BYTES + b"\r\n\r\n", HeaderTooLargeError),
        (b"HTTP/1.1 200 OK\r\nX: " + b"a" * MOST_HEADER_BYTES, HeaderTooLargeError),
        (b"HTTP/1.1 200 OK\r\n" + b"X: a\r\n" * (MOST_HEADER_LINES + 1) + b"\r\n", HeaderTooLargeError),
    ],
)
def test_what_is_no_answer_is_an_error_that_says_so(data: bytes, error: type[HttpClientError]) -> None:
    with pytest.raises(error):
        exchange([data], then_close=True)
    with pytest.raises(error):
        exchange(cut(data, set(range(1, 200, 7))), then_close=True)


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
            assert connection.body == ([] if number == 2 else [b"%d" % number])
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
        assert connection.body == [b"got it"]


def test_an_answer_before_the_whole_request_was_sent_is_taken_and_ends_the_connection() -> None:
    with pair() as (connection, far), gevent.Timeout(FOREVER_S):
        asking = gevent.spawn(connection.exchange, REQUEST + bytes(4 << 20))
        let_loop_run()
        far.sendall(ok(b"too large", status="413 Payload Too Large"))
        asking.get()
        assert connection.status == 413
        assert not connection.open


def test_an_answer_is_read_also_where_the_request_can_no_longer_be_sent() -> None:
    with pair() as (connection, far), gevent.Timeout(FOREVER_S):
        far.sendall(ok(status="503 Service Unavailable"))
        far.close()
        connection.exchange(REQUEST)
        assert (connection.status, connection.open) == (503, False)


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
