"""When an objective was broken: in one stretch of the judged load, from some moment on, in bursts, or all along.

The stretch is the one that stands out most of all contiguous ones: the largest sum of deviations from the mean over the
square root of its length and of the rest's (a scan statistic: Kulldorff, Communications in Statistics 26, 1997). It is
named only where the rest of the load would have met the limit, and where time mattered at all: bins differ more than
chance has it, or the stretch is larger than in each of many shuffles of the bins.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from slogate.analyzer.evidence import Bools, Floats
from slogate.analyzer.excess import Excess
from slogate.analyzer.grid import Grid

Kind = Literal["stretch", "from", "until", "bursts", "throughout"]

_LEAST_BINS = 10
_SHUFFLES, _SEED = 199, 20_260_101
_OVERDISPERSED = 2.0  # times the variance between bins that independent requests would make
_LONGEST_STRETCH = 2 / 3  # of the load; what lasts longer is all along
_MOST_IN_BURSTS = 1 / 2  # of the time
_MOST_OF_THE_EXCESS = 0.9


@dataclass(frozen=True)
class Course:
    """When it happened. `start_s` and `end_s` bound a stretch, in seconds from the start of the grid; of bursts there
    are `bursts`, that begin `every_s` apart where that is regular. `inside` marks the bins that are meant, of which
    "throughout" has none.
    """

    kind: Kind
    inside: Bools
    start_s: float | None = None
    end_s: float | None = None
    bursts: int | None = None
    every_s: float | None = None


def course_of(excess: Excess, grid: Grid) -> Course | None:
    """The course of an excess; None where the load was too short to tell one."""
    if grid.count < _LEAST_BINS:
        return None
    requests, total = excess.bin_requests, float(excess.bin_requests.sum())
    nothing = np.zeros(grid.count, np.bool_)
    if total == 0 or excess.spread == 0:
        return Course("throughout", nothing)
    deviation = excess.bin_sum - requests * (excess.bin_sum.sum() / total)
    seen = requests > 0
    dispersion = float((deviation[seen] ** 2 / (requests[seen] * excess.spread)).sum()) / max(1, int(seen.sum()) - 1)
    bursty = dispersion >= _OVERDISPERSED
    start, end, score = _best_stretch(deviation)
    if not bursty and score <= _best_of_shuffles(deviation):
        return Course("throughout", nothing)
    inside = nothing.copy()
    inside[start:end] = True
    if end - start <= _LONGEST_STRETCH * grid.count and excess.bin_sum[~inside].sum() <= 0:
        kind: Kind = "stretch"
        if end - start > 1 and end == grid.count:
            kind = "from"
        elif end - start > 1 and start == 0:
            kind = "until"
        return Course(kind, inside, start * grid.width_s, end * grid.width_s)
    bursts = _carriers(excess.bin_sum)
    if bursty and bursts.mean() <= _MOST_IN_BURSTS:
        begins = np.flatnonzero(np.diff(bursts.astype(np.int64), prepend=0) == 1)
        return Course("bursts", bursts, bursts=len(begins), every_s=_period_s(begins.astype(np.float64) * grid.width_s))
    return Course("throughout", nothing)


def _best_stretch(deviation: Floats) -> tuple[int, int, float]:
    """The bins [start, end) that stand out most, and by how much."""
    scores = _scores(deviation[None, :])[0]
    start, end = np.unravel_index(int(scores.argmax()), scores.shape)
    return int(start), int(end), float(scores.max())


def _best_of_shuffles(deviation: Floats) -> float:
    """The best score that the same bins reach in any of many random orders."""
    random = np.random.default_rng(_SEED)
    return max(float(_scores(random.permutation(deviation)[None, :]).max()) for _ in range(_SHUFFLES))


def _scores(deviations: Floats) -> Floats:
    """The score of each stretch [i, j) for each row of deviations; nothing for the whole, and for empty ones."""
    count = deviations.shape[1]
    totals = np.concatenate([np.zeros((len(deviations), 1)), np.cumsum(deviations, axis=1)], axis=1)
    length = np.arange(count + 1)[None, :] - np.arange(count + 1)[:, None]
    scale = np.where((length > 0) & (length < count), np.sqrt(np.abs(length) * (1 - length / count).clip(0)), np.inf)
    scores: Floats = (totals[:, None, :] - totals[:, :, None]) / scale
    return scores


def _carriers(bin_sum: Floats) -> Bools:
    """The fewest bins that hold most of what is beyond the limit, and those that hold about as much as the least."""
    ordered = np.sort(bin_sum.clip(0))[::-1]
    beyond = np.cumsum(ordered)
    least = ordered[int(np.searchsorted(beyond, _MOST_OF_THE_EXCESS * beyond[-1]))]
    carriers: Bools = (bin_sum >= least / 2) & (bin_sum > 0)
    return carriers


def _period_s(begins_s: Floats) -> float | None:
    """How far apart bursts begin, where most of at least four are about equally far."""
    if len(begins_s) < 4:
        return None
    gaps = np.diff(begins_s)
    low, middle, high = np.quantile(gaps, [0.25, 0.5, 0.75])
    return float(np.mean(gaps)) if high - low <= 0.5 * middle else None
