"""Do the requests show that somebody else answered than the service, or that they cannot be told apart?

What is found does not depend on how the requests were read, so the facts are gathered apart from what they mean: here
from arrays, and in `passes` from a stream.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from slogate.analyzer import validity_lateness, validity_record
from slogate.analyzer.evidence import Bools, HostSamples, Outcome, Requests
from slogate.analyzer.finding import Finding, error, warning
from slogate.analyzer.quantile import order_statistic
from slogate.analyzer.units import counted
from slogate.analyzer.validity_lateness import Lateness
from slogate.analyzer.validity_record import RequestRecord
from slogate.slo.model import Area

MAX_REFUSED_SHARE = 0.01
MAX_ENDPOINTS = 50
DENIED = (401, 403)


@dataclass(frozen=True)
class Denied:
    """Answers 401 or 403: the most frequent status, on how many endpoints, the first of them, and the median latencies
    (us) of these answers and of the accepted ones (None where there are none).
    """

    status: int
    endpoints: int
    first_endpoint: str
    median_us: float
    accepted_median_us: float | None


@dataclass(frozen=True)
class Refused:
    """How many of `judged` requests a limiter or a gatekeeper answered, and when first (us since the first request).

    `denied` is known where they are more than MAX_REFUSED_SHARE.
    """

    judged: int
    limited_count: int
    limited_first_us: int
    denied_count: int
    denied_first_us: int
    denied: Denied | None


@dataclass(frozen=True)
class RequestFacts:
    """What the requests of a run show of it. `refused` and `lateness` are None where none was `judged`; `endpoints`
    counts those by their names.
    """

    judged: int
    refused: Refused | None
    lateness: Lateness | None
    record: RequestRecord
    endpoints: Mapping[str, int]


def facts_of(
    requests: Requests, judged: Requests, generators: Sequence[HostSamples], smallest_limit_us: float | None
) -> RequestFacts:
    """The facts of all `requests` of a run, of which the verdict looks at the `judged` ones; `smallest_limit_us` is the
    tightest limit on latency.
    """
    counts = np.bincount(judged.endpoint, minlength=len(judged.endpoints)).tolist()
    return RequestFacts(
        judged=len(judged),
        refused=_refused_of(judged) if len(judged) else None,
        lateness=validity_lateness.lateness_of(judged, generators, smallest_limit_us) if len(judged) else None,
        record=validity_record.record_of(requests),
        endpoints={name: count for name, count in zip(judged.endpoints, counts, strict=True) if count},
    )


def refused(found: Refused) -> Iterator[Finding]:
    """Answers that come from a gatekeeper and not from the service."""
    share = found.limited_count / found.judged
    if share > MAX_REFUSED_SHARE:
        yield error(
            "rate_limited",
            Area.API,
            f"a rate limiter answered 429 to {share:.1%} of the judged requests, first "
            f"{_into(found.limited_first_us)}: that is the limiter's latency, not the service's",
            "raise the limit for this machine's address, spread the load over more addresses, or lower the rate",
        )
    share = found.denied_count / found.judged
    if found.denied is not None and share > MAX_REFUSED_SHARE:
        yield _denied(found.denied, share, _into(found.denied_first_us))


def _denied(found: Denied, share: float, first: str) -> Finding:
    several = f"{found.endpoints} endpoints" if found.endpoints > 1 else found.first_endpoint
    accepted = found.accepted_median_us
    usual = "" if accepted is None else f" (accepted ones take {accepted / 1000:.1f} ms)"
    banned = found.status == 403 and found.endpoints > 1
    meaning = "a ban of this machine's address" if banned else "a missing or expired sign-in"
    return error(
        "access_denied",
        Area.API,
        f"{found.status} answered {share:.1%} of the judged requests on {several}, first {first}, "
        f"in {found.median_us / 1000:.1f} ms{usual}: this looks like {meaning}",
        "lift the ban and allow this address, and check the tokens and the query values that the scenario sends",
    )


def _into(us: int) -> str:
    return f"{us / 1e6:.1f} s into the judged phase"


def _refused_of(judged: Requests) -> Refused:
    limited = judged.outcome == Outcome.RATE_LIMITED
    denied = judged.failed & np.isin(judged.status, DENIED)
    many = float(denied.mean()) > MAX_REFUSED_SHARE
    return Refused(
        judged=len(judged),
        limited_count=int(np.count_nonzero(limited)),
        limited_first_us=_first_us(judged, limited),
        denied_count=int(np.count_nonzero(denied)),
        denied_first_us=_first_us(judged, denied),
        denied=_denied_of(judged, denied) if many else None,
    )


def _denied_of(judged: Requests, denied: Bools) -> Denied:
    [(status, _)] = Counter(judged.status[denied].tolist()).most_common(1)
    others = judged.latency_us[~judged.failed]
    return Denied(
        status=status,
        endpoints=len(set(judged.endpoint[denied].tolist())),
        first_endpoint=judged.endpoints[int(judged.endpoint[denied][0])],
        median_us=order_statistic(judged.latency_us[denied], 0.5),
        accepted_median_us=order_statistic(others, 0.5) if len(others) else None,
    )


def _first_us(judged: Requests, mask: Bools) -> int:
    return int(judged.started_us[mask].min() - judged.started_us.min()) if mask.any() else 0


def unjudged_failures(failed: int, requests: int) -> Iterator[Finding]:
    """Failures of requests that no objective on errors is about: a percentile leaves fast ones out, and could pass.

    `failed` leaves out those that `refused` tells of.
    """
    share = failed / requests if requests else 0.0
    if share > MAX_REFUSED_SHARE:
        yield error(
            "failures_not_judged",
            Area.API,
            f"{share:.1%} of {counted(requests, 'request')} failed that no objective on errors in slo.yaml is about",
            "add one over all endpoints: errors: < 1%",
        )


def failures_of_service(rows: Requests) -> int:
    """How many failed otherwise than by being refused."""
    return int(np.count_nonzero(rows.failed & ~np.isin(rows.status, (*DENIED, 429))))


def unnamed_endpoints(judged: int, endpoints: Mapping[str, int]) -> Iterator[Finding]:
    """Paths with an id in them that were not given a name: each counts as an endpoint of its own."""
    if len(endpoints) > MAX_ENDPOINTS and len(endpoints) > judged / 20:
        yield warning(
            "many_endpoints",
            Area.API,
            f"{counted(judged, 'request')} have {len(endpoints):,} endpoint names, such as {next(iter(endpoints))}",
            "give requests whose path holds an id a name in the scenario: name='/products/[id]'",
        )
