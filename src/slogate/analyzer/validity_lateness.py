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
class _Standstills:
    """Judged arrivals that a generator could not make in time because it did not run: which ones, how long the longest
    standstill was, when it began, and whose it was.
    """

    late: Bools
    longest_us: float = 0.0
    began_us: float = 0.0
    worker: str = ""


def findings(judged: Requests, generators: Sequence[HostSamples], smallest_limit_us: float | None) -> Iterator[Finding]:
    """Arrivals that were late by the generator's own doing, when they are more than 1 % of those that were planned."""
    if not judged.planned.any():
        return
    allowed = float(MAX_LATENESS_US)
    if smallest_limit_us is not None:
        allowed = min(allowed, smallest_limit_us * MAX_LATENESS_OF_LIMIT)
    own = judged.planned & ~_while_all_users_were_busy(judged, generators)
    late = order_statistic(judged.late_us[own], 1 - MAX_LATE_SHARE) if own.any() else 0.0
    stood = _standstills(judged, generators, allowed)
    share = np.count_nonzero(stood.late) / np.count_nonzero(judged.planned)
    # One long standstill is told as what it was; lags all along are rather slowness.
    if share > MAX_LATE_SHARE and (late <= allowed or stood.longest_us >= _LONG_US):
        yield error("late_arrivals", Area.API, _stood_still(stood, share, judged), _CURE)
    elif late > allowed:
        yield error(
            "late_arrivals",
            Area.API,
            f"the generator sent its requests late: p99 lateness is {late / 1000:.1f} ms, and at most "
            f"{allowed / 1000:.1f} ms is trusted{_latest_worker(judged, own)}",
            _CURE,
        )


def _standstills(judged: Requests, generators: Sequence[HostSamples], allowed_us: float) -> _Standstills:
    """What `lag_ms` tells: in each second the latest arrival for which a user was free; and the time in which a
    generator did not even sample itself, which tells of a standstill while every user was busy.

    Those that were due in that lag are late by what was left of it, and no later; whoever is later waited for a user.
    A generator that merely woke up late once has few such arrivals, a frozen one as many as were due meanwhile.
    """
    found = _Standstills(np.zeros(len(judged), dtype=bool))
    late_us, arrival_us = judged.late_us, judged.arrival_us
    for samples in generators:
        if samples.source not in judged.workers:
            continue
        of_it = judged.planned & (judged.worker == judged.workers.index(samples.source)) & (late_us > allowed_us)
        lags_us = samples.columns.get("lag_ms", np.zeros(len(samples.time_s))) * 1000
        gaps_us = np.diff(samples.time_s, prepend=samples.time_s[:1]) * 1e6 - _SAMPLE_S * 1e6
        for time_s, lag_us in zip(samples.time_s.tolist(), np.fmax(lags_us, gaps_us).tolist(), strict=True):
            if not lag_us > allowed_us:  # NaN neither
                continue
            from_us = (time_s - _SAMPLE_S) * 1e6 - lag_us
            first, last = np.searchsorted(arrival_us, (from_us, time_s * 1e6))
            here = of_it[first:last] & (late_us[first:last] <= lag_us + allowed_us)
            if not here.any():
                continue
            found.late[first:last] |= here
            if lag_us > found.longest_us:
                began_us = float(arrival_us[first:last][here][0])
                found = _Standstills(found.late, lag_us, began_us, samples.source)
    return found


def _stood_still(stood: _Standstills, share: float, judged: Requests) -> str:
    who = f"worker {stood.worker}" if len(judged.workers) > 1 else "the generator"
    lasted = f"{stood.longest_us / 1e6:.1f} s" if stood.longest_us >= 1e6 else f"{stood.longest_us / 1000:.0f} ms"
    into_s = (stood.began_us - float(judged.arrival_us.min())) / 1e6
    return (
        f"{who} itself stood still for {lasted}, {into_s:.1f} s into the judged phase: {share:.1%} of the planned "
        f"requests were late by its own doing, and at most {MAX_LATE_SHARE:.0%} is trusted"
    )


def _latest_worker(judged: Requests, own: Bools) -> str:
    if len(judged.workers) < 2:
        return ""
    late = {
        name: order_statistic(judged.late_us[own & (judged.worker == index)], 1 - MAX_LATE_SHARE)
        for index, name in enumerate(judged.workers)
        if (own & (judged.worker == index)).any()
    }
    name = max(late, key=lambda worker: late[worker])
    return f"; worker {name} is the latest, with {late[name] / 1000:.1f} ms"


def _while_all_users_were_busy(judged: Requests, generators: Sequence[HostSamples]) -> Bools:
    """The arrivals of seconds in which a user was waited for. Only where the generator also tells how late it was by
    itself: else a backlog could excuse anything.
    """
    busy = np.zeros(len(judged), dtype=bool)
    # An arrival joins the backlog when a user at last takes it and starts it: after a stall that is seconds later than
    # it was intended.
    seconds = judged.started_us // 1_000_000
    for samples in generators:
        backlog, lag_ms = samples.columns.get("backlog"), samples.columns.get("lag_ms")
        if backlog is None or lag_ms is None or samples.source not in judged.workers:
            continue
        told = (backlog > 0) & ~np.isnan(lag_ms)
        busy_seconds: Ints = np.floor(samples.time_s[told]).astype(np.int64)
        of_it = judged.worker == judged.workers.index(samples.source)
        busy |= of_it & np.isin(seconds, np.concatenate((busy_seconds - 1, busy_seconds)))
    return busy
