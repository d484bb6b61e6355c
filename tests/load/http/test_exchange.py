"""One request and its answer: sent again only where that is safe, in time, and the connection kept only in step."""

import socket
import time
from collections.abc import Callable
from typing import Any

import pytest
import requests

from nginx import Nginx
from raw_server import PlainClient, RawServer, ok, scripted, serving
from slogate.load.http.errors import (
    ConnectionLostError,
    HttpClientError,
    ProtocolError,
    ReadTimeoutError,
    TotalTimeoutError,
)

DRIP = b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n"
LONG_S = 20.0  # far longer than anything here takes


def test_a_connection_is_kept_and_its_set_up_is_told_apart(web: Nginx) -> None:
    client = PlainClient(f"http://127.0.0.1:{web.http}")
    first, second = client.get("/seen"), client.get("/seen")
    assert first.connect_us is not None
    assert first.connect_us > 0
    assert second.connect_us is None
    assert first.service_s > 0
    assert first.elapsed.total_seconds() == pytest.approx(first.service_s, abs=1e-6)


# Sent again


def at_the_second(do: Callable[[socket.socket], object]) -> Callable[[RawServer, socket.socket, int], None]:
    """Answers one request of its first connection and does this with the next; other connections answer for ever."""

    def script(server: RawServer, connection: socket.socket, number: int) -> None:
        if number > 1:
            while server.read(connection):
                connection.sendall(ok(b"again"))
            return
        server.read(connection)
        connection.sendall(ok())
        server.read(connection)
        do(connection)

    return script


@pytest.mark.parametrize(
    ("method", "options", "end", "sent", "error"),
    [
        ("GET", {}, b"", 3, None),
        ("PUT", {"data": b"x"}, b"", 3, None),
        ("DELETE", {}, b"", 3, None),
        ("POST", {"data": b"x"}, b"", 2, ConnectionLostError),  # it may have been done
        ("PATCH", {}, b"", 2, ConnectionLostError),
        ("GET", {}, b"HTTP/1.1 200", 2, ConnectionLostError),  # it was being done
        ("PUT", {"data": iter([b"once"])}, b"", 2, ConnectionLostError),  # it is there only once
    ],
)
def test_a_request_is_sent_again_only_where_that_is_safe(
    method: str, options: dict[str, Any], end: bytes, sent: int, error: type[Exception] | None
) -> None:
    with scripted(at_the_second(lambda connection: connection.sendall(end))) as server:
        client = PlainClient(server.url)
        assert client.send(method, "/").status_code == 200
        response = client.send(method, "/", **options)
        assert (type(response.error) if response.error else None) is error
        assert len(server.requests) == sent


def test_a_fresh_connection_is_not_tried_twice() -> None:
    def close(server: RawServer, connection: socket.socket, _number: int) -> None:
        server.read(connection)

    with scripted(close) as server:
        response = PlainClient(server.url).get("/")
        assert isinstance(response.error, ConnectionLostError)
        assert response.status_code == 0
        assert server.connections == 1


def test_silence_is_not_asked_again() -> None:
    with scripted(at_the_second(lambda connection: connection.recv(1))) as server:
        client = PlainClient(server.url)
        client.get("/")
        assert isinstance(client.get("/", timeout=0.3).error, ReadTimeoutError)
        assert server.connections == 1


def test_a_second_attempt_counts_from_the_first() -> None:
    with scripted(at_the_second(lambda _: time.sleep(0.3))) as server:
        client = PlainClient(server.url)
        client.get("/")
        response = client.get("/")
        assert response.text == "again"
        assert response.connect_us is not None
        assert response.service_s >= 0.3


def test_a_second_attempt_that_fails_counts_from_the_first() -> None:
    def dawdle(server: RawServer, connection: socket.socket, number: int) -> None:
        server.read(connection)
        if number == 1:
            connection.sendall(ok())
            server.read(connection)
            time.sleep(0.5)

    with scripted(dawdle) as server:
        client = PlainClient(server.url)
        client.get("/")
        response = client.get("/")
        assert time.time() - response.started_at_s >= 0.45
        assert isinstance(response.error, ConnectionLostError)
        assert server.connections == 2
        assert response.service_s >= 0.5


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_an_idle_connection_that_was_closed_is_no_failure(method: str) -> None:
    """Nor is one whose close nobody has seen, because the loop has not run."""

    def once(server: RawServer, connection: socket.socket, _number: int) -> None:
        server.read(connection)
        connection.sendall(ok())
        connection.close()
        closed.append(True)

    closed: list[bool] = []
    with scripted(once) as server:
        client = PlainClient(server.url)
        for number in range(3):
            assert client.send(method, "/", data=b"x").status_code == 200
            deadline_s = time.monotonic() + LONG_S
            while len(closed) <= number and time.monotonic() < deadline_s:
                time.sleep(0.01)
        assert len(server.requests) == 3


def test_a_server_that_takes_three_requests_a_connection(web: Nginx) -> None:
    client = PlainClient(f"http://127.0.0.1:{web.short}")
    responses = [client.post("/", data=b"x") for _ in range(7)]
    assert [response.status_code for response in responses] == [200] * 7
    assert len({response.text for response in responses}) == 3


