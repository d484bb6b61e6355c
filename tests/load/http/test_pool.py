"""A new connection: every address in turn, within its time; and one that is free is used again."""

import contextlib
import math
import socket
import time
from collections.abc import Iterator
from typing import Any

import gevent
import pytest

from nginx import Nginx
from raw_server import PlainClient, RawServer, scripted, serving
from slogate.load.http import pool
from slogate.load.http.errors import (
    ConnectError,
    ConnectTimeoutError,
    HttpClientError,
    NameResolutionError,
    TlsError,
    TotalTimeoutError,
)
from slogate.load.http.pool import Origin
from slogate.load.http.resolve import Address

LONG_S = 20.0  # far longer than anything here takes


def address(port: int, family: socket.AddressFamily = socket.AF_INET) -> Address:
    place = ("127.0.0.1", port) if family == socket.AF_INET else ("::1", port, 0, 0)
    return (family, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", place)


@contextlib.contextmanager
def silent() -> Iterator[int]:
    """A port that neither takes nor refuses a connection: its queue is full, so the kernel answers nobody else."""
    with contextlib.ExitStack() as stack:
        full = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
        for _ in range(3):
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(full.getsockname())
        yield full.getsockname()[1]


def origin(monkeypatch: pytest.MonkeyPatch, *addresses: Address, scheme: str = "http") -> Origin:
    """An origin whose name has these addresses."""
    monkeypatch.setattr(pool, "addresses_of", lambda _host, _port: list(addresses))
    return Origin(scheme, "shop.example", 80, False, None)


def hold(server: RawServer, connection: socket.socket, _number: int) -> None:
    server.read(connection)


# Every address


def test_a_refusing_address_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    with scripted(hold) as server:
        made = origin(monkeypatch, address(1, socket.AF_INET6), address(1), address(server.port))
        connection = made.connect(LONG_S, math.inf)
        assert connection.open
        connection.close()


def test_a_silent_address_takes_no_more_than_its_share(monkeypatch: pytest.MonkeyPatch) -> None:
    with silent() as port, scripted(hold) as server:
        made = origin(monkeypatch, address(port), *[address(server.port)] * 4)
        began_s = time.perf_counter()
        made.connect(2.0, math.inf).close()
        assert time.perf_counter() - began_s >= 0.35  # a fifth, less the slack of timers
        began_s = time.perf_counter()
        with pytest.raises(ConnectError, match="Connection refused"):
            origin(monkeypatch, address(port), address(1)).connect(0.2, math.inf)
        assert time.perf_counter() - began_s < LONG_S


def test_the_deadline_of_the_call_is_shared_too(monkeypatch: pytest.MonkeyPatch) -> None:
    with silent() as port, scripted(hold) as server:
        made = origin(monkeypatch, address(port), *[address(server.port)] * 9)
        made.connect(math.inf, time.perf_counter() + 2.0).close()


def test_a_handshake_that_stalls_passes_to_the_next_address(monkeypatch: pytest.MonkeyPatch, web: Nginx) -> None:
    def until_it_ends(_server: RawServer, connection: socket.socket, _number: int) -> None:
        while connection.recv(65536):
            pass

    with scripted(until_it_ends) as stalled:
        made = origin(monkeypatch, address(stalled.port), *[address(web.https)] * 4, scheme="https")
        connection = made.connect(2.0, math.inf)
        assert stalled.connections == 1
        assert connection.open
        connection.close()


def test_no_address_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ConnectError, match="no address answered"):
        origin(monkeypatch).connect(LONG_S, math.inf)
    with pytest.raises(ConnectError, match=r"shop\.example: Connection refused"):
        origin(monkeypatch, address(1), address(1, socket.AF_INET6)).connect(LONG_S, math.inf)


