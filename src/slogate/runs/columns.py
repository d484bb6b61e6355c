"""Arrow columns as arrays of numpy.

Arrow makes them by itself, but imports pandas for whatever it has to convert, and for each number or text that a
column is compared with: a third of a second, which is more than most runs take to be judged.
"""

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from slogate.analyzer.evidence import Bools

Numbers = npt.NDArray[Any]


def whole(column: pa.Array | pa.ChunkedArray) -> pa.Array:
    """The same column in one piece."""
    if isinstance(column, pa.ChunkedArray) and column.num_chunks == 1:
        return column.chunk(0)  # which joining would copy
    joined = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    return joined.combine_chunks() if isinstance(joined, pa.ChunkedArray) else joined


def valid(column: pa.Array | pa.ChunkedArray) -> Bools:
    """Where a column is not empty."""
    array = whole(column)
    if array.null_count == 0:
        return np.ones(len(array), dtype=bool)
    bits = np.frombuffer(array.buffers()[0], np.uint8)
    present: Bools = np.unpackbits(bits, count=array.offset + len(array), bitorder="little")[array.offset :].view(bool)
    return present


def filled(column: pa.Array | pa.ChunkedArray, empty: float) -> Numbers:
    """The numbers of a column, and `empty` where it is."""
    array = whole(column)
    if array.null_count == 0:
        return array_of(array)
    held = pa.Array.from_buffers(array.type, len(array), [None, array.buffers()[1]], offset=array.offset)
    return np.where(valid(array), array_of(held), empty)


def array_of(array: pa.Array) -> Numbers:
    """The numbers of a column without an empty value, which are not copied."""
    return np.from_dlpack(array)
