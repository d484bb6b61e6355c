"""Cumulative Layout Shift: how much of the page moved by itself, in its worst burst.

Specification: https://wicg.github.io/layout-instability/#sec-cumulative-layout-shift, definition with windows:
https://web.dev/articles/cls. Shifts less than 1 s after the one before and less than 5 s after the first of them are
one session window; the metric is the largest sum of a window. A shift within 500 ms of an input is the user's own doing
(`hadRecentInput`) and is left out. It has no unit.

Valid for a load that painted, up to the end of its recording. Without a shift it is 0, and that is a value: the page
was watched and stood still. An engine that tells of no shifts (NOT_SUPPORTED) did not watch.
"""

import math
from collections.abc import Iterable

from slogate.analyzer.web.facts import LayoutShift, PageLoad, Untold
from slogate.analyzer.web.metric import Metric, MissingReason, missing
from slogate.analyzer.web.painted import not_shown

WINDOW_GAP_MS = 1000.0
WINDOW_SPAN_MS = 5000.0

Window = list[LayoutShift]


def cls(load: PageLoad) -> Metric:
    """The sum of the largest session window."""
    reason = not_shown(load)
    if reason is None and Untold.LAYOUT_SHIFT in load.untold:
        reason = MissingReason.NOT_SUPPORTED
    return missing(reason) if reason is not None else Metric(_score(largest_window(load.layout_shifts)))


def worst_shift(load: PageLoad) -> LayoutShift | None:
    """The largest shift of the largest session window, which names what moved; None where nothing did."""
    return max(largest_window(load.layout_shifts), key=lambda shift: shift.value, default=None)


def largest_window(shifts: Iterable[LayoutShift]) -> Window:
    """The shifts of the largest session window, the first of those that are equally large; empty without a shift."""
    return max(_windows(shifts), key=_score, default=[])


def _windows(shifts: Iterable[LayoutShift]) -> list[Window]:
    windows: list[Window] = []
    for shift in sorted((s for s in shifts if not s.had_recent_input), key=lambda s: s.start_ms):
        if (
            windows
            and shift.start_ms - windows[-1][-1].start_ms < WINDOW_GAP_MS
            and shift.start_ms - windows[-1][0].start_ms < WINDOW_SPAN_MS
        ):
            windows[-1].append(shift)
        else:
            windows.append([shift])
    return windows


def _score(window: Window) -> float:
    return math.fsum(shift.value for shift in window)
