"""The schedule of an open model: when iterations are meant to start, and which user class starts them.

Arrivals do not wait for responses. Times come from one seeded process over all user classes, and each arrival is given
to a class by weight, so a slow class cannot change the mix. Poisson arrivals have exponential gaps; uniform ones are
equally far apart.
"""

import random
from collections import deque
from collections.abc import Mapping
from typing import Generic, Literal, TypeVar

Kind = TypeVar("Kind")


class Schedule(Generic[Kind]):
    """Arrival times in seconds from the start of the load, drawn as they are asked for: memory does not grow with the
    run.
    """

    def __init__(
        self, rate_per_s: float, process: Literal["poisson", "uniform"], seed: int, weights: Mapping[Kind, float]
    ) -> None:
        self._rate = rate_per_s
        self._process = process
        self._random = random.Random(seed)  # noqa: S311  # a schedule must be repeatable, not secret
        self._kinds = list(weights)
        self._weights = list(weights.values())
        self._queues: dict[Kind, deque[float]] = {kind: deque() for kind in weights}
        self._clock = 0.0

    def next_for(self, kind: Kind) -> float:
        """The next arrival of this class. The first comes one gap after the start, never at once."""
        queue = self._queues[kind]
        while not queue:
            self._draw()
        return queue.popleft()

    def untaken(self, until_s: float) -> list[float]:
        """Arrivals before `until_s` that nobody took."""
        while self._clock < until_s:
            self._draw()
        return sorted(time for queue in self._queues.values() for time in queue if time < until_s)

    def _draw(self) -> None:
        self._clock += self._random.expovariate(self._rate) if self._process == "poisson" else 1 / self._rate
        self._queues[self._random.choices(self._kinds, self._weights)[0]].append(self._clock)
