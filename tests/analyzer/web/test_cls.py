import math
from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slogate.analyzer.web.cls import WINDOW_GAP_MS, WINDOW_SPAN_MS, cls, largest_window, worst_shift
from slogate.analyzer.web.facts import LayoutShift, LoadOutcome, PageLoad
from slogate.analyzer.web.metric import Metric, MissingReason, missing

PageLoadFactory = Callable[..., PageLoad]


def shift(start_ms: float, value: float, *, input: bool = False, element: str | None = None) -> LayoutShift:  # noqa: A002 (what the field is about)
    return LayoutShift(start_ms=start_ms, value=value, had_recent_input=input, element=element)


@pytest.mark.parametrize(
    ("shifts", "score"),
    [
        ([], 0.0),
        ([(100, 0.1)], 0.1),
        ([(100, 0.1), (1099, 0.2)], 0.3),
        ([(100, 0.1), (1100, 0.2)], 0.2),  # a gap of exactly 1 s
        ([(100, 0.2), (1100, 0.1)], 0.2),
        ([(1099, 0.2), (100, 0.1)], 0.3),  # the order in which they are told does not matter
        ([(0, 0.1), (900, 0.1), (1800, 0.1), (2700, 0.1), (3600, 0.1), (4500, 0.1)], 0.6),
        ([(0, 0.1), (900, 0.1), (1800, 0.1), (2700, 0.1), (3600, 0.1), (4500, 0.1), (4999, 0.1)], 0.7),
        ([(0, 0.1), (900, 0.1), (1800, 0.1), (2700, 0.1), (3600, 0.1), (4500, 0.1), (5000, 0.1)], 0.6),  # exactly 5 s
        ([(0, 0.1), (900, 0.1), (1800, 0.1), (2700, 0.1), (3600, 0.1), (4500, 0.1), (5000, 0.9)], 0.9),
    ],
)
def test_the_largest_session_window(
    page_load: PageLoadFactory, shifts: list[tuple[float, float]], score: float
) -> None:
    found = cls(page_load(layout_shifts=tuple(shift(*item) for item in shifts)))
    assert found.value == pytest.approx(score, abs=1e-12)


def test_what_follows_an_input_is_left_out_and_bridges_no_gap(page_load: PageLoadFactory) -> None:
    shifts = (shift(0, 0.1), shift(900, 0.8, input=True), shift(1800, 0.2))
    assert cls(page_load(layout_shifts=shifts)) == Metric(0.2)
    assert cls(page_load(layout_shifts=shifts[1:2])) == Metric(0.0)
    assert worst_shift(page_load(layout_shifts=shifts[1:2])) is None


def test_the_worst_shift_is_of_the_window_that_counts(page_load: PageLoadFactory) -> None:
    alone = shift(0, 0.3, element="div.banner")
    window = (shift(5000, 0.2, element="p"), shift(5500, 0.25, element="img.late"))
    load = page_load(layout_shifts=(alone, *window))
    assert cls(load) == Metric(0.45)
    worst = worst_shift(load)
    assert worst is not None
    assert worst.element == "img.late"
    assert worst_shift(page_load()) is None


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"fcp_ms": None}, MissingReason.NO_FCP),
        ({"end_ms": None}, MissingReason.NOT_MEASURED),
        ({"outcome": LoadOutcome.NOT_READY}, MissingReason.NOT_MEASURED),
    ],
)
def test_a_page_that_was_not_shown_did_not_stand_still(
    page_load: PageLoadFactory, facts: dict[str, object], reason: MissingReason
) -> None:
    assert cls(page_load(**facts)) == missing(reason)


shifts_of = st.lists(st.builds(shift, st.integers(0, 20_000), st.floats(0, 1), input=st.booleans()), max_size=30)


@given(shifts_of)
def test_a_window_keeps_its_bounds_and_is_between_the_largest_shift_and_their_sum(shifts: list[LayoutShift]) -> None:
    window = largest_window(shifts)
    counted = [item for item in shifts if not item.had_recent_input]
    times = [item.start_ms for item in window]
    assert times == sorted(times)
    assert all(later - earlier < WINDOW_GAP_MS for earlier, later in pairwise(times))
    assert not times or times[-1] - times[0] < WINDOW_SPAN_MS
    score = math.fsum(item.value for item in window)
    assert max((item.value for item in counted), default=0.0) <= score
    assert score <= math.fsum(item.value for item in counted)


@given(shifts_of, st.integers(0, 10**6))
def test_when_the_page_began_does_not_matter(shifts: list[LayoutShift], later_ms: int) -> None:
    moved = [shift(item.start_ms + later_ms, item.value, input=item.had_recent_input) for item in shifts]
    assert [item.value for item in largest_window(moved)] == [item.value for item in largest_window(shifts)]
