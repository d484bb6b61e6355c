"""Samples over the load: thinned, with gaps that stay gaps."""

import numpy as np
import pytest
from synthetic import BEGAN_S, samples

from slogate.analyzer.host_course import host_course


def test_only_the_load_is_shown_in_seconds_from_its_start() -> None:
    host = samples([-1, 0, 1, 2, 3], {"cpu": [0.9, 0.1, 0.2, 0.3, 0.9], "disk_iops": 5})
    found = host_course(host, (), BEGAN_S, BEGAN_S + 3)
    assert found.columns == {"cpu": ((0.0, 0.1), (1.0, 0.2), (2.0, 0.3))}
    assert found.lag_ms == ()


def test_a_missing_value_and_a_missing_second_are_gaps() -> None:
    host = samples([0, 1, 2, 3, 9, 10], {"cpu": [0.1, np.nan, 0.3, 0.4, 0.5, 0.6]})
    points = host_course(host, (), BEGAN_S, BEGAN_S + 11).columns["cpu"]
    assert points == ((0.0, 0.1), (1.0, None), (2.0, 0.3), (3.0, 0.4), (6.0, None), (9.0, 0.5), (10.0, 0.6))


def test_a_long_run_is_averaged_to_as_many_points_as_a_chart_can_show() -> None:
    host = samples(np.arange(6000), {"cpu": np.arange(6000) / 6000})
    points = host_course(host, (), BEGAN_S, BEGAN_S + 6000).columns["cpu"]
    assert len(points) == 600
    assert points[0] == pytest.approx((4.5, 4.5 / 6000))


def test_the_latest_of_all_generators_counts() -> None:
    one, two = samples([1, 2], {"lag_ms": [1.0, 9.0]}, "0"), samples([1.1, 2.1], {"lag_ms": [4.0, 2.0]}, "1")
    found = host_course(None, (one, two, samples([1], {"cpu": 1.0})), BEGAN_S, BEGAN_S + 3)
    assert [value for _, value in found.lag_ms] == [4.0, 9.0]
    assert found.columns == {}


def test_processes_have_lines_of_their_own() -> None:
    told = samples([-1, 0, 1], {"cpu": [0.5, 1.5, 0.25], "rss_bytes": 5.0}, "shop")
    never = samples([0], {"processes": 0.0}, "ghost")
    found = host_course(None, (), BEGAN_S, BEGAN_S + 2, (told, never))
    assert found.processes == {"shop": ((0.0, 1.5), (1.0, 0.25))}
    lag = samples([1], {"lag_ms": 1.0}, "0")
    assert host_course(None, (lag,), BEGAN_S, BEGAN_S + 2, (told,)).processes == found.processes


def test_one_sample_is_one_point() -> None:
    assert host_course(samples([1], {"cpu": 0.5}), (), BEGAN_S, BEGAN_S + 3).columns["cpu"] == ((1.0, 0.5),)
