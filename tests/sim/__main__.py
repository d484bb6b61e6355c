"""How often each rule of the verdict is wrong: a table, and exit code 1 when a demand does not hold.

    make sim
    PYTHONPATH=src:tests/helpers python tests/sim [--scale 0.1] [--only p99] [--seed 1]

Every run is drawn from a process whose truth is known, and judged by slogate's own judge. Each row has the observed
share, its 95 % interval, and what is demanded of it. tests/sim/test_error_rates.py makes fewer runs of the same.
"""

import argparse
import os
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor

import catalogue
from simulation import Observed

_HEAD = ["simulation", "said", "of runs", "95 % interval", "demanded", "runs", ""]


def count(name: str, runs: int, seed: int) -> Counter[str]:
    """Simulates one of the catalogue, in a process of its own, and says how often which word was said."""
    return catalogue.named(name).observe(runs, seed).counts


def main() -> int:
    """Prints the table, row by row."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scale", type=float, default=1.0, help="a share of the repetitions")
    parser.add_argument("--only", default="", help="those with this in their name")
    parser.add_argument("--seed", type=int, default=20261124)
    asked = parser.parse_args()
    simulations = [simulation for simulation in catalogue.SIMULATIONS if asked.only in simulation.name]
    width = max((len(simulation.name) for simulation in simulations), default=0)
    widths = [width, 12, 8, 16, 9, 6, 0]
    began_s, held = time.monotonic(), True
    print("  ".join(cell.ljust(size) for cell, size in zip(_HEAD, widths, strict=True)))
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        counts = []
        for simulation in simulations:
            runs = max(1, round(simulation.repetitions * asked.scale))
            counts.append((simulation, runs, pool.submit(count, simulation.name, runs, asked.seed)))
        for simulation, runs, counted in counts:
            observed = Observed(simulation, runs, counted.result())
            held &= observed.held
            for row in observed.rows():
                print("  ".join(cell.ljust(size) for cell, size in zip(row, widths, strict=True)), flush=True)
    print(
        f"{len(simulations)} simulations, {time.monotonic() - began_s:.0f} s: {'all hold' if held else 'NOT ALL HOLD'}"
    )
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
