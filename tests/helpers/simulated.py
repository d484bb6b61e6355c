"""Requests whose truth is known: independent ones, those of a queue, and a series that remembers; and how often a
decision about them is wrong.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import signal, special, stats

from slogate.analyzer.evidence import Floats, Ints
from slogate.analyzer.sequential import Claim, Look, decide

Draw = Callable[[np.random.Generator, int], tuple[Floats, Floats]]
_SETTLING = 3000  # requests before the first that counts, so that a queue is in its steady state


def independent(random: np.random.Generator, n: int) -> tuple[Floats, Floats]:
    """Poisson arrivals at one a unit of time, and exponential responses of mean 1."""
    return np.cumsum(random.exponential(1.0, n)), random.exponential(1.0, n)


def queue(load: float) -> Draw:
    """Arrivals and responses of an M/M/1 queue at this load: Lindley's recursion, as a walk over its own minimum."""

    def draw(random: np.random.Generator, n: int) -> tuple[Floats, Floats]:
        service, gaps = random.exponential(load, n + _SETTLING), random.exponential(1.0, n + _SETTLING)
        walk = np.cumsum(np.concatenate([[0.0], service[:-1] - gaps[1:]]))
        response = walk - np.minimum.accumulate(walk) + service
        return np.cumsum(gaps[_SETTLING:]), response[_SETTLING:]

    return draw


def autoregressive(memory: float) -> Draw:
    """Poisson arrivals, and lognormal responses whose logarithm is a normal AR(1) series."""

    def draw(random: np.random.Generator, n: int) -> tuple[Floats, Floats]:
        noise = random.standard_normal(n + _SETTLING) * (1 - memory**2) ** 0.5
        return np.cumsum(random.exponential(1.0, n)), np.exp(signal.lfilter([1], [1, -memory], noise)[_SETTLING:])

    return draw


@dataclass(frozen=True)
class Case:
    """One kind of run: `n` requests at `rate_per_s`, a claim about the quantile `1 - share`, and the limit as a
    multiple of the true quantile. `most_wrong` is the largest share of wrong decisions allowed on each side.
    """

    name: str
    draw: Draw
    n: int
    rate_per_s: float
    true_quantile: float
    share: float = 0.01
    factor: float = 1.0
    most_wrong: float = 0.05

    def make(self, random: np.random.Generator) -> tuple[Ints, Floats]:
        """One run: the second of each arrival, and each response over the limit: 1 is exactly at it."""
        arrival, response = self.draw(random, self.n)
        return (arrival / self.rate_per_s).astype(np.int64), response / (self.true_quantile * self.factor)

    def decide(self, random: np.random.Generator, alpha: float = 0.05) -> Look:
        """What the sequential test comes to know of one run that is looked at every second."""
        second, response = self.make(random)
        return decide(Claim("p < 1us", self.share, "slower", 1.0), second, response, response >= 1, alpha=alpha)


def queue_quantile(load: float, quantile: float) -> float:
    """Of the response of an M/M/1 queue with one arrival a unit of time, which is exponential."""
    return float(-np.log1p(-quantile) / (1 / load - 1))


P99 = float(-np.log(0.01))  # of an exponential distribution of mean 1
AR_P99 = float(np.exp(special.ndtri(0.99)))

# With the limit exactly at the true quantile, any decision is wrong.
AT_THE_LIMIT = [
    Case("independent, 20k at 100/s", independent, 20_000, 100, P99, most_wrong=0.06),
    Case("independent, 20k at 20/s", independent, 20_000, 20, P99, most_wrong=0.06),
    Case("independent, errors of 0.1%, 60k", independent, 60_000, 100, float(-np.log(0.001)), 0.001, most_wrong=0.06),
    Case("independent, p50, 20k", independent, 20_000, 100, float(np.log(2)), 0.5, most_wrong=0.06),
    Case("M/M/1 at 70%, 30k at 200/s", queue(0.7), 30_000, 200, queue_quantile(0.7, 0.99), most_wrong=0.08),
    Case("M/M/1 at 70%, 30k at 50/s", queue(0.7), 30_000, 50, queue_quantile(0.7, 0.99), most_wrong=0.08),
    Case("M/M/1 at 70%, 30k at 20/s", queue(0.7), 30_000, 20, queue_quantile(0.7, 0.99), most_wrong=0.08),
    Case("M/M/1 at 70%, p90, 30k at 50/s", queue(0.7), 30_000, 50, queue_quantile(0.7, 0.9), 0.1, most_wrong=0.08),
    Case("M/M/1 at 90%, 30k at 100/s", queue(0.9), 30_000, 100, queue_quantile(0.9, 0.99), most_wrong=0.08),
    Case("AR(.9), 20k at 100/s", autoregressive(0.9), 20_000, 100, AR_P99, most_wrong=0.08),
    Case("AR(.9), 20k at 20/s", autoregressive(0.9), 20_000, 20, AR_P99, most_wrong=0.08),
]

# With the limit well away from it, one is right.
CLEAR = [
    Case("independent, 3 % slower and not 1 %", independent, 20_000, 100, P99, factor=np.log(0.03) / np.log(0.01)),
    Case("independent, 0.3 % slower and not 1 %", independent, 20_000, 100, P99, factor=np.log(0.003) / np.log(0.01)),
    Case("M/M/1 at 70%, p99 30 % above the limit", queue(0.7), 30_000, 100, queue_quantile(0.7, 0.99), factor=1 / 1.3),
    Case("M/M/1 at 70%, limit 30 % above p99", queue(0.7), 30_000, 100, queue_quantile(0.7, 0.99), factor=1.3),
]


@dataclass(frozen=True)
class Rates:
    """Of so many runs of a case: how many were decided, each way, and the median share of a run that it took (1 for a
    run that came to its end undecided).
    """

    case: Case
    runs: int
    fails: int
    passes: int
    median_end: float

    def says(self) -> str:
        """One line, with the 95 % intervals of Clopper and Pearson."""
        shares = "  ".join(
            f"{what} {count / self.runs:6.1%} [{interval.low:5.1%}, {interval.high:5.1%}]"
            for what, count in (("FAIL", self.fails), ("PASS", self.passes))
            for interval in [stats.binomtest(count, self.runs).proportion_ci(0.95, "exact")]
        )
        return f"{self.case.name:42} {shares}  ended after {self.median_end:4.0%}"


def naive_rates(case: Case, runs: int, seed: int) -> Rates:
    """Simulates a case, tested every second by the exact binomial test for one look, as if requests were independent.

    Nothing is decided before a second with 299 requests behind it, the fewest that can pass a p99.
    """
    random = np.random.default_rng(seed)
    fails = passes = 0
    ends = []
    for _ in range(runs):
        second, response = case.make(random)
        last = np.flatnonzero(np.diff(second, append=second[-1] + 1))
        n, broken = last + 1, np.cumsum(response >= 1)[last].astype(np.float64)
        sure_pass = (n >= 299) & (special.bdtr(broken, n, case.share) <= 0.05)
        sure_fail = (n >= 299) & (special.bdtrc(broken - 1, n, case.share) <= 0.05) & (broken > 0)
        looks = np.flatnonzero(sure_pass | sure_fail)
        fails += len(looks) > 0 and bool(sure_fail[looks[0]])
        passes += len(looks) > 0 and bool(sure_pass[looks[0]])
        ends.append(n[looks[0]] / case.n if len(looks) else 1.0)
    return Rates(case, runs, int(fails), int(passes), float(np.median(ends)))
