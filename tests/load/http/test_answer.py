"""An answer is the same however its bytes arrive, and whatever arrives instead of one is an error that says so."""

import http.client
import io
from collections.abc import Sequence
from dataclasses import dataclass

import pytest
from http_answers import answers, cut, damaged_answers
from hypothesis import given, settings
from hypothesis import strategies as st

from raw_server import ok
from slogate.load.http.answer import MOST_HEADER_BYTES, MOST_HEADER_LINES, AnswerReader
from slogate.load.http.errors import (
    BodyTooLargeError,
    ConnectionLostError,
    HeaderTooLargeError,
    HttpClientError,
    ProtocolError,
)
from slogate.load.http.headers import fields_of

QUICK = settings(max_examples=150, deadline=None)
PLENTY = 1 << 62


@dataclass
class Outcome:
    """What was read."""

    status: int
    fields: list[tuple[str, str]]
    body: bytes
    keeps_alive: bool


def read(
    pieces: Sequence[bytes],
    *,
    then_close: bool = False,
    bodiless: bool = False,
    most_body_bytes: int = PLENTY,
    reader: AnswerReader | None = None,
) -> Outcome:
    """What comes of an answer in these pieces. Raises the reader's error."""
    reader = reader or AnswerReader()
    reader.begin(most_body_bytes, bodiless=bodiless, stream=False)
    for piece in pieces:
        if not reader.is_due and piece:
            reader.feed(piece)
    if then_close and not reader.is_due:
        reader.feed_end()
    if reader.error is not None:
        raise reader.error
    assert reader.done, "it waits for more"
    return Outcome(reader.status, list(fields_of(reader.head)), b"".join(reader.body), reader.keeps_alive)


class FakeSocket:
    """What http.client reads an answer from."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def makefile(self, *_arguments: object) -> io.BytesIO:
        return io.BytesIO(self._data)


def oracle(data: bytes, method: str) -> tuple[int, list[tuple[str, str]], bytes]:
    answer = http.client.HTTPResponse(FakeSocket(data), method=method)  # type: ignore[arg-type]
    answer.begin()
    return answer.status, list(answer.headers.items()), answer.read()


@QUICK
@given(answer=answers(), places=st.sets(st.integers(1, 600), max_size=12))
def test_an_answer_is_the_same_in_any_pieces_and_as_http_client_reads_it(
    answer: tuple[bytes, str, bool], places: set[int]
) -> None:
    data, method, ends_with_connection = answer
    whole = read([data], then_close=ends_with_connection, bodiless=method == "HEAD")
    pieces = read(cut(data, places), then_close=ends_with_connection, bodiless=method == "HEAD")
    assert pieces == whole
    assert (whole.status, whole.fields, whole.body) == oracle(data, method)
    assert whole.keeps_alive is not ends_with_connection


@QUICK
@given(pieces=damaged_answers(), bodiless=st.booleans())
def test_hostile_bytes_give_an_answer_or_an_error(pieces: list[bytes], bodiless: bool) -> None:
    try:
        outcome = read(pieces, then_close=True, bodiless=bodiless)
    except HttpClientError:
        return
    assert outcome.status >= 200


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"", ConnectionLostError),
        (b"HTTP/1.1 200", ConnectionLostError),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc", ConnectionLostError),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab", ConnectionLostError),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n", ConnectionLostError),
        (b"HTTP/1.1 100 Continue\r\n\r\n", ConnectionLostError),
        (b"SSH-2.0-OpenSSH_9.2\r\n", ProtocolError),
        (b"HTTP/1.1 abc OK\r\n\r\n", ProtocolError),
        (b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", ProtocolError),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 1x\r\n\r\nab", ProtocolError),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999999\r\n\r\nab", ProtocolError),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", ProtocolError),
        (
            b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n",
            ProtocolError,
        ),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nab\r\n", ProtocolError),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nabcd\r\n0\r\n\r\n", ProtocolError),
        (b"HTTP/1.1 200 OK\r\nno colon here\r\n\r\n", ProtocolError),
        (b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n", ProtocolError),
        (b"HTTP/1.1 200 OK\r\nX: " + b"a" * MOST_HEADER_BYTES + b"\r\n\r\n", HeaderTooLargeError),
        (b"HTTP/1.1 200 OK\r\nX: " + b"a" * MOST_HEADER_BYTES, HeaderTooLargeError),
        (b"HTTP/1.1 200 OK\r\n" + b"X: a\r\n" * (MOST_HEADER_LINES + 1) + b"\r\n", HeaderTooLargeError),
    ],
)
def test_what_is_no_answer_is_an_error_that_says_so(data: bytes, error: type[HttpClientError]) -> None:
    with pytest.raises(error):
        read([data], then_close=True)
    with pytest.raises(error):
        read(cut(data, set(range(1, 200, 7))), then_close=True)


def test_one_reader_reads_many_answers_also_after_one_to_head() -> None:
    reader = AnswerReader()
    for number in range(5):
        is_head = number == 2
        body = b"%d" % number
        wire = ok(b"7")[:-1] if is_head else ok(body)
        outcome = read([wire], bodiless=is_head, reader=reader)
        assert outcome == Outcome(200, outcome.fields, b"" if is_head else body, keeps_alive=True)


@pytest.mark.parametrize("excess", [0, 1, 100_000])
def test_a_body_over_the_limit_is_refused(excess: int) -> None:
    pieces = cut(ok(bytes(1000 + excess)), set(range(100, 1000 + excess, 600)))
    if not excess:
        assert len(read(pieces, most_body_bytes=1000).body) == 1000
        return
    with pytest.raises(BodyTooLargeError):
        read(pieces, most_body_bytes=1000)


def test_a_body_in_small_chunks_is_not_taken_for_a_large_one() -> None:
    wire = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"1\r\na\r\n" * 1000 + b"0\r\n\r\n"
    assert read(cut(wire, set(range(0, 6000, 100))), most_body_bytes=1000).body == b"a" * 1000


def test_an_answer_that_breaks_off_says_whether_it_had_begun() -> None:
    for pieces, before_answer in (([], True), ([b"HTTP/1.1 2"], False)):
        reader = AnswerReader()
        reader.begin(PLENTY, bodiless=False, stream=False)
        for piece in pieces:
            reader.feed(piece)
        reader.break_off(ConnectionResetError(104, "Connection reset by peer"))
        assert isinstance(reader.error, ConnectionLostError)
        assert reader.error.before_answer is before_answer
        assert "Connection reset by peer" in str(reader.error)


def test_a_stream_is_due_with_its_header_and_gives_its_body_in_parts() -> None:
    reader = AnswerReader()
    reader.begin(PLENTY, bodiless=False, stream=True)
    reader.feed(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n")
    assert not reader.is_due
    reader.feed(b"\r\nab")
    assert (reader.is_due, reader.done, reader.take_body()) == (True, False, b"ab")
    reader.feed(b"cd")
    reader.feed(b"ef")
    assert (reader.done, reader.take_body(), reader.take_body()) == (True, b"cdef", b"")
    assert reader.ended_s >= reader.headed_s > 0
