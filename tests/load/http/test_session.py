"""What Locust is told of each request: its name, its time, its size, and why it failed."""

import socket
import time
from typing import Any

import pytest
from own_session import session

from raw_server import RawServer, ok, scripted, serving
from slogate.load.http.errors import ConnectError, HttpStatusError, InvalidRequestError, TooManyRedirectsError

HOP = ok(b"moved", "Location: /there", status="302 Found")


class Visitor:
    """A user, as far as the session knows one."""

    def context(self) -> dict[str, Any]:
        """What each of its events carries."""
        return {"user": 1, "both": "user"}


@pytest.mark.parametrize("method", ["get", "head", "options", "post", "put", "patch", "delete"])
def test_each_method_is_sent_and_told(method: str) -> None:
    with serving(ok(b"" if method == "head" else b"four")) as server:
        client, events = session(server.url)
        response = getattr(client, method)("/x")
        assert response.status_code == 200
        assert server.requests[0].startswith(b"%b /x HTTP/1.1\r\n" % method.upper().encode())
        (event,) = events
        assert (event["request_type"], event["name"], event["url"]) == (method.upper(), "/x", f"{server.url}/x")
        assert (event["response"], event["exception"], event["context"]) == (response, None, {})
        assert event["response_length"] == (0 if method == "head" else 4)
        assert event["response_time"] == pytest.approx(response.service_s * 1000)


def test_bodies_go_where_locust_takes_them() -> None:
    with serving(ok()) as server:
        client, _ = session(server.url)
        client.post("/", b"data", {"not": "this"})
        client.post("/", None, {"a": 1})
        client.put("/", b"data")
        client.patch("/", b"data")
        bodies = [request.partition(b"\r\n\r\n")[2] for request in server.requests]
        assert bodies == [b"data", b'{"a": 1}', b"data", b"data"]


def test_the_name_is_the_calls_else_the_blocks_else_the_path() -> None:
    with serving(ok()) as server:
        client, events = session(f"{server.url}/base")
        client.get("/a?b=1")
        client.get("/a?b=1", name="own")
        with client.rename_request("block"):
            client.get("/a")
            client.get("/a", name="own")
            client.get("/a", name="")
        with pytest.raises(LookupError), client.rename_request("block"):
            raise LookupError
        client.get("/é x")
        client.get(f"{server.url}/other")
        names = ["/base/a?b=1", "own", "block", "own", "block", "/base/%C3%A9%20x", "/other"]
        assert events.told("name") == names


def test_the_context_is_the_users_and_over_it_the_calls() -> None:
    with serving(ok()) as server:
        client, events = session(server.url, user=Visitor())
        client.get("/")
        client.get("/", context={"both": "call", "call": 2})
        assert events.told("context") == [{"user": 1, "both": "user"}, {"user": 1, "both": "call", "call": 2}]


def test_a_failure_is_told_and_not_raised() -> None:
    with serving(ok(b"no", status="503 Service Unavailable")) as server:
        client, events = session(server.url)
        assert client.get("/x?token=1", name="x").status_code == 503
        assert type(events[0]["exception"]) is HttpStatusError
        assert str(events[0]["exception"]) == "503 Server Error: Service Unavailable for url: x"
    client, events = session("http://127.0.0.1:1")
    response = client.get("/")
    assert (response.status_code, type(events[0]["exception"])) == (0, ConnectError)
    assert (events[0]["response_length"], events[0]["url"]) == (0, "http://127.0.0.1:1/")
    assert events[0]["start_time"] == pytest.approx(time.time(), abs=60)


def test_what_cannot_be_sent_is_raised_and_no_request() -> None:
    client, events = session("http://127.0.0.1:1")
    with pytest.raises(InvalidRequestError):
        client.get("/", headers={"X": "a\r\nb"})
    assert events == []


def test_a_head_does_not_follow_unless_it_is_asked_to() -> None:
    with serving(HOP[:-5], ok(b"")) as server:
        client, events = session(server.url)
        assert client.head("/").status_code == 302
        assert client.head("/", allow_redirects=True).status_code == 200
        assert events.told("name") == ["/", "/"]


def test_a_streams_length_is_what_its_header_says() -> None:
    chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n"
    with serving(ok(b"12345"), chunked) as server:
        client, events = session(server.url)
        for _ in range(2):
            assert client.get("/", stream=True).content
        assert events.told("response_length") == [5, 0]


# Chains of redirects


def test_a_chain_is_one_request_or_each_hop_its_own() -> None:
    with serving(HOP, HOP, ok(b"there")) as server:
        client, events = session(server.url)
        response = client.get("/start")
        assert events.told("name", "url", "response_length") == [("/start", f"{server.url}/start", 5)]
        hops = (*response.history, response)
        assert events[0]["response_time"] >= sum(hop.service_s for hop in hops) * 1000
    with serving(HOP, HOP, ok(b"there")) as server:
        client, events = session(server.url, record_redirects="each")
        client.get("/start")
        names = ["/start", "/start [redirect 1]", "/start [redirect 2]"]
        assert events.told("name", "response_length") == list(zip(names, [5, 5, 5], strict=True))
        assert events.told("url") == [f"{server.url}{path}" for path in ("/start", "/there", "/there")]


def test_the_time_of_a_chain_has_no_set_up_of_connections_in_it() -> None:
    def slow(server: RawServer, connection: socket.socket, _number: int) -> None:
        server.read(connection)
        time.sleep(0.1)
        connection.sendall(ok(b"", "Connection: close", *next(hops), status=next(statuses)))

    hops = iter([["Location: /there"], []])
    statuses = iter(["302 Found", "200 OK"])
    with scripted(slow) as server:
        client, events = session(server.url)
        response = client.get("/start")
        assert server.connections == 2
        whole_ms = (response.ended_s - response.history[0].started_s) * 1000
        assert response.connect_us is not None
        assert events[0]["response_time"] == pytest.approx(whole_ms - response.connect_us / 1000)
        assert events[0]["response_time"] >= 190


def test_a_chain_that_fails_is_a_failure() -> None:
    with serving(HOP) as server:
        client, events = session(server.url, max_redirects=2)
        client.get("/start")
        assert [type(error) for error in events.told("exception")] == [TooManyRedirectsError]
        client, events = session(server.url, max_redirects=1, record_redirects="each")
        client.get("/start")
        assert [type(error) for error in events.told("exception")] == [type(None), type(None), TooManyRedirectsError]


def test_another_way_to_record_redirects_is_refused() -> None:
    with pytest.raises(ValueError, match='"one" or "each"'):
        session("http://127.0.0.1:1", record_redirects="some")
