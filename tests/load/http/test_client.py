"""One call: connections that are kept, tried again or given up, time-outs, redirects, streams, TLS."""

import contextlib
import gc
import socket
import time
from itertools import count

import gevent
import pytest

from nginx import Nginx
from raw_server import PlainClient, RawServer, ok, scripted, serving
from slogate.load.http.errors import (
    BodyTooLargeError,
    ConnectError,
    ConnectionLostError,
    ConnectTimeoutError,
    ContentDecodingError,
    NameResolutionError,
    ProtocolError,
    ReadTimeoutError,
    TlsError,
    TooManyRedirectsError,
    TotalTimeoutError,
)

DRIP = b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n"


def redirect(location: str, status: str = "302 Found") -> bytes:
    return ok(b"", f"Location: {location}", status=status)


# Connections


def test_a_connection_is_kept_and_its_set_up_is_told_apart(web: Nginx) -> None:
    client = PlainClient(f"http://127.0.0.1:{web.http}")
    first, second = client.get("/seen"), client.get("/seen")
    assert first.connect_us is not None
    assert first.connect_us > 0
    assert second.connect_us is None
    assert first.service_s > 0
    assert first.elapsed.total_seconds() == pytest.approx(first.service_s, abs=1e-6)


def test_an_ipv6_literal(web: Nginx) -> None:
    response = PlainClient(f"http://[::1]:{web.http}").get("/seen")
    assert response.text.endswith(f"|[::1]:{web.http}")


def test_greenlets_get_connections_of_their_own(web: Nginx) -> None:
    client = PlainClient(f"http://127.0.0.1:{web.http}")
    numbers = [gevent.spawn(client.get, "/connection") for _ in range(5)]
    assert len({greenlet.get().text for greenlet in numbers}) == 5
    assert client.get("/connection").text in {greenlet.get().text for greenlet in numbers}


def test_a_server_that_ends_connections_is_no_failure(web: Nginx) -> None:
    """It takes three requests a connection, and an idle one lives for a second."""
    client = PlainClient(f"http://127.0.0.1:{web.short}")
    responses = [client.post("/", data=b"x") for _ in range(7)]
    assert [response.status_code for response in responses] == [200] * 7
    assert len({response.text for response in responses}) == 3
    time.sleep(1.5)  # the loop does not run, so nobody has seen the close
    assert client.post("/", data=b"x").status_code == 200
    time.sleep(1.5)
    assert client.get("/").status_code == 200


@pytest.mark.parametrize(
    ("method", "end", "sent", "error"),
    [
        ("GET", b"", 3, None),
        ("PUT", b"", 3, None),
        ("POST", b"", 2, ConnectionLostError),  # it may have been done
        ("GET", b"HTTP/1.1 200", 2, ConnectionLostError),  # it was being done
    ],
)
def test_a_request_is_sent_again_only_where_that_is_safe(
    method: str, end: bytes, sent: int, error: type[Exception] | None
) -> None:
    def close_at_the_second(server: RawServer, connection: socket.socket, number: int) -> None:
        server.read(connection)
        connection.sendall(ok())
        if number == 1:
            server.read(connection)
            connection.sendall(end)
        else:
            server.read(connection)

    with scripted(close_at_the_second) as server:
        client = PlainClient(server.url)
        assert client.send(method, "/").status_code == 200
        response = client.send(method, "/")
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


def test_a_second_attempt_counts_from_the_first() -> None:
    def dawdle(server: RawServer, connection: socket.socket, number: int) -> None:
        server.read(connection)
        connection.sendall(ok())
        if number == 1:
            server.read(connection)
            time.sleep(0.4)
        else:
            server.read(connection)

    with scripted(dawdle) as server:
        client = PlainClient(server.url)
        client.get("/")
        response = client.get("/")
        assert response.status_code == 200
        assert response.service_s >= 0.4


def test_a_forgotten_client_closes_its_connections() -> None:
    def until_closed(server: RawServer, connection: socket.socket, _number: int) -> None:
        while server.read(connection):
            connection.sendall(ok())
        closed.append(True)

    closed: list[bool] = []
    with scripted(until_closed) as server:
        client = PlainClient(server.url)
        client.get("/")
        del client
        gc.collect()
        deadline_s = time.monotonic() + 20
        while not closed and time.monotonic() < deadline_s:
            time.sleep(0.01)
        assert closed


