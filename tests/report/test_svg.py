"""Axes and text inside SVG."""

import pytest

from slogate.report.svg import log_ticks, safe, ticks, ticks_between


@pytest.mark.parametrize(
    ("top", "least", "values"),
    [
        (1.0, 2, [0, 0.5, 1.0]),
        (100, 2, [0, 50, 100]),
        (297, 5, [0, 50, 100, 150, 200, 250]),
        (0.003, 2, [0, 0.001, 0.002, 0.003]),
    ],
)
def test_an_axis_has_a_few_round_values(top: float, least: int, values: list[float]) -> None:
    assert ticks(top, least) == pytest.approx(values)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("p99 < 1s", "p99 &lt; 1s"),
        ('"><script>', "&#34;&gt;&lt;script&gt;"),
        ("a&b'c", "a&amp;b&#39;c"),
        ("red\x1b[31m\u202e", "red [31m "),
    ],
)
def test_text_cannot_leave_its_place(text: str, shown: str) -> None:
    assert safe(text) == shown


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [(0.8, 3000, [1, 10, 100, 1000]), (3, 200, [5, 10, 20, 50, 100, 200]), (40, 400, [50, 100, 200])],
)
def test_a_logarithmic_axis_has_round_values(low: float, high: float, expected: list[float]) -> None:
    assert log_ticks(low, high) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [(350, 520, [350, 400, 450, 500]), (0, 0.021, [0, 0.01, 0.02]), (0, 1, [0, 0.5, 1]), (-3, 3, [-2, 0, 2])],
)
def test_an_axis_that_begins_anywhere_has_round_values(low: float, high: float, expected: list[float]) -> None:
    assert ticks_between(low, high) == pytest.approx(expected)
