"""Can this run be judged at all? Findings that come before the verdict.

An `error` makes every objective of its area (or of its page) not judgeable: a limiter that answers 429, a ban that
answers fast 403s, a saturated generator and a blank page all look fast. A `warning` is said and changes nothing. Each
finding carries its evidence in numbers and the cure.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from slogate.analyzer.evidence import Bools, Evidence, HostSamples, Ints, LoadSummary, Outcome, Requests, RunState
from slogate.analyzer.quantile import order_statistic
from slogate.analyzer.web.facts import LoadOutcome, PageLoad
from slogate.slo.model import Area

MAX_REFUSED_SHARE = 0.01
MAX_GENERATOR_CPU = 0.9
MAX_LATENESS_US = 10_000
MAX_LATENESS_OF_LIMIT = 0.05
MIN_ACHIEVED_RATE = 0.95
MAX_ENDPOINTS = 50
_CPU_WINDOW_S = 10
_SPINNER = re.compile(r"spinner|loader|loading|skeleton|placeholder", re.IGNORECASE)


class Severity(StrEnum):
    """An error makes objectives not judgeable, a warning is said."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True)
class Finding:
    """Something about the run itself. `subject` narrows it to one page; `code` is stable, for machines."""

    code: str
    severity: Severity
    area: Area
    subject: str | None
    message: str
    cure: str


def findings(evidence: Evidence, judged: Requests | None, smallest_limit_us: float | None) -> list[Finding]:
    """All findings of a run. `judged` are the requests that the verdict looks at; `smallest_limit_us` is the tightest
    latency limit.
    """
    found: list[Finding] = []
    if evidence.load is not None:
        found += _generator(evidence, evidence.load)
        if evidence.generator is None and evidence.state is RunState.COMPLETE:
            message = "host.parquet tells nothing of the load generator, so nobody knows whether it was saturated"
            found.append(_error("generator_not_observed", Area.API, message, "run it again"))
    elif evidence.requests is not None:
        found.append(_error("no_load_record", Area.API, "run.json does not say what load was made", "run it again"))
    if judged is not None and len(judged) > 0:
        found += _refused(judged)
        found += _unnamed_endpoints(judged)
        found += _lateness(judged, evidence.generator, smallest_limit_us)
    for page in dict.fromkeys(load.page for load in evidence.pages):
        found += _page(page, [load for load in evidence.pages if load.page == page and not load.warmup])
    return found


def _error(code: str, area: Area, message: str, cure: str, subject: str | None = None) -> Finding:
    return Finding(code, Severity.ERROR, area, subject, message, cure)


def _warning(code: str, area: Area, message: str, cure: str, subject: str | None = None) -> Finding:
    return Finding(code, Severity.WARNING, area, subject, message, cure)


def _refused(judged: Requests) -> Iterator[Finding]:
    """Answers that come from a gatekeeper and not from the service."""
    limited = judged.outcome == Outcome.RATE_LIMITED
    share = float(limited.mean())
    if share > MAX_REFUSED_SHARE:
        yield _error(
            "rate_limited",
            Area.API,
            f"a rate limiter answered 429 to {share:.1%} of the judged requests, first {_first(judged, limited)}: "
            "that is the limiter's latency, not the service's",
            "raise the limit for this machine's address, spread the load over more addresses, or lower the rate",
        )
    denied = judged.failed & np.isin(judged.status, (401, 403))
    share = float(denied.mean())
    if share > MAX_REFUSED_SHARE:
        yield _denied(judged, denied, share)


def _denied(judged: Requests, denied: Bools, share: float) -> Finding:
    status, _ = Counter(judged.status[denied].tolist()).most_common(1)[0]
    endpoints = len(set(judged.endpoint[denied].tolist()))
    several = f"{endpoints} endpoints" if endpoints > 1 else f"{judged.endpoints[int(judged.endpoint[denied][0])]}"
    fast = order_statistic(judged.latency_us[denied], 0.5) / 1000
    others = judged.latency_us[~judged.failed]
    usual = f" (accepted ones take {order_statistic(others, 0.5) / 1000:.1f} ms)" if len(others) else ""
    meaning = "a ban of this machine's address" if status == 403 and endpoints > 1 else "a missing or expired sign-in"
    return _error(
        "access_denied",
        Area.API,
        f"{status} answered {share:.1%} of the judged requests on {several}, first {_first(judged, denied)}, "
        f"in {fast:.1f} ms{usual}: this looks like {meaning}",
        "lift the ban and allow this address, and check the tokens and the query values that the scenario sends",
    )


def _first(judged: Requests, mask: Bools) -> str:
    seconds = (judged.started_us[mask].min() - judged.started_us.min()) / 1e6
    return f"{seconds:.1f} s into the judged phase"


