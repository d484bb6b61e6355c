"""Pages that are loaded again while they are undecided, judged at their end; their true medians are the limit."""

from collections.abc import Callable

import numpy as np
from page_looks import CASES, Case, state_of
from simulation import Simulation, at_the_limit

_REPETITIONS = 1000


def judged(case: Case) -> Callable[[np.random.Generator], str]:
    """The state of FCP at the end of a run of this case."""
    return lambda random: state_of(case, random)[0].value


SIMULATIONS = [
    Simulation(f"further loads, {case.name}, limit at it", judged(case), at_the_limit(0.06), _REPETITIONS)
    for case in CASES
]
