"""Buckets of whole numbers for a histogram: less than 1 % wide, so that few exact values are in any of them.

A bucket is what the exponent and the first seven bits of a double tell of a positive number (as in HdrHistogram's
buckets). Bucket 0 holds all that are not positive.
"""

import numpy as np

from slogate.analyzer.evidence import Ints

_BITS = 7
_SHIFT = 52 - _BITS
_ONE = 1023 << _BITS  # the bucket of 1.0, before it is moved to 1
_OCTAVES = 64
COUNT = (_OCTAVES << _BITS) + 1
_LEAST = -(2**62)
_EXACT, _ROUNDED = 2**53, 11


def histogram_of(values: Ints) -> Ints:
    """How many of the values are in each of the `COUNT` buckets."""
    if len(values) == 0:
        return np.zeros(COUNT, np.int64)
    if values.max() >= _EXACT:  # a double would round it, perhaps into the next bucket
        values = np.where(values >= _EXACT, values >> _ROUNDED << _ROUNDED, values)
    bucket = values.astype(np.float64).view(np.int64)
    bucket >>= _SHIFT
    bucket -= _ONE - 1
    np.maximum(bucket, 0, out=bucket)
    counts: Ints = np.bincount(bucket, minlength=COUNT)
    return counts


def span_of(bucket: int) -> tuple[int, int]:
    """The least whole number that can be in a bucket, and the least above those."""
    if bucket == 0:
        return _LEAST, 1
    return _first_of(bucket), _first_of(bucket + 1)


def _first_of(bucket: int) -> int:
    octave, part = divmod(bucket - 1, 1 << _BITS)
    return -((-((1 << _BITS) + part) << octave) >> _BITS)  # rounded up, where a bucket is narrower than 1