def unjudged_failures(judged: Requests) -> Iterator[Finding]:
    """Failures of requests that no objective on errors is about: a percentile leaves fast ones out, and could pass."""
    refused = np.isin(judged.status, (401, 403, 429))  # which have findings of their own
    share = float((judged.failed & ~refused).mean()) if len(judged) else 0.0
    if share > MAX_REFUSED_SHARE:
        yield _error(
            "failures_not_judged",
            Area.API,
            f"{share:.1%} of {len(judged):,} requests failed that no objective on errors in slo.yaml is about",
            "add one over all endpoints: errors: < 1%",
        )


def _unnamed_endpoints(judged: Requests) -> Iterator[Finding]:
    """Paths with an id in them that were not given a name: each counts as an endpoint of its own."""
    names = np.unique(judged.endpoint)
    if len(names) > MAX_ENDPOINTS and len(names) > len(judged) / 20:
        yield _warning(
            "many_endpoints",
            Area.API,
            f"{len(judged):,} requests have {len(names):,} endpoint names, such as {judged.endpoints[int(names[0])]}",
            "give requests whose path holds an id a name in the scenario: name='/products/[id]'",
        )


def _lateness(judged: Requests, generator: HostSamples | None, smallest_limit_us: float | None) -> Iterator[Finding]:
    """Arrivals that were late although a user was free: the generator's own doing."""
    own = judged.planned & ~_while_all_users_were_busy(judged, generator)
    if not own.any():
        return
    allowed = float(MAX_LATENESS_US)
    if smallest_limit_us is not None:
        allowed = min(allowed, smallest_limit_us * MAX_LATENESS_OF_LIMIT)
    late = order_statistic((judged.started_us - judged.intended_us)[own], 0.99)
    if late > allowed:
        yield _error(
            "late_arrivals",
            Area.API,
            f"the generator sent its requests late: p99 lateness is {late / 1000:.1f} ms, and at most "
            f"{allowed / 1000:.1f} ms is trusted",
            "give the generator a core of its own, lower the rate, or run it on another machine than the target",
        )


def _while_all_users_were_busy(judged: Requests, generator: HostSamples | None) -> Bools:
    if generator is None or "backlog" not in generator.columns or len(generator.time_s) == 0:
        return np.zeros(len(judged), dtype=bool)
    busy_seconds: Ints = np.floor(generator.time_s[generator.columns["backlog"] > 0]).astype(np.int64)
    # A sample tells of the second before it. An arrival joins the backlog when a user at last takes it and starts it:
    # after a stall that is seconds later than it was intended.
    seconds = judged.started_us // 1_000_000
    return np.isin(seconds, np.concatenate((busy_seconds - 1, busy_seconds)))


def _generator(evidence: Evidence, load: LoadSummary) -> Iterator[Finding]:
    phase = evidence.judged_phase()
    if evidence.generator is not None and phase is not None:
        cpu = _busiest(evidence.generator.between(phase.start_s, phase.end_s))
        if cpu is not None and cpu > MAX_GENERATOR_CPU:
            yield _error(
                "generator_saturated",
                Area.API,
                f"the load generator's own core was {cpu:.0%} busy over {_CPU_WINDOW_S} s, so the latencies are as "
                "much its own as the target's",
                "lower the rate, use a cheaper client such as FastHttpUser, or spread the load over more machines",
            )
    yield from _completeness(evidence, load)
    if load.failed_users:
        yield _warning(
            "failed_users",
            Area.API,
            f"{load.failed_users} of {load.users} users ended in their on_start",
            "usually a sign-in that the target refused",
        )
    if load.first_error:
        yield _warning(
            "scenario_raised",
            Area.API,
            f"the scenario raised {load.first_error!r}; an iteration that raised counts as failed",
            "mend the scenario, or let it call response.failure() where the answer is to blame",
        )
    if load.refused_hosts:
        yield _error(
            "host_not_allowed",
            Area.API,
            f"the scenario tried to reach {', '.join(load.refused_hosts)}, which the SLO file does not name; "
            "nothing was sent there",
            "add the host to allowed_hosts in slo.yaml if it is yours",
        )
    if load.model == "closed" and load.unfinished and load.unfinished >= load.users / 2:
        yield _error(
            "closed_and_stalled",
            Area.API,
            f"{load.unfinished} of {load.users} users were still waiting for an answer when the run ended; a closed "
            "model does not tell how many requests that kept from being made",
            "see why the target hung, or use rate: in the profile, which counts every arrival",
        )
    if load.model == "closed":
        yield _warning(
            "closed_model",
            Area.API,
            f"{load.users} users waited for each answer before they asked again, so a stall also stops the load "
            "that would have met it",
            "use rate: in the profile, which counts latency from the intended arrival",
        )


