"""Is the record of a run whole, and can it be? What the folder holds, against what was planned and what the generators
said at their end.

A folder that lost rows, or that somebody edited, does not pass on what is missing.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from slogate.analyzer.evidence import Evidence, HostSamples, LoadSummary, Phase, Requests, RunState
from slogate.analyzer.finding import Finding, error, warning
from slogate.analyzer.units import counted
from slogate.slo.model import Area

MIN_ACHIEVED_RATE = 0.95
MIN_LASTED = 0.95
MAX_EARLY_US = 1_000
MAX_OUTSIDE_S = 1.0  # clocks of generators on several machines agree to less
_MOST_SLEW = 0.001  # NTP slews a clock by 500 ppm at most


@dataclass(frozen=True)
class RequestRecord:
    """How many `rows` of requests there are, how many of the judged ones have an intended time, and how many of them
    began before it: the earliest by `earliest_us`. `first_us` and `last_us` are the first and the last intended time,
    since the epoch; None where there is none.
    """

    rows: int
    planned: int
    early: int
    earliest_us: int
    first_us: int | None
    last_us: int | None

    def __add__(self, later: "RequestRecord") -> "RequestRecord":
        return RequestRecord(
            self.rows + later.rows,
            self.planned + later.planned,
            self.early + later.early,
            max(self.earliest_us, later.earliest_us),
            min((at for at in (self.first_us, later.first_us) if at is not None), default=None),
            max((at for at in (self.last_us, later.last_us) if at is not None), default=None),
        )


def record_of(requests: Requests) -> RequestRecord:
    """The record of all requests of a run."""
    early_us = requests.intended_us - requests.started_us
    perhaps = np.flatnonzero(requests.planned & (early_us > MAX_EARLY_US))
    # Latencies are timed by one clock and starts told by another, which may be slewed while a request is under way.
    slewed_us = requests.latency_us[perhaps] * _MOST_SLEW
    early_us = early_us[perhaps][requests.judged[perhaps] & (early_us[perhaps] > MAX_EARLY_US + slewed_us)]
    planned_us = requests.intended_us[requests.judged & requests.planned]
    return RequestRecord(
        rows=len(requests),
        planned=len(planned_us),
        early=len(early_us),
        earliest_us=int(early_us.max(initial=0)),
        first_us=int(planned_us.min()) if len(planned_us) else None,
        last_us=int(planned_us.max()) if len(planned_us) else None,
    )


def findings(evidence: Evidence, load: LoadSummary, requests: RequestRecord | None) -> Iterator[Finding]:
    """All findings on the record of a run; `requests` is None where there is none of them. A run that was cut short has
    no last word to be held to.
    """
    if evidence.state is not RunState.COMPLETE:
        return
    yield from _rows(load, requests)
    yield from _times(evidence, load, requests)
    yield from _arrivals(evidence, load)


def _rows(load: LoadSummary, requests: RequestRecord | None) -> Iterator[Finding]:
    """Whether what was sent is in the run folder."""
    rows = 0 if requests is None else requests.rows
    unsaid = [
        what
        for what, count in (
            ("requests it made", load.rows_sent),
            ("arrivals were planned", load.planned_arrivals if load.model == "open" else 0),
            ("arrivals it started", load.started_arrivals if load.model == "open" else 0),
        )
        if count is None
    ]
    if unsaid:
        message = f"the generator ended without saying how many {unsaid[0]}"
        yield error("no_final_count", Area.API, message, "run it again")
    if load.rows_sent is not None and load.rows_sent != rows:
        yield error(
            "rows_missing",
            Area.API,
            f"the generator made {counted(load.rows_sent, 'request')} and the run folder holds {rows:,}",
            "look for a full disk or a killed worker, and run it again",
        )
    elif load.model == "open" and load.started_arrivals is not None and not any(worker.lost for worker in load.workers):
        # Each arrival that was started has one row with its intended time, if its iteration asked anything.
        planned = 0 if requests is None else requests.planned
        expected = load.started_arrivals - load.without_request
        least = expected - max(1, len(load.workers))  # at the edge of the phase the clocks may round differently
        if planned < max(least, min(expected, 1)):
            yield error(
                "rows_missing",
                Area.API,
                f"the generator started {expected:,} judged arrivals with a request, and requests.parquet tells the "
                f"intended time of {planned:,}",
                "look for a damaged or edited requests.parquet, and run it again",
            )


def _times(evidence: Evidence, load: LoadSummary, requests: RequestRecord | None) -> Iterator[Finding]:
    """Whether the times can be: a load as long as planned, its arrivals in it, and no request before its arrival."""
    phase = evidence.judged_phase()
    lasted_s = 0.0 if phase is None else phase.seconds
    if load.duration_s is not None and not load.ended_early and lasted_s < load.duration_s * MIN_LASTED:
        yield error(
            "load_too_short",
            Area.API,
            f"run.json tells of {lasted_s:.1f} s of judged load where {load.duration_s:.1f} s were planned, and not "
            "that it was ended early",
            "look for a damaged or edited run.json, and run it again",
        )
    outside_s = _outside_s(evidence.load_phase(), requests)
    if outside_s > MAX_OUTSIDE_S:
        yield error(
            "outside_the_load",
            Area.API,
            f"requests of the judged load were meant for a time {outside_s:.1f} s before or after it",
            "look for a clock that was set while the load ran, or for an edited run.json or requests.parquet, and run "
            "it again",
        )
    if requests is not None and requests.early:
        count = requests.early
        yield error(
            "started_early",
            Area.API,
            f"{counted(count, 'request')} began before they were meant to, the earliest by "
            f"{requests.earliest_us / 1000:.1f} ms",
            "look for a clock that was set while the load ran, or for an edited requests.parquet, and run it again",
        )


def _outside_s(phase: Phase | None, requests: RequestRecord | None) -> float:
    """By how much arrivals that are said to be of the judged load lie before or after it."""
    if phase is None or requests is None or requests.first_us is None or requests.last_us is None:
        return 0.0
    return max(phase.start_s - requests.first_us / 1e6, requests.last_us / 1e6 - phase.end_s)


def _arrivals(evidence: Evidence, load: LoadSummary) -> Iterator[Finding]:
    """Whether what was planned was sent."""
    if load.planned_arrivals and load.started_arrivals is not None:
        missed = load.planned_arrivals - load.started_arrivals
        lost = any(worker.lost for worker in load.workers)  # which says it all
        many = missed > load.planned_arrivals * (1 - MIN_ACHIEVED_RATE)
        if many and not lost and not _all_users_were_busy(evidence.generators, load):
            yield error(
                "rate_missed",
                Area.API,
                f"only {load.started_arrivals:,} of {load.planned_arrivals:,} planned arrivals were made",
                "let no user end before the load does: StopUser and runner.quit() leave arrivals without a user"
                if load.ended_users
                else "lower the rate, or spread the load: --processes 2",
            )
        elif missed > 0 and not lost:
            yield warning(
                "users_exhausted",
                Area.API,
                f"{missed:,} of {counted(load.planned_arrivals, 'arrival')} found all {counted(load.users, 'user')} "
                "inside an iteration to the end; they count as slower than any limit",
                "the target is too slow for this rate, or a task goes on for long: each arrival is one task",
            )
    if load.planned_arrivals and load.without_request > load.planned_arrivals * (1 - MIN_ACHIEVED_RATE):
        yield error(
            "iterations_without_request",
            Area.API,
            f"{load.without_request:,} of {counted(load.planned_arrivals, 'iteration')} made no request, so the load "
            "was lighter than planned",
            "an arrival is one task of a user: let each task ask something, or raise the rate",
        )
    if load.unfinished:
        yield warning(
            "unfinished",
            Area.API,
            f"{counted(load.unfinished, 'request')} had no answer when the run ended; they count as slower than any "
            "limit",
            "",
        )


def _all_users_were_busy(generators: Sequence[HostSamples], load: LoadSummary) -> bool:
    """An arrival that a user took late tells so; where the target hangs to the end nobody takes one any more."""
    most = 0.0
    for samples in generators:
        backlog, in_flight = (samples.columns.get(name, np.zeros(0)) for name in ("backlog", "in_flight"))
        if (backlog > 0).any():
            return True
        most += float(in_flight.max()) if len(in_flight) else 0.0
    return most >= max(1, load.users - load.failed_users)
