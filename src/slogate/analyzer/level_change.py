"""A change of level of a series, in words that do not depend on how it was found."""

from dataclasses import dataclass
from enum import StrEnum


class End(StrEnum):
    """How a regression came to its end: the baseline was reached again, or a person took the new level for normal."""

    RESOLVED = "resolved"
    ACCEPTED = "accepted"


@dataclass(frozen=True)
class Size:
    """How much later nights differ from earlier ones, as a relative change with its 95 % interval: 0.05 is 5 % more, of
    an error rate 5 % of its limit. `before` and `after` are the medians, in the unit of the measure.
    """

    estimate: float
    low: float
    high: float
    before: float
    after: float


@dataclass(frozen=True)
class Band:
    """The median of normal nights, and between which values the middle 80 % of them are, in the unit of the measure."""

    median: float
    low: float
    high: float


@dataclass(frozen=True)
class ChangePoint:
    """A change of level. `began` is the position of the first night of the new level, `found` that of the night that
    showed it. A change for the worse is open until it has an `end`, known on the night `ended`; one that a person
    has accepted ends as it is found.
    """

    began: int
    found: int
    worse: bool
    size: Size
    end: End | None = None
    ended: int | None = None

    @property
    def open(self) -> bool:
        """Whether it is a regression that goes on."""
        return self.worse and self.end is None
