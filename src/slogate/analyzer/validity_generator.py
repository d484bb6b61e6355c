"""Was the load what it was meant to be? What the generators say of themselves, held against what was planned.

A generator that is late, saturated, lost or out of ports measures itself. An arrival that is late because every user
waited for the target is the target's doing, and no finding here.
"""

from collections.abc import Iterator, Sequence

import numpy as np

from slogate.analyzer.evidence import Bools, Evidence, HostSamples, Ints, LoadSummary, Phase, Requests, RunState, Worker
from slogate.analyzer.finding import Finding, error, warning
from slogate.analyzer.quantile import order_statistic
from slogate.slo.model import Area

MAX_GENERATOR_CPU = 0.9
MAX_LATENESS_US = 10_000
MAX_LATENESS_OF_LIMIT = 0.05
MIN_ACHIEVED_RATE = 0.95
MOST_IN_USE = 0.8  # of descriptors or ports; the next step of the load would run out
_CPU_WINDOW_S = 10


def findings(evidence: Evidence, load: LoadSummary) -> Iterator[Finding]:
    """All findings on the generators of a run, but for `lateness`."""
    if not evidence.generators and evidence.state is RunState.COMPLETE:
        message = "host.parquet tells nothing of the load generator, so nobody knows whether it was saturated"
        yield error("generator_not_observed", Area.API, message, "run it again")
    phase = evidence.judged_phase()
    if phase is not None:
        yield from _saturated(evidence, load, phase)
        yield from _short_of_resources(evidence, load, phase)
    if load.ended_early:
        yield warning("ended_early", Area.API, f"the load ended earlier than planned: {load.ended_early}", "")
    yield from _workers(load)
    yield from _completeness(evidence, load)
    yield from _scenario(load)
    if load.model == "closed":
        yield from _closed(load)


def lateness(judged: Requests, generators: Sequence[HostSamples], smallest_limit_us: float | None) -> Iterator[Finding]:
    """Arrivals that were late although a user was free: the generator's own doing."""
    own = judged.planned & ~_while_all_users_were_busy(judged, generators)
    if not own.any():
        return
    allowed = float(MAX_LATENESS_US)
    if smallest_limit_us is not None:
        allowed = min(allowed, smallest_limit_us * MAX_LATENESS_OF_LIMIT)
    late = order_statistic(judged.late_us[own], 0.99)
    if late > allowed:
        yield error(
            "late_arrivals",
            Area.API,
            f"the generator sent its requests late: p99 lateness is {late / 1000:.1f} ms, and at most "
            f"{allowed / 1000:.1f} ms is trusted{_latest_worker(judged, own)}",
            "give the generator a core of its own, lower the rate, or run it on another machine than the target",
        )


def _latest_worker(judged: Requests, own: Bools) -> str:
    if len(judged.workers) < 2:
        return ""
    late = {
        name: order_statistic(judged.late_us[own & (judged.worker == index)], 0.99)
        for index, name in enumerate(judged.workers)
        if (own & (judged.worker == index)).any()
    }
    name = max(late, key=lambda worker: late[worker])
    return f"; worker {name} is the latest, with {late[name] / 1000:.1f} ms"


def _while_all_users_were_busy(judged: Requests, generators: Sequence[HostSamples]) -> Bools:
    busy = np.zeros(len(judged), dtype=bool)
    # A sample tells of the second before it. An arrival joins the backlog when a user at last takes it and starts it:
    # after a stall that is seconds later than it was intended.
    seconds = judged.started_us // 1_000_000
    for samples in generators:
        if "backlog" not in samples.columns or samples.source not in judged.workers:
            continue
        busy_seconds: Ints = np.floor(samples.time_s[samples.columns["backlog"] > 0]).astype(np.int64)
        of_it = judged.worker == judged.workers.index(samples.source)
        busy |= of_it & np.isin(seconds, np.concatenate((busy_seconds - 1, busy_seconds)))
    return busy


