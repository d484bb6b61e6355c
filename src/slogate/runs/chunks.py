"""Append-only Arrow IPC streams: what a collector writes while the run lasts.

Each batch goes to the operating system in one write, so whatever kills the process, all batches but the last are
whole. A stream that ends in the middle is read up to there; that is not an error, it is what the format is for.
"""

from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any

import pyarrow as pa
from pyarrow import ipc

from slogate.runs.schema import missing_columns, with_later_columns


class ChunkWriter:
    """Appends batches of rows to one stream. Raises `OSError` when the disk does not take them."""

    def __init__(self, path: Path, schema: pa.Schema) -> None:
        self._schema = schema
        self._file = path.open("wb", buffering=0)
        self._stream = ipc.new_stream(self._file, schema)

    def append(self, columns: dict[str, list[Any]]) -> None:
        """Writes one batch; a column that is left out is null throughout."""
        rows = len(next(iter(columns.values())))
        arrays = [
            pa.array(columns[field.name], field.type) if field.name in columns else pa.nulls(rows, field.type)
            for field in self._schema
        ]
        self.append_batch(pa.record_batch(arrays, schema=self._schema))

    def append_batch(self, batch: pa.RecordBatch) -> None:
        """Writes one batch of the stream's schema."""
        self._stream.write_batch(batch)

    def close(self) -> None:
        """Ends the stream. Raises `OSError` when the disk does not take its end; the file is closed all the same."""
        try:
            self._stream.close()
        finally:
            self._file.close()

    def abandon(self) -> None:
        """Closes the file as it is, for a disk that takes no more; what was appended before stays readable."""
        self._file.close()

    def __enter__(self) -> "ChunkWriter":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def read_batches(path: Path, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    """The whole batches of a stream, in order; an empty or missing file has none."""
    if not path.is_file() or path.stat().st_size == 0:
        return
    with path.open("rb") as file:
        try:
            stream = ipc.open_stream(file)
        except (pa.ArrowInvalid, EOFError, OSError):
            return
        while True:
            try:
                batch = stream.read_next_batch()
            except (StopIteration, pa.ArrowInvalid, EOFError, OSError):
                return
            if batch.schema.equals(schema):
                yield batch
            elif _is_older(batch.schema, schema):
                yield with_later_columns(batch, schema)


def _is_older(found: pa.Schema, schema: pa.Schema) -> bool:
    """Whether an older version wrote this stream."""
    return not missing_columns(found.names, schema) and all(
        field.name in schema.names and field.equals(schema.field(field.name)) for field in found
    )


def count_rows(path: Path, schema: pa.Schema) -> int:
    """How many rows are in the whole batches of a stream."""
    return sum(batch.num_rows for batch in read_batches(path, schema))


class ChunkFollower:
    """Reads a stream that is still growing: each call reads and yields what came since the last."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._schema = b""  # the message that begins the stream, without which no batch can be read
        self._read_to = 0

    def new_batches(self) -> Iterator[pa.RecordBatch]:
        """Batches not yielded before; one that is not whole yet comes with a later call."""
        if not self._path.is_file() or self._path.stat().st_size <= self._read_to:
            return
        with self._path.open("rb") as file:
            file.seek(self._read_to)
            source = pa.BufferReader(self._schema + file.read())
        already = self._read_to - len(self._schema)
        try:
            stream = ipc.open_stream(source)
            if not self._schema:
                self._read_to = source.tell()
                source.seek(0)
                self._schema = source.read(self._read_to)
            while True:
                batch = stream.read_next_batch()
                self._read_to = already + source.tell()
                yield batch
        except (StopIteration, pa.ArrowInvalid, EOFError, OSError):
            return
