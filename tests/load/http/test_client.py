"""What a session of calls keeps and limits: defaults, cookies, how large and how long an answer may be."""

import gc
import gzip
import socket
import time
import zlib
from collections.abc import Callable
from typing import Any

import brotli
import gevent
import pytest

from nginx import Nginx
from raw_server import PlainClient, RawServer, ok, scripted, serving
from slogate.load.http.auth import Bearer
from slogate.load.http.errors import (
    BodyTooLargeError,
    ContentDecodingError,
    InvalidRequestError,
    TooManyRedirectsError,
    TotalTimeoutError,
)


def redirect(location: str) -> bytes:
    return ok(b"", f"Location: {location}", status="302 Found")


def test_an_ipv6_literal(web: Nginx) -> None:
    response = PlainClient(f"http://[::1]:{web.http}").get("/seen")
    assert response.text.endswith(f"|[::1]:{web.http}")


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


def test_a_closed_client_can_go_on() -> None:
    with serving(ok()) as server:
        client = PlainClient(server.url)
        client.get("/")
        client.close()
        assert client.get("/").status_code == 200
        assert server.connections == 2


# Redirects


def test_a_chain_that_does_not_end(web: Nginx) -> None:
    response = PlainClient(f"http://127.0.0.1:{web.http}", max_redirects=4).get("/loop")
    assert type(response.error) is TooManyRedirectsError
    assert len(response.history) == 5


def test_a_chain_as_long_as_is_allowed() -> None:
    with serving(redirect("/1"), redirect("/2"), ok(b"there")) as server:
        response = PlainClient(server.url, max_redirects=2).get("/0")
        assert (response.text, [hop.path_url for hop in response.history]) == ("there", ["/0", "/1"])
    with serving(redirect("/1")) as server:
        response = PlainClient(server.url, max_redirects=0).get("/0")
        assert type(response.error) is TooManyRedirectsError
        assert PlainClient(server.url).get("/0", allow_redirects=False).status_code == 302


def test_the_total_timeout_is_for_the_whole_chain() -> None:
    """Each hop alone is far below it."""

    def slow(server: RawServer, connection: socket.socket, _number: int) -> None:
        while server.read(connection):
            time.sleep(0.1)
            connection.sendall(redirect("/again"))

    with scripted(slow) as server:
        response = PlainClient(server.url, total_timeout=0.9).get("/")
        assert type(response.error) is TotalTimeoutError
        assert 1 <= len(response.history) <= 9


# Bodies


@pytest.mark.parametrize(("coding", "pack"), [("gzip", gzip.compress), ("deflate", zlib.compress)])
def test_a_broken_coding_is_an_error_of_the_answer_and_not_of_its_connection(
    coding: str, pack: Callable[[bytes], bytes]
) -> None:
    whole = pack(b"many words" * 1000)
    with serving(ok(whole[:-3], f"Content-Encoding: {coding}"), ok()) as server:
        client = PlainClient(server.url)
        response = client.get("/")
        assert (type(response.error), response.status_code) == (ContentDecodingError, 0)
        assert client.get("/").text == "ok"
        assert server.connections == 1


@pytest.mark.parametrize(
    ("coding", "pack"), [("gzip", gzip.compress), ("deflate", zlib.compress), ("br", brotli.compress)]
)
def test_a_bomb_is_an_error_unless_it_is_streamed(coding: str, pack: Callable[[bytes], bytes]) -> None:
    size = 4_000_000
    with serving(ok(pack(bytes(size)), f"Content-Encoding: {coding}")) as server:
        client = PlainClient(server.url, most_body_bytes=size - 1)
        assert type(client.get("/").error) is BodyTooLargeError
        largest = total = 0
        for part in client.get("/", stream=True).iter_content(None):
            largest, total = max(largest, len(part)), total + len(part)
        assert total == size
        assert largest < size / 4  # it is never whole in memory
        client.most_body_bytes = size
        assert len(client.get("/").content or b"") == size


