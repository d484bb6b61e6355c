"""`normal` on a resource: how often a run that is like the earlier ones is called abnormal, and another is found."""

from collections.abc import Callable

import numpy as np
from simulation import Demand, Simulation

from slogate.analyzer.evidence import Floats
from slogate.analyzer.normal_band import band_of

_REPETITIONS = 20_000
_MEDIAN, _NOISE = 200.0, 0.12  # a noise that is larger than the least range, which would hide it

Draw = Callable[[np.random.Generator, int], Floats]


def _normal(random: np.random.Generator, size: int) -> Floats:
    return random.standard_normal(size)


def _heavy(random: np.random.Generator, size: int) -> Floats:
    return np.asarray(random.standard_t(3, size))


def _held(draw: Draw, runs: int, change: float = 0.0) -> Callable[[np.random.Generator], str]:
    """What is said of one more run, whose truth differs from that of the earlier ones by so many deviations."""

    def judge_one(random: np.random.Generator) -> str:
        values = _MEDIAN * (1 + _NOISE * draw(random, runs + 1))
        band = band_of(values[:-1].tolist(), "per_s")
        assert band is not None
        value = values[-1] + change * _NOISE * _MEDIAN
        return "fail" if value > band.high else "warning" if value < band.low else "pass"

    return judge_one


SIMULATIONS = [
    *(
        Simulation(
            f"normal range of {runs} runs, {noise}",
            _held(draw, runs),
            (Demand("fail", at_most=at_most), Demand("warning", at_most=at_most)),
            _REPETITIONS,
        )
        for noise, draw, at_most in (("normal noise", _normal, 0.013), ("t3 noise", _heavy, 0.04))
        for runs in (5, 10, 20, 30)
    ),
    Simulation(
        "normal range of 20 runs, 6 deviations more",
        _held(_normal, 20, change=6.0),
        (Demand("fail", at_least=0.95),),
        _REPETITIONS,
    ),
]
