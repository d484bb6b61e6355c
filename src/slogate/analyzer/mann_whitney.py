"""How likely the ranks of the later part of a series are as large or small as they are, at every split at once.

The test of Mann and Whitney (Annals of Mathematical Statistics 18, 1947), exact, also where values are equal: of all
orders of the ranks that there are, the share of those in which the earlier part has such a sum.
"""

from functools import lru_cache

import numpy as np

from slogate.analyzer.evidence import Floats, Ints

LEAST_SEGMENT = 3


def doubled_ranks(values: Floats) -> Ints:
    """Twice the ranks from 1 of values [n]: equal values share the mean of theirs, which so is a whole number."""
    ordered = np.sort(values)
    ranks: Ints = np.searchsorted(ordered, values, "left") + np.searchsorted(ordered, values, "right") + 1
    return ranks


def scores(ranks: Ints) -> Floats:
    """|z| of the same splits of one series [n], by the normal approximation: what is soon computed. The variance is the
    exact one, which is the usual one corrected for equal values. Where all are equal z is 0.
    """
    n = len(ranks)
    earlier = np.arange(LEAST_SEGMENT, n - LEAST_SEGMENT + 1)
    squares = float(((ranks - (n + 1)) ** 2).sum())
    if squares == 0:
        return np.zeros(len(earlier))
    sums = np.cumsum(ranks)[earlier - 1]
    z: Floats = np.abs(sums - earlier * (n + 1)) / np.sqrt(earlier * (n - earlier) / (n * (n - 1)) * squares)
    return z


def p_values(ranks: Ints) -> Floats:
    """Two-sided, of every split into an earlier and a later part of at least three: [..., n - 5].

    `ranks` [..., n] are doubled; each row is an order of the same ones.
    """
    n = ranks.shape[-1]
    ordered = np.sort(ranks.reshape(-1, n)[0])
    shares = _shares(tuple(ordered.tolist()))
    earlier = np.arange(LEAST_SEGMENT, n - LEAST_SEGMENT + 1)
    sums = np.cumsum(ranks, axis=-1)[..., earlier - 1]
    smaller = np.minimum(earlier, n - earlier)
    in_smaller = np.where(earlier <= n - earlier, sums, int(ordered.sum()) - sums)
    p: Floats = shares[smaller, in_smaller]
    return p


@lru_cache(maxsize=64)
def _shares(ordered: tuple[int, ...]) -> Floats:
    """[k, s]: how often k of these whole numbers, drawn at random, have a sum as far out as s on its side, twice."""
    n = len(ordered)
    most = n // 2
    counts = np.zeros((most + 1, sum(ordered[-most:]) + 1))
    counts[0, 0] = 1.0
    for rank in ordered:
        counts[1:, rank:] += counts[:-1, :-rank].copy()
    counts /= counts.sum(axis=1, keepdims=True)
    below = np.cumsum(counts, axis=1)
    above = np.cumsum(counts[:, ::-1], axis=1)[:, ::-1]
    shares: Floats = np.minimum(1.0, 2 * np.minimum(below, above))
    return shares
