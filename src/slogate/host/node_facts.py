"""What a Prometheus node exporter tells of a host, as the facts that samples are made of, whoever brings them.

The names are those of https://github.com/prometheus/node_exporter for Linux. Times are seconds, sizes bytes, counters
count from the start of the host.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

_CPU = "node_cpu_seconds_total"
_DISK = "node_disk_"
_NETWORK = "node_network_"
_GAUGES = (
    "node_memory_MemTotal_bytes",
    "node_memory_MemAvailable_bytes",
    "node_memory_SwapTotal_bytes",
    "node_memory_SwapFree_bytes",
    "node_boot_time_seconds",
    "node_time_seconds",
)
DISK_COUNTERS = (
    "read_bytes_total",
    "written_bytes_total",
    "reads_completed_total",
    "writes_completed_total",
    "read_time_seconds_total",
    "write_time_seconds_total",
    "io_time_seconds_total",
)
NETWORK_COUNTERS = ("receive_bytes_total", "transmit_bytes_total")
NAMES = (
    _CPU,
    *(f"{_DISK}{name}" for name in DISK_COUNTERS),
    *(f"{_NETWORK}{name}" for name in NETWORK_COUNTERS),
    *_GAUGES,
)


@dataclass
class NodeFacts:
    """One answer: the seconds of each CPU by mode, the counters of each disk and of each network interface by name, and
    gauges by name.
    """

    cpus: dict[str, dict[str, float]] = field(default_factory=dict)
    disks: dict[str, dict[str, float]] = field(default_factory=dict)
    gauges: dict[str, float] = field(default_factory=dict)
    networks: dict[str, dict[str, float]] = field(default_factory=dict)

    def add(self, name: str, labels: Mapping[str, str], value: float) -> None:
        """Takes one sample; what is no count is not known. Raises `KeyError` for a label that is missing."""
        if not math.isfinite(value) or value < 0:
            return
        if name == _CPU:
            self.cpus.setdefault(labels["cpu"], {})[labels["mode"]] = value
        elif name.startswith(_DISK):
            self.disks.setdefault(labels["device"], {})[name.removeprefix(_DISK)] = value
        elif name.startswith(_NETWORK):
            self.networks.setdefault(labels["device"], {})[name.removeprefix(_NETWORK)] = value
        elif name in _GAUGES:
            self.gauges[name] = value

    @property
    def nothing(self) -> bool:
        """Whether no fact was told."""
        return not (self.cpus or self.disks or self.gauges or self.networks)
