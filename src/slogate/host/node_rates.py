"""Two answers of a node exporter as the ratios and rates of the time between them.

A counter that went back, or a host that was started anew, has no rate for that time: the difference tells of nothing.
"""

from collections.abc import Iterator, Mapping

from slogate.host.cpus import cpu_rates
from slogate.host.disks import DiskGrowth, disk_rates, lies_on_others, parts_of
from slogate.host.networks import NetworkCounters, network_rates
from slogate.host.node_facts import DISK_COUNTERS, NETWORK_COUNTERS, NodeFacts
from slogate.host.source import Part

_BOOT_TIME_JITTER_S = 5.0  # the kernel computes it anew from a clock that is being corrected


def memory_of(now: NodeFacts) -> dict[str, float]:
    """The ratio of memory that is not available to programs (caches, which would be given back, are), and of swap that
    is in use: where there is no swap, none is.
    """
    total, available, swap, free = (
        now.gauges.get(f"node_memory_{name}_bytes") for name in ("MemTotal", "MemAvailable", "SwapTotal", "SwapFree")
    )
    values = {}
    if total and available is not None:
        values["memory"] = 1 - available / total
    if swap is not None and free is not None:
        values["swap"] = 1 - free / swap if swap else 0.0
    return values


def rates_between(before: NodeFacts, now: NodeFacts, seconds: float) -> tuple[dict[str, float], tuple[Part, ...]]:
    """Columns of host.parquet for the `seconds` between two answers, and the same of each disk."""
    if _started_anew(before, now):
        return {}, ()
    cores = [(before.cpus[core], modes) for core, modes in now.cpus.items() if core in before.cpus]
    disks = list(_disks(before, now))
    rates = {
        **cpu_rates(cores),
        **disk_rates(disks, seconds),
        **network_rates(_networks(before), _networks(now), seconds),
    }
    return rates, parts_of(disks, seconds)


def _started_anew(before: NodeFacts, now: NodeFacts) -> bool:
    then, since = (facts.gauges.get("node_boot_time_seconds") for facts in (before, now))
    return then is not None and since is not None and abs(since - then) > _BOOT_TIME_JITTER_S


def _networks(facts: NodeFacts) -> Mapping[str, NetworkCounters]:
    return {
        device: NetworkCounters(*(counters[name] for name in NETWORK_COUNTERS))
        for device, counters in facts.networks.items()
        if len(counters) == len(NETWORK_COUNTERS)
    }


def _disks(before: NodeFacts, now: NodeFacts) -> Iterator[DiskGrowth]:
    for device, counters in now.disks.items():
        if device not in before.disks or lies_on_others(device):
            continue
        earlier = before.disks[device]
        grown = {name: value - earlier[name] for name, value in counters.items() if name in earlier}
        if len(grown) == len(DISK_COUNTERS) and min(grown.values()) >= 0:
            yield DiskGrowth(
                device,
                grown["read_bytes_total"],
                grown["written_bytes_total"],
                grown["reads_completed_total"] + grown["writes_completed_total"],
                (grown["read_time_seconds_total"] + grown["write_time_seconds_total"]) * 1000,
                grown["io_time_seconds_total"] * 1000,
            )
