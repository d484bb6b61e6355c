"""What is worked out of an answer's bytes."""

import json
from http import HTTPStatus
from typing import Any

import pytest
import requests

from raw_server import PlainClient, ok, serving
from slogate.load.http.errors import HttpStatusError


def both(answer: bytes) -> tuple[Any, requests.Response]:
    with serving(answer) as server:
        theirs = requests.get(server.url, timeout=20)
        theirs.close()
        return PlainClient(server.url).get("/"), theirs


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("text/plain; charset=utf-8", "é".encode()),
        ("text/plain", b"\xe9"),
        ("text/html; charset=windows-1251", "да".encode("windows-1251")),
        ("text/plain; charset=utf-8", b"\xff broken"),
        ("application/json", '{"a": "é"}'.encode()),
        ("text/plain; charset=nobody-knows", b"plain"),
        ("application/octet-stream", b""),
    ],
)
def test_text_is_that_of_requests(content_type: str, body: bytes) -> None:
    ours, theirs = both(ok(body, f"Content-Type: {content_type}"))
    assert (ours.text, ours.encoding) == (theirs.text, theirs.encoding)
    ours.encoding = "latin-1"
    assert ours.text == body.decode("latin-1")


@pytest.mark.parametrize(
    "body",
    [b'{"a": "\xc3\xa9"}', '{"a": 1}'.encode("utf-16"), b'\xef\xbb\xbf{"a": 1}', b"[]", b"null"],
)
def test_json_in_any_unicode(body: bytes) -> None:
    ours, _ = both(ok(body, "Content-Type: application/json"))
    assert ours.json() == json.loads(body)


@pytest.mark.parametrize("body", [b"", b"{", b"<html>"])
def test_what_is_no_json_says_so(body: bytes) -> None:
    ours, _ = both(ok(body))
    with pytest.raises(json.JSONDecodeError):
        ours.json()


@pytest.mark.parametrize("body", [b"", b"a", b"a\nb", b"a\r\nb\n", b"\n\na\n\n", b"x" * 2000 + b"\ny"])
@pytest.mark.parametrize("size", [1, 3, 512, None])
def test_lines_and_parts_are_those_of_requests(body: bytes, size: int | None) -> None:
    ours, theirs = both(ok(body, "Content-Type: text/plain; charset=utf-8"))
    assert b"".join(ours.iter_content(size)) == body
    assert list(ours.iter_lines(size or 512)) == list(theirs.iter_lines(size or 512))
    assert "".join(ours.iter_content(size, decode_unicode=True)) == body.decode()


def test_headers_by_any_case_and_repeated() -> None:
    ours, theirs = both(ok(b"", "X-One: 1", "x-many: a", "X-Many: b", "Set-Cookie: a=1; Path=/", "Set-Cookie: b=2"))
    assert ours.headers["x-ONE"] == "1"
    assert ours.headers["X-Many"] == theirs.headers["X-Many"] == "a, b"
    assert ours.fields.all_of("set-cookie") == ["a=1; Path=/", "b=2"]
    assert dict(ours.cookies) == dict(theirs.cookies) == {"a": "1", "b": "2"}


@pytest.mark.parametrize("status", [200, 302, 404, 503])
def test_a_status_of_400_or_more_is_an_error(status: int) -> None:
    ours, theirs = both(ok(b"x", status=f"{status} {HTTPStatus(status).phrase}"))
    assert (ours.ok, bool(ours), ours.reason) == (theirs.ok, bool(theirs), theirs.reason)
    if status < 400:
        ours.raise_for_status()
    else:
        with pytest.raises(HttpStatusError, match=f"{status} (Client|Server) Error"):
            ours.raise_for_status()


def test_an_answer_without_a_reason_has_the_usual_one() -> None:
    ours, _ = both(b"HTTP/1.1 404\r\nContent-Length: 0\r\n\r\n")
    assert ours.reason == "Not Found"
