"""This machine, as psutil tells of it. Only for a target that runs here.

It tells of the machine as a whole: on a machine that also makes the load, the generator's share is inside, which the
report says. In a container that has limits, CPU and memory are of those.
"""

import time
from collections.abc import Mapping
from pathlib import Path

import psutil

from slogate.host.cgroup import Cgroup
from slogate.host.cpus import Modes, cpu_rates
from slogate.host.disks import DiskGrowth, disk_rates, lies_on_others, parts_of
from slogate.host.networks import NetworkCounters, network_rates
from slogate.host.source import Reading
from slogate.runs.info import LOCAL_IN_CONTAINER

_COUNTERS = ("read_bytes", "write_bytes", "read_count", "write_count", "read_time", "write_time", "busy_time")
_INSIDE_OTHERS = ("guest", "guest_nice")  # Linux counts them in user and nice as well


class LocalSource:
    """Turns the counters of the operating system into ratios and rates since the last reading."""

    def __init__(self) -> None:
        self._cgroup = Cgroup(psutil.virtual_memory().total)
        limits = self._cgroup.limits
        self.name = f"this container, which may use {limits}" if limits else "this machine"
        self.kind = f"{LOCAL_IN_CONTAINER}{limits}" if limits else "local"
        self.begin()

    def begin(self) -> None:
        """Rates are of the time from here on."""
        self._cpus, self._disks, self._networks = _cpus(), _disks(), _networks()
        self._cgroup.read()
        self._at_s = time.monotonic()

    def read(self) -> Reading:
        """What happened since the last reading, or since it was made."""
        before_s, self._at_s = self._at_s, time.monotonic()
        seconds = self._at_s - before_s
        cpus, self._cpus = self._cpus, _cpus()
        disks, self._disks = self._disks, _disks()
        networks, self._networks = self._networks, _networks()
        growths = _growths(disks, self._disks)
        values = {
            **(cpu_rates(zip(cpus, self._cpus, strict=True)) if len(cpus) == len(self._cpus) else {}),
            **_memory(),
            **disk_rates(growths, seconds),
            **network_rates(networks, self._networks, seconds),
            **self._cgroup.read(),
        }
        return Reading(self._at_s, values, parts_of(growths, seconds))

    def close(self) -> None:
        """It holds nothing."""


def _memory() -> dict[str, float]:
    memory, swap = psutil.virtual_memory(), psutil.swap_memory()
    # Where there is no swap, none of it is in use.
    return {"memory": 1 - memory.available / memory.total, "swap": swap.used / swap.total if swap.total else 0.0}


def _cpus() -> list[Modes]:
    cores = (core._asdict() for core in psutil.cpu_times(percpu=True))
    return [{mode: value for mode, value in core.items() if mode not in _INSIDE_OTHERS} for core in cores]


def _disks() -> Mapping[str, object]:
    return psutil.disk_io_counters(perdisk=True) or {}


def _networks() -> Mapping[str, NetworkCounters]:
    return {
        name: NetworkCounters(told.bytes_recv, told.bytes_sent)
        for name, told in psutil.net_io_counters(pernic=True).items()
    }


def _growths(before: Mapping[str, object], now: Mapping[str, object]) -> list[DiskGrowth]:
    """Of whole devices. One whose counters went back was replaced, and what it did meanwhile is not known."""
    growths = []
    for name in sorted(now.keys() & before.keys()):
        grown = {key: float(getattr(now[name], key, 0)) - float(getattr(before[name], key, 0)) for key in _COUNTERS}
        whole = (Path("/sys/block") / name).exists() and not lies_on_others(name)
        if whole and min(grown.values()) >= 0:
            growths.append(
                DiskGrowth(
                    name,
                    grown["read_bytes"],
                    grown["write_bytes"],
                    grown["read_count"] + grown["write_count"],
                    grown["read_time"] + grown["write_time"],
                    grown["busy_time"],
                )
            )
    return growths
