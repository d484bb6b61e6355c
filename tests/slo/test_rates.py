"""The planned rate over time and its inverse."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slogate.slo.rates import RatePlan, Stretch, constant

RATES = st.one_of(st.just(0.0), st.floats(0.01, 1e5))
STRETCHES = st.builds(Stretch, st.floats(0.1, 1000), RATES, RATES)


def test_a_constant_rate() -> None:
    plan = constant(50, 60)
    assert plan.seconds == 60
    assert plan.peak_per_s == 50
    assert plan.expected_by(10) == 500
    assert plan.expected_between(10, 20) == 500
    assert plan.times_of(np.array([0.0, 100.0, 2999.0, 3000.0])).tolist() == [0.0, 2.0, 59.98, math.inf]


def test_a_ramp_is_the_area_under_it() -> None:
    plan = RatePlan([Stretch(10, 0, 100), Stretch(10, 100, 100), Stretch(0, 100, 300), Stretch(5, 300, 0)])
    assert plan.seconds == 25
    assert plan.expected_by(10) == 500
    assert plan.expected_by(5) == 125
    assert plan.expected_by(25) == plan.expected_by(99) == 500 + 1000 + 750
    assert plan.rate_at(5) == 50
    assert plan.rate_at(20) == 300  # the step has no length
    assert plan.rate_at(25) == plan.rate_at(-1) == 0
    assert plan.peak_per_s == 300


def test_nothing_is_planned_without_a_stretch() -> None:
    plan = RatePlan([])
    assert plan.seconds == plan.expected_by(5) == plan.peak_per_s == 0
    assert plan.times_of(np.array([0.0])).tolist() == [math.inf]


@settings(deadline=None)
@given(st.lists(STRETCHES, min_size=1, max_size=5), st.lists(st.floats(0, 1, exclude_max=True), max_size=20))
def test_times_and_counts_are_inverse(stretches: list[Stretch], shares: list[float]) -> None:
    plan = RatePlan(stretches)
    total = plan.expected_by(plan.seconds)
    counts = np.sort(np.array(shares)) * total
    times = plan.times_of(counts)
    finite = times[np.isfinite(times)]
    assert np.all(np.diff(finite) >= -1e-6)
    for count, time_s in zip(counts.tolist(), times.tolist(), strict=True):
        if math.isfinite(time_s):
            assert plan.expected_by(time_s) == pytest.approx(count, rel=1e-5, abs=1e-5 * max(1.0, total))
