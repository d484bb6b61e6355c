"""Runs that are watched every second, and end as soon as something is sure."""

from collections.abc import Callable

import numpy as np
from simulated import AT_THE_LIMIT, CLEAR, Case
from simulation import Demand, Simulation, at_the_limit

from slogate.analyzer.sequential import Decision

_REPETITIONS = 1000


def decided(case: Case) -> Callable[[np.random.Generator], str]:
    """What is sure before the end of a run of this case."""

    def judge_one(random: np.random.Generator) -> str:
        decision = case.decide(random).decision
        return "undecided" if decision is None else "fail" if decision is Decision.FAIL else "pass"

    return judge_one


def _clear(case: Case) -> Simulation:
    right, wrong = ("fail", "pass") if case.factor < 1 else ("pass", "fail")
    demands = Demand(right, at_least=0.6), Demand(wrong, at_most=0.01)
    return Simulation(f"early end, {case.name}", decided(case), demands, _REPETITIONS)


SIMULATIONS = [
    *(
        Simulation(f"early end, {case.name}, limit at it", decided(case), at_the_limit(case.most_wrong), _REPETITIONS)
        for case in AT_THE_LIMIT
    ),
    *map(_clear, CLEAR),
]
