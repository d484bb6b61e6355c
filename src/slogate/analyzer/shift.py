"""By how much does a metric differ between two releases, when the unit is the run?

Requests of one run share what is particular to it (its caches, its neighbours on the machine), so pooling them takes
noise between runs for a change. Each run enters with one number; a shift is a difference of means over runs, with
Student's t. Numbers that live on a ratio scale enter as logarithms (`scale`), so a shift is the logarithm of a ratio.

Unpaired runs: Welch, Biometrika 34, 1947, from three runs a side on; with fewer, two variances cannot be told apart,
and they are pooled. Interleaved runs: the pairs' differences, in which what both of a pair share is gone. Beside it the
estimate of Hodges and Lehmann (Annals of Mathematical Statistics 34, 1963), which one wild run does not move.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import special

from slogate.analyzer.evidence import Floats

LEAST_RUNS_FOR_WELCH = 3
LEAST_EARLIER_RUNS = 10


@dataclass(frozen=True)
class Shift:
    """Candidate minus base. `standard_error` and `degrees` (of freedom) are None where the spread between runs is not
    known: the shift is then only indicative.
    """

    estimate: float
    hodges_lehmann: float
    standard_error: float | None = None
    degrees: float | None = None

    @property
    def p_value(self) -> float | None:
        """Two-sided: how often no change at all would look as large as this; None without a known spread."""
        if self.standard_error is None or self.degrees is None:
            return None
        if self.standard_error == 0:
            return 1.0 if self.estimate == 0 else 0.0
        return float(2 * special.stdtr(self.degrees, -abs(self.estimate) / self.standard_error))

    def interval(self, alpha: float) -> tuple[float, float] | None:
        """Where the true shift lies, `alpha` on each side; None without a known spread."""
        if self.standard_error is None or self.degrees is None:
            return None
        half = float(special.stdtrit(self.degrees, 1 - alpha)) * self.standard_error
        return self.estimate - half, self.estimate + half


@dataclass(frozen=True)
class Spread:
    """The standard deviation of one run's number among runs of the same kind, and what it is worth."""

    deviation: float
    degrees: float


def paired(base: Sequence[float], candidate: Sequence[float], sampling_variance: float = 0.0) -> Shift:
    """The shift over pairs, first with first: at least one. With a single pair the spread is not known.

    `sampling_variance` of the estimate is what independent requests alone would give; it is never taken for smaller.
    """
    differences = np.subtract(np.asarray(candidate, np.float64), np.asarray(base, np.float64))
    n = len(differences)
    estimate = float(differences.mean())
    walsh = (differences[:, None] + differences[None, :])[np.triu_indices(n)] / 2
    if n < 2:
        return Shift(estimate, estimate)
    variance = max(float(differences.var(ddof=1)) / n, sampling_variance)
    return Shift(estimate, float(np.median(walsh)), math.sqrt(variance), n - 1.0)


def unpaired(
    base: Sequence[float], candidate: Sequence[float], earlier: Spread | None = None, sampling_variance: float = 0.0
) -> Shift:
    """The shift between two sets of runs, at least one each.

    Where a side has a single run, `earlier` is how much runs of this kind differ; without it the other side's spread
    has to do, and if that has a single run too, nothing is known.
    """
    first, second = np.asarray(base, np.float64), np.asarray(candidate, np.float64)
    estimate = float(second.mean() - first.mean())
    lehmann = float(np.median(second[:, None] - first[None, :]))
    fewest = min(len(first), len(second))
    if fewest == 1 and earlier is not None:
        variance, degrees = earlier.deviation**2 * (1 / len(first) + 1 / len(second)), earlier.degrees
    elif fewest >= LEAST_RUNS_FOR_WELCH:
        variance, degrees = _welch(first, second)
    elif len(first) + len(second) > 2:
        degrees = len(first) + len(second) - 2.0
        inside = sum(float(((side - side.mean()) ** 2).sum()) for side in (first, second))
        variance = inside / degrees * (1 / len(first) + 1 / len(second))
    else:
        return Shift(estimate, lehmann)
    return Shift(estimate, lehmann, math.sqrt(max(variance, sampling_variance)), degrees)


def spread_of(earlier: Sequence[float]) -> Spread | None:
    """How much runs differ, from at least ten earlier ones in the order of time; None from fewer.

    By the mean square of successive differences (von Neumann and others, Annals of Mathematical Statistics 12, 1941):
    a slow drift does not enter it, and a change of release once.
    """
    n = len(earlier)
    if n < LEAST_EARLIER_RUNS:
        return None
    variance = float((np.diff(np.asarray(earlier, np.float64)) ** 2).sum()) / (2 * (n - 1))
    # The relative variance of this estimator is (3n - 4) / (n - 1)^2, and that of the usual one 2 / degrees.
    return Spread(math.sqrt(variance), 2 * (n - 1) ** 2 / (3 * n - 4))


def _welch(first: Floats, second: Floats) -> tuple[float, float]:
    """The variance of the difference of means, and its degrees of freedom (Satterthwaite)."""
    parts = [float(side.var(ddof=1)) / len(side) for side in (first, second)]
    total = sum(parts)
    if total == 0:
        return 0.0, len(first) + len(second) - 2.0
    shares = [part / total for part in parts]  # whose squares do not vanish as those of small parts would
    return total, 1 / sum(share**2 / (len(side) - 1) for share, side in zip(shares, (first, second), strict=True))
