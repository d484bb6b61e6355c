"""How often pages that are loaded until they are decided are judged wrongly: a table, and exit status 1 when too often.

    PYTHONPATH=src:tests/helpers python tests/sim/further_loads.py --repetitions 2000

Some 10 ms a run. tests/analyzer/test_looks.py makes fewer runs of the same cases.
"""

import argparse
import sys

from page_looks import CASES, Errors, errors
from scipy import stats

ALPHA = 0.05


def says(found: Errors) -> str:
    """The shares of wrong decisions, each with its 95 % interval of Clopper and Pearson."""
    shares = "  ".join(
        f"{what} {count / found.runs:5.1%} [{interval.low:5.1%}, {interval.high:5.1%}]"
        for what, count in (("PASS", found.passes), ("FAIL", found.fails))
        for interval in [stats.binomtest(count, found.runs).proportion_ci(0.95, "exact")]
    )
    return f"{shares}  {found.mean_loads:4.1f} loads"


def main() -> int:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repetitions", type=int, default=500, help="runs of each case")
    parser.add_argument("--seed", type=int, default=20261124)
    given = parser.parse_args()
    print(f"{given.repetitions} runs of each, the limit exactly at the true median, so that any decision is wrong:")
    most = stats.binom.ppf(0.999, given.repetitions, ALPHA)
    wrong = False
    for case in CASES:
        found = errors(case, given.repetitions, given.seed)
        too_often = max(found.passes, found.fails) > most
        wrong |= bool(too_often)
        naive = errors(case, given.repetitions, given.seed, corrected=False)
        print(f"  {case.name:40} {says(found)}{'  TOO OFTEN' if too_often else ''}")
        print(f"  {'  as if each look were the only one':40} {says(naive)}", flush=True)
    return int(wrong)


if __name__ == "__main__":
    sys.exit(main())
