"""Files are read once, packed or plain, and a damaged one is told."""

import gzip
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from slogate.errors import ConfigError
from slogate.imports import source


@pytest.mark.parametrize("packed", [False, True])
def test_lines_have_their_numbers_and_empty_ones_are_passed_over(tmp_path: Path, packed: bool) -> None:
    path = tmp_path / "file"
    content = b"a\n\n b \r\nc"
    path.write_bytes(gzip.compress(content) if packed else content)
    assert list(source.lines_of(path)) == [(1, b"a"), (3, b"b"), (4, b"c")]
    assert list(source.texts_of(path)) == ["a\n", "\n", " b \r\n", "c"]
    assert source.whole_of(path) == content


def test_a_gzip_that_was_cut_off_is_told(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(gzip.compress(bytes(range(256)) * 500)[:-20])
    with pytest.raises(ConfigError, match="damaged gzip"):
        source.whole_of(path)


def test_a_document_that_is_too_large_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"x" * 11)
    monkeypatch.setattr(source, "MAX_WHOLE_BYTES", 10)
    with pytest.raises(ConfigError, match="is larger than"):
        source.whole_of(path)


def test_a_byte_order_mark_is_no_part_of_the_text(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"\xef\xbb\xbftimeStamp\n\xff\n")
    assert list(source.texts_of(path)) == ["timeStamp\n", "\ufffd\n"]


@pytest.mark.parametrize(
    ("reader", "words"),
    [
        (lambda: source.malformed("it is old"), "it is old"),
        (lambda: json.loads("{"), "no JSON from character 2 on"),
        (lambda: json.loads(b'"\xff"'), "byte 2 is no UTF-8"),
        (lambda: dict[str, int]()["it"], "'it' is missing"),
        (lambda: int("soon"), "another kind of value"),
    ],
)
def test_what_is_wrong_is_said_in_words_for_people(reader: Callable[[], object], words: str) -> None:
    with pytest.raises((ValueError, KeyError)) as caught:
        reader()
    assert words in source.said(caught.value)
