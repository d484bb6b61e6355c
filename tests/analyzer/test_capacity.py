"""The search for the highest rate that passes, on services whose limit is known."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slogate.analyzer.capacity import (
    Step,
    arrivals_to_decide,
    fault_of_generator,
    highest_passing,
    hold,
    knee,
    latest,
    next_rate,
    wanting,
)
from slogate.analyzer.dependence import effective_size
from slogate.analyzer.finding import Finding, error, warning
from slogate.analyzer.result import State, blank
from slogate.slo.file import load
from slogate.slo.model import Area, Objective


def step(
    rate: float, state: State = State.PASS, p95_ms: float | None = 10.0, wants: float | None = None, s: float = 30.0
) -> Step:
    broke = "" if state is State.PASS else "p95"
    return Step(rate, state, s, 100, 5.0, p95_ms, 20.0, 0.0, 0.3, broke, "run", wants)


def objectives(api: str) -> list[Objective]:
    head = "version: 1\nservice: x\ntargets: {api: 'http://127.0.0.1:1'}\nprofiles: {a: {rate: 1/s}}"
    text = f"{head}\napi: {{{api}}}\n"
    return load(text.encode(), "slo.yaml", {}).slo.objectives()


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


# Too few requests


def undecided(rate: float, wants: float, s: float = 30.0) -> Step:
    return step(rate, State.INCONCLUSIVE, wants=wants, s=s)


def test_want_of_requests_never_lowers_the_rate() -> None:
    """A service that passes once 1,200 requests were made."""
    steps: list[Step] = []
    while (rate := next_rate(steps, start=10, most=40, precision=0.1)) is not None:
        seconds = hold(steps, rate, 30.0, 0.0).wish_s
        wants = 1200 / (rate * seconds)
        steps.append(undecided(rate, wants, seconds) if wants > 1 else step(rate, s=seconds))
    assert [(item.rate_per_s, item.seconds) for item in steps] == [(10, 30), (10, 180), (20, 90), (40, 45)]


def test_above_a_rate_that_passes_want_of_requests_bounds_the_answer() -> None:
    assert next_rate([step(10), undecided(20, 3.0)], start=10, most=100, precision=0.1) == 14.1


def test_a_failing_rate_is_still_followed_by_lower_ones() -> None:
    assert next_rate([step(10, State.FAIL)], start=10, most=100, precision=0.1) == 5
    steps = [step(10, State.FAIL), undecided(5, 2.0)]
    assert next_rate(steps, start=10, most=100, precision=0.1) == 5
    assert next_rate([*steps, step(5, State.FAIL)], start=10, most=100, precision=0.1) == 2.5
    assert next_rate([*steps, step(5)], start=10, most=100, precision=0.1) == 7.07


def test_a_rate_that_was_held_again_counts_by_its_last_time() -> None:
    steps = [undecided(10, 2.0), step(10), step(20)]
    assert latest(steps) == steps[1:]
    assert next_rate(steps, start=10, most=100, precision=0.1) == 40
    assert highest_passing([step(10), step(10, State.FAIL)]) is None


@pytest.mark.parametrize(
    ("steps", "rate", "least_s", "wish_s"),
    [
        ([], 10, 60, 60),
        ([], 2, 150, 150),  # 300 arrivals take longer than a step
        ([undecided(20, 3.0)], 10, 60, 60),
        ([undecided(10, 1.1, 40.0)], 10, 44, 80),
        ([undecided(10, 4.0, 40.0)], 10, 160, 240),
        ([step(10)], 10, 60, 60),
        ([undecided(10, 4.0, 40.0), step(10)], 20, 60, 120),  # as many requests as the passing rate wanted
        ([step(10), undecided(20, 9.0)], 14, 60, 60),
    ],
)
def test_how_long_a_rate_is_held(steps: list[Step], rate: float, least_s: float, wish_s: float) -> None:
    span = hold(steps, rate, 60.0, 300.0)
    assert [span.least_s, span.wish_s] == pytest.approx([least_s, wish_s])


@pytest.mark.parametrize(
    ("api", "needed", "name"),
    [
        ("latency: {p95: < 1s, p99: < 1s}", 299, "p99"),
        ("latency: {p90: < 1s}", 29, "p90"),
        ("latency: {p50: < 1s}, errors: < 1%", 299, "errors < 1%"),
        ("latency: {mean: < 1s}", 60, "mean"),
    ],
)
def test_the_strictest_objective_says_how_many_arrivals_it_takes(api: str, needed: int, name: str) -> None:
    arrivals, strictest = arrivals_to_decide(objectives(api), 0.05)
    assert strictest == name
    assert effective_size(round(arrivals / 1.5), 1.0, 0.05) >= needed
    assert needed < arrivals < 2 * needed + 10


def test_a_maximum_takes_no_number_of_requests() -> None:
    assert arrivals_to_decide(objectives("latency: {max: < 1s}"), 0.05) == (0.0, "")


@pytest.mark.parametrize(
    ("state", "size", "wants"),
    [
        (State.INCONCLUSIVE, 100.0, 2.99),
        (State.INCONCLUSIVE, 0.0, 299.0),
        (State.INCONCLUSIVE, 299.0, None),
        (State.INCONCLUSIVE, None, None),
        (State.FAIL, 100.0, None),
        (State.PASS, 300.0, None),
    ],
)
def test_only_undecided_objectives_want_requests(state: State, size: float | None, wants: float | None) -> None:
    (p99,) = objectives("latency: {p99: < 1s}")
    result = replace(blank(p99, state, ""), n_effective=size)
    assert wanting([result], [p99], 0.05) == (None if wants is None else pytest.approx(wants))


LATE = error("late_arrivals", Area.API, "the generator sent its requests late", "")
LIMITED = error("rate_limited", Area.API, "a rate limiter answered 429", "")
EARLY = warning("ended_early", Area.API, "the load ended earlier", "")


@pytest.mark.parametrize(
    ("findings", "fault"), [([], None), ([EARLY], None), ([EARLY, LATE], LATE), ([LIMITED, LATE], None)]
)
def test_the_generators_own_faults_are_told_from_the_targets(findings: list[Finding], fault: Finding | None) -> None:
    assert fault_of_generator(findings) == fault


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
