"""The load that a person should look at first."""

import pytest
from synthetic import page

from slogate.analyzer.web.facts import LoadOutcome, PageLoad
from slogate.analyzer.worst_load import is_worse, worst_load

QUICK, SLOW = page(lcp_ms=200.0), page(lcp_ms=900.0)
WITHOUT = page(lcp_ms=None)
BROKEN = page(outcome=LoadOutcome.HTTP_ERROR, lcp_ms=None)
ALSO_BROKEN = page(outcome=LoadOutcome.CRASHED)


@pytest.mark.parametrize(
    ("loads", "worst"),
    [
        ([], None),
        ([QUICK], QUICK),
        ([QUICK, SLOW, QUICK], SLOW),
        ([SLOW, WITHOUT, SLOW], WITHOUT),
        ([WITHOUT, BROKEN, SLOW], BROKEN),
        ([QUICK, ALSO_BROKEN, BROKEN], ALSO_BROKEN),
    ],
)
def test_the_worst_is_what_broke_first_else_what_painted_last(loads: list[PageLoad], worst: PageLoad | None) -> None:
    assert worst_load(loads) is worst


def test_of_two_that_are_alike_neither_is_worse() -> None:
    for load in (QUICK, WITHOUT, BROKEN):
        assert not is_worse(load, load)
    assert not is_worse(BROKEN, ALSO_BROKEN)
    assert not is_worse(ALSO_BROKEN, BROKEN)
