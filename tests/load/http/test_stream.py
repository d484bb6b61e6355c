"""A stream gives what comes as it comes, and its connection back only when all of it was read."""

import gc
import gzip
import socket
import threading
import time
from collections.abc import Callable

import pytest

from nginx import Nginx
from raw_server import PlainClient, RawServer, ok, scripted, serving
from slogate.load.http.errors import ConnectionLostError, ContentDecodingError, ProtocolError, ReadTimeoutError

TEXT = b"".join(b"line %d\n" % number for number in range(20_000))


def test_it_gives_its_connection_back_at_its_end_and_closes_it_otherwise(web: Nginx) -> None:
    client = PlainClient(f"http://127.0.0.1:{web.http}")
    number = client.get("/connection").text
    response = client.get("/gzip/large.txt", stream=True)
    assert list(response.iter_lines())[-1] == b"line 59999"
    assert client.get("/connection").text == number
    client.get("/large.txt", stream=True).close()
    second = client.get("/connection").text
    assert second != number
    response = client.get("/large.txt", stream=True)
    assert next(response.iter_content(10)) == b"line 0\nlin"
    del response
    gc.collect()
    assert client.get("/connection").text not in {number, second}


@pytest.mark.parametrize("size", [1, 1000, None])
@pytest.mark.parametrize("packed", [True, False])
def test_its_parts_are_the_content(size: int | None, packed: bool) -> None:
    body = TEXT[:5000]
    answer = ok(gzip.compress(body), "Content-Encoding: gzip") if packed else ok(body)
    with serving(answer) as server:
        client = PlainClient(server.url)
        parts = list(client.get("/", stream=True).iter_content(size))
        assert b"".join(parts) == body
        assert all(len(part) <= (size or len(body)) for part in parts)
        assert client.get("/", stream=True).content == body
        assert client.get("/", stream=True).text == body.decode()
        assert server.connections == 1


def test_its_first_part_is_there_before_its_last() -> None:
    go_on = threading.Event()

    def in_two(server: RawServer, connection: socket.socket, _number: int) -> None:
        server.read(connection)
        connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n")
        if go_on.wait(20):
            connection.sendall(b"4\r\nlast\r\n0\r\n\r\n")
        server.read(connection)

    with scripted(in_two) as server:
        response = PlainClient(server.url).get("/", stream=True)
        parts = response.iter_content(None)
        assert (next(parts), go_on.is_set()) == (b"first", False)
        go_on.set()
        assert list(parts) == [b"last"]


@pytest.mark.parametrize("head", [b"HTTP/1.1 204 No Content\r\n\r\n", ok(b""), ok(b"", "Content-Encoding: gzip")])
def test_an_empty_one_ends_at_once(head: bytes) -> None:
    with serving(head) as server:
        client = PlainClient(server.url)
        assert list(client.get("/", stream=True).iter_content(None)) == []
        assert client.get("/", stream=True).content == b""
        assert server.connections == 1


def test_one_that_breaks_off_raises_where_it_is_read() -> None:
    def cut(server: RawServer, connection: socket.socket, _number: int) -> None:
        server.read(connection)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\nsome")

    with scripted(cut) as server:
        response = PlainClient(server.url).get("/", stream=True)
        assert response.status_code == 200
        parts = response.iter_content(None)
        assert next(parts) == b"some"
        with pytest.raises(ConnectionLostError):
            next(parts)


def test_one_that_falls_silent_ends_with_the_read_timeout() -> None:
    def silent(server: RawServer, connection: socket.socket, _number: int) -> None:
        server.read(connection)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
        server.read(connection)

    with scripted(silent) as server:
        response = PlainClient(server.url).get("/", stream=True, timeout=0.5)
        with pytest.raises(ReadTimeoutError):
            b"".join(response.iter_content(None))


def never_ending(head: bytes) -> Callable[[RawServer, socket.socket, int], None]:
    """Says this, then no more, and puts the connection's number down once the client has closed it."""

    def script(server: RawServer, connection: socket.socket, number: int) -> None:
        server.read(connection)
        connection.sendall(head)
        assert connection.recv(1) == b""
        server.requests.append(b"closed %d" % number)

    return script


def wait_until_closed(server: RawServer) -> None:
    deadline_s = time.monotonic() + 20
    while server.requests[-1] != b"closed 1":
        assert time.monotonic() < deadline_s, "it is still open"
        time.sleep(0.005)


@pytest.mark.parametrize("read", [0, 1])
def test_one_that_is_dropped_closes_its_connection(read: int) -> None:
    with scripted(never_ending(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\nsome")) as server:
        client = PlainClient(server.url)
        response = client.get("/", stream=True)
        parts = response.iter_content(None) if read else None
        assert [next(parts)] == [b"some"] if parts else response.status_code == 200
        del response, parts
        gc.collect()
        wait_until_closed(server)


def test_a_broken_coding_closes_the_connection_at_once() -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 100000\r\n\r\nnot packed"
    with scripted(never_ending(head)) as server:
        response = PlainClient(server.url).get("/", stream=True)
        with pytest.raises(ContentDecodingError) as caught:
            b"".join(response.iter_content(None))
        wait_until_closed(server)
        assert caught.traceback  # and with it all that was on the stack, is still there


def test_a_coding_that_ends_too_early_is_an_error() -> None:
    with serving(ok(gzip.compress(TEXT)[:-9], "Content-Encoding: gzip")) as server:
        response = PlainClient(server.url).get("/", stream=True)
        with pytest.raises(ContentDecodingError, match="ends too early"):
            b"".join(response.iter_content(None))


def test_a_coding_that_its_header_alone_refuses_closes_the_connection() -> None:
    with serving(ok(b"x", f"Content-Encoding: {', '.join(['gzip'] * 6)}"), ok()) as server:
        client = PlainClient(server.url)
        assert type(client.get("/", stream=True).error) is ContentDecodingError
        client.get("/")
        assert server.connections == 2


def test_broken_framing_within_it_raises() -> None:
    def in_two(server: RawServer, connection: socket.socket, _number: int) -> None:
        server.read(connection)
        connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n")
        if go_on.wait(20):
            connection.sendall(b"zz\r\n")
        server.read(connection)

    go_on = threading.Event()
    with scripted(in_two) as server:
        parts = PlainClient(server.url).get("/", stream=True).iter_content(None)
        assert next(parts) == b"ok"
        go_on.set()
        with pytest.raises(ProtocolError):
            next(parts)