@pytest.mark.parametrize(
    ("url", "error"),
    [
        ("http://127.0.0.1:1/", ConnectError),
        ("http://no-such-host.invalid/", NameResolutionError),
        ("http://" + "a" * 64 + ".invalid/", NameResolutionError),
    ],
)
def test_no_connection(url: str, error: type[Exception]) -> None:
    response = PlainClient().get(url)
    assert type(response.error) is error
    assert (response.status_code, response.content, response.text, response.ok) == (0, None, "", False)
    with pytest.raises(error):
        response.raise_for_status()


# Time-outs


def test_a_connect_timeout() -> None:
    with contextlib.ExitStack() as stack:
        full = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
        for _ in range(3):  # its queue is full, so that the kernel answers nobody else
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(full.getsockname())
        client = PlainClient(f"http://127.0.0.1:{full.getsockname()[1]}", connect_timeout=0.2)
        assert type(client.get("/").error) is ConnectTimeoutError
        assert type(client.get("/", timeout=(0.1, 9)).error) is ConnectTimeoutError
        client.total_timeout = 0.1
        assert type(client.get("/").error) is TotalTimeoutError


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
        client = PlainClient(server.url, total_timeout=0.3)
        assert type(client.get("/silent", timeout=0.1).error) is ReadTimeoutError
        response = client.get("/drip")
        assert type(response.error) is TotalTimeoutError
        assert response.service_s >= 0.2


# Redirects


def test_a_chain_that_does_not_end(web: Nginx) -> None:
    response = PlainClient(f"http://127.0.0.1:{web.http}", max_redirects=4).get("/loop")
    assert type(response.error) is TooManyRedirectsError
    assert len(response.history) == 5


@pytest.mark.parametrize(
    ("location", "path"),
    [
        ("/next", b"/next"),
        ("next?x=1", b"/deep/next?x=1"),
        ("../up", b"/up"),
        ("?q", b"/deep/start?q"),
        ("/caf\u00c3\u00a9", b"/caf%C3%A9"),  # UTF-8 in a header
        ("/a b", b"/a%20b"),
        ("#here", b"/deep/start"),
    ],
)
def test_a_location_is_relative_to_its_request(location: str, path: bytes) -> None:
    with serving(redirect(location), ok(b"there")) as server:
        response = PlainClient(server.url).get("/deep/start")
        assert response.text == "there"
        assert server.requests[1].split(b" ")[1] == path


@pytest.mark.parametrize("location", ["ftp://127.0.0.1/", "mailto:a@example.com", "http://[::1", "//[::1"])
def test_a_location_that_is_no_place(location: str) -> None:
    with serving(redirect(location)) as server:
        assert isinstance(PlainClient(server.url).get("/").error, ProtocolError)


def test_a_redirect_without_a_location_is_an_answer() -> None:
    with serving(ok(b"", status="302 Found")) as server:
        assert PlainClient(server.url).get("/").status_code == 302


def test_an_iterator_cannot_follow_a_redirect_that_keeps_the_body() -> None:
    with serving(redirect("/", "307 Temporary Redirect")) as server:
        response = PlainClient(server.url).post("/", data=iter([b"once"]))
        assert isinstance(response.error, ProtocolError)


def test_a_long_body_of_a_redirect_is_not_read_to_its_end() -> None:
    def endless(server: RawServer, connection: socket.socket, number: int) -> None:
        server.read(connection)
        if number == 1:
            connection.sendall(b"HTTP/1.1 302 Found\r\nLocation: /there\r\nContent-Length: 1000000000000\r\n\r\n")
            while True:
                connection.sendall(bytes(65536))
        connection.sendall(ok(b"there"))

    with scripted(endless) as server:
        assert PlainClient(server.url).get("/", stream=True).text == "there"


# Bodies


def test_iterators_and_files_are_sent_in_chunks_or_with_their_length() -> None:
    with serving(ok()) as server:
        client = PlainClient(server.url)
        assert client.post("/", data=(part for part in [b"one,", "two", b""])).status_code == 200
        assert server.requests[0].endswith(b"\r\n\r\n4\r\none,\r\n3\r\ntwo\r\n0\r\n\r\n")
        assert b"Transfer-Encoding: chunked\r\n" in server.requests[0]
        with open(__file__, "rb") as file:  # noqa: PTH123 (a file is what is meant)
            client.put("/", data=file)
            content = server.requests[1].partition(b"\r\n\r\n")[2]
            file.seek(0)
            assert content == file.read()
        assert b"Content-Length: %d\r\n" % len(content) in server.requests[1]


