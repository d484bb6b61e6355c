import pytest
from hypothesis import given
from hypothesis import strategies as st
from synthetic import page

from slogate.analyzer.web.facts import LoadOutcome, PageLoad
from slogate.analyzer.web.fcp import fcp
from slogate.analyzer.web.representative import representative
from slogate.analyzer.web.tti import tti

Times = tuple[float | None, float | None]


def loads_of(times_ms: list[Times]) -> list[PageLoad]:
    """Loads by FCP and TTI."""
    return [page(index=i, fcp_ms=first, tti_ms=last) for i, (first, last) in enumerate(times_ms, start=1)]


@pytest.mark.parametrize(
    ("times_ms", "index"),
    [
        ([(100, 500)], 1),
        ([(100, 500), (200, 600), (300, 700)], 2),
        ([(100, 700), (200, 600), (300, 500)], 2),
        ([(200, 900), (100, 600), (300, 640)], 3),  # medians (200, 640): TTI is further off in the first
        ([(200, 600), (200, 600)], 1),  # equally near: the first
        ([(100, 500), (300, 700)], 1),
        ([(None, 500), (200, 600), (300, 700), (320, 720)], 3),  # a blank load is not one that painted at 0 ms
        ([(100, None), (200, 600), (300, 700), (320, 720)], 3),  # and one that never came to rest none at rest at 0 ms
        ([(100, None), (200, None), (300, None)], 2),
        ([(100, None), (200, 600), (300, None)], 1),
        ([(100, None), (200, 600)], 1),
    ],
)
def test_the_nearest_to_the_medians(times_ms: list[Times], index: int) -> None:
    chosen = representative(loads_of(times_ms))
    assert chosen is not None
    assert chosen.index == index


@pytest.mark.parametrize("loads", [[], loads_of([(None, 500)]), [page(outcome=LoadOutcome.CRASHED)]])
def test_where_nothing_was_painted_there_is_none(loads: list[PageLoad]) -> None:
    assert representative(loads) is None


times = st.tuples(st.integers(1, 900), st.none() | st.integers(1000, 9000))


@given(st.lists(times, min_size=1, max_size=9))
def test_it_is_one_of_the_majority_and_blank_loads_change_nothing(times_ms: list[tuple[int, int | None]]) -> None:
    loads = loads_of([(float(first), None if last is None else float(last)) for first, last in times_ms])
    chosen = representative(loads)
    assert chosen in loads
    assert representative([page(fcp_ms=None), *loads, page(outcome=LoadOutcome.HTTP_ERROR)]) == chosen
    most_rested = sum(tti(load).value is not None for load in loads) > len(loads) / 2
    assert chosen is not None
    assert (tti(chosen).value is not None) is most_rested
    assert fcp(chosen).value is not None
