"""Nights of an objective whose truth is known: noise of several kinds, and a level that may change on some night."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from slogate.analyzer.measure import Family, Measure
from slogate.analyzer.nights import Night, Series
from slogate.analyzer.result import State
from slogate.analyzer.trend import Trend, trend
from slogate.slo.model import Area

P95 = Measure("api.latency.p95", Family.OBJECTIVES, Area.API, "latency", "p95", None, "ms")
ERRORS = Measure("api.errors", Family.OBJECTIVES, Area.API, "errors", "rate", None, "ratio", reference=0.01)
_TRUE_MS = 400.0

Noise = Callable[[np.random.Generator, int], np.ndarray]


def normal(random: np.random.Generator, n: int) -> np.ndarray:
    """Deviations of nights, in standard deviations."""
    return random.standard_normal(n)


def student(random: np.random.Generator, n: int) -> np.ndarray:
    """The same with heavy tails: three degrees of freedom."""
    return random.standard_t(3, n)


def spikes(random: np.random.Generator, n: int) -> np.ndarray:
    """The same of which 3 % are wild, in one direction."""
    return random.standard_normal(n) + 10 * (random.random(n) < 0.03)


def dependent(random: np.random.Generator, n: int) -> np.ndarray:
    """The same where each night has 0.3 of the one before."""
    found = random.standard_normal(n)
    for at in range(1, n):
        found[at] = 0.3 * found[at - 1] + (1 - 0.3**2) ** 0.5 * found[at]
    return found


def nights(
    values: Sequence[float | None], releases: Sequence[str] | None = None, again: Sequence[float | None] | None = None
) -> tuple[Night, ...]:
    """Nights that have these values; None is a night without one."""
    return tuple(
        Night(
            run=f"run-{at:03}",
            release=releases[at] if releases else "1.4.0",
            commit=f"{0xABC0000 + at:x}",
            date=f"2026-{10 + at // 30:02}-{1 + at % 30:02}",
            value=value,
            state=State.ERROR if value is None else State.PASS,
            again=again[at] if again else None,
        )
        for at, value in enumerate(values)
    )


def series_of(
    *values: float | None, measure: Measure = P95, higher_is_worse: bool = True, accepted: int | None = None
) -> Series:
    """A series with these values, of which the night at position `accepted` is the baseline that a person has set."""
    run = None if accepted is None else f"run-{accepted:03}"
    return Series(measure, nights(values), higher_is_worse, run)


@dataclass(frozen=True)
class Watched:
    """So many nights that differ by `deviation` (0.05 is 5 %), looked at every night. `slower` is the change of level
    from the night at position `at` until the one at `until`, each with a new release. With `again` a second run is made
    on each night on which something seems to be found.
    """

    nights: int
    noise: Noise = normal
    deviation: float = 0.05
    slower: float = 0.0
    at: int = 0
    until: int | None = None
    again: bool = False

    def watch(self, random: np.random.Generator) -> Trend:
        """The trend of one such series."""
        level = np.full(self.nights, np.log(_TRUE_MS))
        level[self.at : self.until] += np.log1p(self.slower)
        first, second = (
            np.exp(level + self.deviation * self.noise(random, self.nights)).tolist() for _ in ("first", "again")
        )
        ends = self.nights if self.until is None else self.until
        releases = [f"1.{(at >= self.at) + (at >= ends)}.0" for at in range(self.nights)]
        return trend(Series(P95, nights(first, releases, second if self.again else None)))
