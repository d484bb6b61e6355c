"""Makes src/slogate/analyzer/change_point_limits.py: how unlikely the most unlikely split is by chance.

PYTHONPATH=src python tests/sim/change_point_limits.py > src/slogate/analyzer/change_point_limits.py
"""

import math
from concurrent.futures import ProcessPoolExecutor

import numpy as np

from slogate.analyzer.mann_whitney import p_values

ALPHA = 0.001
_FEWEST, _MOST = 8, 60
_ORDERS, _AT_ONCE, _SEED = 1_000_000, 20_000, 20261129
_DIGITS = 5

_HEAD = f'''"""The p-value of the most unlikely split of so many nights that one of {1 / ALPHA:,.0f} reaches by chance.

Made by tests/sim/change_point_limits.py from {_ORDERS:,} random orders for each number of nights; of fewer than these
nights even the most unlikely order is not as rare.
"""

CRITICAL = {{'''


def smallest(n: int, orders: int, seed: int = _SEED) -> np.ndarray:
    """The smallest p-value of all splits, of each of so many random orders of n nights."""
    random = np.random.default_rng([seed, n])
    found = []
    for start in range(0, orders, _AT_ONCE):
        ranks = np.tile(2 * np.arange(1, n + 1), (min(_AT_ONCE, orders - start), 1))
        found.append(p_values(random.permuted(ranks, axis=1)).min(axis=1))
    return np.concatenate(found)


def critical(n: int, orders: int = _ORDERS) -> float:
    """The largest p-value that at most a share of ALPHA of the orders reach; 0 where even the smallest is
    reached by more.
    """
    values, counts = np.unique(smallest(n, orders), return_counts=True)
    rare = values[np.cumsum(counts) <= ALPHA * orders]
    return float(rare[-1]) if len(rare) else 0.0


def main() -> None:
    """Prints the module."""
    print(_HEAD)
    nights = range(_FEWEST, _MOST + 1)
    with ProcessPoolExecutor() as pool:
        for n, limit in zip(nights, pool.map(critical, nights), strict=True):
            if limit:
                scale = 10.0 ** (_DIGITS - math.ceil(math.log10(limit)))
                print(f"    {n}: {math.ceil(limit * scale) / scale:.{_DIGITS - 1}e},")
    print("}")


if __name__ == "__main__":
    main()
