"""Which objectives were already sure to fail, or to pass, when a load ended earlier than planned.

While a load runs, and later from its rows, the same requests are weighed by the same sequential test, so the verdict of
a run that ended early can be given again from its folder.
"""

import numpy as np

from slogate.analyzer.evidence import Bools, Ints, Outcome, Requests
from slogate.analyzer.quantile import exceeding
from slogate.analyzer.sequential import Claim, Look, claim_of, decide
from slogate.slo.model import Objective

NEVER_US = 2**62  # a timeout, in the place of its latency: slower than any limit, and still a whole number


def weighed(objective: Objective, rows: Requests) -> tuple[Ints, Ints, Bools]:
    """The arrival (whole seconds since the epoch), response time (microseconds) and brokenness of each request that an
    objective is about. As for the verdict: fast failures are no evidence on latency, and a timeout is slower than any
    limit.
    """
    limit = objective.limit
    assert limit is not None  # noqa: S101  # only objectives with a limit make a claim
    of_it = rows if objective.subject is None else rows.where(rows.on({objective.subject}))
    response = np.where(of_it.outcome == Outcome.SLOW_TIMEOUT, NEVER_US, of_it.response_us)
    if objective.metric == "errors":
        counted, broken = np.ones(len(of_it), dtype=bool), of_it.failed
    else:
        broken = exceeding(response, limit.value, strict=limit.strict)
        counted = ~of_it.failed | broken
    return of_it.arrival_us[counted] // 1_000_000, response[counted], broken[counted]


def look_back(objective: Objective, rows: Requests, alpha: float) -> Look | None:
    """What was known when a load ended early; None for an objective that is never decided before the end."""
    claim: Claim | None = claim_of(objective)
    return None if claim is None else decide(claim, *weighed(objective, rows), alpha=alpha)
