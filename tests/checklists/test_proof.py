"""A mark needs all of what an item rests on; nothing is ticked by what is missing."""

import pytest

from slogate.analyzer.result import State
from slogate.checklists.proof import Mark, Proof, mark_of, together

T, C, U, NONE = Mark.TICKED, Mark.CROSSED, Mark.UNDECIDED, Mark.OPEN


@pytest.mark.parametrize(
    ("marks", "whole"),
    [([], NONE), ([T], T), ([T, T], T), ([T, NONE], NONE), ([T, U], U), ([NONE, U], U), ([T, U, NONE, C], C)],
)
def test_the_worst_of_several_is_that_of_the_item(marks: list[Mark], whole: Mark) -> None:
    assert together([Proof(mark, "x") for mark in marks]) is whole


@pytest.mark.parametrize(
    ("state", "mark"),
    [
        (State.PASS, T),
        (State.WARNING, T),
        (State.FAIL, C),
        (State.INCONCLUSIVE, U),
        (State.ERROR, U),
        (State.INFO, U),
    ],
)
def test_only_a_pass_ticks_and_only_a_fail_crosses(state: State, mark: Mark) -> None:
    assert mark_of(state) is mark
