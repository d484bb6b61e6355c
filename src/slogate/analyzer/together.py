"""What moved together with the requests that broke a limit: rank correlations over time, and never called a cause.

Series in time have trends, and two trends correlate for no reason. So the correlation (Spearman's) is held against the
same two series shifted round against each other by every other number of bins: only one that hardly any shift reaches
is told (a circular shift test).

Nor is a difference told that is nothing to a reader, however surely ranks agree: ranks know no size, and a generator
that is late by 0.2 ms and not by 0.1 is the same generator. So the averages then and otherwise, which are what the
reader is given, have to differ by at least a tenth of the larger one, and by what is anything at all in that unit: the
`least` of a series.
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
_LEAST_CHANGE = 0.1  # of the larger average; of a share of something whole, `least` alone counts
_LEAST_OF_A_HOST = 0.02  # of all it has: what a sampler's own rounding and a machine at rest stay below
_LEAST_BYTES = 100_000.0  # a second: less is what logs and journals write anyway
_HOST: Mapping[str, tuple[str, Unit, float]] = {
    "cpu": ("CPU", "ratio", _LEAST_OF_A_HOST),
    "iowait": ("I/O wait", "ratio", _LEAST_OF_A_HOST),
    "steal": ("CPU steal", "ratio", _LEAST_OF_A_HOST),
    "memory": ("memory", "ratio", _LEAST_OF_A_HOST),
    "swap": ("swap", "ratio", _LEAST_OF_A_HOST),
    "disk_utilization": ("disk utilization", "ratio", _LEAST_OF_A_HOST),
    "disk_read_bytes_per_s": ("disk reads a second", "bytes", _LEAST_BYTES),
    "disk_write_bytes_per_s": ("disk writes a second", "bytes", _LEAST_BYTES),
    "network_rx_bytes_per_s": ("network received a second", "bytes", _LEAST_BYTES),
    "network_tx_bytes_per_s": ("network sent a second", "bytes", _LEAST_BYTES),
}


@dataclass(frozen=True)
class Series:
    """Something over the bins of a grid, NaN where a bin has no value. `column` is that of host.parquet, of a series
    that has one; averages that differ by less than `least` are the same to a reader.
    """

    name: str
    unit: Unit
    values: Floats
    least: float
    column: str = ""


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


def companions(broken: Floats, candidates: Iterable[Series], inside: Bools) -> tuple[Companion, ...] | None:
    """Those of the candidates that moved together with `broken`, a value for each bin; the closest first. None where
    there are too few bins to tell.

    `inside` marks the bins that the averages "during" are over.
    """
    if np.count_nonzero(~np.isnan(broken)) < _LEAST_BINS:
        return None
    found = []
    for series in candidates:
        known = ~np.isnan(broken) & ~np.isnan(series.values)
        during, otherwise = series.values[known & inside], series.values[known & ~inside]
        if known.sum() < _LEAST_BINS or len(during) == 0 or len(otherwise) == 0:
            continue
        typical = float(during.mean()), float(otherwise.mean())
        correlation = _correlation(broken[known], series.values[known]) if _differ(series, *typical) else None
        if correlation is not None:
            found.append(Companion(series.name, series.unit, correlation, int(known.sum()), *typical))
    return tuple(sorted(found, key=lambda item: -abs(item.correlation)))


def series_of_requests(arrived: Floats, failed: Floats, grid: Grid) -> Iterator[Series]:
    """Arrivals and failures, as counted in each bin."""
    yield Series("arrivals a second", "count", arrived / grid.width_s, least=0.5)
    if failed.any():
        yield Series(FAILED, "ratio", ratio(failed, arrived), least=0.005)


def mean_response(response_ms: Floats, arrived: Floats) -> Series:
    """The mean response time, of response times that were added up in each bin."""
    return Series("mean response time", "ms", ratio(response_ms, arrived), least=1.0)


def series_of(evidence: Evidence, grid: Grid) -> Iterator[Series]:
    """What a run tells over time beside its requests: the target's host, the generators, page loads."""
    if evidence.host is not None:
        for column, (name, unit, least) in _HOST.items():
            if column in evidence.host.columns:
                yield Series(name, unit, averages(evidence.host, column, grid), least, column)
    for process in evidence.processes:
        if "cpu" in process.columns:
            name = f"CPU of {process.source}, of one core"
            yield Series(name, "ratio", averages(process, "cpu", grid), _LEAST_OF_A_HOST, f"cpu of {process.source}")
    lags = [averages(item, "lag_ms", grid) for item in evidence.generators if "lag_ms" in item.columns]
    if lags:
        yield Series("lateness of the load generator", "ms", np.fmax.reduce(lags), least=1.0)
    if any(load.when == "loaded" for load in evidence.pages):
        yield Series("page loads under way", "count", _page_loads(evidence, grid), least=0.1)


def _differ(series: Series, during: float, otherwise: float) -> bool:
    """Whether the averages differ by as much as a reader would call a difference."""
    apart, larger = abs(during - otherwise), max(abs(during), abs(otherwise))
    return apart >= series.least and (series.unit == "ratio" or apart >= _LEAST_CHANGE * larger)


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
