"""Content codings: gzip, deflate (as zlib, and raw, as some servers send it) and br, also several in a row.

Each decoder gives out a bounded part at a time, so that a small body that unfolds into gigabytes is stopped at the
limit and not by the memory's end.
"""

import zlib
from collections.abc import Callable, Iterator, Sequence
from typing import Protocol

import brotli

from slogate.load.http.errors import BodyTooLargeError, ContentDecodingError

_PART_BYTES = 256 * 1024
_GZIP_BEGINS = b"\x1f"
_GZIP_WINDOW = 16 + zlib.MAX_WBITS


class _Decoder(Protocol):
    def decode(self, data: bytes) -> Iterator[bytes]:
        """What `data` unfolds to, in parts."""

    def finish(self) -> None:
        """The body has ended; raises when it ends too early."""


class _Gzip:
    """RFC 1952; several members in a row are one content, and zeros after one are padding. What else follows the last
    is no part of it, as gzip(1) and requests have it.
    """

    def __init__(self) -> None:
        self._zlib = zlib.decompressobj(_GZIP_WINDOW)
        self._begun = self._followed = False

    def decode(self, data: bytes) -> Iterator[bytes]:
        while data:
            if self._zlib.eof:
                data = data.lstrip(b"\0")
                if not data:
                    return
                self._followed = self._followed or not data.startswith(_GZIP_BEGINS)
                if self._followed:
                    return
                self._zlib = zlib.decompressobj(_GZIP_WINDOW)
            self._begun = True
            yield from _unfolded(self._zlib, data)
            data = self._zlib.unused_data

    def finish(self) -> None:
        if self._begun and not self._zlib.eof:
            raise ContentDecodingError("the body's gzip ends too early")


class _Deflate:
    """RFC 9110, section 8.4.1.2: the zlib format; and the bare deflate that some send in its place."""

    def __init__(self) -> None:
        self._zlib = zlib.decompressobj()
        self._first = b""
        self._begun = False

    def decode(self, data: bytes) -> Iterator[bytes]:
        if not self._begun:
            self._first += data
            if len(self._first) < 2:
                return
            self._begun = True
            data = self._first
            if not (data[0] & 0x0F == 8 and int.from_bytes(data[:2], "big") % 31 == 0):  # RFC 1950, section 2.2
                self._zlib = zlib.decompressobj(-zlib.MAX_WBITS)
        if not self._zlib.eof:
            yield from _unfolded(self._zlib, data)

    def finish(self) -> None:
        if self._first and not self._zlib.eof:
            raise ContentDecodingError("the body's deflate ends too early")


def _unfolded(inflater: "zlib._Decompress", data: bytes) -> Iterator[bytes]:
    part = inflater.decompress(data, _PART_BYTES)
    yield part
    while inflater.unconsumed_tail or len(part) == _PART_BYTES:  # a full part may have more behind it
        part = inflater.decompress(inflater.unconsumed_tail, _PART_BYTES)
        yield part
        if inflater.eof:
            break


class _Brotli:
    """RFC 7932."""

    def __init__(self) -> None:
        self._brotli = brotli.Decompressor()
        self._begun = False

    def decode(self, data: bytes) -> Iterator[bytes]:
        self._begun = self._begun or bool(data)
        part = self._brotli.process(data, output_buffer_limit=_PART_BYTES)
        yield part
        while not self._brotli.can_accept_more_data() or (len(part) >= _PART_BYTES and not self._brotli.is_finished()):
            part = self._brotli.process(b"", output_buffer_limit=_PART_BYTES)
            yield part

    def finish(self) -> None:
        if self._begun and not self._brotli.is_finished():
            raise ContentDecodingError("the body's br ends too early")


_DECODERS: dict[str, Callable[[], _Decoder]] = {"gzip": _Gzip, "x-gzip": _Gzip, "deflate": _Deflate, "br": _Brotli}
_MOST_CODINGS = 5


class BodyDecoder:
    """Undoes the codings of one body, the last one first (RFC 9110, section 8.4).

    An unknown coding leaves the body as it came, as requests does: there is nothing that could be done with it.
    """

    def __init__(self, content_encoding: Sequence[str], most_bytes: int) -> None:
        names = [name.strip().lower() for value in content_encoding for name in value.split(",")]
        names = [name for name in names if name not in {"", "identity"}]
        if len(names) > _MOST_CODINGS:
            raise ContentDecodingError(f"more than {_MOST_CODINGS} content codings")
        known = all(name in _DECODERS for name in names)
        self._decoders: list[_Decoder] = [_DECODERS[name]() for name in reversed(names)] if known else []
        self._most_bytes = most_bytes
        self._given_bytes = 0

    def decode(self, data: bytes) -> Iterator[bytes]:
        """What `data` unfolds to, in parts. Raises `ContentDecodingError`, or `BodyTooLargeError` at the limit."""
        try:
            for part in self._through(0, data):
                self._given_bytes += len(part)
                if self._given_bytes > self._most_bytes:
                    raise BodyTooLargeError(f"a body that unfolds to more than {self._most_bytes} bytes")
                if part:
                    yield part
        except (zlib.error, brotli.error) as error:
            raise ContentDecodingError("the body is not encoded as Content-Encoding says") from error

    def finish(self) -> None:
        """The body has ended. Raises `ContentDecodingError` where it should have gone on."""
        for decoder in self._decoders:
            decoder.finish()

    def _through(self, index: int, data: bytes) -> Iterator[bytes]:
        if index == len(self._decoders):
            yield data
            return
        for part in self._decoders[index].decode(data):
            if part:
                yield from self._through(index + 1, part)


def decoded(body: bytes, content_encoding: Sequence[str], most_bytes: int) -> bytes:
    """The content of a whole body. Raises as `BodyDecoder` does."""
    decoder = BodyDecoder(content_encoding, most_bytes)
    content = b"".join(decoder.decode(body))
    decoder.finish()
    return content
