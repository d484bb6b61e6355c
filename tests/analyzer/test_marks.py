"""Marks on a clock of their own, and the one that came shortly before."""

import pytest

from slogate.analyzer.marks import Mark, shortly_before, since


def test_a_clock_that_begins_later_keeps_their_order_in_time() -> None:
    assert since([Mark(30, "b"), Mark(20, "a"), Mark(5, "before")], 10) == (
        Mark(-5, "before"),
        Mark(10, "a"),
        Mark(20, "b"),
    )


@pytest.mark.parametrize(
    ("moment_s", "text"),
    [(38.9, None), (40.0, "a"), (70.0, "a"), (70.5, None), (99.0, "b"), (98.9, None), (120.0, "c")],
)
def test_the_last_of_the_half_minute_before(moment_s: float, text: str | None) -> None:
    found = shortly_before([Mark(40, "a"), Mark(110, "c"), Mark(100, "b")], moment_s, 1.0)
    assert (None if found is None else found.text) == text
