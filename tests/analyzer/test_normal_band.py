"""The normal range of earlier runs: wide when they are few, and never narrower than a trifle."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from slogate.analyzer.normal_band import LEAST_RUNS, MOST_RUNS, band_of

VALUES = st.lists(st.floats(0, 1e9), min_size=LEAST_RUNS, max_size=40)


@pytest.mark.parametrize("count", range(LEAST_RUNS))
def test_of_fewer_than_five_there_is_none(count: int) -> None:
    assert band_of([0.5] * count, "ratio") is None


def test_half_the_range_is_k_times_the_scaled_mad() -> None:
    band = band_of([40.0, 45.0, 50.0, 55.0, 60.0], "per_s")
    assert band is not None
    assert (band.median, band.runs) == (50.0, 5)
    half = 10.0 * 1.4826 * 5.0
    assert band.low == 0.0
    assert band.high == pytest.approx(50 + half)
    more = band_of([40.0, 45.0, 50.0, 55.0, 60.0] * 4, "per_s")
    assert more is not None
    assert more.high == pytest.approx(50 + 3.1 * 1.4826 * 5.0)


@pytest.mark.parametrize(
    ("unit", "value", "half"),
    [
        ("ratio", 0.05, 0.02),
        ("ratio", 0.5, 0.05),
        ("ms", 0.4, 1.0),
        ("ms", 40.0, 4.0),
        ("bytes", 300e6, 30e6),
        ("bytes", 30e6, 10e6),
        ("bytes_per_s", 0.0, 100e3),
        ("per_s", 10.0, 5.0),
    ],
)
def test_a_constant_series_does_not_make_a_trifle_abnormal(unit: str, value: float, half: float) -> None:
    band = band_of([value] * 6, unit)  # type: ignore[arg-type]  # the table has literals
    assert band is not None
    assert band.high == pytest.approx(value + half)
    assert band.low == pytest.approx(max(0.0, value - half))


def test_one_wild_run_among_many_changes_little() -> None:
    usual = [0.30, 0.31, 0.32, 0.33, 0.34, 0.35, 0.36, 0.37, 0.38, 0.39]
    calm, wild = band_of(usual, "ratio"), band_of([*usual[:-1], 0.99], "ratio")
    assert calm is not None
    assert wild is not None
    assert wild.high == pytest.approx(calm.high, rel=0.01)


def test_only_the_newest_runs_count() -> None:
    assert band_of([9e9] * 50 + [1e6] * MOST_RUNS, "bytes") == band_of([1e6] * MOST_RUNS, "bytes")


@given(VALUES, st.floats(0.01, 100))
def test_the_range_holds_the_median_and_scales_with_the_values(values: list[float], factor: float) -> None:
    band, scaled = (band_of([value * size for value in values], "score") for size in (1.0, factor))
    assert band is not None
    assert scaled is not None
    assert 0 <= band.low <= band.median <= band.high
    assert scaled.high == pytest.approx(band.high * factor)


@given(VALUES)
def test_the_order_of_the_runs_does_not_matter(values: list[float]) -> None:
    newest = values[-MOST_RUNS:]
    mixed = list(np.random.default_rng(1).permutation(newest))
    assert band_of(newest, "ratio") == band_of(mixed, "ratio")