def _completeness(evidence: Evidence, load: LoadSummary) -> Iterator[Finding]:
    """Whether what was planned was sent, and what was sent is in the run folder."""
    if evidence.state is not RunState.COMPLETE:
        return
    rows = 0 if evidence.requests is None else len(evidence.requests)
    if load.rows_sent is None:
        yield _error(
            "no_final_count", Area.API, "the generator ended without saying how many requests it made", "run it again"
        )
    elif load.rows_sent != rows:
        yield _error(
            "rows_missing",
            Area.API,
            f"the generator made {load.rows_sent:,} requests and the run folder holds {rows:,}",
            "look for a full disk or a killed worker, and run it again",
        )
    if load.planned_arrivals and load.started_arrivals is not None:
        missed = load.planned_arrivals - load.started_arrivals
        many = missed > load.planned_arrivals * (1 - MIN_ACHIEVED_RATE)
        if many and not _all_users_were_busy(evidence.generator, load):
            yield _error(
                "rate_missed",
                Area.API,
                f"only {load.started_arrivals:,} of {load.planned_arrivals:,} planned arrivals were made",
                "lower the rate, or spread the load over more machines",
            )
        elif missed > 0:
            yield _warning(
                "users_exhausted",
                Area.API,
                f"{missed:,} of {load.planned_arrivals:,} arrivals found all {load.users} users waiting for the target "
                "to the end; they count as slower than any limit",
                "the target is too slow for this rate",
            )
    if load.planned_arrivals and load.without_request > load.planned_arrivals * (1 - MIN_ACHIEVED_RATE):
        yield _error(
            "iterations_without_request",
            Area.API,
            f"{load.without_request:,} of {load.planned_arrivals:,} iterations made no request, so the load was "
            "lighter than planned",
            "an arrival is one task of a user: let each task ask something, or raise the rate",
        )
    if load.unfinished:
        yield _warning(
            "unfinished",
            Area.API,
            f"{load.unfinished} requests had no answer when the run ended; they count as slower than any limit",
            "",
        )


def _all_users_were_busy(generator: HostSamples | None, load: LoadSummary) -> bool:
    """An arrival that a user took late tells so; where the target hangs to the end nobody takes one any more."""
    if generator is None:
        return False
    backlog, in_flight = (generator.columns.get(name, np.zeros(0)) for name in ("backlog", "in_flight"))
    return bool((backlog > 0).any() or (in_flight >= max(1, load.users - load.failed_users)).any())


def _busiest(samples: HostSamples) -> float | None:
    cpu = samples.columns.get("cpu", np.empty(0))
    cpu = cpu[~np.isnan(cpu)]
    if len(cpu) == 0:
        return None
    window = min(_CPU_WINDOW_S, len(cpu))
    return float(np.convolve(cpu, np.ones(window) / window, mode="valid").max())


def _page(page: str, loads: list[PageLoad]) -> Iterator[Finding]:
    broken = [load for load in loads if load.outcome is not LoadOutcome.OK]
    if broken:
        first = broken[0]
        yield _error(
            f"page_{first.outcome.value}",
            Area.WEB,
            f"{len(broken)} of {len(loads)} loads of {page} cannot be judged: {first.reason}",
            _PAGE_CURES.get(first.outcome, "open the page in a browser and look at what it shows"),
            page,
        )
    if loads and all(load.ready is None for load in loads):
        yield _warning(
            "no_ready",
            Area.WEB,
            f"nothing shows that {page} was the page it should be: an error page with status 200 would count too",
            "name an element that only the right page has: @page(..., ready='#total')",
            page,
        )
    messages = [message for load in loads for message in load.console_errors]
    if messages:
        yield _warning(
            "console_errors", Area.WEB, f"{page} logs errors to the console, such as {messages[0][:160]!r}", "", page
        )
    if any(len(load.navigations) > 1 for load in loads):
        yield _warning("second_navigation", Area.WEB, f"{page} loads a second document by itself", "", page)
    largest = [load.lcp_candidates[-1].element or "" for load in loads if load.lcp_candidates]
    element = next((path for path in largest if _SPINNER.search(path)), None)
    if element:
        yield _warning(
            "spinner_lcp", Area.WEB, f"the largest paint of {page} is {element}, which looks like a spinner", "", page
        )


_PAGE_CURES = {
    LoadOutcome.HTTP_ERROR: "mend the page or its address in the journey; an error page loads fast",
    LoadOutcome.NOT_READY: "check the ready= selector of the journey, and whether the page really shows its content",
    LoadOutcome.NO_RESPONSE: "check that the target runs and that its address is right",
}
