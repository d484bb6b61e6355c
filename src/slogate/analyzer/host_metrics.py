"""Which columns of host.parquet an objective in `resources` is about."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from slogate.analyzer.evidence import Floats, HostSamples
from slogate.analyzer.units import Unit


@dataclass(frozen=True)
class HostMetric:
    """The sum of some columns, shown in `unit` as it stands in the table. `counted` is the column that counts what its
    values are averages of: an average over seconds would have a disk wait no less for one slow operation than for a
    thousand.
    """

    columns: tuple[str, ...]
    unit: Unit
    counted: str | None = None


OF_HOST: Mapping[str, HostMetric] = {
    "cpu": HostMetric(("cpu",), "ratio"),
    "cpu_core_max": HostMetric(("cpu_busiest_core",), "ratio"),
    "iowait": HostMetric(("iowait",), "ratio"),
    "steal": HostMetric(("steal",), "ratio"),
    "memory": HostMetric(("memory",), "ratio"),
    "swap": HostMetric(("swap",), "ratio"),
    "disk_util": HostMetric(("disk_utilization",), "ratio"),
    "disk_await": HostMetric(("disk_await_ms",), "ms", counted="disk_iops"),
    "disk_throughput": HostMetric(("disk_read_bytes_per_s", "disk_write_bytes_per_s"), "bytes_per_s"),
    "disk_iops": HostMetric(("disk_iops",), "per_s"),
    "network_rx": HostMetric(("network_rx_bytes_per_s",), "bytes_per_s"),
    "network_tx": HostMetric(("network_tx_bytes_per_s",), "bytes_per_s"),
}
OF_PROCESS: Mapping[str, HostMetric] = {
    "cpu": HostMetric(("cpu",), "ratio"),
    "rss": HostMetric(("rss_bytes",), "bytes"),
}


def series_of(metric: HostMetric, samples: HostSamples) -> tuple[Floats, Floats | None] | None:
    """The values and their weights; None where the samples do not tell them."""
    weights = None if metric.counted is None else samples.columns.get(metric.counted)
    if metric.counted is not None and weights is None:
        return None
    found = [samples.columns[name] for name in metric.columns if name in samples.columns]
    if len(found) < len(metric.columns):
        return None if weights is None else (np.full(len(weights), np.nan), weights)  # no operation at all
    return np.sum(found, axis=0), weights
