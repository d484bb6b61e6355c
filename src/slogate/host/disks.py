"""What the disks of a host did between two readings, as rates. It is the same for every source."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from slogate.host.source import Part

_ON_OTHERS = re.compile(r"(dm-|md|loop|ram|zram)\d")


@dataclass(frozen=True)
class DiskGrowth:
    """By how much the counters of one device grew. `waited_ms` is the sum over its operations, queueing included;
    `busy_ms` is how long at least one was in flight.
    """

    device: str
    read_bytes: float
    write_bytes: float
    operations: float
    waited_ms: float
    busy_ms: float


def disk_rates(disks: Sequence[DiskGrowth], seconds: float) -> dict[str, float]:
    """Columns of host.parquet. Without a device there is none, and without an operation none has waited: as
    `iostat -x` has it, await is the time that operations took, by their number.
    """
    if not disks or seconds <= 0:
        return {}
    operations = sum(disk.operations for disk in disks)
    rates = {
        "disk_read_bytes_per_s": sum(disk.read_bytes for disk in disks) / seconds,
        "disk_write_bytes_per_s": sum(disk.write_bytes for disk in disks) / seconds,
        "disk_iops": operations / seconds,
        "disk_utilization": min(1.0, max(disk.busy_ms for disk in disks) / 1000 / seconds),
    }
    if operations:
        rates["disk_await_ms"] = sum(disk.waited_ms for disk in disks) / operations
    return rates


def parts_of(disks: Sequence[DiskGrowth], seconds: float) -> tuple[Part, ...]:
    """The same of each device."""
    return tuple(Part("disk", disk.device, disk_rates([disk], seconds)) for disk in disks) if seconds > 0 else ()


def lies_on_others(device: str) -> bool:
    """Whether what a device does is counted again by those that it lies on, or never leaves the memory."""
    return _ON_OTHERS.match(device) is not None
