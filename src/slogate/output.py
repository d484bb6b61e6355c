"""Standard output that says so when it cannot be written to: on a full disk, or when it is closed (`>&-`)."""

import io
import os
import sys
from typing import Any, TextIO

from slogate.errors import OutputError


class _Descriptor(io.FileIO):
    """Raises `OutputError`, at the one place that every text and every library's text passes."""

    def write(self, data: Any, /) -> int:
        try:
            return super().write(data)
        except OSError as error:
            raise OutputError(
                f"the result could not be written: {error.strerror or error}",
                cure="free some space, or send standard output elsewhere",
            ) from error


def standard_output() -> TextIO:
    """A stream in the place of `sys.stdout`, to the same descriptor and with the same encoding.

    Where Python found standard output closed it has none, and the descriptor would become that of the next file that is
    opened; it is taken by one that cannot be written to.
    """
    found = sys.stdout
    closed = found is None
    number = os.open(os.devnull, os.O_RDONLY) if closed else found.fileno()
    return io.TextIOWrapper(
        io.BufferedWriter(_Descriptor(number, "w", closefd=False)),
        encoding="utf-8" if closed else found.encoding,
        errors="replace",
        line_buffering=not closed and bool(found.line_buffering),
    )
