"""This machine, as psutil tells of it. Only for a target that runs here.

It tells of the machine as a whole: on a machine that also makes the load, the generator's share is inside, which the
report says.
"""

import time
from collections.abc import Mapping
from pathlib import Path

import psutil

from slogate.host.disks import DiskGrowth, disk_rates
from slogate.host.source import Reading

_COUNTERS = ("read_bytes", "write_bytes", "read_count", "write_count", "read_time", "write_time", "busy_time")


class LocalSource:
    """Turns the counters of the operating system into ratios and rates since the last reading."""

    name = "this machine"

    def __init__(self) -> None:
        psutil.cpu_percent()
        psutil.cpu_percent(percpu=True)
        self._disks = psutil.disk_io_counters(perdisk=True) or {}
        self._at_s = time.monotonic()

    def read(self) -> Reading:
        """What happened since the last reading, or since it was made."""
        memory = psutil.virtual_memory()
        values = {
            "cpu": psutil.cpu_percent() / 100,
            "cpu_busiest_core": max(psutil.cpu_percent(percpu=True)) / 100,
            "memory": 1 - memory.available / memory.total,
            **self._disk_rates(),
        }
        return Reading(self._at_s, values)

    def close(self) -> None:
        """It holds nothing."""

    def _disk_rates(self) -> dict[str, float]:
        before, self._disks = self._disks, psutil.disk_io_counters(perdisk=True) or {}
        began_s, self._at_s = self._at_s, time.monotonic()
        return disk_rates(list(_growths(before, self._disks)), self._at_s - began_s)


def _growths(before: Mapping[str, object], now: Mapping[str, object]) -> list[DiskGrowth]:
    """Of whole devices. One whose counters went back was replaced, and what it did meanwhile is not known."""
    growths = []
    for name in now.keys() & before.keys():
        grown = {key: float(getattr(now[name], key, 0)) - float(getattr(before[name], key, 0)) for key in _COUNTERS}
        if (Path("/sys/block") / name).exists() and min(grown.values()) >= 0:
            growths.append(
                DiskGrowth(
                    grown["read_bytes"],
                    grown["write_bytes"],
                    grown["read_count"] + grown["write_count"],
                    grown["read_time"] + grown["write_time"],
                    grown["busy_time"],
                )
            )
    return growths
