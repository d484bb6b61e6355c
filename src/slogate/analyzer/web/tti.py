"""Time To Interactive: when the page is painted, and main thread and network have fallen quiet for 5 seconds.

Definition: https://web.dev/articles/tti, computed as Lighthouse 13 computes it from an observed load
(core/computed/metrics/interactive.js and core/gather/driver/network-monitor.js), step by step:

1. FCP and the end of DOMContentLoaded are required. Time 0 is the navigation's start, E the end of the recording.
2. Network quiet periods: spans with at most 2 GETs in flight; of finished ones, not failed, with a status below 400.
3. CPU quiet periods: the gaps between main-thread tasks of 50 ms or more, from 0 and up to E.
4. Of both, keep the periods of at least 5 s that end later than 5 s after FCP. Walk both lists; take the first two that
   share 5 s.
5. TTI is the latest of: the start of that CPU quiet period, FCP, the end of DOMContentLoaded.

For a soft navigation all of this holds on its own clock (`clock`), on which DOMContentLoaded ended before 0; requests
of the view before are no part of it.

So the network only chooses which CPU gap counts, and TTI may be below LCP. The archived tti-polyfill differs (all
methods, the last long task) and is not followed. The list that runs out is the reason why a page that was watched to
the end has no TTI.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from slogate.analyzer.web.facts import LoadOutcome, LongTask, PageLoad, Request, Untold
from slogate.analyzer.web.fcp import fcp
from slogate.analyzer.web.metric import Metric, MissingReason, missing

QUIET_WINDOW_MS = 5000.0
ALLOWED_IN_FLIGHT = 2
LONG_TASK_MS = 50.0
ERROR_STATUS = 400
UNCOUNTED_SCHEMES = frozenset({"blob", "data", "intent", "file", "filesystem", "chrome-extension", "ws", "wss"})


@dataclass(frozen=True)
class Period:
    """A span of time, in ms since time 0."""

    start_ms: float
    end_ms: float


def tti(load: PageLoad) -> Metric:
    """Time To Interactive, or why it is missing; NO_CPU_QUIET and NO_NET_QUIET mean that it was not reached."""
    if load.outcome is not LoadOutcome.OK or load.end_ms is None:
        return missing(MissingReason.NOT_MEASURED)
    first_paint = fcp(load)
    fcp_ms = first_paint.value
    if fcp_ms is None:
        return first_paint
    if Untold.LONG_TASK in load.untold:
        return missing(MissingReason.NOT_SUPPORTED)
    dcl_end_ms = load.timing.dcl_end_ms
    if dcl_end_ms is None:
        return missing(MissingReason.NO_DCL)
    quiet = quiet_window(cpu_busy(load.long_tasks), network_busy(load.requests), after_ms=fcp_ms, end_ms=load.end_ms)
    if isinstance(quiet, MissingReason):
        return missing(quiet)
    return Metric(max(quiet.start_ms, fcp_ms, dcl_end_ms))


def cpu_busy(tasks: Iterable[LongTask]) -> list[Period]:
    """The main-thread tasks that count, in order."""
    long = (task for task in tasks if task.duration_ms >= LONG_TASK_MS)
    return sorted((Period(t.start_ms, t.start_ms + t.duration_ms) for t in long), key=lambda p: p.start_ms)


def network_busy(requests: Iterable[Request], *, unfinished_until_ms: float | None = None) -> list[Period]:
    """The requests that count, as spans from sent to body end.

    The metric leaves out requests that never finished. While a page is still being watched nobody knows yet which those
    are: `unfinished_until_ms` then counts them as in flight up to that time.
    """
    periods = []
    for request in requests:
        end_ms = unfinished_until_ms if request.end_ms is None else request.end_ms
        if end_ms is not None and _counts(request):
            periods.append(Period(request.start_ms, end_ms))
    return periods


def _counts(request: Request) -> bool:
    if request.method != "GET" or request.failed or request.url.partition(":")[0].lower() in UNCOUNTED_SCHEMES:
        return False
    return request.status is None or request.status < ERROR_STATUS


def quiet_window(
    cpu: Sequence[Period],
    network: Sequence[Period],
    *,
    after_ms: float,
    end_ms: float,
    window_ms: float = QUIET_WINDOW_MS,
) -> Period | MissingReason:
    """The CPU quiet period that shares `window_ms` with a network quiet period and reaches `window_ms` past `after_ms`.

    `cpu` and `network` are busy spans, `cpu` in order. Steps 2 to 4 of the definition above, with `after_ms` as FCP.
    """

    def usable(periods: Iterable[Period]) -> Iterator[Period]:
        return (p for p in periods if p.end_ms > after_ms + window_ms and p.end_ms - p.start_ms >= window_ms)

    cpu_quiet = usable(cpu_quiet_periods(cpu, end_ms=end_ms))
    network_quiet = usable(network_quiet_periods(network, end_ms=end_ms))
    c, n = next(cpu_quiet, None), next(network_quiet, None)
    while c is not None and n is not None:
        if c.start_ms >= n.start_ms:
            if n.end_ms >= c.start_ms + window_ms:
                return c
            n = next(network_quiet, None)
        else:
            if c.end_ms >= n.start_ms + window_ms:
                return c
            c = next(cpu_quiet, None)
    return MissingReason.NO_CPU_QUIET if c is None else MissingReason.NO_NET_QUIET


def cpu_quiet_periods(busy: Sequence[Period], *, end_ms: float) -> list[Period]:
    """The gaps between `busy` (in order), from 0 to the first and from the last to `end_ms`."""
    starts = [0.0, *(task.end_ms for task in busy)]
    ends = [*(task.start_ms for task in busy), end_ms]
    return [Period(start, end) for start, end in zip(starts, ends, strict=True)]


def network_quiet_periods(busy: Iterable[Period], *, end_ms: float) -> list[Period]:
    """The spans with at most `ALLOWED_IN_FLIGHT` of `busy` under way, from 0, and up to `end_ms` if quiet then."""
    steps = [step for period in busy for step in ((period.start_ms, 1), (period.end_ms, -1)) if step[0] <= end_ms]
    steps.sort(key=lambda step: step[0])
    quiet = []
    in_flight, quiet_since_ms = 0, 0.0
    for time_ms, change in steps:
        if change > 0 and in_flight == ALLOWED_IN_FLIGHT:
            quiet.append(Period(quiet_since_ms, time_ms))
        in_flight += change
        if change < 0 and in_flight == ALLOWED_IN_FLIGHT:
            quiet_since_ms = time_ms
    if in_flight <= ALLOWED_IN_FLIGHT:
        quiet.append(Period(quiet_since_ms, end_ms))
    return [period for period in quiet if period.start_ms != period.end_ms]
