"""Which of the frames that a browser painted make a filmstrip."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slogate.vitals.filmstrip import Frame, strip, thinned

BLANK, FIRST, LAST = Frame(-30.0, b"blank"), Frame(120.0, b"first"), Frame(480.0, b"last")

spans = st.floats(min_value=0, max_value=60_000)


def test_each_picture_is_what_was_on_the_screen_by_then() -> None:
    pictures = strip([BLANK, FIRST, LAST], 480.0)
    assert [(picture.at_ms, picture.jpeg) for picture in pictures] == [
        (0.0, b"blank"),
        (100.0, b"blank"),
        (200.0, b"first"),
        (300.0, b"first"),
        (400.0, b"first"),
        (500.0, b"last"),
        (600.0, b"last"),
    ]


def test_before_the_first_frame_nobody_knows_what_was_there() -> None:
    assert [picture.at_ms for picture in strip([FIRST, LAST], 480.0)] == [200.0, 300.0, 400.0, 500.0, 600.0]
    assert strip([], 480.0) == []


@given(spans)
def test_there_are_six_to_ten_at_even_steps_up_to_the_last_milestone(until_ms: float) -> None:
    times = [picture.at_ms for picture in strip([BLANK], until_ms)]
    assert 6 <= len(times) <= 10
    assert times[0] == 0
    assert times[-1] >= until_ms
    assert times == [pytest.approx(times[1] * index) for index in range(len(times))]


@given(st.lists(st.integers(), max_size=60), st.integers(min_value=1, max_value=20))
def test_thinning_keeps_the_order_and_the_last(items: list[int], most: int) -> None:
    kept = thinned(items, most)
    assert len(kept) <= most
    assert kept[-1:] == items[-1:]
    rest = iter(items)
    assert all(item in rest for item in kept)
    assert kept == items or len(items) > most
