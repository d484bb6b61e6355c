"""The search for the highest rate that passes, on services whose limit is known."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slogate.analyzer.capacity import Step, highest_passing, knee, next_rate
from slogate.analyzer.result import State


def step(rate: float, state: State = State.PASS, p95_ms: float | None = 10.0) -> Step:
    return Step(rate, state, 30.0, 100, 5.0, p95_ms, 20.0, 0.0, 0.3, "" if state is State.PASS else "p95", "run")


def search(
    answer: Callable[[float], State], *, start: float = 10, most: float = 10_000, precision: float = 0.1
) -> list[Step]:
    steps: list[Step] = []
    while (rate := next_rate(steps, start=start, most=most, precision=precision)) is not None:
        steps.append(step(rate, answer(rate)))
        assert len(steps) < 100
    return steps


@settings(max_examples=200, deadline=None)
@given(
    limit=st.floats(0.5, 5000),
    start=st.floats(1, 500),
    precision=st.sampled_from([0.02, 0.1, 0.5]),
    fails=st.booleans(),
)
def test_it_finds_the_limit_in_few_steps(limit: float, start: float, precision: float, fails: bool) -> None:
    beyond = State.FAIL if fails else State.INCONCLUSIVE
    steps = search(lambda rate: State.PASS if rate <= limit else beyond, start=start, precision=precision)
    best = highest_passing(steps)
    assert len(steps) <= 30
    if best is None:
        assert limit < start
        return
    assert best.rate_per_s <= limit
    lowest_not = min((item.rate_per_s for item in steps if not item.passes), default=None)
    if lowest_not is None:
        assert best.rate_per_s == 10_000
    else:
        # Rates have three digits, so near neighbours cannot always be told apart.
        assert lowest_not / best.rate_per_s <= 1 + max(precision, 0.011)


def test_no_rate_above_the_highest_is_ever_asked() -> None:
    steps = search(lambda _rate: State.PASS, start=30, most=100)
    assert [item.rate_per_s for item in steps] == [30, 60, 100]
    assert search(lambda _rate: State.FAIL, start=300, most=100)[0].rate_per_s == 100


def test_where_the_first_rate_fails_it_goes_down_and_gives_up() -> None:
    steps = search(lambda _rate: State.FAIL, start=64)
    assert [item.rate_per_s for item in steps] == [64, 32, 16, 8, 4, 2, 1]
    assert highest_passing(steps) is None


def test_a_step_that_says_nothing_of_the_service_ends_the_search() -> None:
    steps = search(lambda rate: State.ERROR if rate > 20 else State.PASS)
    assert [item.rate_per_s for item in steps] == [10, 20, 40]


def test_a_warning_passes() -> None:
    best = highest_passing([step(10, State.WARNING), step(5)])
    assert best is not None
    assert best.rate_per_s == 10


def test_a_service_that_changes_on_the_way_does_not_go_round_for_ever() -> None:
    steps = [step(10), step(20, State.FAIL), step(40)]
    assert next_rate(steps, start=10, most=100, precision=0.1) is None


@pytest.mark.parametrize(
    ("p95s", "rate"),
    [
        ([10, 11, 12, 25, 90], 40),
        ([10, 11, 12, 13, 14], None),
        ([10, 50], None),
        ([10, None, 30], None),
        ([10, 12, None, 30], 40),
    ],
)
def test_the_knee_is_where_p95_has_doubled(p95s: list[float | None], rate: float | None) -> None:
    steps = [step(10.0 * (number + 1), p95_ms=p95) for number, p95 in enumerate(p95s)]
    bend = knee(list(reversed(steps)))
    assert (bend.rate_per_s if bend else None) == rate
