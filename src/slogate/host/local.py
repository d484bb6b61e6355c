"""Samples this machine with psutil, once a second, in a thread. Only for a target that runs here.

It tells of the machine as a whole: on a machine that also makes the load, the generator's share is inside, which the
report says.
"""

import threading
import time
from pathlib import Path

import psutil

from slogate.runs.chunks import ChunkWriter
from slogate.runs.schema import HOST

_PERIOD_S = 1.0


class LocalSampler:
    """Writes one row a second to `path` until it is stopped. `failure` tells why it stopped by itself, if it did."""

    def __init__(self, path: Path, wall_offset_us: int) -> None:
        self._writer = ChunkWriter(path, HOST)
        self._wall_offset_us = wall_offset_us
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._follow, name="host sampler", daemon=True)
        self.latest: dict[str, float] = {}
        self.failure = ""

    def start(self) -> None:
        """Begins sampling."""
        self._thread.start()

    def stop(self) -> None:
        """Ends sampling and the file."""
        self._stopped.set()
        self._thread.join(timeout=5)

    def _follow(self) -> None:
        rates = _Rates()
        next_s = time.monotonic() + _PERIOD_S
        try:
            while not self._stopped.wait(max(0.0, next_s - time.monotonic())):
                next_s += _PERIOD_S
                self.latest = rates.read()
                time_us = round(time.monotonic() * 1e6) + self._wall_offset_us
                self._writer.append(
                    {
                        "time_us": [time_us],
                        "source": ["target"],
                        **{name: [value] for name, value in self.latest.items()},
                    }
                )
            self._writer.close()
        except OSError as error:
            self.failure = f"the host was not sampled to the end: {error.strerror}"
            self._writer.abandon()


class _Rates:
    """Turns the counters of the operating system into ratios and rates since the last reading."""

    def __init__(self) -> None:
        psutil.cpu_percent()
        psutil.cpu_percent(percpu=True)
        self._disks = psutil.disk_io_counters(perdisk=True)
        self._at_s = time.monotonic()

    def read(self) -> dict[str, float]:
        memory = psutil.virtual_memory()
        return {
            "cpu": psutil.cpu_percent() / 100,
            "cpu_busiest_core": max(psutil.cpu_percent(percpu=True)) / 100,
            "memory": 1 - memory.available / memory.total,
            **self._disk_rates(),
        }

    def _disk_rates(self) -> dict[str, float]:
        before, self._disks = self._disks, psutil.disk_io_counters(perdisk=True)
        since_s, self._at_s = self._at_s, time.monotonic()
        seconds = self._at_s - since_s
        whole = [
            name for name in (self._disks or {}) if name in (before or {}) and (Path("/sys/block") / name).exists()
        ]
        if not whole or seconds <= 0:
            return {}
        deltas = [_Disk(self._disks[name], before[name]) for name in whole]
        operations = sum(disk.operations for disk in deltas)
        rates = {
            "disk_read_bytes_per_s": sum(disk.read_bytes for disk in deltas) / seconds,
            "disk_write_bytes_per_s": sum(disk.write_bytes for disk in deltas) / seconds,
            "disk_iops": operations / seconds,
            "disk_utilization": min(1.0, max(disk.busy_ms for disk in deltas) / 1000 / seconds),
        }
        if operations:
            rates["disk_await_ms"] = sum(disk.waited_ms for disk in deltas) / operations
        return rates


class _Disk:
    """What one device did between two readings; a counter that went back (a device that was replaced) counts as
    nothing.
    """

    def __init__(self, now: object, before: object) -> None:
        def grown(name: str) -> float:
            return max(0.0, float(getattr(now, name, 0)) - float(getattr(before, name, 0)))

        self.read_bytes = grown("read_bytes")
        self.write_bytes = grown("write_bytes")
        self.operations = grown("read_count") + grown("write_count")
        self.waited_ms = grown("read_time") + grown("write_time")
        self.busy_ms = grown("busy_time")
