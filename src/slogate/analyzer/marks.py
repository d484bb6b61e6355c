"""Marks: what happened to the target while it was measured, such as a deployment, as somebody told it. They are shown
beside what was measured, and decide nothing.
"""

from collections.abc import Iterable
from dataclasses import dataclass

SHORTLY_S = 30.0  # what a restart, a cold cache or a rollout takes until callers feel it


@dataclass(frozen=True)
class Mark:
    """Something that happened `at_s`: seconds since the epoch in evidence, since the start of the load in reports."""

    at_s: float
    text: str


def since(marks: Iterable[Mark], start_s: float) -> tuple[Mark, ...]:
    """The same marks on a clock that begins at `start_s`, in the order of time."""
    return tuple(sorted((Mark(mark.at_s - start_s, mark.text) for mark in marks), key=lambda mark: mark.at_s))


def shortly_before(marks: Iterable[Mark], moment_s: float, precision_s: float) -> Mark | None:
    """The last mark of the half minute before a moment that is known to within `precision_s`; None where there is none.

    It is a coincidence in time, and no more: a run of five minutes has a tenth of its time shortly after any mark.
    """
    near = [mark for mark in marks if moment_s - SHORTLY_S <= mark.at_s <= moment_s + precision_s]
    return max(near, key=lambda mark: mark.at_s, default=None)
