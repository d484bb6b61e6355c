"""What a sequential test remembers of a run while it lasts: batches of requests, in bounded memory.

A batch is a contiguous stretch of arrivals. Its requests, and those that break the limit, are counted exactly; its
response times are kept as a histogram of 1 % wide buckets, which only serves to see how much neighbours depend on each
other. When there are too many batches, adjacent ones are merged in pairs, and from then on each takes in twice as many
additions as before, so that all are about as long (the doubling of Law and Carson, A Sequential Procedure for
Determining the Length of a Steady-State Simulation, Operations Research 27(5), 1979).
"""

import numpy as np

from slogate.analyzer.evidence import Floats, Ints

MOST = 120
# Few and long, for a short group does not show how much a queue's requests depend on each other. Simulated on M/M/1 at
# 70 % load (400 runs, tests/sim/early_end.py) with the limit at the true p99: of runs at 20/s 5.2 % passed wrongly,
# and with 30 groups 7.2 %, whose interval reaches 10 %. It costs power: with the limit 30 % above the p99, 65 %
# are sure to pass before the end, after 68 % of the run in the median; with 30 groups (100 runs) 84 %, after 37 %.
GROUPS = 10
_PER_DECADE = 231  # buckets 1 % wide: ln(10) / ln(1.01)
_DECADES_BELOW, _DECADES_ABOVE = 5, 4  # of the reference; what lies further off counts into the outermost bucket
BUCKETS = _PER_DECADE * (_DECADES_BELOW + _DECADES_ABOVE)
_BULK = (0.5, 0.9, 0.99)


def buckets_of(response_us: Ints | Floats, reference_us: float) -> Ints:
    """The bucket, 0 to BUCKETS - 1, of each response time.

    Buckets are relative to a reference (the limit), so that times in another unit fall into the same ones.
    """
    ratio = np.maximum(response_us / reference_us, 10.0**-_DECADES_BELOW)
    bucket: Ints = np.minimum((np.log10(ratio) + _DECADES_BELOW) * _PER_DECADE, BUCKETS - 1).astype(np.int64)
    return bucket


def histogram_of(buckets: Ints) -> Ints:
    """How many fall into each bucket: what `Batches.add` takes."""
    counts: Ints = np.bincount(buckets, minlength=BUCKETS)
    return counts


class Batches:
    """Batches in the order of arrival. An addition costs the length of a histogram; memory is MOST histograms."""

    def __init__(self) -> None:
        # Column 0 counts the broken; column 1 + b, the requests in bucket b or a slower one: so 1 counts them all, and
        # the last is always 0, for "slower than the last bucket".
        self._rows: Ints = np.zeros((MOST, 2 + BUCKETS), dtype=np.int64)
        self._total: Ints = np.zeros(2 + BUCKETS, dtype=np.int64)
        self._stored = 0
        self._additions_a_batch = 1
        self._additions_to_last = 0

    def __len__(self) -> int:
        return self._stored

    @property
    def requests(self) -> int:
        """All that were added."""
        return int(self._total[1])

    @property
    def broken(self) -> int:
        """Those that break the limit."""
        return int(self._total[0])

    def add(self, broken: int, histogram: Ints) -> None:
        """Takes in the next stretch of arrivals: how many of them break the limit, and `histogram_of` all of them."""
        if self._stored == 0 or self._additions_to_last == self._additions_a_batch:
            self._begin_batch()
        row = np.zeros(2 + BUCKETS, dtype=np.int64)
        row[0] = broken
        row[1:-1] = np.cumsum(histogram[::-1])[::-1]
        self._rows[self._stored - 1] += row
        self._total += row
        self._additions_to_last += 1

    def design_effect(self) -> tuple[float, int]:
        """The largest design effect over the indicators "x or slower" and "slower than x" at p50, p90, p99, and
        "broken", at least 1; and from how many groups of batches it was estimated, at most GROUPS.

        As `dependence.design_effect`, for groups of unequal size: the variance of a ratio of sums over contiguous
        groups (Cochran, Sampling Techniques, section 6.3) over p (1 - p) / n. An indicator that is constant says
        nothing. A single group has no variance, and the effect is 1.
        """
        n = self.requests
        filled = self._rows[: self._stored]
        ends = np.cumsum(filled[:, 1])
        firsts = np.unique(np.searchsorted(ends, n * np.arange(GROUPS) / GROUPS, side="right"))
        sums = np.add.reduceat(filled[:, self._indicators()], firsts, axis=0)
        sizes = np.add.reduceat(filled[:, 1], firsts)
        share = sums.sum(axis=0) / n
        independent = n * share * (1 - share)
        between = np.sum((sums - np.outer(sizes, share)) ** 2, axis=0) * (len(firsts) / max(1, len(firsts) - 1))
        varies = independent > 0
        return float(np.max(between[varies] / independent[varies], initial=1.0)), len(firsts)

    def _indicators(self) -> list[int]:
        """The columns of the indicators."""
        n = self.requests
        slower_than = -self._total[1:]  # ascending
        at = {int(np.searchsorted(slower_than, -(n - int(q * n)), side="right")) for q in _BULK}
        return [0, *sorted(at | {column + 1 for column in at})]

    def _begin_batch(self) -> None:
        if self._stored == MOST:
            self._stored = MOST // 2
            self._rows[: self._stored] = self._rows[::2] + self._rows[1::2]
            self._rows[self._stored :] = 0
            self._additions_a_batch *= 2
        self._stored += 1
        self._additions_to_last = 0
