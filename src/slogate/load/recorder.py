"""Keeps every request of this process, in microseconds, and hands the rows to disk once a second."""

from pathlib import Path
from typing import Any

from slogate.runs.chunks import ChunkWriter
from slogate.runs.schema import HOST, REQUESTS

_REQUEST_COLUMNS = REQUESTS.names


class Recorder:
    """Rows gather in plain lists, which is the cheapest a request can be kept; `flush` turns them into one Arrow batch.

    `failure` holds the first error of the disk. Rows after it are counted and dropped, because the load must not stop
    where it cannot write: the run ends with what is on disk, and says so.
    """

    def __init__(self, requests_path: Path, generator_path: Path, worker: str) -> None:
        self._requests = ChunkWriter(requests_path, REQUESTS)
        self._generator = ChunkWriter(generator_path, HOST)
        self._worker = worker
        self._rows: list[tuple[Any, ...]] = []
        self.rows_recorded = 0
        self.failure: OSError | None = None

    def request(
        self,
        started_at_us: int,
        intended_at_us: int | None,
        latency_us: int,
        endpoint: str,
        method: str,
        status: int,
        outcome: str,
        size: int,
        phase: str,
    ) -> None:
        """Keeps one request."""
        self._rows.append(
            (started_at_us, intended_at_us, latency_us, endpoint, method, status, outcome, size, self._worker, phase)
        )
        self.rows_recorded += 1

    def generator(self, **columns: float | int) -> None:
        """Keeps one second of the generator's own state."""
        self._write(self._generator, {"source": ["generator"], **{name: [value] for name, value in columns.items()}})

    def flush(self) -> None:
        """Hands what has gathered to the operating system."""
        rows, self._rows = self._rows, []
        if rows:
            columns = dict(zip(_REQUEST_COLUMNS, map(list, zip(*rows, strict=True)), strict=True))
            self._write(self._requests, columns)

    def close(self) -> None:
        """Flushes and ends both streams."""
        self.flush()
        for writer in (self._requests, self._generator):
            try:
                writer.close()
            except OSError as error:
                self.failure = self.failure or error

    def _write(self, writer: ChunkWriter, columns: dict[str, list[Any]]) -> None:
        if self.failure is not None:
            return
        try:
            writer.append(columns)
        except OSError as error:
            self.failure = error
