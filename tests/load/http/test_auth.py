"""Who a request says it is from, as requests writes it."""

from collections.abc import Callable
from typing import Any

import pytest
import requests
from requests.auth import HTTPBasicAuth, HTTPDigestAuth

from raw_server import PlainClient, ok, serving
from slogate.load.http.auth import Bearer, authorization
from slogate.load.http.errors import InvalidRequestError


def of_requests(auth: Any) -> str:
    return str(requests.Request("GET", "http://shop.example/", auth=auth).prepare().headers["Authorization"])


@pytest.mark.parametrize(
    "auth",
    [
        ("ann", "x"),
        ("", ""),
        ("ann", "a:b"),
        ("ann", "caf\u00e9"),
        ("ann", b"\xff\x00"),
        (b"ann", "x"),
        ("ann", "x" * 100),  # longer than a line of base64 in a letter
        HTTPBasicAuth("ann", "x"),
        Bearer("abc.def-_~+/="),
    ],
)
def test_the_header_is_that_of_requests(auth: Any) -> None:
    assert authorization(auth) == of_requests(auth)


def test_beyond_latin_1_it_is_utf_8() -> None:
    """There requests gives up."""
    assert authorization(("\u65e5", "\u672c")) == authorization(("\u65e5".encode(), "\u672c".encode()))


@pytest.mark.parametrize("auth", [None, HTTPDigestAuth("ann", "x"), lambda request: request])
def test_what_must_be_asked_for_each_request_has_no_fixed_header(auth: Any) -> None:
    assert authorization(auth) is None


def test_a_subclass_is_asked_because_it_may_do_more() -> None:
    class Signed(HTTPBasicAuth):
        def __call__(self, request: Any) -> Any:
            request.headers["Signature"] = request.method
            return super().__call__(request)  # type: ignore[no-untyped-call]

    auth = Signed("ann", "x")
    assert authorization(auth) is None
    with serving(ok()) as server:
        PlainClient(server.url).get("/", auth=auth)
        assert b"\r\nSignature: GET\r\n" in server.requests[0]
        assert b"\r\nAuthorization: Basic YW5uOng=\r\n" in server.requests[0]


@pytest.mark.parametrize(
    "misuse",
    [lambda client, token: client.get("/", auth=token), lambda client, token: setattr(client, "auth", token)],
)
def test_a_token_with_a_line_break_is_refused(misuse: Callable[[PlainClient, Bearer], object]) -> None:
    with serving(ok()) as server:
        client = PlainClient(server.url)
        with pytest.raises(InvalidRequestError):
            misuse(client, Bearer("abc\r\nEvil: 1"))
        assert server.requests == []
