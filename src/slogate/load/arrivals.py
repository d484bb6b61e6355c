"""The schedule of an open model: when iterations are meant to start, and which user class starts them.

Arrivals do not wait for responses. One seeded process yields them all, and each is given to a class by weight, so a
slow class cannot change the mix. Poisson arrivals have exponential gaps; uniform ones are equally far apart.

Several generator processes draw the *same* schedule, and each takes its share by position: of three, the second takes
the arrivals 1, 4, 7, ... Together they make the whole schedule, whoever joins late or is lost: from a time on that all
of them know, positions are dealt anew.
"""

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from slogate.slo.rates import Floats, RatePlan

_CHUNK = 1024

Process = Literal["poisson", "uniform"]


class Arrival(NamedTuple):
    """One intended start, in seconds from the start of the load, and the index of the class that makes it."""

    time_s: float
    kind: int


@dataclass(frozen=True)
class Share:
    """Which positions of the schedule are one generator's, from `from_s` on: those whose remainder by `count` is
    `index`. With a `count` of 0, none.
    """

    from_s: float
    index: int
    count: int

    def has(self, position: int) -> bool:
        """Whether this position is in the share."""
        return self.count > 0 and position % self.count == self.index


WHOLE = Share(0.0, 0, 1)


def draw(
    plan: RatePlan, process: Process, seed: int, weights: Sequence[float]
) -> Iterator[tuple[Floats, npt.NDArray[np.intp]]]:
    """Every arrival in order of time, in chunks: times and the indices of classes. Memory does not grow with the run.

    The first comes one gap after the start, never at once.
    """
    source = np.random.Generator(np.random.PCG64(seed))
    shares = np.cumsum(np.asarray(weights, np.float64) / np.sum(weights))
    reached = 0.0
    while True:
        gaps = source.standard_exponential(_CHUNK) if process == "poisson" else np.ones(_CHUNK)
        kinds = np.minimum(np.searchsorted(shares, source.random(_CHUNK), side="right"), len(shares) - 1)
        counts = reached + np.cumsum(gaps)
        times = plan.times_of(counts)
        yield times[np.isfinite(times)], kinds
        if not np.isfinite(times[-1]):
            return
        reached = float(counts[-1])


class Schedule:
    """One generator's share of the arrivals, in order of time. `deal` changes the share from some time on."""

    def __init__(self, plan: RatePlan, process: Process, seed: int, weights: Sequence[float]) -> None:
        self._drawn = enumerate(
            Arrival(time_s, kind)
            for times, kinds in draw(plan, process, seed, weights)
            for time_s, kind in zip(times.tolist(), kinds.tolist(), strict=False)
        )
        self._shares: list[Share] = []
        # Drawn after the last arrival that was taken; when shares change, they are looked through again.
        self._window: deque[tuple[int, Arrival]] = deque()
        self._looked_at = 0
        self._ahead: Arrival | None = None

    def deal(self, share: Share) -> None:
        """Takes this share from its time on; what was dealt for later is void. Arrivals already taken stay taken."""
        self._shares = [earlier for earlier in self._shares if earlier.from_s < share.from_s] + [share]
        self._ahead, self._looked_at = None, 0

    def peek(self) -> Arrival | None:
        """The next arrival of the share; None after the last."""
        while self._ahead is None:
            if self._looked_at == len(self._window):
                drawn = next(self._drawn, None)
                if drawn is None:
                    return None
                self._window.append(drawn)
            position, arrival = self._window[self._looked_at]
            self._looked_at += 1
            if self._has(position, arrival.time_s):
                self._ahead = arrival
        return self._ahead

    def pop(self) -> Arrival | None:
        """Takes the next arrival."""
        arrival = self.peek()
        for _ in range(self._looked_at):
            self._window.popleft()
        self._ahead, self._looked_at = None, 0
        return arrival

    def _has(self, position: int, time_s: float) -> bool:
        for share in reversed(self._shares):
            if share.from_s <= time_s:
                return share.has(position)
        return False


def count_of(
    plan: RatePlan,
    process: Process,
    seed: int,
    shares: Sequence[Share],
    start_s: float,
    end_s: float,
) -> int:
    """How many arrivals in [start_s, end_s) one generator has that held these shares, in order of their times."""
    found, position = 0, 0
    untils = [*(share.from_s for share in shares[1:]), np.inf]
    # Weights decide which class makes an arrival, and not when it comes.
    for times, _ in draw(plan, process, seed, [1.0]):
        positions = np.arange(position, position + len(times))
        for share, until_s in zip(shares, untils, strict=True):
            inside = (times >= max(start_s, share.from_s)) & (times < min(end_s, until_s))
            if share.count > 0:
                found += int(np.count_nonzero(inside & (positions % share.count == share.index)))
        position += len(times)
        if len(times) and times[-1] >= end_s:
            break
    return found
