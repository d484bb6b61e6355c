"""The arrival rate that a profile plans, over time: stretches in which it is constant or changes linearly."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Stretch:
    """`seconds` of load whose rate goes linearly from `from_per_s` to `to_per_s`, both in arrivals a second."""

    seconds: float
    from_per_s: float
    to_per_s: float


class RatePlan:
    """The planned rate, as the number of arrivals that are expected by a time, and as the time by which a number is.

    The two are inverse to each other, which is how a schedule is drawn: evenly or exponentially spaced numbers, each
    turned into its time (time-rescaling of a non-homogeneous Poisson process: Çinlar, Introduction to Stochastic
    Processes, 1975, section 4.7).
    """

    def __init__(self, stretches: Sequence[Stretch]) -> None:
        kept = [stretch for stretch in stretches if stretch.seconds > 0]
        self.stretches = tuple(kept)
        lengths = np.array([stretch.seconds for stretch in kept], np.float64)
        self._from = np.array([stretch.from_per_s for stretch in kept], np.float64)
        self._slope = (np.array([stretch.to_per_s for stretch in kept], np.float64) - self._from) / lengths
        self._starts_s = np.concatenate(([0.0], np.cumsum(lengths)))
        areas = [stretch.seconds * (stretch.from_per_s + stretch.to_per_s) / 2 for stretch in kept]
        self._reached = np.concatenate(([0.0], np.cumsum(areas)))

    @property
    def seconds(self) -> float:
        """How long it lasts."""
        return float(self._starts_s[-1])

    @property
    def peak_per_s(self) -> float:
        """The highest rate."""
        return max((max(stretch.from_per_s, stretch.to_per_s) for stretch in self.stretches), default=0.0)

    def expected_by(self, time_s: float) -> float:
        """The number of arrivals that are expected in [0, time_s)."""
        if not self.stretches:
            return 0.0
        time_s = min(max(time_s, 0.0), self.seconds)
        index = min(int(np.searchsorted(self._starts_s, time_s, side="right")) - 1, len(self.stretches) - 1)
        since_s = time_s - float(self._starts_s[index])
        return float(self._reached[index] + self._from[index] * since_s + self._slope[index] * since_s**2 / 2)

    def expected_between(self, start_s: float, end_s: float) -> float:
        """The number of arrivals that are expected in [start_s, end_s)."""
        return self.expected_by(end_s) - self.expected_by(start_s)

    def rate_at(self, time_s: float) -> float:
        """The planned rate in arrivals a second; 0 outside the plan."""
        if not 0 <= time_s < self.seconds:
            return 0.0
        index = int(np.searchsorted(self._starts_s, time_s, side="right")) - 1
        return float(self._from[index] + self._slope[index] * (time_s - self._starts_s[index]))

    def times_of(self, counts: Floats) -> Floats:
        """When these numbers of arrivals are expected to have come, in seconds; infinite beyond the end."""
        times = np.full(len(counts), math.inf)
        inside = counts < self._reached[-1]
        reached = counts[inside]
        index = np.searchsorted(self._reached, reached, side="right") - 1
        left, rate, slope = reached - self._reached[index], self._from[index], self._slope[index]
        # The root of rate * x + slope * x^2 / 2 = left, in the form that loses no digits when the slope is small.
        root = np.sqrt(np.maximum(rate**2 + 2 * slope * left, 0.0))
        with np.errstate(invalid="ignore"):
            since_s = np.where(left > 0, 2 * left / (rate + root), 0.0)
        times[inside] = self._starts_s[index] + since_s
        return times


def constant(rate_per_s: float, seconds: float) -> RatePlan:
    """One rate throughout."""
    return RatePlan([Stretch(seconds, rate_per_s, rate_per_s)])
