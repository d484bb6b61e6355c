"""Was it the generator that was late, or the target?

An arrival that is late because every user waited for the target is the target's doing, and no finding here. One that
is late although a user was free is the generator's own. So are those that came while the generator itself stood still
(stopped, swapped out, its machine paused): it finds so many due when it goes on that every user is soon busy, which
would look like a stall of the target if one looked at the users alone.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from slogate.analyzer.evidence import Bools, HostSamples, Ints, Requests
from slogate.analyzer.finding import Finding, error
from slogate.analyzer.quantile import order_statistic
from slogate.slo.model import Area

MAX_LATENESS_US = 10_000
MAX_LATENESS_OF_LIMIT = 0.05
MAX_LATE_SHARE = 0.01
_LONG_US = 1_000_000
_SAMPLE_S = 1.0  # a sample tells of the second before it
_CURE = (
    "this machine may be busy with other work: end that, give the generator a core of its own, lower the rate, or run "
    "it on another machine than the target"
)


@dataclass(frozen=True)
class Standstill:
    """How many judged arrivals generators could not make in time because they did not run, how long the longest
    standstill was, when it began (us since the first arrival), and whose it was.
    """

    late: int = 0
    longest_us: float = 0.0
    began_us: float = 0.0
    worker: str = ""


@dataclass(frozen=True)
class Lateness:
    """How late the `planned` arrivals among those judged were, where `allowed_us` is trusted.

    `late_us` is the p99 of those for which a user was free, and `latest` the worker with the largest and that, where
    there are several and it is too large.
    """

    planned: int
    allowed_us: float
    late_us: float
    stood: Standstill
    workers: int
    latest: tuple[str, float] | None = None


def findings(found: Lateness) -> Iterator[Finding]:
    """Arrivals that were late by the generator's own doing, when they are more than 1 % of those that were planned."""
    if found.planned == 0:
        return
    late, allowed, share = found.late_us, found.allowed_us, found.stood.late / found.planned
    # One long standstill is told as what it was; lags all along are rather slowness.
    if share > MAX_LATE_SHARE and (late <= allowed or found.stood.longest_us >= _LONG_US):
        yield error("late_arrivals", Area.API, _stood_still(found.stood, share, found.workers), _CURE)
    elif late > allowed:
        yield error(
            "late_arrivals",
            Area.API,
            f"the generator sent its requests late: p99 lateness is {late / 1000:.1f} ms, and at most "
            f"{allowed / 1000:.1f} ms is trusted{_latest_worker(found)}",
            _CURE,
        )


def allowed_us(smallest_limit_us: float | None) -> float:
    """How late an arrival may be where the tightest limit on latency is this."""
    allowed = float(MAX_LATENESS_US)
    return allowed if smallest_limit_us is None else min(allowed, smallest_limit_us * MAX_LATENESS_OF_LIMIT)


def lateness_of(judged: Requests, generators: Sequence[HostSamples], smallest_limit_us: float | None) -> Lateness:
    """The lateness of judged requests, of which there is at least one."""
    allowed = allowed_us(smallest_limit_us)
    own = judged.planned & ~while_all_users_were_busy(judged, generators)
    late_us = order_statistic(judged.late_us[own], 1 - MAX_LATE_SHARE) if own.any() else 0.0
    return Lateness(
        planned=int(np.count_nonzero(judged.planned)),
        allowed_us=allowed,
        late_us=late_us,
        stood=_standstill(judged, generators, allowed),
        workers=len(judged.workers),
        latest=_latest_of(judged, own) if late_us > allowed and len(judged.workers) > 1 else None,
    )


@dataclass(frozen=True)
class Lag:
    """A stretch [from_us, to_us) of arrivals in which a generator, by its index, was `lag_us` late by its own doing."""

    worker: int
    from_us: float
    to_us: float
    lag_us: float


