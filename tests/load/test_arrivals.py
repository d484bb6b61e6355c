"""The schedule is an arrival process of the asked rate, repeatable, and fair to every class."""

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import pairwise, takewhile

import pytest

from slogate.load.arrivals import Schedule


def endless(schedule: Schedule[str], kind: str) -> Iterator[float]:
    while True:
        yield schedule.next_for(kind)


def drawn(schedule: Schedule[str], kinds: Iterable[str], until_s: float) -> dict[str, list[float]]:
    return {kind: list(takewhile(lambda time: time < until_s, endless(schedule, kind))) for kind in kinds}


def test_poisson_arrivals_have_the_rate_and_the_spread_of_a_poisson_process() -> None:
    times = drawn(Schedule(100.0, "poisson", 7, {"a": 1.0}), "a", 200.0)["a"]
    assert len(times) == pytest.approx(20_000, rel=0.03)
    counts = Counter(int(time) for time in times)
    mean = sum(counts[second] for second in range(200)) / 200
    variance = sum((counts[second] - mean) ** 2 for second in range(200)) / 199
    assert 0.7 < variance / mean < 1.4  # 1 for Poisson, 0 for uniform


def test_uniform_arrivals_are_equally_far_apart() -> None:
    times = drawn(Schedule(50.0, "uniform", 1, {"a": 1.0}), "a", 10.0)["a"]
    assert len(times) in {499, 500}
    assert all(later - earlier == pytest.approx(0.02) for earlier, later in pairwise(times))
    assert times[0] == pytest.approx(0.02)  # nothing at once


def test_the_same_seed_gives_the_same_schedule_and_another_one_does_not() -> None:
    first, second, other = (drawn(Schedule(20.0, "poisson", seed, {"a": 1.0}), "a", 20.0) for seed in (3, 3, 4))
    assert first == second
    assert first != other


def test_a_class_that_takes_its_arrivals_late_does_not_change_the_mix() -> None:
    schedule = Schedule(200.0, "poisson", 5, {"fast": 9.0, "slow": 1.0})
    fast = drawn(schedule, ["fast"], 50.0)["fast"]
    slow = drawn(schedule, ["slow"], 50.0)["slow"]
    assert len(slow) / (len(fast) + len(slow)) == pytest.approx(0.1, abs=0.015)


def test_arrivals_that_nobody_took_are_all_told() -> None:
    every = drawn(Schedule(30.0, "poisson", 2, {"a": 1.0, "b": 1.0}), "ab", 10.0)
    schedule = Schedule(30.0, "poisson", 2, {"a": 1.0, "b": 1.0})
    taken = [schedule.next_for("a") for _ in range(40)]
    assert sorted(taken + schedule.untaken(10.0)) == sorted(every["a"] + every["b"])
