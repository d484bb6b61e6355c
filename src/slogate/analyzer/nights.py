"""What is known of an objective night by night: the series that a trend is found in."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from slogate.analyzer.evidence import Floats
from slogate.analyzer.measure import Measure, Number, comparable, scaled, settled
from slogate.analyzer.result import State


@dataclass(frozen=True)
class Night:
    """One run of a series. `value` and `limit` are in the unit of the measure; None where there is none.

    `again` is what a second run the same night had, made to confirm what the first seemed to show; None if there was
    none. `date` is text, and only told.
    """

    run: str
    release: str
    commit: str
    date: str
    value: float | None
    state: State
    limit: float | None = None
    again: float | None = None


@dataclass(frozen=True)
class Series:
    """One objective over the nights, the oldest first, all measured in the same way.

    `accepted` is the run that a person has set as the baseline: what was worse by then is taken for normal.
    """

    measure: Measure
    nights: tuple[Night, ...]
    higher_is_worse: bool = True
    accepted: str | None = None

    @property
    def accepted_at(self) -> int:
        """The position of the accepted run; -1 where there is none among the nights."""
        return next((at for at, night in enumerate(self.nights) if night.run == self.accepted), -1)


class Levels:
    """The numbers of a series on the scale that its measure is compared on, by the position of the night.

    `known` are the nights that have one. A run that could not be judged has none, whatever it measured.
    """

    def __init__(self, series: Series) -> None:
        values = [None if night.state is State.ERROR else night.value for night in series.nights]
        found = [_comparable(series.measure, value) for value in values]
        again = [_comparable(series.measure, night.again) for night in series.nights]
        self.measure = settled(series.measure, [Number(value) for value in (*found, *again)])
        self._numbers = [self._scaled(value) for value in found]
        self._again = [self._scaled(value) for value in again]
        self.known = [at for at, value in enumerate(found) if value is not None]

    def of(self, positions: Sequence[int]) -> Floats:
        """The numbers of nights that have one."""
        return np.array([self._numbers[at] for at in positions])

    def again(self, position: int) -> float | None:
        """The number of the second run of a night; None if it made none, or that has none."""
        found = self._again[position]
        return None if math.isnan(found) else found

    def _scaled(self, value: float | None) -> float:
        return math.nan if value is None else scaled(self.measure, value)


def _comparable(measure: Measure, value: float | None) -> float | None:
    """The value, but for a zero that has no ratio to anything, and for what is no number."""
    return None if value is None or not math.isfinite(value) else comparable(measure, Number(value)).value
