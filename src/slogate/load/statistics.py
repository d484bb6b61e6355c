"""Locust's own statistics, filled once a second from the recorded rows and not at every request.

Nobody looks at them under `slogate run` but a scenario that does so itself, and a listener of every request costs more
than the recording: with it a load would need more CPU than under Locust alone. Requests and failures of a second come
together, so that no ratio of them is ever seen half.
"""

from collections import Counter
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from locust import stats as locust_stats
from locust.stats import StatsEntry, StatsError

from slogate.analyzer.evidence import NO_ANSWER, RAISED

_OWN_LISTENER = ("locust.runners", "Runner.__init__.<locals>.on_request")
_NOT_ASKED = pa.array([NO_ANSWER, RAISED])  # rows of which Locust tells as exceptions of users, or not at all


class Statistics:
    """Stands in for Locust's listener until `stop`. Where Locust has none of that name, its own goes on, and this does
    nothing.
    """

    def __init__(self, request_event: Any, stats: Any) -> None:
        self._handlers = request_event._handlers  # its own methods only append
        self._stats = stats
        self._failures: list[tuple[str, str, str]] = []
        self._own = next((one for one in self._handlers if _is_own(one)), None)
        if self._own is not None:
            self._handlers.remove(self._own)

    def failed(self, method: str, name: str, exception: BaseException | str) -> None:
        """A request failed; its row comes later. Its words alone are kept: it would hold frames."""
        if self._own is not None:
            self._failures.append((method, name, StatsError.parse_error(exception)))

    def add(self, batch: pa.RecordBatch | None) -> None:
        """The rows of a second, as in requests.parquet."""
        if self._own is None:
            return
        if batch is not None:
            asked = batch.filter(pc.invert(pc.is_in(batch["endpoint"], value_set=_NOT_ASKED)))
            for entry in _entries(self._stats, asked):
                self._stats.get(entry.name, entry.method).extend(entry)
                self._stats.total.extend(entry)
        for method, name, error in self._failures:
            self._stats.log_error(method, name, error)
        self._failures.clear()

    def stop(self) -> None:
        """Locust listens again."""
        if self._own is not None:
            self._handlers.insert(0, self._own)
            self._own = None


def _is_own(listener: Any) -> bool:
    return (getattr(listener, "__module__", ""), getattr(listener, "__qualname__", "")) == _OWN_LISTENER


def _entries(stats: Any, rows: pa.RecordBatch) -> list[Any]:
    """One entry for each name and method among the rows, which Locust's own can take in."""
    names, methods = rows["endpoint"].dictionary_encode(), rows["method"].dictionary_encode()
    group = names.indices.to_numpy() * len(methods.dictionary) + methods.indices.to_numpy()
    latency_us, size = rows["latency_us"].to_numpy(), rows["bytes"].to_numpy()
    end_us = rows["started_at_us"].to_numpy() + latency_us
    entries = []
    for number in np.unique(group):
        chosen = group == number
        name, method = divmod(int(number), len(methods.dictionary))
        entry = StatsEntry(stats, names.dictionary[name].as_py(), methods.dictionary[method].as_py())
        latency_ms = (latency_us[chosen] / 1000).tolist()
        entry.num_requests = len(latency_ms)
        entry.total_response_time = sum(latency_ms)
        entry.min_response_time, entry.max_response_time = min(latency_ms), max(latency_ms)
        entry.response_times = Counter(map(locust_stats.bucket_response_time, latency_ms))
        entry.num_reqs_per_sec = Counter((end_us[chosen] // 1_000_000).tolist())
        entry.last_request_timestamp = float(end_us[chosen].max()) / 1e6
        entry.total_content_length = int(size[chosen].sum())
        entries.append(entry)
    return entries