# In time


def test_read_and_total_timeouts() -> None:
    def drip(server: RawServer, connection: socket.socket, _number: int) -> None:
        server.read(connection)
        connection.sendall(DRIP)
        if b"/drip" in server.requests[-1]:
            while True:
                connection.sendall(b"x")
                time.sleep(0.01)
        server.read(connection)

    with scripted(drip) as server:
        client = PlainClient(server.url)
        for path, total_s, options, error, least_s in (
            ("/silent", LONG_S, {"timeout": 0.1}, ReadTimeoutError, 0.1),
            ("/silent", LONG_S, {"timeout": (LONG_S, 0.1)}, ReadTimeoutError, 0.1),
            ("/silent", 0.4, {}, TotalTimeoutError, 0.4),  # whichever ends first
            ("/drip", 0.4, {}, TotalTimeoutError, 0.4),
        ):
            client.total_timeout = total_s
            began_s = time.perf_counter()
            response = client.get(path, **options)
            assert type(response.error) is error
            assert least_s * 0.9 <= time.perf_counter() - began_s < LONG_S
            assert error is TotalTimeoutError or response.service_s >= 0.09  # connecting counts for the whole


# In step


def heard(answer: bytes, method: str = "GET") -> tuple[list[Any], int]:
    """What two calls come to, and over how many connections."""
    with serving(answer) as server:
        client = PlainClient(server.url)
        told = [(response.status_code, response.content) for response in (client.send(method, "/") for _ in range(2))]
        return told, server.connections


@pytest.mark.parametrize(
    ("answer", "body", "connections"),
    [
        (b"HTTP/1.1 204 No Content\r\n\r\n", b"", 1),
        (b"HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n", b"", 1),
        (b"HTTP/1.1 304 Not Modified\r\nContent-Length: 100\r\n\r\n", b"", 1),
        (b"HTTP/1.1 100 Continue\r\n\r\n" + ok(b"late"), b"late", 1),
        (ok(b"last", "Connection: close"), b"last", 2),
        (ok(b"last", "Connection: Keep-Alive, CLOSE"), b"last", 2),
        (b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2;a=b;c="d"\r\nok\r\n0;x\r\nT: 1\r\n\r\n', b"ok", 1),
    ],
)
def test_answers_that_end_in_their_own_ways_are_those_of_requests(answer: bytes, body: bytes, connections: int) -> None:
    told, opened = heard(answer)
    with serving(answer) as server, requests.Session() as session:
        theirs = session.get(server.url, timeout=LONG_S)
        assert (theirs.status_code, theirs.content) == told[0]
    assert told[0] == told[1]
    assert (told[0][1], opened) == (body, connections)


@pytest.mark.parametrize(
    "fields", [["Content-Length: 9"], ["Transfer-Encoding: chunked"], ["Content-Encoding: gzip"], []]
)
def test_an_answer_to_head_has_no_body(fields: list[str]) -> None:
    told, connections = heard("\r\n".join(["HTTP/1.1 200 OK", *fields, "\r\n"]).encode(), "HEAD")
    assert (told, connections) == ([(200, b"")] * 2, 1)


def test_interim_answers_and_trailers_set_nothing() -> None:
    early = b"HTTP/1.1 103 Early Hints\r\nSet-Cookie: early=1\r\n\r\n"
    late = (
        b"HTTP/1.1 200 OK\r\nSet-Cookie: a=1\r\nTransfer-Encoding: chunked\r\n\r\n"
        b"4\r\nlate\r\n0\r\nSet-Cookie: trailer=1\r\nX-T: 1\r\n\r\n"
    )
    with serving(early + late) as server:
        client = PlainClient(server.url)
        response = client.get("/")
        assert (response.text, response.headers["Set-Cookie"]) == ("late", "a=1")
        assert "X-T" not in response.headers
        assert dict(client.cookies) == dict(response.cookies) == {"a": "1"}


@pytest.mark.parametrize(
    "answer", [b"SSH-2.0-OpenSSH_9.2\r\n", b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\n", DRIP[:-20]]
)
def test_an_answer_that_is_none_closes_the_connection_and_not_the_client(answer: bytes) -> None:
    def script(server: RawServer, connection: socket.socket, number: int) -> None:
        server.read(connection)
        connection.sendall(answer if number == 1 else ok())

    with scripted(script) as server:
        client = PlainClient(server.url)
        response = client.get("/")
        assert isinstance(response.error, ProtocolError | ConnectionLostError)
        assert isinstance(response.error, HttpClientError)
        assert (response.status_code, response.content, dict(response.headers)) == (0, None, {})
        assert client.get("/").text == "ok"


def test_a_cookie_goes_back_as_it_came() -> None:
    """Its bytes beyond ASCII too."""
    with serving(ok(b"", "Set-Cookie: n=caf\u00c3\u00a9; Path=/"), ok()) as server:
        client = PlainClient(server.url)
        client.get("/")
        client.get("/")
        assert b"\r\nCookie: n=caf\xc3\xa9\r\n" in server.requests[1]
