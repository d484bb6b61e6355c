"""The nightly series: how often a change is found where there is none, and how soon one that is there."""

from collections.abc import Callable

import numpy as np
from simulated_nights import Noise, Watched, dependent, normal, spikes, student
from simulation import Demand, Simulation

from slogate.analyzer.change_point import find

_HISTORY, _NIGHTS, _SOON = 60, 90, 5
_AN_OBJECTIVE, _A_LOOK = 1000, 10_000


def look(noise: Noise) -> Callable[[np.random.Generator], str]:
    """One look at 60 nights without a change, of whatever size it might be: what a night's alarm costs an objective."""
    return lambda random: "quiet" if find(noise(random, _HISTORY)) is None else "alarm"


def watched(noise: Noise, *, again: bool) -> Callable[[np.random.Generator], str]:
    """150 nights without a change, looked at every night from the first: is any found in the last 90 of them?"""
    case = Watched(_HISTORY + _NIGHTS, noise, again=again)

    def judge_one(random: np.random.Generator) -> str:
        return "alarm" if any(change.found >= _HISTORY for change in case.watch(random).changes) else "quiet"

    return judge_one


def slower(history: int, *, by: float = 0.2, soon: int = _SOON, again: bool) -> Callable[[np.random.Generator], str]:
    """Slower by a share at 5 % noise after so many nights: what is found soon. Dated earlier than it began it would be
    blamed on the release before.
    """
    case = Watched(history + soon, slower=by, at=history, again=again)

    def judge_one(random: np.random.Generator) -> str:
        changes = [change for change in case.watch(random).changes if change.worse and abs(change.began - history) <= 2]
        if not changes:
            return "late"
        return "found" if changes[0].began >= history else "found early"

    return judge_one


def mended(random: np.random.Generator) -> str:
    """+20 % for ten nights: found once, and told as resolved within four nights of its end."""
    found = Watched(_NIGHTS, slower=0.2, at=_HISTORY, until=_HISTORY + 10, again=True).watch(random)
    late = [change for change in found.changes if change.found >= _HISTORY]
    worse = [change for change in late if change.worse]
    once = len(late) == 2 and len(worse) == 1 and found.open is None
    return "once" if once and (worse[0].ended or 0) < _HISTORY + 14 else "otherwise"


def lasting(random: np.random.Generator) -> str:
    """+20 % for 100 nights, which is longer than is looked back: is it still open at their end?"""
    return "open" if Watched(160, slower=0.2, at=_HISTORY, again=True).watch(random).open else "forgotten"


def _alarms(name: str, at_most: float, judge_one: Callable[[np.random.Generator], str], runs: int) -> Simulation:
    return Simulation(f"nightly, no change, {name}", judge_one, (Demand("alarm", at_most=at_most),), runs)


SIMULATIONS = [
    # What the design demands, of each look at an objective
    *(
        _alarms(f"{name}, one look", 0.013, look(noise), _A_LOOK)
        for name, noise in (("normal", normal), ("t3", student), ("3 % spikes", spikes))
    ),
    Simulation(
        "nightly, +20 % at 5 % noise after 60 nights, within 5",
        slower(_HISTORY, again=False),
        (Demand("late", at_most=0.05), Demand("found", at_least=0.93)),
        _AN_OBJECTIVE,
    ),
    # What holds beside it
    *(
        _alarms(f"{name}, 5 % noise, ever in 90 nights", at_most, watched(noise, again=False), _AN_OBJECTIVE)
        for name, noise, at_most in (("normal", normal, 0.05), ("t3", student, 0.07), ("3 % spikes", spikes, 0.05))
    ),
    *(
        _alarms(f"{name}, the same with a second run", at_most, watched(noise, again=True), _AN_OBJECTIVE)
        for name, noise, at_most in (("normal", normal, 0.04), ("t3", student, 0.05), ("3 % spikes", spikes, 0.05))
    ),
    _alarms("nights that depend (AR .3), one look", 0.05, look(dependent), _A_LOOK),
    *(
        Simulation(
            f"nightly, +20 % at 5 % noise after {history} nights, within 5, second run",
            slower(history, again=True),
            (Demand("late", at_most=at_most), Demand("found", at_least=at_least)),
            _AN_OBJECTIVE,
        )
        for history, at_most, at_least in ((_HISTORY, 0.05, 0.90), (30, 0.08, 0.85), (17, 0.27, 0.68))
    ),
    Simulation(
        "nightly, +10 % at 5 % noise after 60 nights, within 14, second run",
        slower(_HISTORY, by=0.1, soon=14, again=True),
        (Demand("late", at_most=0.20),),
        _AN_OBJECTIVE,
    ),
    Simulation("nightly, +20 % for 10 nights", mended, (Demand("once", at_least=0.88),), _AN_OBJECTIVE),
    Simulation("nightly, +20 % for 100 nights", lasting, (Demand("forgotten", at_most=0.02),), _AN_OBJECTIVE),
]
