"""The generator watches itself, once a second: its CPU, how late it wakes, and the arrivals that found every user
busy.
"""

import time


class SelfObservation:
    """Gathers one second; `sample` gives its row and starts the next."""

    def __init__(self) -> None:
        self._cpu_s = time.process_time()
        self._clock_s = time.monotonic()
        self._lag_s = 0.0
        self._backlog = 0

    def woke(self, lag_s: float) -> None:
        """An arrival for which a user was free started `lag_s` after its time."""
        self._lag_s = max(self._lag_s, lag_s)

    def was_overdue(self) -> None:
        """An arrival found every user busy."""
        self._backlog += 1

    def sample(self, in_flight: int) -> dict[str, float]:
        """The columns of one row of host.parquet. CPU is of one core: a Python process cannot use a second one."""
        cpu_s, clock_s = time.process_time(), time.monotonic()
        row = {
            "cpu": (cpu_s - self._cpu_s) / max(clock_s - self._clock_s, 1e-9),
            "lag_ms": self._lag_s * 1000,
            "backlog": float(self._backlog),
            "in_flight": float(in_flight),
        }
        self._cpu_s, self._clock_s, self._lag_s, self._backlog = cpu_s, clock_s, 0.0, 0
        return row
