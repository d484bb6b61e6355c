"""A simulation: runs whose truth is known, and how often each state may be said of them."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import stats

from slogate.analyzer.evidence import Floats

_SURE = 0.001


@dataclass(frozen=True)
class Demand:
    """In what share (0..1) of the runs a word may be said: at most this, or at least that."""

    word: str
    at_most: float | None = None
    at_least: float | None = None

    def is_met_by(self, share: float) -> bool:
        """Whether an observed share meets it to the letter."""
        above = self.at_most is not None and share > self.at_most
        below = self.at_least is not None and share < self.at_least
        return not above and not below

    def is_surely_missed(self, count: int, runs: int) -> bool:
        """Whether a true share that met it would give such a count in less than one in a thousand simulations: what a
        smaller simulation can say, which fails for a broken rule and not by chance.
        """
        if self.at_most is not None:
            return bool(stats.binom.sf(count - 1, runs, self.at_most) < _SURE)
        assert self.at_least is not None
        return bool(stats.binom.cdf(count, runs, self.at_least) < _SURE)

    def says(self) -> str:
        """As a table has it."""
        return f"<= {self.at_most:.1%}" if self.at_most is not None else f">= {self.at_least:.1%}"


@dataclass(frozen=True)
class Simulation:
    """`judge_one` draws a run and says a word about it (`pass`, `fail`, `inconclusive`); `repetitions` is how many runs
    the demands ask for.
    """

    name: str
    judge_one: Callable[[np.random.Generator], str]
    demands: tuple[Demand, ...]
    repetitions: int

    def observe(self, runs: int, seed: int) -> "Observed":
        """Simulates."""
        random = np.random.default_rng([seed, *self.name.encode()])
        return Observed(self, runs, Counter(self.judge_one(random) for _ in range(runs)))


@dataclass(frozen=True)
class Observed:
    """How often each word was said."""

    simulation: Simulation
    runs: int
    counts: Counter[str]

    def rows(self) -> list[list[str]]:
        """For each demand a row: what, how often, the 95 % interval of Clopper and Pearson, the demand, its state."""
        rows = []
        for demand in self.simulation.demands:
            count = self.counts[demand.word]
            interval = stats.binomtest(count, self.runs).proportion_ci(0.95, "exact")
            met = "held" if demand.is_met_by(count / self.runs) else "NOT HELD"
            within = f"{interval.low:.1%} .. {interval.high:.1%}"
            rows.append(
                [
                    self.simulation.name,
                    demand.word,
                    f"{count / self.runs:.2%}",
                    within,
                    demand.says(),
                    str(self.runs),
                    met,
                ]
            )
        return rows

    @property
    def held(self) -> bool:
        """Whether all demands were met to the letter."""
        return all(demand.is_met_by(self.counts[demand.word] / self.runs) for demand in self.simulation.demands)

    @property
    def surely_missed(self) -> list[str]:
        """The demands that were missed by more than chance."""
        return [
            f"{self.simulation.name}: {demand.word} in {self.counts[demand.word]} of {self.runs} runs, {demand.says()}"
            for demand in self.simulation.demands
            if demand.is_surely_missed(self.counts[demand.word], self.runs)
        ]


def at_the_limit(at_most: float) -> tuple[Demand, ...]:
    """Where the true value is the limit itself, so that each decision is wrong."""
    return Demand("pass", at_most=at_most), Demand("fail", at_most=at_most)


def values_to_us(values: Floats, mean_ms: float = 50.0) -> Floats:
    """Values of mean 1 as microseconds."""
    return np.rint(values * mean_ms * 1000)
