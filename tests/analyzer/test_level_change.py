"""When a change of level is a regression that goes on."""

import pytest

from slogate.analyzer.level_change import ChangePoint, End, Size


@pytest.mark.parametrize(
    ("worse", "end", "goes_on"),
    [(True, None, True), (True, End.RESOLVED, False), (True, End.ACCEPTED, False), (False, None, False)],
)
def test_a_change_for_the_worse_goes_on_until_it_has_an_end(worse: bool, end: End | None, goes_on: bool) -> None:
    change = ChangePoint(30, 33, worse, Size(0.2, 0.15, 0.25, 400.0, 480.0), end, None if end is None else 40)
    assert change.open is goes_on
