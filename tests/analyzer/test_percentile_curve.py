"""The curve is made of the same order statistics as the verdict, and ends at the maximum."""

import itertools

import numpy as np
import pytest

from slogate.analyzer.percentile_curve import percentile_curve
from slogate.analyzer.quantile import order_statistic


@pytest.mark.parametrize("n", [2, 3, 100, 1000, 4321])
def test_each_point_is_an_order_statistic(n: int) -> None:
    latencies = np.random.default_rng(n).lognormal(3, 1, n)
    curve = percentile_curve(latencies)
    assert curve[0] == (0.0, latencies.min())
    assert curve[-1][0] == pytest.approx(np.log10(n))
    assert curve[-1][1] == latencies.max()
    for step, value in curve[:-1]:
        assert value == order_statistic(latencies, 1 - 10**-step)


def test_it_never_falls() -> None:
    curve = percentile_curve(np.random.default_rng(1).lognormal(3, 1, 5000))
    assert all(left <= right for (_, left), (_, right) in itertools.pairwise(curve))
    assert len(curve) < 100


def test_little_data_has_a_short_curve_or_none() -> None:
    assert percentile_curve(np.array([])) == ()
    assert percentile_curve(np.array([7])) == ((0.0, 7.0),)