def _saturated(evidence: Evidence, load: LoadSummary, phase: Phase) -> Iterator[Finding]:
    cpus = {samples.source: _busiest(samples.between(phase.start_s, phase.end_s)) for samples in evidence.generators}
    known = {name: cpu for name, cpu in cpus.items() if cpu is not None}
    if not known or max(known.values()) <= MAX_GENERATOR_CPU:
        return
    name = max(known, key=lambda worker: known[worker])
    of = f" of worker {name}" if len(evidence.generators) > 1 else ""
    made = f" at {load.rows_sent / phase.seconds:,.0f} requests/s" if load.rows_sent and phase.seconds > 0 else ""
    yield error(
        "generator_saturated",
        Area.API,
        f"the load generator's own core{of} was {known[name]:.0%} busy over {_CPU_WINDOW_S} s{made}, so the latencies "
        "are as much its own as the target's",
        f"add --processes {max(2, len(evidence.generators) + 1)}, use the cheaper slogate.HttpUser, or lower the rate",
    )


def _short_of_resources(evidence: Evidence, load: LoadSummary, phase: Phase) -> Iterator[Finding]:
    refused = sum(
        float(np.nansum(samples.between(phase.start_s, phase.end_s).columns.get("own_errors", np.zeros(0))))
        for samples in evidence.generators
    )
    if refused:
        yield error(
            "generator_refused",
            Area.API,
            f"{refused:,.0f} requests failed because this side could not send them: {load.own_error or 'unknown'}",
            "keep connections alive, raise the limit (ulimit -n, net.ipv4.ip_local_port_range), or spread the load "
            "over more machines",
        )
    for worker in load.workers:
        samples = next((item for item in evidence.generators if item.source == worker.name), None)
        for column, limit, what, cure in (
            ("open_files", worker.open_files_limit, "file descriptors", "raise the limit: ulimit -n"),
            ("tcp_ports", worker.ports, "local ports", "keep connections alive, or use more machines"),
        ):
            used = _highest(samples, column)
            if used is not None and limit and used > MOST_IN_USE * limit:
                message = (
                    f"worker {worker.name} used {used:,.0f} of {limit:,} {what}; a little more load and it has none"
                )
                yield warning("generator_short", Area.API, message, cure)


def _workers(load: LoadSummary) -> Iterator[Finding]:
    lost = [worker for worker in load.workers if worker.lost]
    if lost:
        missing = sum(worker.arrivals_missing for worker in lost)
        yield error(
            "workers_lost",
            Area.API,
            f"{len(lost)} of {len(load.workers)} load generators did not come to their end: "
            f"{', '.join(map(_fate, lost))}; nobody knows whether {missing:,} arrivals that were theirs were sent",
            "see what ended it (its log, the machine's memory), and run it again",
        )
    for worker in load.workers:
        if worker.joined_s > 0:
            message = f"load generator {worker.name} ({worker.host}) joined {worker.joined_s:.1f} s after the start"
            yield warning("worker_late", Area.API, message, "")


def _fate(worker: Worker) -> str:
    when = f" {worker.lost_s:.1f} s after the start" if worker.lost_s is not None else ""
    return f"{worker.name} ({worker.host}){when}"


