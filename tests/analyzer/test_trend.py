"""What is said of an objective over the nights: what changed, whether it is still worse, and what is normal."""

from dataclasses import replace

import numpy as np
import pytest
from simulated_nights import ERRORS, P95, nights, series_of

from slogate.analyzer.change_point import LEAST_NIGHTS
from slogate.analyzer.level_change import ChangePoint, End
from slogate.analyzer.nights import Series
from slogate.analyzer.trend import Trend, trend


def level(nights_: int, slower: float = 0.0, seed: int = 1, noise: float = 0.03) -> list[float]:
    """Nights at 400 ms, or slower than that by a share."""
    deviations = np.random.default_rng(seed).normal(0, noise, nights_)
    values: list[float] = (400 * (1 + slower) * np.exp(deviations)).tolist()
    return values


def told(found: Trend) -> list[tuple[int, bool, End | None]]:
    return [(change.began, change.worse, change.end) for change in found.changes]


def test_a_regression_is_dated_to_its_first_night_and_stays_open() -> None:
    found = trend(series_of(*level(30), *level(6, 0.3, seed=2)))
    [change] = found.changes
    assert (change.began, change.worse, change.open) == (30, True, True)
    assert 32 <= change.found <= 35
    assert found.open == change
    assert change.size.low < 0.3 < change.size.high
    assert change.size.before == pytest.approx(400, rel=0.03)
    assert change.size.after == pytest.approx(520, rel=0.03)
    assert found.baseline == tuple(range(30))
    assert found.level == tuple(range(30, 36))
    assert found.standing is not None
    assert found.standing.estimate == pytest.approx(change.size.estimate)


def test_the_baseline_does_not_roll_through_a_regression_however_long() -> None:
    found = trend(series_of(*level(30), *level(90, 0.2, seed=2)))
    assert found.open is not None
    assert found.open.began == 30
    assert found.baseline == tuple(range(30))


def test_back_at_the_baseline_for_three_nights_it_is_resolved() -> None:
    values = [*level(30), *level(8, 0.3, seed=2), *level(5, seed=3)]
    assert trend(series_of(*values[:40])).open is not None
    found = trend(series_of(*values))
    assert told(found) == [(30, True, End.RESOLVED), (38, False, None)]
    assert found.changes[0].ended == found.changes[1].found == 40
    assert found.open is None
    assert found.standing is None
    assert found.baseline == (*range(30), *range(38, 43))
    assert found.changes[1].size.estimate == pytest.approx(1 / 1.3 - 1, abs=0.03)


def test_a_better_night_in_between_resolves_nothing() -> None:
    values = [*level(30), *level(12, 0.3, seed=2)]
    values[36], values[38] = 400.0, 401.0
    assert told(trend(series_of(*values))) == [(30, True, None)]


def test_a_regression_that_is_mended_in_part_stays_open() -> None:
    found = trend(series_of(*level(30), *level(20, 0.7, seed=2), *level(20, 0.3, seed=3)))
    assert told(found) == [(30, True, None), (50, False, None)]
    assert found.open is not None
    assert found.standing is not None
    assert found.standing.estimate == pytest.approx(0.3, abs=0.05)
    assert found.baseline == tuple(range(30))


def test_a_regression_that_gets_worse_is_two_changes_which_end_together() -> None:
    values = [*level(30), *level(20, 0.3, seed=2), *level(10, 0.8, seed=3), *level(5, seed=4)]
    assert told(trend(series_of(*values[:60]))) == [(30, True, None), (50, True, None)]
    found = trend(series_of(*values))
    assert told(found) == [(30, True, End.RESOLVED), (50, True, End.RESOLVED), (60, False, None)]


def test_a_better_level_becomes_the_baseline() -> None:
    found = trend(series_of(*level(30), *level(8, -0.3, seed=2)))
    assert told(found) == [(30, False, None)]
    assert found.open is None
    assert found.baseline == tuple(range(30, 38))
    assert found.lacking == LEAST_NIGHTS - 8


def test_what_a_person_accepted_is_normal() -> None:
    values = [*level(30), *level(20, 0.3, seed=2)]
    found = trend(series_of(*values, accepted=36))
    assert told(found) == [(30, True, End.ACCEPTED)]
    assert found.open is None
    assert found.baseline == tuple(range(30, 50))
    again = trend(series_of(*values, *level(6, 0.8, seed=3), accepted=36))
    assert told(again) == [(30, True, End.ACCEPTED), (50, True, None)]


def test_accepting_an_earlier_night_accepts_no_later_regression() -> None:
    assert told(trend(series_of(*level(30), *level(20, 0.3, seed=2), accepted=29))) == [(30, True, None)]


def test_where_less_is_worse_a_fall_is_a_regression() -> None:
    values = [*level(30), *level(8, -0.3, seed=2)]
    found = trend(series_of(*values, higher_is_worse=False))
    assert told(found) == [(30, True, None)]
    assert found.baseline == tuple(range(30))
    mended = trend(series_of(*values, *level(4, seed=3), higher_is_worse=False))
    assert told(mended) == [(30, True, End.RESOLVED), (38, False, None)]


