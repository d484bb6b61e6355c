"""How often the sequential test errs, and how soon it decides: a table, and exit status 1 when it errs too often.

    PYTHONPATH=src:tests/helpers python tests/sim/sequential.py --repetitions 1000

Some 50 ms a run. tests/analyzer/test_sequential.py makes fewer runs of the same cases.
"""

import argparse
import sys

from scipy import stats
from simulated import AT_THE_LIMIT, CLEAR, Rates, naive_rates, rates


def too_often(found: Rates) -> bool:
    """Whether either side errs surely more often than its case allows."""
    most = stats.binom.ppf(0.999, found.runs, found.case.most_wrong)
    return bool(max(found.fails, found.passes) > most)


def main() -> int:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repetitions", type=int, default=200, help="runs of each case")
    parser.add_argument("--seed", type=int, default=20260921)
    given = parser.parse_args()
    print(f"{given.repetitions} runs of each, with 95 % intervals. Limit exactly at the true quantile:")
    wrong = 0
    for case in AT_THE_LIMIT:
        found = rates(case, given.repetitions, given.seed)
        wrong += too_often(found)
        print(f"  {found.says()}  allowed {case.most_wrong:.0%}{'  TOO OFTEN' if too_often(found) else ''}", flush=True)
    print("Limit well away from it:")
    for case in CLEAR:
        print(f"  {rates(case, given.repetitions, given.seed).says()}", flush=True)
    print("For comparison, the test for one look, made every second (limit exactly at the true quantile):")
    for case in AT_THE_LIMIT:
        print(f"  {naive_rates(case, given.repetitions, given.seed).says()}", flush=True)
    return min(wrong, 1)


if __name__ == "__main__":
    sys.exit(main())
