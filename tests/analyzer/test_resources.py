"""The largest 60 s average, as an alert would see it, from samples that are never quite regular."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slogate.analyzer.evidence import Floats
from slogate.analyzer.resources import WINDOW_S, peak_average


def seconds(n: int, offset_s: float = 0.5) -> Floats:
    return np.arange(n, dtype=np.float64) + offset_s


def test_a_short_phase_is_averaged_as_a_whole() -> None:
    peak = peak_average(seconds(30), np.linspace(0, 1, 30), 0, 30)
    assert peak.value == pytest.approx(0.5)
    assert (peak.window_s, peak.samples, peak.coverage, peak.covered) == (30, 30, 1.0, True)


def test_samples_outside_the_phase_do_not_count() -> None:
    values = np.where(seconds(60) < 20, 1.0, 0.2)
    assert peak_average(seconds(60), values, 20, 60).value == pytest.approx(0.2)
    assert peak_average(seconds(60), values, 0, 20).value == pytest.approx(1.0)


def test_the_phase_holds_its_start_and_not_its_end() -> None:
    peak = peak_average(np.array([0.0, 1.0, 2.0, 3.0]), np.array([0.1, 0.2, 0.3, 0.9]), 1, 3)
    assert (peak.value, peak.samples) == (0.25, 2)


def test_the_coverage_is_the_share_of_its_seconds() -> None:
    assert peak_average(seconds(5), np.full(5, 0.5), 0, 10).coverage == 0.5
    assert peak_average(seconds(8), np.full(8, 0.5), 0, 10).covered
    assert not peak_average(seconds(7), np.full(7, 0.5), 0, 10).covered


def test_the_peak_of_a_long_phase_is_its_worst_minute() -> None:
    values = np.full(300, 0.2)
    values[100:160] = 0.9
    values[250:280] = 1.0  # half a minute of a full CPU is a minute at 60 %
    peak = peak_average(seconds(300), values, 0, 300)
    assert peak.value == pytest.approx(0.9)
    assert peak.window_s == WINDOW_S


def test_a_spike_is_averaged_over_its_minute() -> None:
    values = np.zeros(300)
    values[150] = 1.0
    assert peak_average(seconds(300), values, 0, 300).value == pytest.approx(1 / 60)


def test_the_first_and_the_last_minute_count() -> None:
    for start in (0, 240):
        values = np.zeros(300)
        values[start : start + 60] = 0.8
        assert peak_average(seconds(300), values, 0, 300).value == pytest.approx(0.8)


@pytest.mark.parametrize("jitter_s", [0.001, 0.05])
@pytest.mark.parametrize("offset_s", [0.0, 0.3, 0.97, 0.9999])
def test_a_sampler_that_ticks_about_once_a_second_covers_the_phase(offset_s: float, jitter_s: float) -> None:
    for seed in range(20):
        times = np.sort(seconds(40, offset_s) + np.random.default_rng(seed).uniform(-jitter_s, jitter_s, 40))
        peak = peak_average(times - 2, np.full(40, 0.5), 0, 36)
        assert peak.value == pytest.approx(0.5)
        assert peak.coverage > 0.95


def test_a_gap_is_a_gap() -> None:
    values = np.full(100, 0.5)
    values[40:70] = np.nan
    peak = peak_average(seconds(100), values, 0, 100)
    assert peak.samples == 70
    assert peak.coverage == pytest.approx(0.7, abs=0.02)
    assert not peak.covered
    assert peak.value == pytest.approx(0.5)


def test_rows_that_were_never_written_are_a_gap_too() -> None:
    times = np.concatenate((seconds(40), seconds(30) + 70))
    assert peak_average(times, np.full(70, 0.5), 0, 100).coverage == pytest.approx(0.7, abs=0.02)


def test_a_sampler_that_came_late_or_died_does_not_cover() -> None:
    assert not peak_average(seconds(20) + 20, np.full(20, 0.5), 0, 40).covered
    assert not peak_average(seconds(20), np.full(20, 0.5), 0, 40).covered
    assert peak_average(seconds(35), np.full(35, 0.5), 0, 40).covered


def test_what_a_gap_leaves_of_a_minute_is_no_minute() -> None:
    times = seconds(600)
    values = np.full(600, 0.2)
    values[300:359] = np.nan
    values[359] = 1.0  # the one sample of its minute
    peak = peak_average(times, values, 0, 600)
    assert peak.covered
    assert peak.value is not None
    assert peak.value < 0.25


def test_one_row_written_many_times_is_still_one_second() -> None:
    times = np.repeat(seconds(10), 10)
    assert peak_average(times, np.full(100, 0.5), 0, 100).coverage == pytest.approx(0.1, abs=0.02)


@pytest.mark.parametrize("values", [np.array([]), np.array([np.nan]), np.full(10, np.nan)])
def test_no_data(values: Floats) -> None:
    peak = peak_average(seconds(len(values)), values, 0, 10)
    assert (peak.value, peak.samples, peak.coverage, peak.covered) == (None, 0, 0.0, False)


@pytest.mark.parametrize("length_s", [0.0, 0.3, 1.0, 1.7])
def test_a_phase_of_a_moment(length_s: float) -> None:
    peak = peak_average(seconds(10, 0.2), np.full(10, 0.5), 0, length_s)
    assert peak.covered is (length_s > 0)


@given(st.lists(st.floats(0, 1), min_size=61, max_size=200))
@settings(max_examples=50, deadline=None)
def test_it_is_the_slow_obvious_maximum(cpu: list[float]) -> None:
    expected = max(np.mean(cpu[max(0, end - 60) : end]) for end in range(59, len(cpu) + 1))
    peak = peak_average(seconds(len(cpu)), np.array(cpu), 0, len(cpu))
    assert peak.value == pytest.approx(expected)


def test_an_average_over_operations_counts_operations_and_not_seconds() -> None:
    waits, operations = np.array([100.0, 10.0, np.nan, 10.0]), np.array([1.0, 99.0, 0.0, 0.0])
    peak = peak_average(seconds(4), waits, 0, 4, operations)
    assert peak.value == pytest.approx((100 + 990) / 100)
    assert (peak.samples, peak.coverage) == (4, 1.0)


def test_a_second_whose_operations_are_not_known_is_a_gap_and_an_idle_one_is_none() -> None:
    peak = peak_average(seconds(4), np.full(4, 10.0), 0, 4, np.array([1.0, np.nan, 0.0, 1.0]))
    assert (peak.samples, peak.value) == (3, 10.0)
    peak = peak_average(seconds(4), np.full(4, np.nan), 0, 4, np.array([1.0, np.nan, 0.0, 0.0]))
    assert (peak.samples, peak.value) == (2, None)


def test_the_worst_minute_of_operations() -> None:
    waits = np.full(300, 5.0)
    waits[100:160] = 40.0
    operations = np.ones(300)
    assert peak_average(seconds(300), waits, 0, 300, operations).value == pytest.approx(40)
    operations[100:160] = 0  # an idle minute is not the worst one, and no division by nothing
    assert peak_average(seconds(300), waits, 0, 300, operations).value == pytest.approx(5)


@given(st.lists(st.tuples(st.floats(0, 100), st.integers(0, 9)), min_size=61, max_size=150))
@settings(max_examples=50, deadline=None)
def test_weights_are_as_many_samples(told: list[tuple[float, int]]) -> None:
    """A value that counts three times is three values; the average over them is the slow one."""
    windows = [told[max(0, end - 60) : end] for end in range(59, len(told) + 1)]
    spelt_out = [[value for value, times in window for _ in range(times)] for window in windows]
    expected = max((float(np.mean(window)) for window in spelt_out if window), default=None)
    values, weights = (np.array(column, np.float64) for column in zip(*told, strict=True))
    peak = peak_average(seconds(len(told)), values, 0, len(told), weights)
    assert peak.value == (None if expected is None else pytest.approx(expected, abs=1e-9))


def test_the_peak_says_which_stretch_it_is_of() -> None:
    values = np.where((seconds(300) > 100) & (seconds(300) <= 160), 0.9, 0.1)
    peak = peak_average(seconds(300), values, 0, 300)
    assert peak.value == pytest.approx(0.9)
    assert (peak.start_s, peak.end_s) == (99.5, 159.5)
    short = peak_average(seconds(30), np.full(30, 0.5), 0, 30)
    assert (short.start_s, short.end_s) == (0, 30)
