"""Runs of two releases whose truth is known, and how often their comparison says what."""

from dataclasses import dataclass

import numpy as np
from scipy import stats

from slogate.analyzer.compare import Change, Comparison, Rules, compare
from slogate.analyzer.measure import Family, Measure, Number
from slogate.analyzer.measures import QUANTILES, RunMeasures
from slogate.analyzer.pair_looks import LEAST_PAIRS, PairLooks
from slogate.slo.model import Area

LATENCIES = tuple(
    Measure(f"api.latency.{name}", Family.OBJECTIVES, Area.API, "latency", name, None, "ms")
    for name in ("mean", "p95", "p99")
)
_TRUE_MS = (100.0, 300.0, 700.0)


def run_of(*values: float | None, name: str = "run", measures: tuple[Measure, ...] = LATENCIES) -> RunMeasures:
    """A run with these values, in the order of the measures; None is missing."""
    numbers = {
        measure: Number(value, "" if value is not None else "it was not reached")
        for measure, value in zip(measures, values, strict=True)
    }
    return RunMeasures(name, numbers, (None,) * len(QUANTILES))


@dataclass(frozen=True)
class Case:
    """Runs a side whose metrics vary by `noise` (0.03 is 3 %) from run to run, `shared` of it common to a run's
    metrics and `drift` to both runs of a pair. The candidate is slower by `slower` in all of them.

    `early` looks after each pair, and ends when it is decided.
    """

    name: str
    runs: int
    slower: float = 0.0
    noise: float = 0.03
    shared: float = 0.0
    drift: float = 0.0
    pairs: bool = False
    early: bool = False

    def compare(self, random: np.random.Generator) -> tuple[Comparison, int]:
        """One comparison, and the runs a side that it took."""
        drift = self.drift * random.standard_normal(self.runs)
        base, candidate = self._side(random, 0.0, drift), self._side(random, self.slower, drift)
        if not self.early:
            return compare(base, candidate, Rules(pairs=self.pairs)), self.runs
        rules = Rules(pairs=True, looks=PairLooks(LEAST_PAIRS, self.runs))
        for count in range(LEAST_PAIRS, self.runs + 1):
            found = compare(base[:count], candidate[:count], rules)
            if found.decided:
                break
        return found, count

    def _side(self, random: np.random.Generator, slower: float, drift: np.ndarray) -> list[RunMeasures]:
        own = random.standard_normal((self.runs, len(LATENCIES))) * (1 - self.shared) ** 0.5
        noise = own + random.standard_normal((self.runs, 1)) * self.shared**0.5
        values = np.array(_TRUE_MS) * (1 + slower) * np.exp(self.noise * noise + drift[:, None])
        return [run_of(*row.tolist()) for row in values]


A_A = [
    Case("A/A, 5 runs a side", 5),
    Case("A/A, 5 pairs, 5 % drift", 5, drift=0.05, pairs=True),
    Case("A/A, 5 runs a side, metrics that move together", 5, shared=0.9),
    Case("A/A, 2 runs a side", 2),
    Case("A/A, 8 pairs", 8, pairs=True),
    Case("A/A, 3 to 8 pairs, looked at after each", 8, early=True),
    Case("A/A, the same with 5 % drift", 8, drift=0.05, early=True),
    Case("A/A, the same with 10 % noise", 8, noise=0.1, early=True),
]
SLOWER = [
    Case("+10 %, 8 pairs", 8, 0.1, pairs=True),
    Case("+10 %, 8 pairs, 5 % drift", 8, 0.1, drift=0.05, pairs=True),
    Case("+10 %, 3 to 8 pairs, looked at after each", 8, 0.1, early=True),
    Case("+10 %, the same with 5 % drift", 8, 0.1, drift=0.05, early=True),
    Case("+10 %, 5 pairs, 5 % drift", 5, 0.1, drift=0.05, pairs=True),
    Case("+10 %, 5 runs a side, the same drift", 5, 0.1, drift=0.05),
]


@dataclass(frozen=True)
class Counts:
    """Of so many comparisons: how many found something regressed, everything no worse; mean runs a side."""

    case: Case
    comparisons: int
    regressed: int
    no_worse: int
    mean_runs: float

    def says(self) -> str:
        """One line, with the 95 % intervals of Clopper and Pearson."""
        shares = "  ".join(
            f"{what} {count / self.comparisons:6.1%} [{interval.low:5.1%}, {interval.high:5.1%}]"
            for what, count in (("regressed", self.regressed), ("no worse", self.no_worse))
            for interval in [stats.binomtest(count, self.comparisons).proportion_ci(0.95, "exact")]
        )
        return f"{self.case.name:48} {shares}  {self.mean_runs:3.1f} runs a side"


def counts(case: Case, comparisons: int, seed: int) -> Counts:
    """Simulates a case."""
    random = np.random.default_rng(seed)
    regressed = no_worse = runs = 0
    for _ in range(comparisons):
        found, took = case.compare(random)
        regressed += found.change is Change.REGRESSED
        no_worse += found.change in {Change.UNCHANGED, Change.IMPROVED}
        runs += took
    return Counts(case, comparisons, regressed, no_worse, runs / comparisons)
