"""Keeps every request of this process, in microseconds, until it is handed on, once a second."""

import numpy as np
import pyarrow as pa

from slogate.runs.schema import REQUESTS

_TO_US = 1e6


Row = tuple[float, float | None, float, str, str, int, str, int, int | None, str]
"""started_s, intended_s, latency_s, endpoint, method, status, outcome, size, connect_us, phase; times are monotonic
seconds."""


class Recorder:
    """Rows gather as plain tuples, which is the cheapest a request can be kept; `take` turns them into one Arrow batch.

    `offset_us` turns monotonic seconds of this process into microseconds since the epoch, on the clock of the run.
    """

    def __init__(self, worker: str, offset_us: int) -> None:
        self._worker = worker
        self._offset_us = offset_us
        pa.array(["", None])  # the first one imports what pyarrow needs for it, and takes long: not under load
        self._rows: list[Row] = []
        self.keep = self._rows.append
        """Keeps one request."""
        self.rows_taken = 0

    def take(self) -> pa.RecordBatch | None:
        """What has gathered since the last time, as rows of requests.parquet; None when nothing has."""
        if not self._rows:
            return None
        rows = self._rows.copy()
        self._rows.clear()  # and not another list: `keep` is the `append` of this one
        started, intended, latency, endpoint, method, status, outcome, size, connect, phase = zip(*rows, strict=True)
        self.rows_taken += len(rows)
        planned = np.array(intended, np.float64)  # None becomes NaN
        missing = np.isnan(planned)
        columns = [
            pa.array(self._epoch_us(np.array(started))),
            pa.array(self._epoch_us(np.where(missing, 0.0, planned)), mask=missing),
            pa.array(np.rint(np.array(latency) * _TO_US).astype(np.int64)),
            pa.array(endpoint, pa.string()),
            pa.array(method, pa.string()),
            pa.array(np.array(status, np.int16)),
            pa.array(outcome, pa.string()),
            pa.array(np.array(size, np.int64)),
            pa.array(connect, pa.int64()),
            pa.repeat(pa.scalar(self._worker), len(rows)),
            pa.array(phase, pa.string()),
        ]
        return pa.RecordBatch.from_arrays(columns, schema=REQUESTS)

    def _epoch_us(self, monotonic_s: np.ndarray) -> np.ndarray:
        return np.rint(monotonic_s * _TO_US).astype(np.int64) + self._offset_us