def lags(workers: Sequence[str], generators: Sequence[HostSamples], allowed_us: float) -> Iterator[Lag]:
    """What `lag_ms` tells: in each second the latest arrival for which a user was free; and the time in which a
    generator did not even sample itself, which tells of a standstill while every user was busy.

    Those that were due in that lag are late by what was left of it, and no later; whoever is later waited for a user.
    A generator that merely woke up late once has few such arrivals, a frozen one as many as were due meanwhile.
    """
    for samples in generators:
        if samples.source not in workers:
            continue
        lags_us = samples.columns.get("lag_ms", np.zeros(len(samples.time_s))) * 1000
        gaps_us = np.diff(samples.time_s, prepend=samples.time_s[:1]) * 1e6 - _SAMPLE_S * 1e6
        for time_s, lag_us in zip(samples.time_s.tolist(), np.fmax(lags_us, gaps_us).tolist(), strict=True):
            if lag_us > allowed_us:  # which NaN is not
                from_us = (time_s - _SAMPLE_S) * 1e6 - lag_us
                yield Lag(workers.index(samples.source), from_us, time_s * 1e6, lag_us)


def _standstill(judged: Requests, generators: Sequence[HostSamples], allowed_us: float) -> Standstill:
    late_us, arrival_us = judged.late_us, judged.arrival_us
    late: Bools = np.zeros(len(judged), dtype=bool)
    began: list[tuple[Lag, int]] = []
    for lag in lags(judged.workers, generators, allowed_us):
        first, last = np.searchsorted(arrival_us, (lag.from_us, lag.to_us))
        here = was_late_by(lag, judged.where(slice(first, last)), late_us[first:last], allowed_us)
        if here.any():
            late[first:last] |= here
            began.append((lag, int(arrival_us[first:last][here][0])))
    return standstill_of(int(np.count_nonzero(late)), began, judged.workers, int(arrival_us.min()))


def was_late_by(lag: Lag, rows: Requests, late_us: Ints, allowed_us: float) -> Bools:
    """Which of the rows, all of whose arrivals are in the stretch of a lag, are late by it."""
    late: Bools = rows.planned & (rows.worker == lag.worker) & (late_us > allowed_us)
    return late & (late_us <= lag.lag_us + allowed_us)


def standstill_of(
    late: int, began: Sequence[tuple[Lag, int]], workers: Sequence[str], first_arrival_us: int
) -> Standstill:
    """The longest of the lags that made anything late; each with the first arrival that it did."""
    if not began:
        return Standstill()
    lag, arrival_us = max(began, key=lambda item: item[0].lag_us)
    return Standstill(late, lag.lag_us, float(arrival_us - first_arrival_us), workers[lag.worker])


def _stood_still(stood: Standstill, share: float, workers: int) -> str:
    who = f"worker {stood.worker}" if workers > 1 else "the generator"
    lasted = f"{stood.longest_us / 1e6:.1f} s" if stood.longest_us >= 1e6 else f"{stood.longest_us / 1000:.0f} ms"
    return (
        f"{who} itself stood still for {lasted}, {stood.began_us / 1e6:.1f} s into the judged phase: {share:.2%} of "
        f"the planned requests were late by its own doing, and at most {MAX_LATE_SHARE:.0%} is trusted"
    )


def _latest_worker(found: Lateness) -> str:
    if found.latest is None:
        return ""
    name, late_us = found.latest
    return f"; worker {name} is the latest, with {late_us / 1000:.1f} ms"


def _latest_of(judged: Requests, own: Bools) -> tuple[str, float]:
    late = {
        name: order_statistic(judged.late_us[own & (judged.worker == index)], 1 - MAX_LATE_SHARE)
        for index, name in enumerate(judged.workers)
        if (own & (judged.worker == index)).any()
    }
    return max(late.items(), key=lambda item: item[1])


def while_all_users_were_busy(judged: Requests, generators: Sequence[HostSamples]) -> Bools:
    """The arrivals of seconds in which a user was waited for. Only where the generator also tells how late it was by
    itself: else a backlog could excuse anything.
    """
    busy = np.zeros(len(judged), dtype=bool)
    # An arrival joins the backlog when a user at last takes it and starts it: after a stall that is seconds later than
    # it was intended.
    for samples in generators:
        backlog, lag_ms = samples.columns.get("backlog"), samples.columns.get("lag_ms")
        if backlog is None or lag_ms is None or samples.source not in judged.workers:
            continue
        told = (backlog > 0) & ~np.isnan(lag_ms)
        busy_seconds: Ints = np.floor(samples.time_s[told]).astype(np.int64)
        if len(busy_seconds) == 0:
            continue
        seconds = judged.started_us // 1_000_000
        of_it = judged.worker == judged.workers.index(samples.source)
        busy |= of_it & np.isin(seconds, np.concatenate((busy_seconds - 1, busy_seconds)))
    return busy
