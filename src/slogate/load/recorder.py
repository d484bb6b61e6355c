"""Keeps every request of this process, in microseconds, until it is handed on, once a second."""

import math
import struct

import numpy as np
import pyarrow as pa

from slogate.runs.schema import REQUESTS

_TO_US = 1e6
NOTHING = math.nan
PACK = struct.Struct("=6d").pack  # started_s, intended_s, latency_s, size, connect_us, kind


class Recorder:
    """Rows gather as numbers side by side in one block of memory; `take` turns them into one Arrow batch.

    Objects of Python would be scattered over the memory by then, each of them far from the processor: to gather them
    costs several times what a request costs here. What few requests differ in, the words, is a kind of request, and a
    row has its number.

    `offset_us` turns monotonic seconds of this process into microseconds since the epoch, on the clock of the run.
    """

    def __init__(self, worker: str, offset_us: int) -> None:
        self._worker = worker
        self._offset_us = offset_us
        self.cells = bytearray()
        self._kinds: list[tuple[str, str, int, str, str]] = []
        self.rows_taken = 0
        self.keep(0.0, None, 0.0, 0, None, self.kind("", "", 0, "", ""))  # the first batch imports what pyarrow needs
        self._batch(bytes(self.cells))  # for it, and takes long: not under load
        self._forget()

    def kind(self, endpoint: str, method: str, status: int, outcome: str, phase: str) -> int:
        """The number of a kind of request, until the next `take`."""
        self._kinds.append((endpoint, method, status, outcome, phase))
        return len(self._kinds) - 1

    def keep(
        self, started_s: float, intended_s: float | None, latency_s: float, size: int, connect_us: int | None, kind: int
    ) -> None:
        """Keeps one request; times are monotonic seconds. Raises `struct.error`, and keeps nothing, for what is no
        number.
        """
        self.cells += PACK(
            started_s,
            NOTHING if intended_s is None else intended_s,
            latency_s,
            size,
            NOTHING if connect_us is None else connect_us,
            kind,
        )

    def take(self) -> pa.RecordBatch | None:
        """What has gathered since the last time, as rows of requests.parquet; None when nothing has."""
        if not self.cells:
            return None
        batch = self._batch(bytes(self.cells))
        self.rows_taken += batch.num_rows
        self._forget()
        return batch

    def _forget(self) -> None:
        self.cells.clear()
        self._kinds = []

    def _batch(self, cells: bytes) -> pa.RecordBatch:
        started, intended, latency, size, connect, kind = np.frombuffer(cells).reshape(-1, 6).T
        endpoints, methods, statuses, outcomes, phases = zip(*self._kinds, strict=True)
        kinds = pa.array(kind.astype(np.int32))
        columns = [
            pa.array(self._epoch_us(started)),
            _optional(self._epoch_us(np.nan_to_num(intended)), np.isnan(intended)),
            pa.array(np.rint(latency * _TO_US).astype(np.int64)),
            pa.array(endpoints, pa.string()).take(kinds),
            pa.array(methods, pa.string()).take(kinds),
            pa.array(statuses, pa.int16()).take(kinds),
            pa.array(outcomes, pa.string()).take(kinds),
            pa.array(size.astype(np.int64)),
            _optional(np.nan_to_num(connect).astype(np.int64), np.isnan(connect)),
            pa.repeat(pa.scalar(self._worker), len(kind)),
            pa.array(phases, pa.string()).take(kinds),
        ]
        return pa.RecordBatch.from_arrays(columns, schema=REQUESTS)

    def _epoch_us(self, monotonic_s: np.ndarray) -> np.ndarray:
        return np.rint(monotonic_s * _TO_US).astype(np.int64) + self._offset_us


def _optional(values: np.ndarray, missing: np.ndarray) -> pa.Array:
    """The values, null where they are missing."""
    return pa.array(values, mask=missing)
