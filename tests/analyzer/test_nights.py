"""The numbers of nights on the scale that they are compared on."""

import math
from dataclasses import replace

import pytest
from simulated_nights import ERRORS, P95, nights, series_of

from slogate.analyzer.nights import Levels, Series
from slogate.analyzer.result import State


def test_nights_without_a_value_are_not_known() -> None:
    levels = Levels(series_of(400.0, None, 440.0, math.nan, math.inf))
    assert levels.known == [0, 2]
    assert levels.of([0, 2]) == pytest.approx([math.log(400), math.log(440)])


def test_a_run_that_could_not_be_judged_has_no_number_whatever_it_measured() -> None:
    measured = nights([400.0, 410.0])
    series = Series(P95, (measured[0], replace(measured[1], state=State.ERROR)))
    assert Levels(series).known == [0]


def test_a_zero_that_has_no_ratio_is_not_known() -> None:
    assert Levels(series_of(400.0, 0.0)).known == [0]


def test_an_error_rate_of_zero_is_a_number() -> None:
    levels = Levels(series_of(0.0, 0.02, measure=ERRORS))
    assert levels.of([0, 1]) == pytest.approx([0.0, 2.0])


def test_where_any_night_has_none_a_count_is_compared_by_difference() -> None:
    count = replace(P95, unit="count", where_zero=20.0)
    assert Levels(series_of(10.0, 20.0, measure=count)).of([1]) == pytest.approx([math.log(20)])
    assert Levels(series_of(0.0, 20.0, measure=count)).of([0, 1]) == pytest.approx([0.0, 1.0])
    again = Series(count, nights([10.0, 20.0], again=[None, 0.0]))
    assert Levels(again).again(1) == 0.0
    assert Levels(again).again(0) is None


def test_the_accepted_run_is_found_by_its_name() -> None:
    assert series_of(1.0, 2.0, accepted=1).accepted_at == 1
    assert series_of(1.0, 2.0, accepted=7).accepted_at == -1
    assert series_of(1.0, 2.0).accepted_at == -1
