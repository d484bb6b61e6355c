"""A filmstrip from the frames that a browser painted: what was on the screen at regular times. Pure."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")

_MOST_PICTURES = 10
_SLACK_MS = 50.0  # a frame is on the screen, and in our hands, a little after the paint that a metric tells of


@dataclass(frozen=True)
class Frame:
    """One painted frame as JPEG; milliseconds since the start of the navigation, negative before it."""

    at_ms: float
    jpeg: bytes


def strip(frames: Sequence[Frame], until_ms: float) -> list[Frame]:
    """6 to 10 pictures from 0 to `until_ms` or just after it, at equal and round steps.

    Each is the last frame painted by then: browsers send one only when something on the screen changes. `frames` are
    in order. A time before the first frame gets no picture, because nobody knows what was there.
    """
    span_ms = max(until_ms, 0.0) + _SLACK_MS
    step_ms = _step(span_ms)
    pictures = []
    for index in range(math.ceil(span_ms / step_ms) + 1):
        shown = [frame for frame in frames if frame.at_ms <= index * step_ms]
        if shown:
            pictures.append(Frame(index * step_ms, shown[-1].jpeg))
    return pictures


def thinned(items: Sequence[T], most: int) -> list[T]:
    """At most `most` of the items, the others left out evenly; the last is always kept."""
    every = max(1, math.ceil(len(items) / most))
    return list(items[::-1][::every][::-1])


def _step(span_ms: float) -> float:
    """The smallest round step that needs no more than the most pictures; each at most doubles, so 6 are the least."""
    ladder = (factor * 10.0**power for power in range(1, 8) for factor in (1, 2, 2.5, 5))
    return next(step for step in ladder if math.ceil(span_ms / step) + 1 <= _MOST_PICTURES)
