"""The curve is made of the order statistics of the verdict, as near as a histogram has them, up to the maximum."""

import itertools

import numpy as np
import pytest

from slogate.analyzer.evidence import Ints
from slogate.analyzer.passes.buckets import histogram_of
from slogate.analyzer.percentile_curve import Curve, curve_of
from slogate.analyzer.quantile import order_statistic


def drawn(n: int) -> Ints:
    return (np.random.default_rng(n).lognormal(3, 1, n) * 1000).astype(np.int64)


def curve(latencies_us: Ints) -> Curve:
    return curve_of(histogram_of(latencies_us), int(latencies_us.max(initial=0)))


@pytest.mark.parametrize("n", [2, 3, 100, 1000, 4321])
def test_each_point_is_an_order_statistic(n: int) -> None:
    latencies_us = drawn(n)
    points = curve(latencies_us)
    assert points[0] == pytest.approx((0.0, latencies_us.min() / 1000), rel=0.004)
    assert points[-1] == pytest.approx((np.log10(n), latencies_us.max() / 1000))
    for step, value_ms in points[:-1]:
        assert value_ms == pytest.approx(order_statistic(latencies_us, 1 - 10**-step) / 1000, rel=0.004)


def test_it_never_falls() -> None:
    points = curve(drawn(5000))
    assert all(left <= right for (_, left), (_, right) in itertools.pairwise(points))
    assert len(points) < 100


def test_little_data_has_a_short_curve_or_none() -> None:
    assert curve(np.array([], np.int64)) == ()
    assert curve(np.array([7])) == ((0.0, 0.007),)