# Defaults


def sent(*calls: Callable[[PlainClient], Any], prepare: Callable[[PlainClient], Any] = lambda _: None) -> list[str]:
    """What the server read of each call's header, in lower case."""
    with serving(ok()) as server:
        client = PlainClient(server.url)
        prepare(client)
        for call in calls:
            call(client)
        return [request.decode("latin-1").lower() for request in server.requests]


def test_session_headers_are_sent_changed_and_left_out() -> None:
    first, second, third, fourth = sent(
        lambda client: client.get("/"),
        lambda client: client.get("/", headers={"x-own": "request"}),
        lambda client: client.get("/", headers={"X-OWN": None}),
        lambda client: client.get("/"),
        prepare=lambda client: client.headers.update({"X-Own": "session", "User-Agent": None}),
    )
    assert first == fourth
    assert "\r\nx-own: session\r\n" in first
    assert "user-agent" not in first
    assert (second.count("x-own"), "x-own: request\r\n" in second) == (1, True)
    assert "x-own" not in third


def test_new_headers_take_the_place_of_all_the_old_ones() -> None:
    (request,) = sent(
        lambda client: client.get("/"), prepare=lambda client: setattr(client, "headers", {"X-Only": "1"})
    )
    names = [line.partition(":")[0] for line in request.split("\r\n")[1:-2]]
    assert names == ["host", "x-only"]


def test_a_requests_own_auth_goes_over_that_of_the_session() -> None:
    session, own, after = sent(
        lambda client: client.get("/"),
        lambda client: client.get("/", auth=("ann", "x")),
        lambda client: client.get("/"),
        prepare=lambda client: setattr(client, "auth", Bearer("token")),
    )
    assert "\r\nauthorization: bearer token\r\n" in session
    assert (own.count("authorization"), "authorization: basic yw5uong=" in own) == (1, True)
    assert after == session


def test_cookies_of_one_request_are_not_kept() -> None:
    first, second = sent(
        lambda client: client.get("/", cookies={"own": "1"}),
        lambda client: client.get("/"),
        prepare=lambda client: client.cookies.set("session", "2"),
    )
    assert "own=1" in first
    assert "session=2" in first
    assert "\r\ncookie: session=2\r\n" in second


@pytest.mark.parametrize("options", [{"cookies": {"a": "x\r\nEvil: 1"}}, {"headers": {"X": "x\r\nEvil: 1"}}])
def test_what_would_smuggle_a_header_in_is_raised_and_not_sent(options: dict[str, Any]) -> None:
    with serving(ok()) as server:
        client = PlainClient(server.url)
        with pytest.raises(InvalidRequestError):
            client.get("/", **options)
        assert client.get("/").status_code == 200
        assert len(server.requests) == 1


@pytest.mark.parametrize("path", ["/a b", "/é", "/a\r\nX: y", "/?q=\r\nX: y", "/\0", "/a\tb", "/日本?x=日本"])
def test_a_path_is_one_word_of_ascii_whatever_is_in_it(path: str) -> None:
    (request,) = sent(lambda client: client.get(path))
    line = request.split("\r\n")[0]
    assert line.isascii()
    assert line.count(" ") == 2
    assert "x: y" not in request


# Whoever calls


def test_a_callers_own_timeout_is_raised_and_takes_the_connection_with_it() -> None:
    def silent_at_first(server: RawServer, connection: socket.socket, number: int) -> None:
        while server.read(connection):
            if number > 1:
                connection.sendall(ok())

    with scripted(silent_at_first) as server:
        client = PlainClient(server.url)
        timeout = gevent.Timeout(0.1)
        with pytest.raises(gevent.Timeout) as caught, timeout:
            client.get("/")
        assert caught.value is timeout
        assert client.get("/").status_code == 200
        assert server.connections == 2
