"""What is known of an item of the list: a mark, and what it rests on. Missing data never ticks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from slogate.analyzer.result import ObjectiveResult, State


class Mark(StrEnum):
    """ticked: shown; crossed: shown not to hold; undecided: there is evidence, and it does not decide; open: nobody
    looked, or only a person can.
    """

    TICKED = "ticked"
    CROSSED = "crossed"
    UNDECIDED = "undecided"
    OPEN = "open"


_OF_STATE = {State.PASS: Mark.TICKED, State.WARNING: Mark.TICKED, State.FAIL: Mark.CROSSED}
_WORST_FIRST = (Mark.CROSSED, Mark.UNDECIDED, Mark.OPEN, Mark.TICKED)


@dataclass(frozen=True)
class Proof:
    """One thing that a run shows, or does not show, of an item: a judged objective, or a fact. `code` is stable and
    says which sentence tells it; `values` are what the sentence names.
    """

    mark: Mark
    code: str
    values: Mapping[str, str | int] = field(default_factory=dict)
    result: ObjectiveResult | None = None


def of_result(result: ObjectiveResult, *, looked: bool) -> Proof:
    """An objective as it was judged; what could not be judged decides nothing, and where nothing was observed because
    the run never `looked` it is open.
    """
    unseen = result.state is State.ERROR and result.n == 0 and not looked
    return Proof(Mark.OPEN if unseen else mark_of(result.state), "objective", result=result)


def mark_of(state: State) -> Mark:
    """The mark that a verdict is worth."""
    return _OF_STATE.get(state, Mark.UNDECIDED)


def together(proofs: Sequence[Proof]) -> Mark:
    """The mark of an item of which all of this is known: all of it has to be ticked."""
    marks = {proof.mark for proof in proofs}
    return next((mark for mark in _WORST_FIRST if mark in marks), Mark.OPEN)
