"""What a load looks like while it lasts, read from the rows that the generator has already handed to disk.

For the eyes only: percentiles come from a histogram of 1 % wide buckets. The verdict is computed from every row, later.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from slogate.runs.chunks import ChunkFollower

_PER_DECADE = 231  # buckets 1 % wide: ln(10) / ln(1.01)
_DECADES = 9  # up to 1,000 s in microseconds


@dataclass(frozen=True)
class LiveView:
    """Requests so far in one phase: how many, how many a second of late, how many failed, and percentiles in
    milliseconds.
    """

    phase: str
    requests: int
    failed: int
    p50_ms: float | None
    p95_ms: float | None
    p99_ms: float | None


class LiveLatencies:
    """Follows one stream of requests. The warm-up is forgotten once the judged phase begins."""

    def __init__(self, path: Path) -> None:
        self._follower = ChunkFollower(path)
        self._counts = np.zeros(_PER_DECADE * _DECADES + 1, dtype=np.int64)
        self._phase = ""
        self._failed = 0

    def read(self) -> LiveView | None:
        """The view as of now; None before the first rows."""
        for batch in self._follower.new_batches():
            started = batch["started_at_us"].to_numpy()
            intended = batch["intended_at_us"].fill_null(0).to_numpy()
            response = batch["latency_us"].to_numpy() + np.where(intended > 0, started - intended, 0)
            phases = np.array(batch["phase"].to_pylist())
            ok = np.array(batch["outcome"].to_pylist()) == "ok"
            for phase in dict.fromkeys(phases.tolist()):
                self._add(phase, response[phases == phase], ok[phases == phase])
        return self._view() if self._phase else None

    def _add(self, phase: str, response: np.ndarray, ok: np.ndarray) -> None:
        if phase == "load" and self._phase != "load":
            self._counts[:] = 0
            self._failed = 0
        if self._phase == "load" and phase != "load":
            return
        self._phase = phase
        buckets = np.clip(np.log10(np.maximum(response, 1)) * _PER_DECADE, 0, len(self._counts) - 1).astype(np.int64)
        np.add.at(self._counts, buckets, 1)
        self._failed += int(np.count_nonzero(~ok))

    def _view(self) -> LiveView:
        total = int(self._counts.sum())
        reached = np.cumsum(self._counts)

        def percentile(share: float) -> float | None:
            return (
                float(10 ** ((np.searchsorted(reached, share * total) + 0.5) / _PER_DECADE)) / 1000 if total else None
            )

        return LiveView(self._phase, total, self._failed, percentile(0.5), percentile(0.95), percentile(0.99))
