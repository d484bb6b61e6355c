"""What moved together with the requests that broke a limit: rank correlations over time, and never called a cause.

Series in time have trends, and two trends correlate for no reason. So the correlation (Spearman's) is held against the
same two series shifted round against each other by every other number of bins: only one that hardly any shift reaches
is told (a circular shift test).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from slogate.analyzer.evidence import Bools, Evidence, Floats
from slogate.analyzer.grid import Grid, averages, ratio
from slogate.analyzer.units import Unit

FAILED = "failed requests"
_LEAST_BINS = 20
_LEAST_CORRELATION = 0.3
_MOST_SHIFTS = 0.02  # of all shifts may correlate as strongly
_HOST: Mapping[str, tuple[str, Unit]] = {
    "cpu": ("CPU", "ratio"),
    "iowait": ("I/O wait", "ratio"),
    "steal": ("CPU steal", "ratio"),
    "memory": ("memory", "ratio"),
    "swap": ("swap", "ratio"),
    "disk_utilization": ("disk utilization", "ratio"),
    "disk_read_bytes_per_s": ("disk reads a second", "bytes"),
    "disk_write_bytes_per_s": ("disk writes a second", "bytes"),
    "network_rx_bytes_per_s": ("network received a second", "bytes"),
    "network_tx_bytes_per_s": ("network sent a second", "bytes"),
}


@dataclass(frozen=True)
class Series:
    """Something over the bins of a grid, NaN where a bin has no value."""

    name: str
    unit: Unit
    values: Floats


@dataclass(frozen=True)
class Companion:
    """Something that moved together with what broke: Spearman's correlation over `bins` bins, and the averages where
    it broke (`during`) and elsewhere (`otherwise`), in `unit`.
    """

    name: str
    unit: Unit
    correlation: float
    bins: int
    during: float
    otherwise: float


def companions(broken: Floats, candidates: Iterable[Series], inside: Bools) -> list[Companion]:
    """Those of the candidates that moved together with `broken`, a share for each bin; the closest first.

    `inside` marks the bins that the averages "during" are over.
    """
    found = []
    for series in candidates:
        known = ~np.isnan(broken) & ~np.isnan(series.values)
        during, otherwise = series.values[known & inside], series.values[known & ~inside]
        if known.sum() < _LEAST_BINS or len(during) == 0 or len(otherwise) == 0:
            continue
        correlation = _correlation(broken[known], series.values[known])
        if correlation is not None:
            typical = float(during.mean()), float(otherwise.mean())
            found.append(Companion(series.name, series.unit, correlation, int(known.sum()), *typical))
    return sorted(found, key=lambda item: -abs(item.correlation))


def series_of(evidence: Evidence, arrived: Floats, failed: Floats, grid: Grid) -> Iterator[Series]:
    """What a run tells over time beside latency: arrivals and failures (as counted in each bin), the target's host, the
    generators, page loads.
    """
    yield Series("arrivals a second", "count", arrived / grid.width_s)
    if failed.any():
        yield Series(FAILED, "ratio", ratio(failed, arrived))
    if evidence.host is not None:
        for column, (name, unit) in _HOST.items():
            if column in evidence.host.columns:
                yield Series(name, unit, averages(evidence.host, column, grid))
    for process in evidence.processes:
        if "cpu" in process.columns:
            yield Series(f"CPU of {process.source}, of one core", "ratio", averages(process, "cpu", grid))
    lags = [averages(item, "lag_ms", grid) for item in evidence.generators if "lag_ms" in item.columns]
    if lags:
        yield Series("lateness of the load generator", "ms", np.fmax.reduce(lags))
    if any(load.when == "loaded" for load in evidence.pages):
        yield Series("page loads under way", "count", _page_loads(evidence, grid))


def _correlation(left: Floats, right: Floats) -> float | None:
    """Spearman's correlation, where it is strong and hardly any shift of the two against each other reaches it."""
    ranked_left, ranked_right = _ranks(left), _ranks(right)
    spread = float(np.sqrt((ranked_left**2).sum() * (ranked_right**2).sum()))
    if spread == 0:
        return None
    # All shifts at once: a circular correlation is a product of Fourier transforms.
    shifted = np.fft.irfft(np.fft.rfft(ranked_left) * np.conj(np.fft.rfft(ranked_right)), len(left)) / spread
    found = float(shifted[0])
    as_strong = float(np.mean(np.abs(shifted[1:]) >= abs(found) - 1e-9))
    return found if abs(found) >= _LEAST_CORRELATION and as_strong <= _MOST_SHIFTS else None


def _ranks(values: Floats) -> Floats:
    """Ranks about their mean, ties sharing theirs."""
    _, place, count = np.unique(values, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(count) - (count - 1) / 2)[place]
    centred: Floats = ranks - ranks.mean()
    return centred


def _page_loads(evidence: Evidence, grid: Grid) -> Floats:
    counts = np.zeros(grid.count)
    for load in evidence.pages:
        if load.ended_at_us is not None:
            first, last = grid.places(np.array([load.started_at_us / 1e6, load.ended_at_us / 1e6]))
            counts[first : last + 1] += 1
    return counts