def _completeness(evidence: Evidence, load: LoadSummary) -> Iterator[Finding]:
    """Whether what was planned was sent, and what was sent is in the run folder."""
    if evidence.state is not RunState.COMPLETE:
        return
    rows = 0 if evidence.requests is None else len(evidence.requests)
    if load.rows_sent is None:
        yield error(
            "no_final_count", Area.API, "the generator ended without saying how many requests it made", "run it again"
        )
    elif load.rows_sent != rows:
        yield error(
            "rows_missing",
            Area.API,
            f"the generator made {load.rows_sent:,} requests and the run folder holds {rows:,}",
            "look for a full disk or a killed worker, and run it again",
        )
    if load.planned_arrivals and load.started_arrivals is not None:
        missed = load.planned_arrivals - load.started_arrivals
        lost = any(worker.lost for worker in load.workers)  # which says it all
        many = missed > load.planned_arrivals * (1 - MIN_ACHIEVED_RATE)
        if many and not lost and not _all_users_were_busy(evidence.generators, load):
            yield error(
                "rate_missed",
                Area.API,
                f"only {load.started_arrivals:,} of {load.planned_arrivals:,} planned arrivals were made",
                "lower the rate, or spread the load: --processes 2",
            )
        elif missed > 0 and not lost:
            yield warning(
                "users_exhausted",
                Area.API,
                f"{missed:,} of {load.planned_arrivals:,} arrivals found all {load.users} users waiting for the target "
                "to the end; they count as slower than any limit",
                "the target is too slow for this rate",
            )
    if load.planned_arrivals and load.without_request > load.planned_arrivals * (1 - MIN_ACHIEVED_RATE):
        yield error(
            "iterations_without_request",
            Area.API,
            f"{load.without_request:,} of {load.planned_arrivals:,} iterations made no request, so the load was "
            "lighter than planned",
            "an arrival is one task of a user: let each task ask something, or raise the rate",
        )
    if load.unfinished:
        yield warning(
            "unfinished",
            Area.API,
            f"{load.unfinished} requests had no answer when the run ended; they count as slower than any limit",
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


def _scenario(load: LoadSummary) -> Iterator[Finding]:
    if load.failed_users:
        yield warning(
            "failed_users",
            Area.API,
            f"{load.failed_users} of {load.users} users ended in their on_start",
            "usually a sign-in that the target refused",
        )
    if load.unrecorded:
        yield error(
            "requests_unrecorded",
            Area.API,
            f"{load.unrecorded:,} requests could not be recorded: {load.first_error}",
            "let the client that the scenario uses fire events.request as Locust's own clients do",
        )
    if load.ended_users:
        # Where every arrival found a user all the same, it changed nothing.
        unserved = (load.planned_arrivals or 0) > (load.started_arrivals or 0)
        yield (error if unserved else warning)(
            "users_ended",
            Area.API,
            f"{load.ended_users} of {load.users} users ended themselves before the end"
            + (", and arrivals that were theirs had no user" if unserved else ""),
            "let a task return where it raises StopUser: the next arrival is another visitor",
        )
    if load.first_error:
        yield warning(
            "scenario_raised",
            Area.API,
            f"the scenario raised {load.first_error!r}; an iteration that raised counts as failed",
            "mend the scenario, or let it call response.failure() where the answer is to blame",
        )
    if load.refused_hosts:
        yield error(
            "host_not_allowed",
            Area.API,
            f"the scenario tried to reach {', '.join(load.refused_hosts)}, which the SLO file does not name; "
            "nothing was sent there",
            "add the host to allowed_hosts in slo.yaml if it is yours",
        )


def _closed(load: LoadSummary) -> Iterator[Finding]:
    if load.unfinished and load.unfinished >= load.users / 2:
        yield error(
            "closed_and_stalled",
            Area.API,
            f"{load.unfinished} of {load.users} users were still waiting for an answer when the run ended; a closed "
            "model does not tell how many requests that kept from being made",
            "see why the target hung, or use rate: in the profile, which counts every arrival",
        )
    yield warning(
        "closed_model",
        Area.API,
        f"{load.users} users waited for each answer before they asked again, so a stall also stops the load "
        "that would have met it",
        "use `slogate run` with rate: in the profile, which counts latency from the intended arrival",
    )


def _highest(samples: HostSamples | None, column: str) -> float | None:
    values = samples.columns.get(column) if samples is not None else None
    if values is None or np.isnan(values).all():
        return None
    return float(np.nanmax(values))


def _busiest(samples: HostSamples) -> float | None:
    cpu = samples.columns.get("cpu", np.empty(0))
    cpu = cpu[~np.isnan(cpu)]
    if len(cpu) == 0:
        return None
    window = min(_CPU_WINDOW_S, len(cpu))
    return float(np.convolve(cpu, np.ones(window) / window, mode="valid").max())
