"""What became of an objective over the nights: when it changed, whether it is still worse, and what is normal for it.

The nights are gone through as they came, so what is said of a night never changes by later ones: a change is found on
one night, dated to the first night of the new level, and stays there; only its size is told ever better. Each night the
last 60 of the current level are looked at (`change_point`); after a change the current level begins anew with it.

The baseline is what the current level is held against. It grows with the nights of its own level, and moves to a better
one; it never takes in a night of a regression. The regression stays open, however long, until three nights in a row are
nearer to the baseline than to the regression, or the current level has come within what matters of the baseline, or a
person accepts it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from slogate.analyzer.change_point import LEAST_NIGHTS, MOST_NIGHTS, find
from slogate.analyzer.evidence import Floats
from slogate.analyzer.hodges_lehmann import location_shift
from slogate.analyzer.level_change import Band, ChangePoint, End, Size
from slogate.analyzer.mann_whitney import LEAST_SEGMENT
from slogate.analyzer.measure import Measure, bound, relative, unscaled
from slogate.analyzer.nights import Levels, Series

LEAST_CHANGE = 0.05
_MIDDLE = (0.1, 0.9)


@dataclass(frozen=True)
class Trend:
    """A series and what was found in it; nights are told by their positions.

    `known` are the nights with a number, `baseline` those that are normal, `level` those since the last change.
    `together` is how many make up the level that the next night is held against, `normal` is what the baseline had.
    `standing` is how the current level compares with it, where a regression is open.
    """

    series: Series
    measure: Measure
    known: tuple[int, ...]
    changes: tuple[ChangePoint, ...]
    baseline: tuple[int, ...]
    level: tuple[int, ...]
    together: int
    normal: Band | None
    standing: Size | None

    @property
    def open(self) -> ChangePoint | None:
        """The first regression that goes on."""
        return next((change for change in self.changes if change.open), None)

    @property
    def news(self) -> tuple[ChangePoint, ...]:
        """What was found, or came to its end, on the last night."""
        last = len(self.series.nights) - 1
        return tuple(change for change in self.changes if last in {change.found, change.ended})

    @property
    def lacking(self) -> int:
        """How many more nights with a number it takes before a change can be found."""
        return max(0, LEAST_NIGHTS - self.together)


def trend(series: Series) -> Trend:
    """Goes through the nights."""
    levels = Levels(series)
    replay = _Replay(series, levels)
    for position in levels.known:
        replay.take(position)
    return replay.result()


class _Replay:
    """The state after so many nights. Positions of nights: `level` are those since the last change, `together` those
    that are looked at together, `baseline` is the same list while no regression is open.
    """

    def __init__(self, series: Series, levels: Levels) -> None:
        self._series, self._levels = series, levels
        self._matters = bound(levels.measure, LEAST_CHANGE)
        self._level: list[int] = []
        self._together: list[int] = []
        self._baseline = self._together
        self._changes: list[tuple[ChangePoint, list[int], list[int]]] = []

    def take(self, position: int) -> None:
        """One more night."""
        self._level.append(position)
        self._together.append(position)
        if self._is_open and self._is_back():
            back = self._level[-LEAST_SEGMENT:]
            del self._level[-LEAST_SEGMENT:]
            self._begin(position, self._level, back, worse=False)
            self._resolve(position)
            return
        window = self._together[-MOST_NIGHTS:]
        split = find(self._levels.of(window), self._matters)
        if split is None:
            return
        at = self._at_release(window, split.at)
        before, after = window[:at], window[at:]
        if not self._is_confirmed(position, before, after):
            return
        worse, was_open = split.rises is self._series.higher_is_worse, self._is_open
        if worse and not was_open:
            self._baseline = self._together[: -len(after)]
        self._begin(position, before, after, worse=worse)
        if worse and after[0] <= self._series.accepted_at:
            self._close(End.ACCEPTED, position)
            self._baseline = self._together
        elif not worse and not was_open:
            self._baseline = self._together
        elif not worse and self._from_baseline() < self._matters:
            self._resolve(position)

    def result(self) -> Trend:
        """What was found so far."""
        return Trend(
            self._series,
            self._levels.measure,
            tuple(self._levels.known),
            tuple(replace(change, size=self._size(before, after)) for change, before, after in self._changes),
            tuple(self._baseline[-MOST_NIGHTS:]),
            tuple(self._level),
            len(self._together),
            self._band(),
            self._size(self._baseline, self._level) if self._is_open else None,
        )

    def _band(self) -> Band | None:
        if not self._baseline:
            return None
        median, low, high = np.quantile(self._recent(self._baseline), (0.5, *_MIDDLE)).tolist()
        measure = self._levels.measure
        return Band(unscaled(measure, median), unscaled(measure, low), unscaled(measure, high))

    @property
    def _is_open(self) -> bool:
        return any(change.open for change, _, _ in self._changes)

    def _begin(self, found: int, before: list[int], after: list[int], *, worse: bool) -> None:
        """A new level, with which the list `after` grows on."""
        self._changes.append((ChangePoint(after[0], found, worse, self._size(before, after)), before, after))
        self._level, self._together = after, list(after)

    def _close(self, end: End, position: int) -> None:
        self._changes = [
            (replace(change, end=end, ended=position) if change.open else change, before, after)
            for change, before, after in self._changes
        ]

    def _resolve(self, position: int) -> None:
        self._close(End.RESOLVED, position)
        self._baseline = self._together = [*self._baseline, *self._level]

    def _at_release(self, window: Sequence[int], at: int) -> int:
        """The place of a change, moved by one night to where the release changed, if that night may be of either side:
        if it lies among those that it then belongs to.
        """

        def changes(place: int) -> bool:
            nights = self._series.nights
            return nights[window[place]].release != nights[window[place - 1]].release

        values = self._levels.of(window)
        if not changes(at):
            for place, moved, side in ((at + 1, at, values[:at]), (at - 1, at - 1, values[at:])):
                enough = LEAST_SEGMENT <= place <= len(window) - LEAST_SEGMENT
                if enough and changes(place) and side.min() <= values[moved] <= side.max():
                    return place
        return at

    def _is_back(self) -> bool:
        """Whether the last three nights are each nearer to the baseline than to the nights of the regression."""
        regressed, last = self._level[:-LEAST_SEGMENT], self._level[-LEAST_SEGMENT:]
        if not regressed:
            return False
        normal, worse = self._median(self._baseline), self._median(regressed)
        return bool(np.all((self._levels.of(last) - (normal + worse) / 2) * (normal - worse) > 0))

    def _is_confirmed(self, position: int, before: Sequence[int], after: Sequence[int]) -> bool:
        """Whether a second run of the night, if there was one, is nearer to the new level than to the old one."""
        again = self._levels.again(position)
        old, new = self._median(before), self._median(after)
        return again is None or (again - (old + new) / 2) * (new - old) > 0

    def _median(self, positions: Sequence[int]) -> float:
        return float(np.median(self._recent(positions)))

    def _from_baseline(self) -> float:
        """How much worse than the baseline the current level is."""
        shift = location_shift(self._recent(self._baseline), self._recent(self._level)).estimate
        return shift if self._series.higher_is_worse else -shift

    def _recent(self, positions: Sequence[int]) -> Floats:
        return self._levels.of(positions[-MOST_NIGHTS:])

    def _size(self, before: Sequence[int], after: Sequence[int]) -> Size:
        measure = self._levels.measure
        shift = location_shift(self._recent(before), self._recent(after))
        return Size(
            estimate=relative(measure, shift.estimate),
            low=relative(measure, shift.low),
            high=relative(measure, shift.high),
            before=unscaled(measure, self._median(before)),
            after=unscaled(measure, self._median(after)),
        )
