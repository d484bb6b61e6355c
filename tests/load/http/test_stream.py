"""A stream gives what comes as it comes, and its connection back only when all of it was read."""

import gc
import gzip
import socket
import threading

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


@pytest.mark.parametrize("wire", [b"not packed", gzip.compress(TEXT)[:-9]])
def test_a_broken_coding_closes_the_connection(wire: bytes) -> None:
    with serving(ok(wire, "Content-Encoding: gzip"), ok()) as server:
        client = PlainClient(server.url)
        response = client.get("/", stream=True)
        with pytest.raises(ContentDecodingError):
            b"".join(response.iter_content(None))
        client.get("/")
        assert server.connections == 2


def test_a_coding_that_its_header_alone_refuses_closes_the_connection() -> None:
    with serving(ok(b"x", f"Content-Encoding: {', '.join(['gzip'] * 6)}"), ok()) as server:
        client = PlainClient(server.url)
        assert type(client.get("/", stream=True).error) is ContentDecodingError
        client.get("/")
        assert server.connections == 2


def test_a_reader_that_gives_up_closes_the_connection() -> None:
    with serving(ok(TEXT), ok()) as server:
        client = PlainClient(server.url)
        parts = client.get("/", stream=True).iter_content(10)
        next(parts)
        del parts
        gc.collect()
        assert client.get("/").status_code == 200
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
