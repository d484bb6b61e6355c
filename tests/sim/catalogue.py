"""Every simulation there is."""

import early_end
import fixed_sample
import further_loads
import nightly
import normal_range
import two_releases
from simulation import Simulation

SIMULATIONS: list[Simulation] = [
    *fixed_sample.SIMULATIONS,
    *early_end.SIMULATIONS,
    *further_loads.SIMULATIONS,
    *two_releases.SIMULATIONS,
    *nightly.SIMULATIONS,
    *normal_range.SIMULATIONS,
]


def named(name: str) -> Simulation:
    """The simulation of that name."""
    return next(simulation for simulation in SIMULATIONS if simulation.name == name)
