"""The target's host and the generators over the load, thinned to what a chart can show. Estimates only."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from slogate.analyzer.evidence import Floats, HostSamples

_COLUMNS = (
    *("cpu", "iowait", "steal", "memory", "disk_read_bytes_per_s", "disk_write_bytes_per_s"),
    *("network_rx_bytes_per_s", "network_tx_bytes_per_s"),
)
_MOST_POINTS = 600
_LONGEST_STEP = 2.5  # times the usual distance of two points; beyond it lies a gap

Points = Sequence[tuple[float, float | None]]


@dataclass(frozen=True)
class HostCourse:
    """Samples as points: seconds from the start of the load, and a value, or None for a gap.

    `columns` are of the target's host, by their name in host.parquet (ratios, bytes a second), without those that
    nobody sampled; `processes` are the CPU of each process, as a ratio of one core, by its name; `lag_ms` is the
    largest lateness of any generator.
    """

    columns: Mapping[str, Points] = field(default_factory=dict)
    lag_ms: Points = ()
    processes: Mapping[str, Points] = field(default_factory=dict)


def host_course(
    host: HostSamples | None,
    generators: Sequence[HostSamples],
    start_s: float,
    end_s: float,
    processes: Sequence[HostSamples] = (),
) -> HostCourse:
    """The course over [start_s, end_s), a load with its warm-up; times are seconds since the epoch."""
    columns: dict[str, Points] = {}
    if host is not None:
        inside = host.between(start_s, end_s)
        for name in _COLUMNS:
            if name in inside.columns:
                columns[name] = tuple(_thinned(inside.time_s - start_s, inside.columns[name], np.mean))
    lags = [item.between(start_s, end_s) for item in generators if "lag_ms" in item.columns]
    cpus = {item.source: item.between(start_s, end_s) for item in processes if "cpu" in item.columns}
    of_each = {
        name: tuple(_thinned(item.time_s - start_s, item.columns["cpu"], np.mean)) for name, item in cpus.items()
    }
    if not lags:
        return HostCourse(columns, processes=of_each)
    time_s = np.concatenate([item.time_s for item in lags])
    order = np.argsort(time_s, kind="stable")
    values = np.concatenate([item.columns["lag_ms"] for item in lags])[order]
    # Each generator has a sample of about the same second.
    return HostCourse(columns, tuple(_thinned(time_s[order] - start_s, values, np.max, len(lags))), of_each)


def _thinned(
    time_s: Floats, values: Floats, combine: Callable[[Floats], np.floating], together: int = 1
) -> Iterator[tuple[float, float | None]]:
    """Neighbours as one point each, at least `together` of them; None between points that lie too far apart."""
    size = max(together, -(-len(time_s) // _MOST_POINTS))
    starts = range(0, len(time_s), size)
    at_s = [float(time_s[start : start + size].mean()) for start in starts]
    usual_s = float(np.median(np.diff(at_s))) if len(at_s) > 1 else np.inf
    before_s = None
    for point_s, start in zip(at_s, starts, strict=True):
        if before_s is not None and point_s - before_s > _LONGEST_STEP * usual_s:
            yield (before_s + point_s) / 2, None
        group = values[start : start + size]
        known = group[~np.isnan(group)]
        yield point_s, float(combine(known)) if len(known) else None
        before_s = point_s
