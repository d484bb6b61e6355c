"""Codings are undone whatever they are and however they arrive, and a bomb is stopped at the limit."""

import gzip
import zlib
from collections.abc import Callable

import brotli
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slogate.load.http.decoding import BodyDecoder, decoded
from slogate.load.http.errors import BodyTooLargeError, ContentDecodingError

LIMIT = 10_000_000


def raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()


ENCODERS: dict[str, tuple[str, Callable[[bytes], bytes]]] = {
    "gzip": ("gzip", gzip.compress),
    "two members": ("x-gzip", lambda data: gzip.compress(data[:5]) + gzip.compress(data[5:])),
    "zlib": ("deflate", zlib.compress),
    "raw deflate": ("deflate", raw_deflate),
    "br": ("br", brotli.compress),
    "identity": ("identity", bytes),
}


@settings(max_examples=100, deadline=None)
@given(
    body=st.one_of(st.binary(max_size=500), st.integers(1, 700_000).map(lambda size: b"ab" * size)),
    codings=st.lists(st.sampled_from(sorted(ENCODERS)), max_size=3),
    size=st.sampled_from([1, 2, 7, 1000, 1_000_000]),
)
def test_any_codings_in_any_pieces(body: bytes, codings: list[str], size: int) -> None:
    wire, names = body, []
    for coding in codings:
        name, encode = ENCODERS[coding]
        wire = encode(wire)
        names.append(name.upper())
    decoder = BodyDecoder([", ".join(names)], LIMIT)
    pieces = [wire[at : at + size] for at in range(0, len(wire), size)][:3000]
    pieces.append(wire[sum(map(len, pieces)) :])
    assert b"".join(part for piece in pieces for part in decoder.decode(piece)) == body
    decoder.finish()
    assert decoded(wire, names, LIMIT) == body


@pytest.mark.parametrize("coding", ["gzip", "zlib", "raw deflate", "br"])
def test_a_bomb_is_stopped(coding: str) -> None:
    name, encode = ENCODERS[coding]
    with pytest.raises(BodyTooLargeError):
        decoded(encode(bytes(LIMIT + 1)), [name], LIMIT)
    assert len(decoded(encode(bytes(LIMIT)), [name], LIMIT)) == LIMIT


@pytest.mark.parametrize("coding", ["gzip", "zlib", "raw deflate", "br"])
def test_what_is_cut_off_or_garbage_is_an_error(coding: str) -> None:
    name, encode = ENCODERS[coding]
    wire = encode(b"some words that are long enough to be packed" * 20)
    for wrong in (wire[:-3], wire[: len(wire) // 2], b"\xff\xff\xff\xffgarbage"):
        with pytest.raises(ContentDecodingError):
            decoded(wrong, [name], LIMIT)


@pytest.mark.parametrize("after", [b"\0" * 9, b"garbage", b"\0\0garbage", b"garbage\x1f\x8b"])
def test_what_follows_gzip_is_no_part_of_it(after: bytes) -> None:
    wire = gzip.compress(b"one") + bytes(3) + gzip.compress(b"two") + after
    assert decoded(wire, ["gzip"], LIMIT) == b"onetwo"
    decoder = BodyDecoder(["gzip"], LIMIT)
    assert b"".join(part for byte in wire for part in decoder.decode(bytes([byte]))) == b"onetwo"
    decoder.finish()


def test_an_unknown_coding_leaves_the_body_as_it_came_and_an_empty_body_is_none() -> None:
    assert decoded(b"as it came", ["zstd"], LIMIT) == b"as it came"
    for name in ("gzip", "deflate", "br"):
        assert decoded(b"", [name], LIMIT) == b""


def test_a_tower_of_codings_is_refused() -> None:
    with pytest.raises(ContentDecodingError):
        decoded(b"x", ["gzip"] * 6, LIMIT)
