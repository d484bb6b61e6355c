"""Headers and bodies as bytes: whatever goes in, a field stays on its line and a body is what was meant."""

import io
import re
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from raw_server import PlainClient, ok, serving
from slogate.load.http.encoding import encoded, in_bytes, in_chunks, parts_of, rewinder, simple_body
from slogate.load.http.errors import InvalidRequestError

_anything = st.text(st.sampled_from("ab:; \t\r\n\0é日"), max_size=8)


@settings(max_examples=300, deadline=None)
@given(fields=st.dictionaries(_anything, _anything, max_size=3))
@example(fields={"x": "a\r\nEvil: 1"})
@example(fields={"x": "a\rEvil: 1"})
def test_a_field_is_one_line_or_refused(fields: dict[str, str]) -> None:
    try:
        lines = encoded(fields)
    except InvalidRequestError:
        assert any(re.search(r"[^a-z]|^$", name) or re.search("[\r\n\0]", value) for name, value in fields.items())
        return
    assert lines.count(b"\n") == lines.count(b"\r") == lines.count(b"\r\n") == len(fields)


@pytest.mark.parametrize("fields", [{"X": 1}, {"X": None}, {"X": ["a"]}, {b"X": "a"}, {1: "a"}])
def test_a_field_is_made_of_strings(fields: dict[Any, Any]) -> None:
    with pytest.raises(InvalidRequestError, match="both must be strings"):
        encoded(fields)


@pytest.mark.parametrize(
    ("value", "line"),
    [
        ("  spaced ", b"X: spaced\r\n"),
        ("", b"X: \r\n"),
        ("caf\u00e9", b"X: caf\xe9\r\n"),
        (b"caf\xc3\xa9", b"X: caf\xc3\xa9\r\n"),  # bytes go as they are
        ("\u65e5", b"X: \xe6\x97\xa5\r\n"),
        ("\ud800", b"X: ?\r\n"),  # half of a pair, which no coding has
    ],
)
def test_text_in_bytes(value: str | bytes, line: bytes) -> None:
    assert encoded({"X": value}) == line


@settings(deadline=None)
@given(st.binary())
def test_what_was_read_as_latin_1_goes_back_as_it_came(data: bytes) -> None:
    assert in_bytes(data.decode("latin-1")) == data


@pytest.mark.parametrize("wrong", [float("nan"), {1, 2}, object(), {"a": b"bytes"}])
def test_what_is_no_json_is_refused(wrong: object) -> None:
    with pytest.raises(InvalidRequestError, match="not JSON"):
        simple_body(None, wrong)


@settings(max_examples=100, deadline=None)
@given(parts=st.lists(st.one_of(st.binary(max_size=50), st.text(max_size=20)), max_size=6))
def test_chunks_hold_the_parts_and_end_once(parts: list[bytes | str]) -> None:
    """An empty part would end the body."""
    rest, body = b"".join(in_chunks(parts_of(iter(parts)))), b""
    while True:
        size, _, rest = rest.partition(b"\r\n")
        length = int(size, 16)
        if not length:
            break
        body += rest[:length]
        assert rest[length : length + 2] == b"\r\n"
        rest = rest[length + 2 :]
    assert rest == b"\r\n"
    assert body == b"".join(part.encode() if isinstance(part, str) else part for part in parts)


def test_a_number_is_no_part() -> None:
    with pytest.raises(TypeError):
        list(parts_of([3]))


def test_a_file_goes_back_to_where_it_stood_and_an_iterator_cannot() -> None:
    file = io.BytesIO(b"0123456789")
    file.seek(4)
    again = rewinder(file)
    assert again is not None
    assert b"".join(parts_of(file)) == b"456789"
    again()
    assert b"".join(parts_of(file)) == b"456789"
    assert rewinder(iter([b"x"])) is None


# On the wire


def body_of(**options: Any) -> tuple[bytes, bytes]:
    """The header and the body that a server reads of a POST."""
    with serving(ok()) as server:
        assert PlainClient(server.url).post("/", **options).status_code == 200
        head, _, body = server.requests[0].partition(b"\r\n\r\n")
        return head + b"\r\n", body


def test_iterators_are_sent_in_chunks() -> None:
    head, body = body_of(data=(part for part in [b"one,", "two", b""]))
    assert b"\r\nTransfer-Encoding: chunked\r\n" in head
    assert b"Content-Length" not in head
    assert body == b"4\r\none,\r\n3\r\ntwo\r\n0\r\n\r\n"


@pytest.mark.parametrize("data", [b"abc", "abc", bytearray(b"abc"), memoryview(b"abc"), io.BytesIO(b"abc")])
def test_what_has_a_length_is_sent_with_it(data: Any) -> None:
    head, body = body_of(data=data)
    assert b"\r\nContent-Length: 3\r\n" in head
    assert body == b"abc"


def test_a_file_is_sent_whole() -> None:
    content = bytes(range(256)) * 1000
    head, body = body_of(data=io.BytesIO(content))
    assert b"\r\nContent-Length: 256000\r\n" in head
    assert body == content


def test_a_form_of_files() -> None:
    head, body = body_of(
        data={"field": "value"},
        files={"f": ('a"\r\nEvil: 1.txt', b"content", "text/plain"), "g": io.BytesIO(b"more")},
    )
    found = re.search(rb"\r\nContent-Type: multipart/form-data; boundary=(\w+)\r\n", head)
    assert found is not None
    parts = body.split(b"--" + found[1])
    assert (parts[0], parts[-1]) == (b"", b"--\r\n")
    field, file, other = (part.strip(b"\r\n").split(b"\r\n\r\n") for part in parts[1:-1])
    assert field == [b'Content-Disposition: form-data; name="field"', b"value"]
    assert file[0].split(b"\r\n") == [
        b'Content-Disposition: form-data; name="f"; filename="a%22%0D%0AEvil: 1.txt"',
        b"Content-Type: text/plain",
    ]
    assert (file[1], other[1]) == (b"content", b"more")


def test_an_iterator_that_raises_raises_into_the_task() -> None:
    def broken() -> object:
        yield b"one"
        raise LookupError("the next one")

    with serving(ok()) as server:
        client = PlainClient(server.url)
        with pytest.raises(LookupError):
            client.post("/", data=broken())
        assert client.get("/").status_code == 200
