"""A smaller `make sim`, which takes minutes: it fails for a broken rule, and for chance once in a thousand."""

import os
import subprocess
import sys

import catalogue
import pytest
from simulation import Demand, Observed, Simulation

from support import REPOSITORY

_FEWER = 40


@pytest.mark.parametrize("simulation", catalogue.SIMULATIONS, ids=lambda simulation: simulation.name)
def test_it_errs_no_more_often_than_is_demanded(simulation: Simulation) -> None:
    observed: Observed = simulation.observe(simulation.repetitions // _FEWER, seed=20261124)
    assert observed.surely_missed == []


def test_each_simulation_has_a_name_of_its_own() -> None:
    names = [simulation.name for simulation in catalogue.SIMULATIONS]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize(
    ("demand", "count", "missed"),
    [
        (Demand("pass", at_most=0.06), 3, False),
        (Demand("pass", at_most=0.06), 8, False),
        (Demand("pass", at_most=0.06), 13, True),
        (Demand("pass", at_most=0.0), 0, False),
        (Demand("pass", at_most=0.0), 1, True),
        (Demand("fail", at_least=0.75), 40, False),
        (Demand("fail", at_least=0.75), 30, True),
    ],
)
def test_what_a_small_simulation_can_be_sure_of(demand: Demand, count: int, missed: bool) -> None:
    assert demand.is_surely_missed(count, 60) is missed


@pytest.mark.parametrize("demanded", ["median of 5 page loads", "n = 298"])
def test_the_table_is_printed(demanded: str) -> None:
    program = str(REPOSITORY / "tests" / "sim")
    command = [sys.executable, program, "--scale", "0.05", "--only", demanded]
    path = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120, env=path)
    assert (done.returncode, done.stderr) == (0, "")
    head, *rows, last = done.stdout.splitlines()
    assert head.split()[0] == "simulation"
    assert all(demanded in row and row.endswith("held") for row in rows)
    assert last.endswith("all hold")
