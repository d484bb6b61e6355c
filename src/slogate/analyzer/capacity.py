"""How much load does a service hold within its objectives? The search for the highest arrival rate that passes.

Rates are doubled until one does not pass, and then halved in between, on a logarithmic scale. A step that is undecided
or fails bounds the answer from above; one that is not judgeable ends the search, for it says nothing of the service.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from slogate.analyzer.result import State

_SIGNIFICANT_DIGITS = 3
_LEAST_SHARE_OF_START = 1 / 64
_KNEE_FACTOR = 2.0


@dataclass(frozen=True)
class Step:
    """One rate that was held, and what came of it. Latencies in milliseconds, ratios 0..1; None where there is no
    number. `broke` says what kept it from passing.
    """

    rate_per_s: float
    state: State
    seconds: float
    requests: int
    p50_ms: float | None
    p95_ms: float | None
    p99_ms: float | None
    errors: float | None
    cpu: float | None
    broke: str
    run: str

    @property
    def passes(self) -> bool:
        """Whether every objective is met."""
        return self.state in {State.PASS, State.WARNING}


def next_rate(steps: Sequence[Step], *, start: float, most: float, precision: float) -> float | None:
    """The next rate to hold, in arrivals a second; None when the search is over.

    It is over when the highest passing and the lowest other rate differ by no more than `precision` (0.1: 10 %), when
    `most` passes, when nothing passes down to a small part of `start`, and after a step that is not judgeable.
    """
    if steps and steps[-1].state is State.ERROR:
        return None
    low = highest_passing(steps)
    high = min((step.rate_per_s for step in steps if not step.passes), default=None)
    if low is None and high is None:
        return min(start, most)
    if high is None:
        assert low is not None  # noqa: S101  # one of the two is there
        return None if low.rate_per_s >= most else min(most, low.rate_per_s * 2)
    if low is None:
        lower = _rounded(high / 2)
        return lower if lower >= start * _LEAST_SHARE_OF_START and lower < high else None
    if high <= low.rate_per_s:
        return None  # a higher rate passed than one that did not: the service is not the same from step to step
    middle = _rounded(math.sqrt(low.rate_per_s * high))
    close = high / low.rate_per_s <= 1 + precision
    return None if close or not low.rate_per_s < middle < high else middle


def highest_passing(steps: Sequence[Step]) -> Step | None:
    """The step that passes at the highest rate."""
    return max((step for step in steps if step.passes), key=lambda step: step.rate_per_s, default=None)


def knee(steps: Sequence[Step]) -> Step | None:
    """The lowest rate at which p95 is at least twice that of the lowest rate of all: from there on requests wait for
    each other more than they are worked on (at half the capacity of a single queue the mean has doubled).
    """
    known = sorted((step for step in steps if step.p95_ms), key=lambda step: step.rate_per_s)
    if len(known) < 3 or known[0].p95_ms is None:
        return None
    threshold = _KNEE_FACTOR * known[0].p95_ms
    return next((step for step in known[1:] if step.p95_ms is not None and step.p95_ms >= threshold), None)


def _rounded(rate: float) -> float:
    digits = _SIGNIFICANT_DIGITS - 1 - math.floor(math.log10(rate))
    return round(rate, digits)
