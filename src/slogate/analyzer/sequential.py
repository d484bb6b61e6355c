"""Is an objective already sure to fail, or to pass, before the run ends? A test that may be looked at every second.

A test made for one look errs far more often when it is looked at again and again. Here the evidence is a *test
martingale*: the likelihood of the counts under a mixture of alternatives, over their likelihood at the limit. As long
as the share of requests that break the limit is on the other side, that ratio is a nonnegative supermartingale that
begins at 1, so the probability that it *ever* reaches 1 / alpha is at most alpha (Ville, Etude critique de la notion de
collectif, 1939; mixtures as in Robbins, Statistical Methods Related to the Law of the Iterated Logarithm, Annals of
Mathematical Statistics 41(5), 1970; the one-sided beta-binomial mixture as in Howard, Ramdas, McAuliffe and Sekhon,
Time-uniform, Nonparametric, Nonasymptotic Confidence Sequences, Annals of Statistics 49(2), 2021). "fail" and "pass"
have a martingale each, and each errs with at most alpha.

That is a theorem for independent requests. Those of a run are not, so the counts are deflated by a design effect that
is estimated anew at every look, and then it is an approximation, whose error rates tests/sim/early_end.py measures.

What it refuses to do: a mean is not decided before the end, for it is no share of requests; and "sure to pass" speaks
of a run that goes on as it began, so a service that slows down after an hour is not found by it.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

import numpy as np
from scipy import special

from slogate.analyzer.batches import Batches, buckets_of, histogram_of
from slogate.analyzer.dependence import guard
from slogate.analyzer.evidence import Bools, Floats, Ints
from slogate.analyzer.units import counted
from slogate.slo.model import Area, Objective

# Two batches to each of the groups that the design effect is estimated from; of a second each, they also last long
# enough for a stall every ten seconds to be seen. In simulation 10 erred as seldom.
LEAST_BATCHES = 20
_ANY_REFERENCE_US = 100_000.0  # for an objective without a limit on time: buckets from 1 us to 1,000 s


class Decision(StrEnum):
    """What is sure."""

    FAIL = "fail"
    PASS = "pass"  # noqa: S105  # a decision, not a password


@dataclass(frozen=True)
class Claim:
    """That the share (0..1) of requests that break the limit is below `share`: 0.01 for a p99; 0 for a maximum, which
    a single one refutes and nothing proves.

    `name` and `breaking` are for sentences: "p99 < 500ms", "slower". The buckets of response times are relative to
    `reference_us`.
    """

    name: str
    share: float
    breaking: str
    reference_us: float = _ANY_REFERENCE_US


@dataclass(frozen=True)
class Look:
    """What is known after a look, or was known when the decision fell.

    `second` is the last one looked at, None before the first. `log_evidence_to_fail` and `log_evidence_to_pass` are
    natural logarithms of the two martingales, of which a decision takes ln(1 / alpha). They and `n_effective` are None
    where requests cannot be weighed yet, or need not be.
    """

    decision: Decision | None
    reason: str
    second: int | None
    requests: int
    broken: int
    n_effective: float | None = None
    log_evidence_to_fail: float | None = None
    log_evidence_to_pass: float | None = None


def claim_of(objective: Objective) -> Claim | None:
    """What an objective claims of requests; None for one that is not decided before the end: a mean, one that is not
    about requests, and `errors < 100%`.
    """
    limit = objective.limit
    if objective.area is not Area.API or limit is None:
        return None
    of = "" if objective.subject is None else f" of {objective.subject}"
    if objective.metric == "errors":
        return Claim(f"errors {limit.text}{of}", limit.value, "failed") if limit.value < 1 else None
    name = f"{objective.statistic} {limit.text}{of}"
    if objective.statistic == "max":
        return Claim(name, 0.0, "slower", limit.value)
    return None if objective.quantile is None else Claim(name, 1 - objective.quantile, "slower", limit.value)


def log_evidence(broken: float, size: float, share: float) -> tuple[float, float]:
    """The natural logarithms of the martingales "above `share`" and "below `share`" (0..1, both excluded), after
    `broken` of `size` independent observations, neither of which need be whole.

    The mixture is Beta(1, 1 / share - 1), whose mean is `share`, cut off at `share` on the side of the null. So the
    alternatives that it expects are a few times as large, or anything smaller: what is rare is judged on its own scale.
    With B the beta function and I the regularised incomplete one, the integral over p from 0 to s of
    p^x (1 - p)^y Beta(p; a, b) is B(a + x, b + y) / B(a, b) * I_s(a + x, b + y).
    """
    a, b = 1.0, 1 / share - 1
    x, y = broken, size - broken
    whole = special.betaln(a + x, b + y) - special.betaln(a, b)
    at_limit = special.xlogy(x, share) + special.xlog1py(y, -share)
    above = _log(special.betaincc(a + x, b + y, share)) - _log(special.betaincc(a, b, share))
    below = _log(special.betainc(a + x, b + y, share)) - _log(special.betainc(a, b, share))
    return float(whole - at_limit + above), float(whole - at_limit + below)


class SequentialTest:
    """One claim, tested on batches as they come in; `look` is what is known so far.

    A batch is a stretch of arrivals, such as those of one second, and must be whole: added once none of its requests is
    still open. Else the fast ones would be seen first, and pass for all. Once a decision has fallen it stands, and
    further batches are not looked at.
    """

    def __init__(self, claim: Claim, *, alpha: float) -> None:
        self._claim = claim
        self._alpha = alpha
        self._batches = Batches()
        self.look = Look(None, f"{claim.name} is not decided yet: no request has been seen", None, 0, 0)

    def add_batch(self, second: int, broken: int, histogram: Ints) -> Look:
        """Takes in the requests that arrived in `second` (since the beginning of what is judged): how many of them
        break the limit, and the histogram of all their response times (`batches.histogram_of`). A second without
        requests says nothing, and may be left out.

        ValueError when `second` is not after the one before, or more are broken than there are.
        """
        if self.look.decision is not None:
            return self.look
        requests = int(histogram.sum())
        if not 0 <= broken <= requests:
            raise ValueError(f"{broken} of {requests} requests cannot break the limit")
        if self.look.second is not None and second <= self.look.second:
            raise ValueError(f"second {second} was added after second {self.look.second}")
        if requests > 0:
            self._batches.add(broken, histogram)
            self.look = self._maximum(second) if self._claim.share == 0 else self._weigh(second)
        return self.look

    def _maximum(self, second: int) -> Look:
        seen = _seen(self._claim, self._batches)
        decision = Decision.FAIL if self._batches.broken else None
        rest = seen if decision else f"{seen}, and only the end of the run can show that none will be"
        return self._look(decision, rest, second)

    def _weigh(self, second: int) -> Look:
        seen = _seen(self._claim, self._batches)
        if len(self._batches) < LEAST_BATCHES:
            return self._look(None, f"{seen}, in {len(self._batches)} of the {LEAST_BATCHES} batches it takes", second)
        effect, groups = self._batches.design_effect()
        requests, broken = self._batches.requests, self._batches.broken
        size = requests / effect * guard(groups, guard_level(self._alpha)) if groups > 1 else 0.0
        to_fail, to_pass = log_evidence(broken / requests * size, size, self._claim.share)
        needed = -math.log(self._alpha)
        decision = Decision.FAIL if to_fail >= needed else Decision.PASS if to_pass >= needed else None
        return self._look(decision, f"{seen}, worth {size:,.0f} independent ones", second, size, to_fail, to_pass)

    def _look(
        self,
        decision: Decision | None,
        rest: str,
        second: int,
        size: float | None = None,
        to_fail: float | None = None,
        to_pass: float | None = None,
    ) -> Look:
        state = "is not decided yet" if decision is None else f"is already sure to {decision}"
        reason = f"{self._claim.name} {state}: {rest}"
        return Look(decision, reason, second, self._batches.requests, self._batches.broken, size, to_fail, to_pass)


def decide(claim: Claim, second: Ints, response_us: Ints | Floats, broken: Bools, *, alpha: float) -> Look:
    """What a `SequentialTest` that was looked at after each second of arrivals came to know of these n requests: the
    look at which it decided, or the last one.

    `second` is when each arrived, in whole seconds since the beginning of what is judged; a timeout has a huge
    response time. It is the same test, so a run that was ended early is later judged to have been, from its rows.
    """
    test = SequentialTest(claim, alpha=alpha)
    for at, breaking, histogram in _by_second(claim, second, response_us, broken):
        if test.add_batch(at, breaking, histogram).decision is not None:
            break
    return test.look


def guard_level(alpha: float) -> float:
    """The level at which the effective size pays for its estimation.

    Where the martingale reaches 1 / alpha, a test for one look would have its p-value at about alpha^2 and not at
    alpha; so that is the quantile of Student's distribution that matters. With alpha itself, 10.5 % of the runs of
    a queue at 70 % load and 20/s passed wrongly with the limit at the true p99, and with alpha^2 5.2 % (400 runs each).
    """
    return alpha**2


def _by_second(
    claim: Claim, second: Ints, response_us: Ints | Floats, broken: Bools
) -> Iterator[tuple[int, int, Ints]]:
    order = np.argsort(second, kind="stable")
    second, broken, buckets = second[order], broken[order], buckets_of(response_us[order], claim.reference_us)
    edges = [*np.flatnonzero(np.diff(second, prepend=second[:1] - 1)).tolist(), len(second)]
    for first, end in pairwise(edges):
        yield int(second[first]), int(np.count_nonzero(broken[first:end])), histogram_of(buckets[first:end])


def _seen(claim: Claim, batches: Batches) -> str:
    """What was counted: "312 of 4,100 requests are slower"."""
    count = "none" if batches.broken == 0 else f"{batches.broken:,}"
    be = "" if claim.breaking == "failed" else "is " if batches.broken == 1 else "are "
    return f"{count} of {counted(batches.requests, 'request')} {be}{claim.breaking}"


def _log(value: float) -> float:
    return math.log(value) if value > 0 else -math.inf
