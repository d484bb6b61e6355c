"""Buckets of whole numbers for a histogram: less than 1 % wide, so that few exact values are in any of them.

Each octave, from a power of two to the next, has as many buckets of one width (as in HdrHistogram). Bucket 0 holds all
numbers that are not positive.
"""

import numpy as np

from slogate.analyzer.evidence import Ints

_BITS = 7
_OCTAVES = 63
COUNT = (_OCTAVES << _BITS) + 1
_LEAST = -(2**62)


def histogram_of(ordered: Ints) -> Ints:
    """How many of these numbers, of which none is less than the one before it, are in each of the `COUNT` buckets."""
    if len(ordered) < COUNT:
        counts: Ints = np.bincount(_FIRST.searchsorted(ordered, side="right") - 1, minlength=COUNT)
        return counts
    first, last = _FIRST.searchsorted(ordered[[0, -1]], side="right").tolist()
    # The first of a bucket that lies between two of the numbers fits into their type.
    upto = ordered.searchsorted(_FIRST[first:last].astype(ordered.dtype))
    counts = np.zeros(COUNT, np.int64)
    counts[first - 1 : last] = np.diff(upto, prepend=0, append=len(ordered))
    return counts


def span_of(bucket: int) -> tuple[int, int]:
    """The least whole number that can be in a bucket, and the least above those."""
    if bucket == 0:
        return _LEAST, 1
    return _first_of(bucket), _first_of(bucket + 1)


def _first_of(bucket: int) -> int:
    octave, part = divmod(bucket - 1, 1 << _BITS)
    return -((-((1 << _BITS) + part) << octave) >> _BITS)  # rounded up, where a bucket is narrower than 1


_FIRST = np.array([np.iinfo(np.int64).min, *map(_first_of, range(1, COUNT))])
