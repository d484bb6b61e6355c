"""Two releases side by side: how often the same one twice is called a regression, and how often 10 % are found."""

from collections.abc import Callable

import numpy as np
from simulated_runs import A_A, SLOWER, Case
from simulation import Demand, Simulation

_REPETITIONS = 1000


def compared(case: Case) -> Callable[[np.random.Generator], str]:
    """The whole of a comparison of this case."""
    return lambda random: case.compare(random)[0].change.value


_DEMANDS = [
    *((case, Demand("regressed", at_most=0.02)) for case in A_A),
    *((case, Demand("regressed", at_least=0.95)) for case in SLOWER if case.pairs or case.early),
]
SIMULATIONS = [
    Simulation(f"compare, {case.name}", compared(case), (demand,), _REPETITIONS) for case, demand in _DEMANDS
]
