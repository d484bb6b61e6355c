"""Can this run be judged at all? Findings that come before the verdict.

An `error` makes every objective of its area (or of its page) not judgeable: a limiter that answers 429, a ban that
answers fast 403s, a saturated generator and a blank page all look fast. A `warning` is said and changes nothing. Each
finding carries its evidence in numbers and the cure.
"""

from collections import Counter
from collections.abc import Iterator

import numpy as np

from slogate.analyzer import (
    imported,
    validity_generator,
    validity_lateness,
    validity_pages,
    validity_record,
    validity_together,
)
from slogate.analyzer.evidence import Bools, Evidence, Outcome, Requests
from slogate.analyzer.finding import Finding, error, warning
from slogate.analyzer.page_loads import loads_of
from slogate.analyzer.quantile import order_statistic
from slogate.analyzer.units import counted
from slogate.slo.model import Area

MAX_REFUSED_SHARE = 0.01
MAX_ENDPOINTS = 50


def findings(evidence: Evidence, judged: Requests | None, smallest_limit_us: float | None) -> list[Finding]:
    """All findings of a run. `judged` are the requests that the verdict looks at; `smallest_limit_us` is the tightest
    latency limit.
    """
    found: list[Finding] = []
    if judged is not None and len(judged) > 0:
        found += _refused(judged)  # first: whoever is refused learns little from how busy the generator was
        found += validity_lateness.findings(judged, evidence.generators, smallest_limit_us)
    if evidence.load is not None:
        found += validity_generator.findings(evidence, evidence.load)
        found += validity_record.findings(evidence, evidence.load)
    elif evidence.imported:
        found += imported.findings(evidence.imported)
    elif evidence.areas == {Area.RESOURCES} and not evidence.planned_pages:
        found.append(
            warning(
                "host_without_load",
                Area.RESOURCES,
                "nobody made load in this run: the host was only watched",
                "leave --only out, unless something else loads the target meanwhile",
            )
        )
    elif evidence.requests is not None:
        found.append(error("no_load_record", Area.API, "run.json does not say what load was made", "run it again"))
    if judged is not None and len(judged) > 0:
        found += _unnamed_endpoints(judged)
    for page in dict.fromkeys(load.page for load in evidence.pages):
        loads = {condition: loads_of(evidence, page, condition) for condition in evidence.conditions}
        found += validity_pages.findings(page, loads)
    found += validity_together.findings(evidence)
    return list(validity_together.with_the_browser_named(found, evidence))


def _refused(judged: Requests) -> Iterator[Finding]:
    """Answers that come from a gatekeeper and not from the service."""
    limited = judged.outcome == Outcome.RATE_LIMITED
    share = float(limited.mean())
    if share > MAX_REFUSED_SHARE:
        yield error(
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
    return error(
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
        yield error(
            "failures_not_judged",
            Area.API,
            f"{share:.1%} of {counted(len(judged), 'request')} failed that no objective on errors in slo.yaml is about",
            "add one over all endpoints: errors: < 1%",
        )


def _unnamed_endpoints(judged: Requests) -> Iterator[Finding]:
    """Paths with an id in them that were not given a name: each counts as an endpoint of its own."""
    names = np.unique(judged.endpoint)
    if len(names) > MAX_ENDPOINTS and len(names) > len(judged) / 20:
        yield warning(
            "many_endpoints",
            Area.API,
            f"{counted(len(judged), 'request')} have {len(names):,} endpoint names, such as "
            f"{judged.endpoints[int(names[0])]}",
            "give requests whose path holds an id a name in the scenario: name='/products/[id]'",
        )
