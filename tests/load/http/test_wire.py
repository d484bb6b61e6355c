"""What is sent, and what can be seen of it afterwards."""

import pytest

from slogate.load.http.pool import Origin
from slogate.load.http.wire import SentRequest, WireRequest

ORIGIN = Origin("http", "shop.example", 80, True, None)


def request(method: str = "POST", fields: bytes = b"", body: bytes | None = None) -> WireRequest:
    head = b"%b /p?q HTTP/1.1\r\nHost: shop.example\r\n%b" % (method.encode(), fields)
    return WireRequest(method, "http://shop.example/p?q", "/p?q", ORIGIN, head, body)


@pytest.mark.parametrize(
    ("method", "again"),
    [
        ("GET", True),
        ("HEAD", True),
        ("OPTIONS", True),
        ("PUT", True),
        ("DELETE", True),
        ("POST", False),
        ("PATCH", False),
        ("OWN", False),
    ],
)
def test_what_may_be_sent_twice(method: str, again: bool) -> None:
    assert request(method).repeatable is again


@pytest.mark.parametrize("body", [None, b"a body"])
def test_cookies_go_into_the_header_and_the_body_stays(body: bytes | None) -> None:
    made = request(body=body)
    head, _, rest = made.with_cookies("a=1; b=caf\u00e9").partition(b"\r\n\r\n")
    assert head == made.head + b"Cookie: a=1; b=caf\xe9"
    assert rest == (body or b"")
    assert made.wire == made.head + b"\r\n" + rest


@pytest.mark.parametrize(("fields", "by_hand"), [(b"COOKIE: a=1\r\n", True), (b"X-Cookie: a=1\r\n", False)])
def test_a_cookie_by_hand_is_seen(fields: bytes, by_hand: bool) -> None:
    assert request(fields=fields).sets_cookie is by_hand


def test_what_was_sent_can_be_seen() -> None:
    made = request(fields=b"X-Own: a: b\r\n", body=b"x: y\r\n\r\nz")
    sent = SentRequest(made, made.with_cookies("c=1"))
    assert (sent.method, sent.url, sent.path_url) == ("POST", "http://shop.example/p?q", "/p?q")
    assert dict(sent.headers) == {"Host": "shop.example", "X-Own": "a: b", "Cookie": "c=1"}
    assert sent.headers["x-OWN"] == "a: b"
    assert sent.body == b"x: y\r\n\r\nz"


@pytest.mark.parametrize("value", [b"caf\xe9", b"caf\xc3\xa9"])
def test_a_header_is_shown_as_text_and_kept_as_bytes(value: bytes) -> None:
    made = request(fields=b"X-Own: " + value + b"\r\n")
    sent = SentRequest(made, made.wire)
    assert sent.headers["X-Own"] == "caf\u00e9"
    assert sent.header_bytes["X-Own"].encode("latin-1") == value