def test_an_iterator_that_raises_raises_into_the_task() -> None:
    def broken() -> object:
        yield b"one"
        raise LookupError("the next one")

    with serving(ok()) as server:
        client = PlainClient(server.url)
        with pytest.raises(LookupError):
            client.post("/", data=broken())
        assert client.get("/").status_code == 200


def test_a_bomb_and_a_broken_coding_are_errors() -> None:
    import gzip  # noqa: PLC0415

    bomb = gzip.compress(bytes(10_000_000))
    with serving(ok(bomb, "Content-Encoding: gzip"), ok(bomb[:-9], "Content-Encoding: gzip"), ok()) as server:
        client = PlainClient(server.url, most_body_bytes=1_000_000)
        assert type(client.get("/").error) is BodyTooLargeError
        client.most_body_bytes = 20_000_000
        assert type(client.get("/").error) is ContentDecodingError
        assert client.get("/").text == "ok"
        assert server.connections == 1  # the connection itself is in order


def test_a_stream_gives_its_connection_back_at_its_end_and_closes_it_otherwise(web: Nginx) -> None:
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


def test_a_stream_that_breaks_off_raises_where_it_is_read() -> None:
    def cut(server: RawServer, connection: socket.socket, _number: int) -> None:
        server.read(connection)
        connection.sendall(DRIP + b"some")

    with scripted(cut) as server:
        response = PlainClient(server.url).get("/", stream=True)
        assert response.status_code == 200
        with pytest.raises(ConnectionLostError):
            b"".join(response.iter_content(None))


def test_interim_answers_are_passed_over() -> None:
    early = b"HTTP/1.1 103 Early Hints\r\nSet-Cookie: early=1\r\n\r\n"
    with serving(early + ok(b"late", "Set-Cookie: late=1")) as server:
        response = PlainClient(server.url).get("/")
        assert (response.text, response.headers["Set-Cookie"]) == ("late", "late=1")


# TLS


def test_tls_is_verified_and_its_sessions_are_resumed(web: Nginx, monkeypatch: pytest.MonkeyPatch) -> None:
    url = f"https://localhost:{web.https}"
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE", "SSL_CERT_DIR"):
        monkeypatch.delenv(name, raising=False)
    untrusted = PlainClient(url).get("/seen")
    assert type(untrusted.error) is TlsError
    assert "certificate not trusted" in str(untrusted.error)
    client = PlainClient(url, verify=str(web.certificate))
    assert client.get("/session").text == "."
    client.close()
    assert client.get("/session").text == "r"
    assert client.get("/large.txt").text.endswith("line 59999\n")
    for name in ("REQUESTS_CA_BUNDLE", "SSL_CERT_FILE"):
        monkeypatch.setenv(name, str(web.certificate))
        assert PlainClient(url).get("/seen").status_code == 200
        monkeypatch.delenv(name)
    assert PlainClient(url, verify=False).get("/seen").status_code == 200


def test_tls_to_a_server_without_it(web: Nginx) -> None:
    assert type(PlainClient(f"https://127.0.0.1:{web.http}").get("/").error) is TlsError


def test_a_wrong_bundle_is_told(web: Nginx) -> None:
    response = PlainClient(f"https://127.0.0.1:{web.https}", verify="/no/such/bundle.pem").get("/")
    assert type(response.error) is TlsError


# Cookies


def test_cookies_of_a_hop_are_sent_to_the_next_and_expire() -> None:
    now = count(1)
    with serving(
        ok(b"", "Location: /next", "Set-Cookie: hop=1; Max-Age=1", "Set-Cookie: b=2", status="302 Found"), ok()
    ) as server:
        client = PlainClient(server.url)
        client.get("/")
        assert b"\r\nCookie: hop=1; b=2\r\n" in server.requests[next(now)]
        time.sleep(1.1)
        client.get("/next")
        assert b"\r\nCookie: b=2\r\n" in server.requests[next(now)]
