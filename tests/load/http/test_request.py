"""A request's bytes: the quick way gives what requests would give, and nothing can be smuggled into a header."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from requests import Request

from slogate.load.http.auth import Bearer
from slogate.load.http.errors import InvalidRequestError
from slogate.load.http.request import RequestBuilder
from slogate.load.http.wire import WireRequest

BASE = "http://shop.example:8080"


def builder(base_url: str = BASE, **headers: Any) -> RequestBuilder:
    made = RequestBuilder(base_url, verify=True, certificate=None)
    made.headers.update(headers)
    return made


def lines(request: WireRequest) -> list[str]:
    return request.head.decode("latin-1").split("\r\n")[:-1]


@settings(max_examples=300, deadline=None)
@given(path=st.text("abz09-._~/=+,;:@!$()*?&%# é", max_size=20).map("/".__add__))
def test_paths_are_encoded_as_requests_encodes_them(path: str) -> None:
    theirs = Request("GET", BASE + path).prepare()
    ours = builder().build("GET", path)
    assert (ours.url, ours.path_url) == (theirs.url, theirs.path_url)


@pytest.mark.parametrize(
    ("options", "body"),
    [
        ({"json": {"a": "é"}}, json.dumps({"a": "é"}).encode()),
        ({"json": None}, None),
        ({"data": b"raw", "json": {"not": "this"}}, b"raw"),
        ({"data": "text é"}, "text é".encode()),
        ({"data": {"a": "1", "b": ["2", "3"], "c": None}}, b"a=1&b=2&b=3"),
        ({"data": [("a", "1"), ("a", "é")]}, b"a=1&a=%C3%A9"),
        ({"data": b""}, None),
        ({"data": {}}, None),
    ],
)
def test_bodies_are_those_of_requests(options: dict[str, Any], body: bytes | None) -> None:
    ours = builder().build("POST", "/", **options)
    theirs = Request("POST", BASE + "/", **options).prepare()
    expected = {name.lower(): value for name, value in theirs.headers.items()}
    assert ours.body == body
    sent = dict(line.split(": ", 1) for line in lines(ours)[1:])
    assert {name.lower(): value for name, value in sent.items() if name != "Host"} == expected


@pytest.mark.parametrize(
    ("name", "value"),
    [("X", "a\r\nY: b"), ("X", "a\nY: b"), ("X", "a\0"), ("X\r\nY", "b"), ("X:", "b"), ("", "b"), ("X", 1), ("X", [])],
)
def test_what_would_end_a_header_line_early_is_refused(name: str, value: Any) -> None:
    with pytest.raises(InvalidRequestError):
        builder().build("GET", "/", headers={name: value})
    with pytest.raises(InvalidRequestError):
        builder().build("GET", "/", data={"a": "1"}, headers={name: value})
    with pytest.raises(InvalidRequestError):
        builder(**{name: value}).plain("GET", "/")


def test_a_wrong_default_is_refused_every_time() -> None:
    """Not forgotten: the request after it would go without any of the session's headers."""
    for wrong in ("a\r\nb", 5):
        made = builder(Accept="*/*")
        made.headers["X"] = wrong
        for _ in range(2):
            with pytest.raises(InvalidRequestError):
                made.plain("GET", "/")
            with pytest.raises(InvalidRequestError):
                made.build("GET", "/", headers={"Own": "1"})
        made.headers["X"] = "right"
        assert {"Accept: */*", "X: right"} <= set(lines(made.plain("GET", "/")))
    made = builder()
    with pytest.raises(InvalidRequestError):
        made.auth = Bearer("a\r\nb")
    with pytest.raises(InvalidRequestError):
        made.plain("GET", "/")


@pytest.mark.parametrize("method", ["", "GE T", "GET\r\n", "GET /x HTTP/1.1\r\nX:"])
def test_a_method_is_a_token(method: str) -> None:
    with pytest.raises(InvalidRequestError):
        builder().build(method, "/")


@pytest.mark.parametrize("options", [{}, {"json": 1}, {"data": {"a": "1"}}])
def test_a_method_is_sent_in_capitals_as_requests_does(options: dict[str, Any]) -> None:
    """Servers take "post" for an unknown one."""
    for method in ("post", "Post", "POST"):
        request = builder().build(method, "/", **options)
        assert (request.method, lines(request)[0]) == ("POST", "POST / HTTP/1.1")
    assert builder().build("get", "/").repeatable


@pytest.mark.parametrize("url", ["ftp://x/", "http://", "http://[::1", "http://a b/", "http://x:99999/"])
def test_what_is_no_url_is_refused(url: str) -> None:
    with pytest.raises(InvalidRequestError):
        builder("").build("GET", url)


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("http://shop.example/", "shop.example"),
        ("http://shop.example:80/", "shop.example"),
        ("https://shop.example:443/", "shop.example"),
        ("https://shop.example:80/", "shop.example:80"),
        ("http://[::1]:81/", "[::1]:81"),
        ("http://bücher.example/", "xn--bcher-kva.example"),
    ],
)
def test_the_host_header(url: str, host: str) -> None:
    assert lines(builder("").build("GET", url))[1] == f"Host: {host}"


def test_headers_of_a_request_go_over_those_of_the_session() -> None:
    made = builder(Accept="*/*", Gone="x")
    request = made.build("GET", "/", headers={"ACCEPT": "text/html", "gone": None, "Own": "1"})
    fields = {line.partition(": ")[0].lower(): line.partition(": ")[2] for line in lines(request)[1:]}
    assert fields == {"host": "shop.example:8080", "accept": "text/html", "own": "1"}


def test_framing_is_not_a_scenarios_to_set() -> None:
    own = {"Content-Length": "99", "Transfer-Encoding": "chunked"}
    request = builder().build("POST", "/", data=b"four", headers=own)
    assert [line for line in lines(request) if line.startswith(("Content-", "Transfer-"))] == ["Content-Length: 4"]


def test_a_plain_request_is_kept_until_the_session_changes() -> None:
    made = builder(A="1")
    first = made.plain("GET", "/x")
    assert made.plain("GET", "/x") is first
    assert made.plain("POST", "/x") is not first
    made.headers["A"] = "2"
    assert "A: 2" in lines(made.plain("GET", "/x"))
    made.auth = ("ann", "x")
    assert "Authorization: Basic YW5uOng=" in lines(made.plain("GET", "/x"))
    made.auth = Bearer("t")
    assert "Authorization: Bearer t" in lines(made.plain("GET", "/x"))
    made.base_url = "http://other.example/api"
    assert lines(made.plain("GET", "/x"))[:2] == ["GET /api/x HTTP/1.1", "Host: other.example"]
    before = made.plain("GET", "/x").origin
    made.set_trust(False, None)
    assert made.plain("GET", "/x").origin is not before


def test_credentials_in_the_base_url_become_a_header() -> None:
    request = builder("http://ann:p%40ss@shop.example").plain("GET", "/")
    assert (request.url, lines(request)[1]) == ("http://shop.example/", "Host: shop.example")
    assert "Authorization: Basic YW5uOnBAc3M=" in lines(request)


def test_a_callable_is_asked_for_each_request() -> None:
    asked = []

    def sign(request: Any) -> Any:
        asked.append(request.url)
        request.headers["Signature"] = str(len(asked))
        return request

    made = builder()
    made.auth = sign
    assert "Signature: 1" in lines(made.plain("GET", "/x"))
    assert "Signature: 2" in lines(made.plain("GET", "/x"))
    assert asked == [f"{BASE}/x"] * 2
