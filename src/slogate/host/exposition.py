"""What a Prometheus node exporter answers, as the facts that host samples are made of.

The names are those of https://github.com/prometheus/node_exporter for Linux. Times are seconds, sizes bytes, counters
count from the start of the host.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample

from slogate.host.source import SourceError

_CPU = "node_cpu_seconds_total"
_DISK = "node_disk_"
DISK_COUNTERS = (
    "read_bytes_total",
    "written_bytes_total",
    "reads_completed_total",
    "writes_completed_total",
    "read_time_seconds_total",
    "write_time_seconds_total",
    "io_time_seconds_total",
)
_GAUGES = ("node_memory_MemTotal_bytes", "node_memory_MemAvailable_bytes", "node_boot_time_seconds")
# Most of an answer is of other things; reading it all would cost several times as much.
_WANTED = (_CPU, *(f"{_DISK}{name}" for name in DISK_COUNTERS), *_GAUGES)


@dataclass(frozen=True)
class NodeFacts:
    """One answer: the seconds of each CPU by mode, the counters of each disk by name, and gauges by name."""

    cpus: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    disks: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    gauges: Mapping[str, float] = field(default_factory=dict)


def parse_node_facts(text: str) -> NodeFacts:
    """The facts in an answer. Raises `SourceError` for text that is no answer of a node exporter."""
    wanted = "".join(f"{line}\n" for line in text.splitlines() if line.startswith(_WANTED))
    cpus: dict[str, dict[str, float]] = {}
    disks: dict[str, dict[str, float]] = {}
    gauges: dict[str, float] = {}
    try:
        for family in text_string_to_metric_families(wanted):
            for sample in family.samples:
                _keep(sample, cpus, disks, gauges)
    except (ValueError, KeyError, IndexError) as error:  # what the parser raises for lines that are none
        raise SourceError(f"answered with lines that are no metrics: {error}") from None
    if not cpus and not disks and not gauges:
        raise SourceError("answered, and with nothing that a node exporter tells; see whether its address is right")
    return NodeFacts(cpus, disks, gauges)


def _keep(
    sample: Sample, cpus: dict[str, dict[str, float]], disks: dict[str, dict[str, float]], gauges: dict[str, float]
) -> None:
    if not math.isfinite(sample.value) or sample.value < 0:
        return  # it is not known
    name, labels = sample.name, sample.labels
    if name == _CPU:
        cpus.setdefault(labels["cpu"], {})[labels["mode"]] = sample.value
    elif name.startswith(_DISK):
        disks.setdefault(labels["device"], {})[name.removeprefix(_DISK)] = sample.value
    elif name in _GAUGES:
        gauges[name] = sample.value
