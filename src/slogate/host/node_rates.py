"""Two answers of a node exporter as the ratios and rates of the time between them.

A counter that went back, or a host that was started anew, has no rate for that time: the difference tells of nothing.
"""

import re
from collections.abc import Iterator, Mapping

from slogate.host.disks import DiskGrowth, disk_rates
from slogate.host.node_facts import DISK_COUNTERS, NodeFacts

_IDLE_MODES = ("idle", "iowait")  # as psutil and top have it: a CPU that waits for a disk could do other work
_BOOT_TIME_JITTER_S = 5.0  # the kernel computes it anew from a clock that is being corrected
_ON_OTHER_DEVICES = re.compile(r"(dm-|md|loop|ram|zram)\d")  # their operations are counted by what they lie on


def memory_of(now: NodeFacts) -> dict[str, float]:
    """The ratio of memory that is not available to programs; caches, which would be given back, are available."""
    total = now.gauges.get("node_memory_MemTotal_bytes", 0.0)
    available = now.gauges.get("node_memory_MemAvailable_bytes")
    return {} if available is None or total <= 0 else {"memory": 1 - available / total}


def rates_between(before: NodeFacts, now: NodeFacts, seconds: float) -> dict[str, float]:
    """Columns of host.parquet for the `seconds` between two answers."""
    if _started_anew(before, now):
        return {}
    return {**_cpu(before, now), **disk_rates(list(_disks(before, now)), seconds)}


def _started_anew(before: NodeFacts, now: NodeFacts) -> bool:
    then, since = (facts.gauges.get("node_boot_time_seconds") for facts in (before, now))
    return then is not None and since is not None and abs(since - then) > _BOOT_TIME_JITTER_S


def _cpu(before: NodeFacts, now: NodeFacts) -> dict[str, float]:
    busy_s = total_s = busiest = 0.0
    for core, modes in now.cpus.items():
        earlier = before.cpus.get(core)
        if earlier is None:
            continue  # it has just been switched on
        grown = _grown(earlier, modes)
        if grown is None or "idle" not in grown:
            return {}  # without one of the cores, neither the whole nor the busiest is known
        core_s = sum(grown.values())
        if core_s > 0:
            core_busy_s = core_s - sum(grown.get(mode, 0.0) for mode in _IDLE_MODES)
            busy_s, total_s, busiest = busy_s + core_busy_s, total_s + core_s, max(busiest, core_busy_s / core_s)
    return {"cpu": busy_s / total_s, "cpu_busiest_core": busiest} if total_s > 0 else {}


def _disks(before: NodeFacts, now: NodeFacts) -> Iterator[DiskGrowth]:
    for device, counters in now.disks.items():
        if device not in before.disks or _ON_OTHER_DEVICES.match(device):
            continue
        grown = _grown(before.disks[device], counters)
        if grown is not None and len(grown) == len(DISK_COUNTERS):
            yield DiskGrowth(
                grown["read_bytes_total"],
                grown["written_bytes_total"],
                grown["reads_completed_total"] + grown["writes_completed_total"],
                (grown["read_time_seconds_total"] + grown["write_time_seconds_total"]) * 1000,
                grown["io_time_seconds_total"] * 1000,
            )


def _grown(before: Mapping[str, float], now: Mapping[str, float]) -> dict[str, float] | None:
    """By how much each counter grew; None when one went back."""
    grown = {name: value - before[name] for name, value in now.items() if name in before}
    return None if any(value < 0 for value in grown.values()) else grown
