"""Where a redirect leads and what is sent there: as requests does it, on the wire."""

import socket
from collections.abc import Callable
from typing import Any

import pytest
import requests

from raw_server import PlainClient, RawServer, ok, scripted, serving
from slogate.load.http.errors import ProtocolError

FOLLOWED = ["301 Moved Permanently", "302 Found", "303 See Other", "307 Temporary Redirect", "308 Permanent Redirect"]
_OUR_OWN = {"user-agent", "host", "connection"}  # the two clients say who they are, and listen at two ports


def redirect(location: str, status: str = "302 Found") -> bytes:
    return ok(b"", f"Location: {location}", status=status)


def told(request: bytes) -> tuple[str, dict[str, str], bytes]:
    """A request's method and path, its fields, its body."""
    head, _, body = request.partition(b"\r\n\r\n")
    line, *fields = head.decode("latin-1").split("\r\n")
    pairs = (field.split(": ", 1) for field in fields)
    return line, {name.lower(): value for name, value in pairs if name.lower() not in _OUR_OWN}, body


def both(answers: list[bytes], call: Callable[[Any, str], Any]) -> tuple[list[Any], list[Any]]:
    """What a server read of one call, and the status that came of it, from our client and from requests."""
    with serving(*answers) as server:
        ours: list[Any] = [call(PlainClient(), server.url).status_code, *map(told, server.requests)]
    with serving(*answers) as server, requests.Session() as session:
        theirs: list[Any] = [call(session, server.url).status_code, *map(told, server.requests)]
    return ours, theirs


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
@pytest.mark.parametrize("status", FOLLOWED)
def test_the_method_and_the_body_are_those_of_requests(method: str, status: str) -> None:
    def call(client: Any, url: str) -> Any:
        ask = client.send if isinstance(client, PlainClient) else client.request
        body: dict[str, Any] = {"data": b"four"} if method in {"POST", "PUT", "PATCH"} else {}
        return ask(method, f"{url}/start", headers={"X-Own": "kept"}, allow_redirects=True, **body)

    answers = [redirect("/there", status), ok(b"" if method == "HEAD" else b"there")]
    ours, theirs = both(answers, call)
    assert ours == theirs
    assert ours[2][0].endswith(" /there HTTP/1.1")


@pytest.mark.parametrize("status", ["300 Multiple Choices", "304 Not Modified", "305 Use Proxy", "399 Own"])
def test_other_statuses_lead_nowhere(status: str) -> None:
    answer = f"HTTP/1.1 {status}\r\nLocation: /there\r\nContent-Length: 0\r\n\r\n".encode()
    ours, theirs = both([answer], lambda client, url: client.get(url))
    assert ours == theirs
    assert len(ours) == 2


@pytest.mark.parametrize("fields", [[], ["Location: "]])
def test_a_redirect_to_nowhere_is_an_answer(fields: list[str]) -> None:
    ours, theirs = both([ok(b"", *fields, status="302 Found")], lambda client, url: client.get(url))
    assert ours == theirs
    assert (ours[0], len(ours)) == (302, 2)


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
        ("/next \t", b"/next"),
    ],
)
def test_a_location_is_relative_to_its_request(location: str, path: bytes) -> None:
    with serving(redirect(location), ok(b"there")) as server:
        response = PlainClient(server.url).get("/deep/start")
        assert response.text == "there"
        assert server.requests[1].split(b" ")[1] == path


@pytest.mark.parametrize(
    ("asked", "location", "came_to"),
    [("/a#f", "/b", "/b#f"), ("/a#f", "/b#g", "/b#g"), ("/a", "/b#g", "/b#g"), ("/a#f", "/b?x=1", "/b?x=1#f")],
)
def test_a_fragment_is_kept_unless_there_is_another(asked: str, location: str, came_to: str) -> None:
    with serving(redirect(location), ok()) as server:
        assert PlainClient(server.url).get(asked).url == f"{server.url}{came_to}"


@pytest.mark.parametrize(
    "location", ["ftp://127.0.0.1/", "mailto:a@example.com", "file:///etc/passwd", "http://[::1", "//[::1"]
)
def test_a_location_that_is_no_place(location: str) -> None:
    with serving(redirect(location)) as server:
        response = PlainClient(server.url).get("/")
        assert isinstance(response.error, ProtocolError)
        assert [hop.status_code for hop in response.history] == [302]


AUTH: dict[str, Any] = {"auth": ("ann", "x"), "headers": {"X-Own": "kept"}}


def test_credentials_stay_at_their_origin() -> None:
    ours, theirs = both([redirect("/b"), ok()], lambda client, url: client.get(url, **AUTH))
    assert ours == theirs
    assert ours[1][1]["authorization"] == ours[2][1]["authorization"]


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_credentials_go_to_no_other_origin(host: str) -> None:
    with serving(ok()) as there, serving(redirect(f"http://{host}:{there.port}/b")) as here:
        assert PlainClient(here.url).get("/a", **AUTH).status_code == 200
        assert "authorization" in told(here.requests[0])[1]
        fields = told(there.requests[0])[1]
        assert ("authorization" in fields, fields["x-own"]) == (False, "kept")


def test_credentials_in_a_location_are_not_taken() -> None:
    with serving(ok()) as there, serving(redirect(f"http://ann:x@127.0.0.1:{there.port}/b")) as here:
        assert PlainClient(here.url).get("/").status_code == 200
        assert "authorization" not in told(there.requests[0])[1]


@pytest.mark.parametrize("value", ["caf\u00e9", "caf\u00e9".encode()])
def test_a_header_keeps_its_bytes(value: str | bytes) -> None:
    ours, theirs = both([redirect("/b"), ok()], lambda client, url: client.get(url, headers={"X-Own": value}))
    assert ours == theirs
    assert ours[1][1]["x-own"] == ours[2][1]["x-own"]


def test_cookies_of_a_hop_are_sent_to_the_next() -> None:
    first = ok(b"", "Location: /next", "Set-Cookie: hop=1", "Set-Cookie: b=2; Path=/away", status="302 Found")
    ours, theirs = both([first, ok()], lambda client, url: client.get(url, cookies={"own": "3"}))
    assert ours == theirs
    assert sorted(ours[2][1]["cookie"].split("; ")) == ["hop=1", "own=3"]


def test_a_cookie_by_hand_stays_at_the_first() -> None:
    ours, theirs = both([redirect("/b"), ok()], lambda client, url: client.get(url, headers={"Cookie": "hand=1"}))
    assert ours == theirs
    assert ["cookie" in request[1] for request in ours[1:]] == [True, False]


def test_an_iterator_cannot_follow_a_redirect_that_keeps_the_body() -> None:
    with serving(redirect("/", "307 Temporary Redirect")) as server:
        response = PlainClient(server.url).post("/", data=iter([b"once"]))
        assert isinstance(response.error, ProtocolError)


def test_a_file_is_sent_again_from_where_it_stood() -> None:
    with open(__file__, "rb") as file, serving(redirect("/b", "308 Permanent Redirect"), ok()) as server:  # noqa: PTH123 (a file is what is meant)
        file.seek(100)
        assert PlainClient(server.url).put("/a", data=file).status_code == 200
        bodies = [told(request)[2] for request in server.requests]
        file.seek(100)
        assert bodies == [file.read()] * 2


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