def test_nights_without_a_value_are_left_out() -> None:
    values: list[float | None] = [*level(30), *level(8, 0.3, seed=2)]
    gaps = [*values[:10], None, None, *values[10:30], None, *values[30:34], None, *values[34:]]
    found = trend(series_of(*gaps))
    assert told(found) == [(33, True, None)]
    assert len(found.known) == len(values)
    assert not {10, 11, 32, 37} & set(found.known)


def test_an_outage_of_a_night_is_no_change() -> None:
    values = [*level(40)]
    values[20] = 9000.0
    assert trend(series_of(*values)).changes == ()


def test_fewer_nights_than_needed_show_nothing_and_say_how_many_lack() -> None:
    found = trend(series_of(*level(7)))
    assert found.changes == ()
    assert found.lacking == LEAST_NIGHTS - 7
    assert trend(series_of(*level(30))).lacking == 0
    assert trend(series_of()).lacking == LEAST_NIGHTS


def test_an_error_rate_of_zero_that_becomes_two_percent_is_told_in_shares_of_its_limit() -> None:
    found = trend(series_of(*[0.0] * 50, *[0.02] * 4, measure=ERRORS))
    [change] = found.changes
    assert (change.began, change.worse) == (50, True)
    assert (change.size.before, change.size.after) == (0.0, 0.02)
    assert change.size.estimate == pytest.approx(2.0)


def test_errors_that_hardly_matter_are_no_change() -> None:
    assert trend(series_of(*[0.0] * 50, *[0.0004] * 10, measure=ERRORS)).changes == ()


def test_constant_and_coarse_nights_are_no_change() -> None:
    assert trend(series_of(*[400.0] * 60)).changes == ()
    coarse = np.random.default_rng(1).choice([0.50, 0.51, 0.52], 80).tolist()
    assert trend(series_of(*coarse, measure=replace(P95, unit="ratio"))).changes == ()


def test_a_second_run_that_shows_nothing_defers_the_change() -> None:
    values = [*level(30), *level(8, 0.3, seed=2)]
    first = trend(series_of(*values)).changes[0].found

    def found(again: dict[int, float]) -> list[ChangePoint]:
        seconds = [again.get(at) for at in range(len(values))]
        return list(trend(Series(P95, nights(values, again=seconds))).changes)

    assert [change.found for change in found({first: 520.0})] == [first]
    assert [change.found for change in found({first: 402.0})] == [first + 1]
    assert found(dict.fromkeys(range(30, 38), 402.0)) == []


def test_a_night_that_may_be_of_either_level_is_of_its_release() -> None:
    values = [*level(30), *level(8, 0.3, seed=2)]
    values[29] = 505.0

    def began(values: list[float], first: int) -> int:
        releases = ["1.4.0" if at < first else "1.5.0" for at in range(len(values))]
        [change] = trend(Series(P95, nights(values, releases))).changes
        return change.began

    assert began(values, 0) == 29
    assert began(values, 29) == 29
    assert began(values, 30) == 29
    values[12] = 508.0
    assert began(values, 30) == 30
    assert began(values, 31) == 29


def test_news_are_of_the_last_night_alone() -> None:
    values: list[float | None] = [*level(30), *level(8, 0.3, seed=2), *level(5, seed=3)]
    by_night = [(count, trend(series_of(*values[:count])).news) for count in range(1, len(values) + 1)]
    told_on = {count: [(change.began, change.worse, change.end) for change in news] for count, news in by_night if news}
    first, last = sorted(told_on)
    assert told_on[first] == [(30, True, None)]
    assert told_on[last] == [(30, True, End.RESOLVED), (38, False, None)]
    assert trend(series_of(*values[:first], None)).news == ()


@pytest.mark.parametrize("seed", range(4))
def test_later_nights_never_change_what_was_told(seed: int) -> None:
    random = np.random.default_rng(seed)
    steps = np.repeat(random.choice([0.0, 0.2, 0.5, -0.2], 5), random.integers(5, 30, 5))
    values = (400 * np.exp(steps + random.normal(0, 0.04, len(steps)))).tolist()
    whole = trend(series_of(*values))
    for count in range(0, len(values), 3):
        known = [(change.began, change.found, change.worse) for change in whole.changes if change.found < count]
        assert [(c.began, c.found, c.worse) for c in trend(series_of(*values[:count])).changes] == known


def test_another_unit_changes_nothing_but_the_levels() -> None:
    values = [*level(30), *level(8, 0.3, seed=2)]
    first, second = trend(series_of(*values)), trend(series_of(*(value / 1000 for value in values)))
    assert told(first) == told(second)
    assert first.changes[0].size.estimate == pytest.approx(second.changes[0].size.estimate)
