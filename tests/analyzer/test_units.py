import pytest
from hypothesis import given
from hypothesis import strategies as st

from slogate.analyzer.units import Unit, counted, say


@pytest.mark.parametrize(
    ("count", "said"), [(0, "0 page loads"), (1, "1 page load"), (2, "2 page loads"), (1200, "1,200 page loads")]
)
def test_one_thing_is_not_several(count: int, said: str) -> None:
    assert counted(count, "page load") == said


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (None, "ms", "?"),
        (0.0, "ms", "0.0 ms"),
        (12.34, "ms", "12.3 ms"),
        (640.4, "ms", "640 ms"),
        (1250.0, "ms", "1,250 ms"),
        (12_500.0, "ms", "12.5 s"),
        (0.0, "ratio", "0.00 %"),
        (0.0081, "ratio", "0.81 %"),
        (0.7, "ratio", "70.0 %"),
        (1.0, "ratio", "100.0 %"),
        (0.0, "bytes", "0 B"),
        (999.0, "bytes", "999 B"),
        (1000.0, "bytes", "1 kB"),
        (12_345.0, "bytes", "12.3 kB"),
        (300_000.0, "bytes", "300 kB"),
        (999_499.0, "bytes", "999 kB"),
        (999_500.0, "bytes", "1 MB"),
        (1_500_000.0, "bytes", "1.5 MB"),
        (2e9, "bytes", "2 GB"),
        (5e12, "bytes", "5,000 GB"),
        (0.0, "count", "0"),
        (57.0, "count", "57"),
        (1200.0, "count", "1,200"),
        (0.0, "score", "0"),
        (0.08, "score", "0.08"),
        (0.1, "score", "0.1"),
        (0.0996, "score", "0.0996"),
        (1.25, "score", "1.25"),
        (2.0, "score", "2"),
        (0.0, "change", "+0.0 %"),
        (0.0324, "change", "+3.2 %"),
        (-0.25, "change", "-25.0 %"),
        (12.5, "change", "+1,250 %"),
    ],
)
def test_how_a_sentence_has_it(value: float | None, unit: Unit, text: str) -> None:
    assert say(value, unit) == text


@given(st.integers(0, 10**15))
def test_a_size_is_said_to_within_half_a_percent(size: int) -> None:
    number, symbol = say(float(size), "bytes").replace(",", "").split()
    said = float(number) * {"B": 1, "kB": 1e3, "MB": 1e6, "GB": 1e9}[symbol]
    assert abs(said - size) <= 0.005 * size
