"""How a server of known latency behaves: the same few lines make its answers and the truth about them."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

PERIOD_US = 6_000_000
FREEZE_US = 1_000_000
WORK_US = 2_000


@dataclass(frozen=True)
class Behaviour:
    """`delay_us` draws how long the work of one request takes. With `stalls` the server stands still for the last
    second of every six: what arrives then, or is not done when it begins, waits for its end.
    """

    name: str
    delay_us: Callable[[np.random.Generator], float]
    stalls: bool = False

    def done_us(self, received_us: float, work_us: float, origin_us: float) -> float:
        """When the answer is due to a request that came at `received_us`; the server was started at `origin_us`."""
        if not self.stalls:
            return received_us + work_us
        begin_us = max(received_us, _thawed_us(received_us, origin_us))
        due_us = begin_us + work_us
        return due_us if _thawed_us(due_us, origin_us) == due_us else _thawed_us(due_us, origin_us) + work_us


def _thawed_us(at_us: float, origin_us: float) -> float:
    """`at_us`, or the end of the freeze that it lies in."""
    into_us = (at_us - origin_us) % PERIOD_US
    return at_us if into_us < PERIOD_US - FREEZE_US else at_us + PERIOD_US - into_us


BEHAVIOURS = {
    behaviour.name: behaviour
    for behaviour in (
        Behaviour("stall", lambda _: WORK_US, stalls=True),
        Behaviour("quick", lambda _: 0.0),
        Behaviour("constant", lambda _: 20_000.0),
        Behaviour("lognormal", lambda random: float(random.lognormal(math.log(50_000.0), 0.6))),
        Behaviour("rare", lambda random: 1_500_000.0 if random.random() < 0.01 else 10_000.0),
    )
}
