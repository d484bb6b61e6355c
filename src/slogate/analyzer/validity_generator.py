"""Were the generators fit to measure? What they say of themselves and of the scenario.

A generator that is saturated, lost or out of ports measures itself, and of one that nobody watched nobody knows. How
late they were is in `validity_lateness`, whether all that they did is in the folder in `validity_record`.
"""

from collections.abc import Iterator

import numpy as np

from slogate.analyzer.evidence import Evidence, HostSamples, LoadSummary, Phase, RunState, Worker
from slogate.analyzer.finding import Finding, error, warning
from slogate.analyzer.units import counted
from slogate.slo.model import Area

MAX_GENERATOR_CPU = 0.9
MIN_OBSERVED = 0.8
MAX_STALLED_USERS = 0.1
MOST_IN_USE = 0.8  # of descriptors or ports; the next step of the load would run out
_CPU_WINDOW_S = 10


def findings(evidence: Evidence, load: LoadSummary) -> Iterator[Finding]:
    """All findings on the generators of a run."""
    phase = evidence.judged_phase()
    if phase is not None:
        if evidence.state is RunState.COMPLETE:
            yield from _not_observed(evidence, load, phase)
        yield from _saturated(evidence, load, phase)
        yield from _short_of_resources(evidence, load, phase)
    if load.ended_early:
        yield warning("ended_early", Area.API, f"the load ended earlier than planned: {load.ended_early}", "")
    yield from _workers(load)
    yield from _scenario(load)
    if load.model == "closed":
        yield from _closed(load)


def _not_observed(evidence: Evidence, load: LoadSummary, phase: Phase) -> Iterator[Finding]:
    """A generator whose CPU is not known for most of the judged phase may have been saturated in it."""
    joined_s = {worker.name: worker.joined_s for worker in load.workers if not worker.lost}  # lost ones are told of
    if not load.workers:
        told = [samples.source for samples in evidence.generators]
        joined_s = dict.fromkeys([*told, *(evidence.requests.workers if evidence.requests is not None else ())], 0.0)
    seen = {samples.source: samples for samples in evidence.generators}
    shares = [_observed(seen.get(name), evidence, phase, joined) for name, joined in joined_s.items()]
    least = min(shares, default=0.0)
    if least < MIN_OBSERVED:
        yield error(
            "generator_not_observed",
            Area.API,
            f"host.parquet tells how busy the load generator was for {least:.0%} of the judged phase, so nobody knows "
            "whether it was saturated",
            "run it again",
        )


def _observed(samples: HostSamples | None, evidence: Evidence, phase: Phase, joined_s: float) -> float:
    """The share of the judged seconds, from when the generator joined, of which a sample tells its CPU."""
    began_s = next((item.start_s for item in evidence.phases if item.name == "warm-up"), phase.start_s)
    from_s = max(phase.start_s, began_s + joined_s)
    seconds = int(phase.end_s - from_s)
    if seconds < 1:
        return 1.0
    if samples is None or "cpu" not in samples.columns:
        return 0.0
    inside = samples.between(from_s, phase.end_s + 1)  # a sample tells of the second before it
    known = np.floor(inside.time_s[~np.isnan(inside.columns["cpu"])])
    return min(1.0, len(np.unique(known)) / seconds)


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
        rest = f"nobody knows whether {counted(missing, 'arrival')} that were theirs were sent"
        if load.model == "closed":  # in which nobody knows how many there would have been
            rest = "what they asked after they last told of their requests is in no row"
        yield error(
            "workers_lost",
            Area.API,
            f"{len(lost)} of {counted(len(load.workers), 'load generator')} did not come to their end: "
            f"{', '.join(map(_fate, lost))}; {rest}",
            "see what ended it (its log, the machine's memory), and run it again",
        )
    for worker in load.workers:
        if worker.joined_s > 0:
            message = f"load generator {worker.name} ({worker.host}) joined {worker.joined_s:.1f} s after the start"
            yield warning("worker_late", Area.API, message, "")


def _fate(worker: Worker) -> str:
    when = f" {worker.lost_s:.1f} s after the start" if worker.lost_s is not None else ""
    return f"{worker.name} ({worker.host}){when}"


def _scenario(load: LoadSummary) -> Iterator[Finding]:
    if load.failed_users:
        yield warning(
            "failed_users",
            Area.API,
            f"{load.failed_users} of {counted(load.users, 'user')} ended in their on_start",
            "usually a sign-in that the target refused",
        )
    if load.unrecorded:
        yield error(
            "requests_unrecorded",
            Area.API,
            f"{counted(load.unrecorded, 'request')} could not be recorded: {load.first_error}",
            "let the client that the scenario uses fire events.request as Locust's own clients do",
        )
    if load.ended_users:
        # Where every arrival found a user all the same, it changed nothing.
        unserved = (load.planned_arrivals or 0) > (load.started_arrivals or 0)
        yield (error if unserved else warning)(
            "users_ended",
            Area.API,
            f"{load.ended_users} of {counted(load.users, 'user')} ended themselves before the end"
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
    if load.listener_error:
        yield warning(
            "listener_raised",
            Area.API,
            f"a listener of the scenario raised, and Locust went on without it: {load.listener_error}",
            "mend it: what it was to prepare, check or tell may be missing from this run",
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
    if load.unfinished and load.unfinished >= load.users * MAX_STALLED_USERS:
        yield error(
            "closed_and_stalled",
            Area.API,
            f"{load.unfinished} of {counted(load.users, 'user')} ({load.unfinished / max(load.users, 1):.0%}) were "
            f"still waiting for an answer when the run ended, and at most {MAX_STALLED_USERS:.0%} is trusted: a closed "
            "model does not tell how many requests that kept from being made",
            "see why the target hung, or use rate: in the profile, which counts every arrival",
        )
    if not load.users and not load.rows_sent:
        yield warning("closed_model", Area.API, "there were no users, so nobody asked anything", "start some: -u")
        return
    who = counted(load.users, "user") if load.users else "users"  # a test may end before Locust has told how many
    yield warning(
        "closed_model",
        Area.API,
        f"{who} waited for each answer before they asked again, so a stall also stops the load that would have met it",
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
