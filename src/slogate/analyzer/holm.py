"""Several questions asked of the same runs: p-values that keep the chance of any false alarm among them within alpha
(Holm, Scandinavian Journal of Statistics 6, 1979).
"""

from collections.abc import Sequence


def adjusted(p_values: Sequence[float]) -> list[float]:
    """Holm's adjusted p-values, in the order given: each is to be held against alpha itself."""
    order = sorted(range(len(p_values)), key=lambda index: p_values[index])
    result = [0.0] * len(p_values)
    highest = 0.0
    for rank, index in enumerate(order):
        highest = max(highest, min(1.0, (len(p_values) - rank) * p_values[index]))
        result[index] = highest
    return result