@pytest.mark.parametrize(
    ("timeout_s", "total_s", "error"),
    [(0.15, math.inf, ConnectTimeoutError), (LONG_S, 0.15, TotalTimeoutError), (math.inf, 0.15, TotalTimeoutError)],
)
def test_the_end_of_the_time_is_told_for_what_it_is(
    monkeypatch: pytest.MonkeyPatch, timeout_s: float, total_s: float, error: type[HttpClientError]
) -> None:
    with silent() as port:
        made = origin(monkeypatch, address(port), address(port))
        began_s = time.perf_counter()
        with pytest.raises(error):
            made.connect(timeout_s, began_s + total_s)
        assert 0.14 <= time.perf_counter() - began_s < LONG_S


def test_a_deadline_that_has_passed_still_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    with silent() as port, pytest.raises(TotalTimeoutError):
        origin(monkeypatch, address(port)).connect(LONG_S, time.perf_counter() - 1.0)


def test_a_callers_own_timeout_is_not_taken_for_the_connections(monkeypatch: pytest.MonkeyPatch) -> None:
    with silent() as port:
        made = origin(monkeypatch, address(port), address(port))
        own = gevent.Timeout(0.1)
        with pytest.raises(gevent.Timeout) as caught, own:
            made.connect(LONG_S, math.inf)
        assert caught.value is own


# Through the client


@pytest.mark.parametrize(
    ("url", "error"),
    [
        ("http://127.0.0.1:1/", ConnectError),
        ("http://[::1]:1/", ConnectError),
        ("http://no-such-host.invalid/", NameResolutionError),
        ("http://" + "a" * 64 + ".invalid/", NameResolutionError),
    ],
)
def test_no_connection(url: str, error: type[Exception]) -> None:
    response = PlainClient().get(url)
    assert type(response.error) is error
    assert (response.status_code, response.content, response.text, response.ok) == (0, None, "", False)
    assert response.connect_us is None
    with pytest.raises(error):
        response.raise_for_status()


def test_a_connect_timeout() -> None:
    with silent() as port:
        client = PlainClient(f"http://127.0.0.1:{port}", connect_timeout=0.2)
        assert type(client.get("/").error) is ConnectTimeoutError
        response = client.get("/", timeout=(0.1, 9))
        assert type(response.error) is ConnectTimeoutError
        assert response.service_s >= 0.09  # the time of finding out
        client.total_timeout = 0.1
        assert type(client.get("/").error) is TotalTimeoutError


def test_greenlets_get_connections_of_their_own(web: Nginx) -> None:
    client = PlainClient(f"http://127.0.0.1:{web.http}")
    numbers = [gevent.spawn(client.get, "/connection") for _ in range(5)]
    assert len({greenlet.get().text for greenlet in numbers}) == 5
    assert client.get("/connection").text in {greenlet.get().text for greenlet in numbers}


def test_the_one_used_last_is_taken_first_and_none_that_is_closed() -> None:
    with scripted(hold) as server:
        made = Origin("http", "127.0.0.1", server.port, True, None)
        first, second, third = (made.connect(LONG_S, math.inf) for _ in range(3))
        for connection in (first, second, third):
            made.give_back(connection)
        second.close()
        assert made.take_idle(surely_open=False) is third
        assert made.take_idle(surely_open=True) is first
        assert made.take_idle(surely_open=False) is None
        second.close()
        made.give_back(second)
        assert made.idle == []
        assert made.take_idle(surely_open=False) is None
        made.give_back(first)
        made.close()
        assert not first.open
        assert made.take_idle(surely_open=False) is None
        third.close()


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


@pytest.mark.parametrize("answer", [b"HTTP/1.1 400 Bad Request\r\n\r\n", b""])
def test_tls_to_a_server_without_it(answer: bytes) -> None:
    def script(_server: RawServer, connection: socket.socket, _number: int) -> None:
        connection.recv(65536)
        connection.sendall(answer)

    with scripted(script) as server:
        url = server.url.replace("http:", "https:")
        assert type(PlainClient(url).get("/").error) is TlsError


def test_a_wrong_bundle_is_told() -> None:
    with serving(b"") as server:
        settings: dict[str, Any] = {"verify": "/no/such/bundle.pem"}
        response = PlainClient(server.url.replace("http:", "https:"), **settings).get("/")
        assert type(response.error) is TlsError
