"""When a page has been watched for long enough. Pure: it looks at what was seen, never at the page.

A page has settled when the load event, the first paint and the `ready` element are there, and since then main thread
and network have shared a quiet window, by the very rule that TTI uses. So nothing that happens later could change
TTI.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from slogate.analyzer.web.facts import LongTask, Request
from slogate.analyzer.web.metric import MissingReason
from slogate.analyzer.web.tti import QUIET_WINDOW_MS, cpu_busy, network_busy, quiet_window

MARGIN_MS = 100.0  # an entry reaches us later than it happened
POLL_MS = 100.0


@dataclass(frozen=True, kw_only=True)
class Pace:
    """How long quiet must last (0: do not wait for it), and how long idle before a missing paint is given up."""

    quiet_ms: float = QUIET_WINDOW_MS
    idle_ms: float = QUIET_WINDOW_MS


@dataclass(frozen=True, kw_only=True)
class Progress:
    """What has been seen so far of one document; times as in the facts."""

    now_ms: float
    load_end_ms: float | None
    fcp_ms: float | None
    ready_ms: float | None
    wants_ready: bool
    long_tasks: Sequence[LongTask]
    requests: Sequence[Request]
    interacted_ms: float | None = None  # when a journey's interaction was over


@dataclass(frozen=True)
class Assessment:
    """Whether the page has settled; if not, what is missing and when to look again."""

    settled: bool
    lacks: str = ""
    look_again_ms: float = POLL_MS


def assess(progress: Progress, pace: Pace) -> Assessment:
    """Has the page settled?"""
    if progress.load_end_ms is None:
        return Assessment(settled=False, lacks="its load event has not fired")
    milestones = {"nothing is painted": progress.fcp_ms}
    if progress.wants_ready:
        milestones["the ready element is not there"] = progress.ready_ms
    for lacks, at_ms in milestones.items():
        if at_ms is None and not _idle(progress, pace.idle_ms):
            return Assessment(settled=False, lacks=lacks)
    if pace.quiet_ms == 0:
        return Assessment(settled=True)
    reached = (*milestones.values(), progress.interacted_ms)
    after_ms = max(progress.load_end_ms, *(at_ms for at_ms in reached if at_ms is not None), 0.0)
    wait_ms = after_ms + pace.quiet_ms + MARGIN_MS - progress.now_ms
    if wait_ms > 0:
        return Assessment(settled=False, lacks="it has only just loaded", look_again_ms=wait_ms)
    window = quiet_window(
        cpu_busy(progress.long_tasks),
        network_busy(progress.requests, unfinished_until_ms=progress.now_ms),
        after_ms=after_ms,
        end_ms=progress.now_ms,
        window_ms=pace.quiet_ms,
    )
    if isinstance(window, MissingReason):
        busy = "its main thread is" if window is MissingReason.NO_CPU_QUIET else "more than 2 GETs are"
        return Assessment(settled=False, lacks=f"{busy} busy again and again")
    return Assessment(settled=True)


def _idle(progress: Progress, idle_ms: float) -> bool:
    """Nothing has been under way for a while: what has not appeared by now will not."""
    assert progress.load_end_ms is not None  # noqa: S101 (assess has checked it)
    ends_ms = [progress.load_end_ms, *(task.start_ms + task.duration_ms for task in progress.long_tasks)]
    for request in progress.requests:
        if request.end_ms is None:
            return False
        ends_ms.append(request.end_ms)
    return progress.now_ms >= max(ends_ms) + idle_ms + MARGIN_MS
