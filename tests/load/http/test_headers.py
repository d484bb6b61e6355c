"""An answer's header is read as the parser read it, and a session's defaults know when they change."""

from typing import Any

import pytest
import requests
from requests.structures import CaseInsensitiveDict

from slogate.load.http.headers import (
    WatchedHeaders,
    ends_with_the_connection,
    fields_of,
    keeps_alive,
    merged,
    reason_of,
)


def head(*fields: str, version: str = "1.1") -> bytes:
    return "\r\n".join([f"HTTP/{version} 200 OK", *fields, "\r\n"]).encode("latin-1")


def test_fields_keep_their_order_and_their_number() -> None:
    fields = fields_of(head("B: 1", "a:2", "b:  3 \t", "Empty:", "Long: caf\u00e9 : ,") + b"X: of the body\r\n\r\n")
    assert fields == [("B", "1"), ("a", "2"), ("b", "3"), ("Empty", ""), ("Long", "caf\u00e9 : ,")]
    assert fields.all_of("b") == ["1", "3"]
    assert fields.all_of("x") == []
    assert fields.joined() == CaseInsensitiveDict({"b": "1, 3", "A": "2", "empty": "", "long": "caf\u00e9 : ,"})


@pytest.mark.parametrize(
    ("line", "status", "reason"),
    [
        (b"HTTP/1.1 200 OK", 200, "OK"),
        (b"HTTP/1.1 404 Not here at all", 404, "Not here at all"),
        (b"HTTP/1.1 404", 404, "Not Found"),
        (b"HTTP/1.1 404 ", 404, ""),
        (b"HTTP/1.1 599", 599, ""),
        (b"HTTP/1.1 500 Caf\xe9", 500, "Caf\u00e9"),
    ],
)
def test_the_reason(line: bytes, status: int, reason: str) -> None:
    assert reason_of(line + b"\r\nX: a b c\r\n\r\n", status) == reason


@pytest.mark.parametrize(
    ("fields", "ends"),
    [
        ([], True),
        (["Content-Length: 3"], False),
        (["CONTENT-LENGTH: 0"], False),
        (["Transfer-Encoding: chunked"], False),
        (["Transfer-Encoding: gzip, Chunked"], False),
        (["Transfer-Encoding: gzip", "Transfer-Encoding: chunked"], False),
        (["Transfer-Encoding: chunked, gzip"], True),
        (["Transfer-Encoding: gzip"], True),
        (["X-Content-Length: 3"], True),
    ],
)
def test_whether_a_body_ends_with_its_connection(fields: list[str], ends: bool) -> None:
    assert ends_with_the_connection(head(*fields)) is ends


@pytest.mark.parametrize(
    ("version", "fields", "keeps"),
    [
        ("1.1", [], True),
        ("1.1", ["Connection: close"], False),
        ("1.1", ["connection: Upgrade, CLOSE"], False),
        ("1.1", ["Connection: a", "Connection: close"], False),
        ("1.1", ["Connection: closed"], True),
        ("1.0", [], False),
        ("1.0", ["Connection: Keep-Alive"], True),
        ("1.0", ["Connection: keep-alive, close"], False),
    ],
)
def test_whether_the_connection_stays(version: str, fields: list[str], keeps: bool) -> None:
    assert keeps_alive(head(*fields, version=version)) is keeps


@pytest.mark.parametrize(
    "own",
    [None, {}, {"X": "own"}, {"x": None}, {"Y": "1", "accept": "text/html"}, {"Y": None}],
)
def test_headers_are_merged_as_requests_merges_them(own: Any) -> None:
    defaults: CaseInsensitiveDict[Any] = CaseInsensitiveDict({"X": "session", "Accept": "*/*", "Gone": None})
    before = dict(defaults)
    with requests.Session() as session:
        session.headers = defaults
        theirs = session.prepare_request(requests.Request("GET", "http://shop.example/", headers=own)).headers
    assert merged(defaults, own) == theirs
    assert dict(defaults) == before


def test_every_change_of_the_defaults_is_seen() -> None:
    headers = WatchedHeaders({"A": "1"})
    seen = {headers.version}
    headers["a"] = "2"
    seen.add(headers.version)
    headers.update({"B": "1"})
    seen.add(headers.version)
    headers.setdefault("C", "1")
    seen.add(headers.version)
    assert headers.pop("c") == "1"
    seen.add(headers.version)
    del headers["B"]
    seen.add(headers.version)
    headers.clear()
    seen.add(headers.version)
    assert len(seen) == 7
    assert not headers
