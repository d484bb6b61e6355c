"""The schedule is an arrival process of the planned rate, repeatable, fair to every class, and whole however many
generators share it.
"""

import math
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from typing import Literal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slogate.load.arrivals import WHOLE, Arrival, Schedule, Share, count_of
from slogate.slo.rates import RatePlan, Stretch, constant

STAGES = RatePlan([Stretch(10, 0, 100), Stretch(5, 100, 100), Stretch(5, 20, 20)])


def arrivals(
    plan: RatePlan, process: Literal["poisson", "uniform"] = "poisson", seed: int = 7, weights: tuple[float, ...] = (1,)
) -> list[Arrival]:
    return list(taken(schedule(plan, WHOLE, process=process, seed=seed, weights=weights)))


def schedule(
    plan: RatePlan,
    *shares: Share,
    process: Literal["poisson", "uniform"] = "poisson",
    seed: int = 7,
    weights: tuple[float, ...] = (1,),
) -> Schedule:
    made = Schedule(plan, process, seed, weights)
    for share in shares:
        made.deal(share)
    return made


def taken(made: Schedule, until_s: float = math.inf) -> Iterator[Arrival]:
    while (ahead := made.peek()) is not None and ahead.time_s < until_s:
        assert made.pop() == ahead
        yield ahead


def test_poisson_arrivals_have_the_rate_and_the_spread_of_a_poisson_process() -> None:
    times = [arrival.time_s for arrival in arrivals(constant(100, 200))]
    assert len(times) == pytest.approx(20_000, rel=0.03)
    counts = np.bincount(np.floor(times).astype(int), minlength=200)
    assert 0.7 < counts.var(ddof=1) / counts.mean() < 1.4  # 1 for Poisson, 0 for uniform


def test_uniform_arrivals_are_equally_far_apart() -> None:
    times = [arrival.time_s for arrival in arrivals(constant(50, 10), "uniform")]
    assert len(times) in {499, 500}
    assert all(later - earlier == pytest.approx(0.02) for earlier, later in pairwise(times))
    assert times[0] == pytest.approx(0.02)  # nothing at once


@pytest.mark.parametrize("process", ["poisson", "uniform"])
def test_stages_ramp_hold_and_step(process: Literal["poisson", "uniform"]) -> None:
    times = np.array([arrival.time_s for arrival in arrivals(STAGES, process, seed=3)])
    per_second = np.bincount(np.floor(times).astype(int), minlength=20)
    slack = 5 * math.sqrt(100)
    assert per_second[:10].sum() == pytest.approx(500, abs=0.2 * 500)
    assert per_second[0] < per_second[5] < per_second[9] + slack
    assert per_second[10:15].mean() == pytest.approx(100, abs=slack)
    assert per_second[15:].mean() == pytest.approx(20, abs=slack)
    assert times.max() < STAGES.seconds


def test_the_same_seed_gives_the_same_schedule_and_another_one_does_not() -> None:
    assert arrivals(constant(20, 20), seed=3) == arrivals(constant(20, 20), seed=3)
    assert arrivals(constant(20, 20), seed=3) != arrivals(constant(20, 20), seed=4)


def test_classes_get_their_weights() -> None:
    kinds = Counter(arrival.kind for arrival in arrivals(constant(200, 100), weights=(9.0, 1.0)))
    assert kinds[1] / (kinds[0] + kinds[1]) == pytest.approx(0.1, abs=0.01)


@pytest.mark.parametrize("count", [1, 2, 3, 7])
def test_shares_make_the_whole(count: int) -> None:
    parts = [list(taken(schedule(STAGES, Share(0, index, count), weights=(2, 1)))) for index in range(count)]
    assert sorted(arrival for part in parts for arrival in part) == arrivals(STAGES, weights=(2, 1))
    assert max(map(len, parts)) - min(map(len, parts)) <= 1


@settings(max_examples=60, deadline=None)
@given(
    rate=st.sampled_from([0.5, 3.0, 40.0]),
    change_s=st.floats(0.5, 15.0),
    ahead_s=st.floats(0.0, 10.0),
    counts=st.tuples(st.integers(1, 5), st.integers(1, 5)),
)
def test_dealing_anew_loses_and_doubles_nothing(
    rate: float, change_s: float, ahead_s: float, counts: tuple[int, int]
) -> None:
    """Of `counts[0]` generators on, `counts[1]`; each is told some time before, when it has peeked ahead already."""
    plan, (before, after) = constant(rate, 20), counts
    found: list[Arrival] = []
    for index in range(max(before, after)):
        made = schedule(plan, Share(0, index, before if index < before else 0))
        found += taken(made, change_s - min(ahead_s, change_s))
        made.deal(Share(change_s, index, after if index < after else 0))
        found += taken(made)
    assert sorted(found) == arrivals(plan)


def test_arrivals_of_a_lost_generator_can_be_counted() -> None:
    shares = [Share(0, 1, 3), Share(8, 0, 2)]
    expected = [arrival for arrival in taken(schedule(STAGES, *shares)) if arrival.time_s < 13]
    assert count_of(STAGES, "poisson", 7, shares, 0, 13) == len(expected) > 100
    assert count_of(STAGES, "poisson", 7, [WHOLE], 5, 13) == sum(5 <= item.time_s < 13 for item in arrivals(STAGES))


def test_without_a_share_nothing_arrives() -> None:
    assert schedule(STAGES).peek() is None
    assert schedule(STAGES, Share(0, 0, 0)).pop() is None
