"""Keeps every request of this process, in microseconds, until it is handed on, once a second."""

from typing import Any

import numpy as np
import pyarrow as pa

from slogate.runs.schema import REQUESTS

_TO_US = 1e6


class Recorder:
    """Rows gather as plain tuples, which is the cheapest a request can be kept; `take` turns them into one Arrow batch.

    `offset_us` turns monotonic seconds of this process into microseconds since the epoch, on the clock of the run.
    """

    def __init__(self, worker: str, offset_us: int) -> None:
        self._worker = worker
        self._offset_us = offset_us
        self._rows: list[tuple[Any, ...]] = []
        self.rows_taken = 0

    def request(
        self,
        started_s: float,
        intended_s: float | None,
        latency_s: float,
        endpoint: str,
        method: str,
        status: int,
        outcome: str,
        size: int,
        connect_us: int | None,
        phase: str,
    ) -> None:
        """Keeps one request. Times are monotonic seconds."""
        self._rows.append(
            (started_s, intended_s, latency_s, endpoint, method, status, outcome, size, connect_us, phase)
        )

    def take(self) -> pa.RecordBatch | None:
        """What has gathered since the last time, as rows of requests.parquet; None when nothing has."""
        rows, self._rows = self._rows, []
        if not rows:
            return None
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
