"""Judges one objective on requests, as `judge_requests` does over arrays."""

from collections.abc import Sequence

import numpy as np

from slogate.analyzer import result_of_requests
from slogate.analyzer.batches import BUCKETS, buckets_of, histogram_of
from slogate.analyzer.dependence import effective_size, indicator_ranks
from slogate.analyzer.early_end import weighed
from slogate.analyzer.evidence import NO_ANSWER, RAISED, Ints, Outcome, Phase
from slogate.analyzer.mean import mean_of
from slogate.analyzer.passes import batch_counts
from slogate.analyzer.passes.batch_counts import BatchSums, indicator_counts
from slogate.analyzer.passes.part import Part, Which
from slogate.analyzer.passes.ranks import Spread, at_ranks
from slogate.analyzer.passes.series import Averaged, Everything, Latencies
from slogate.analyzer.passes.stream import Passes, both
from slogate.analyzer.quantile import least_exceeding, ranks_of, tested
from slogate.analyzer.result import ObjectiveResult, State
from slogate.analyzer.result_of_requests import Failures, kind_of
from slogate.analyzer.sequential import Claim, SequentialTest, claim_of
from slogate.slo.model import Objective


def judge(
    objective: Objective,
    endpoints: Sequence[str],
    ignored: frozenset[str],
    phase: Phase | None,
    alpha: float,
    *,
    ended_early: bool,
) -> Passes[ObjectiveResult]:
    """As `judge_requests.judge`, of requests of these `endpoints`, where those of `ignored` ones are not judged."""
    result = yield from _whole_or_named(objective, endpoints, ignored, phase, alpha)
    claim = claim_of(objective)
    if not ended_early or not result.n or claim is None:
        return result
    looks = _Looks(objective, claim, ignored, alpha)
    yield [looks]
    return result_of_requests.as_decided(result, looks.finished().look)


def _whole_or_named(
    objective: Objective, endpoints: Sequence[str], ignored: frozenset[str], phase: Phase | None, alpha: float
) -> Passes[ObjectiveResult]:
    seconds = phase.seconds if phase is not None else 0.0
    if objective.subject is None:
        result = yield from _judge(objective, Which(None, ignored), alpha, seconds)
        return result_of_requests.of_nothing(objective, None) if result is None else result
    nameless = {NO_ANSWER, RAISED} & set(endpoints) - ignored - {objective.subject}
    of_it = _judge(objective, Which(frozenset({objective.subject}), ignored), alpha, seconds)
    if not nameless:
        result, perhaps, count = (yield from of_it), None, 0
    else:
        with_them = _judge(objective, Which(frozenset({objective.subject, *nameless}), ignored), alpha, seconds)
        of_nameless = _count(Which(frozenset(nameless), ignored))
        (result, perhaps), count = yield from both(both(of_it, with_them), of_nameless)
    if result is None:
        seen = _Endpoints(ignored)
        yield [seen]
        return result_of_requests.of_nothing(objective, seen.names() or None)
    passes = {State.PASS, State.WARNING}
    if result.state in passes and count and (perhaps is None or perhaps.state not in passes):
        return result_of_requests.if_nameless_were_of_it(result, count)
    return result


def _count(which: Which) -> Passes[int]:
    rows = _Rows(which)
    yield [rows]
    return rows.count


def _judge(objective: Objective, which: Which, alpha: float, seconds: float) -> Passes[ObjectiveResult | None]:
    """None where there is no such request."""
    limit = objective.limit
    assert limit is not None, "an objective on requests always has a limit"  # noqa: S101  # the grammar sees to it
    failures = _FailureCounts(which)
    if objective.metric == "errors":
        spread = Spread(Everything(which))
        yield [spread, failures]
        n = len(spread)
        if n == 0:
            return None
        at = yield from at_ranks(Everything(which), spread.counts, indicator_ranks(n))
        sums = BatchSums(Everything(which), n, [batch_counts.failures, *indicator_counts(at)])
        yield [sums]
        return result_of_requests.of_errors(objective, limit, failures.found(), sums.design_effect(), alpha, seconds)
    latencies = Latencies(which, limit)
    spread, totals = Spread(latencies), _Totals(objective, which)
    yield [spread, failures, totals]
    n = len(spread)
    if failures.of == 0:
        return None
    if n == 0:
        return result_of_requests.of_failures(objective, failures.found())
    if objective.statistic == "mean":
        batches = BatchSums(Averaged(which, limit), totals.n, [batch_counts.total])
        yield [batches]
        found = mean_of(totals.n, totals.total, totals.squares, *batches.sums(0), alpha)
        return result_of_requests.of_mean(objective, limit, found, alpha, seconds)
    if objective.statistic == "max":
        [worst] = yield from at_ranks(latencies, spread.counts, [n - 1])
        return result_of_requests.of_maximum(objective, n, float(worst), totals.slower)
    quantile = objective.quantile
    assert quantile is not None  # noqa: S101  # all other statistics are percentiles
    at = yield from at_ranks(latencies, spread.counts, indicator_ranks(n))
    counts = BatchSums(latencies, n, indicator_counts([*at, limit.value]))
    yield [counts]
    size = effective_size(n, counts.design_effect(), alpha)
    ranks = ranks_of(n, quantile, size, alpha)
    known = [rank for rank in ranks if rank is not None]
    values = dict(zip(known, (yield from at_ranks(latencies, spread.counts, known)), strict=True))
    wanted = [None if rank is None else float(values[rank]) for rank in ranks]
    test = tested(n, totals.slower, wanted, quantile, size, alpha)
    return result_of_requests.of_percentile(objective, test, alpha, seconds)


class _Totals:
    """How many of the counted requests break the limit; for a mean, how many it is over, and their sums."""

    def __init__(self, objective: Objective, which: Which) -> None:
        limit = objective.limit
        assert limit is not None  # noqa: S101  # as above
        self._mean = objective.statistic == "mean"
        self._series = Averaged(which, limit) if self._mean else Latencies(which, limit)
        self._limit = least_exceeding(limit.value, strict=limit.strict)
        self.n = self.slower = self.total = self.squares = 0

    def take(self, part: Part) -> None:
        """Looks at the next rows."""
        counted = self._series.of(part)
        self.n += len(counted)
        if self._mean:
            self.total += counted.total()
            self.squares += counted.total(2)
        else:
            self.slower += counted.at_least(self._limit)


class _FailureCounts:
    """The failures of some rows, by kind."""

    def __init__(self, which: Which) -> None:
        self._which = which
        self._kinds: dict[str, int] = {}
        self._first: str = ""
        self.of = 0

    def take(self, part: Part) -> None:
        """Looks at the next rows."""
        subset = part.of(self._which)
        self.of += len(subset)
        if len(subset.failed) == 0:
            return
        if not self._kinds:
            self._first = part.rows.endpoints[int(part.rows.endpoint[subset.failed_row[0]])]
        for kind, count in part.once(("failures", self._which), self._of).items():
            self._kinds[kind] = self._kinds.get(kind, 0) + count

    def found(self) -> Failures:
        """All of them."""
        return Failures(self.of, self._kinds, self._first)

    def _of(self, part: Part) -> dict[str, int]:
        """Those of one part, in the order in which kinds are met."""
        subset = part.of(self._which)
        code = part.rows.status[subset.failed_row].astype(np.int64) * len(Outcome) + subset.failed_outcome
        codes, first, counts = np.unique(code, return_index=True, return_counts=True)
        kinds: dict[str, int] = {}
        for at in np.argsort(first).tolist():
            status, outcome = divmod(int(codes[at]), len(Outcome))
            kind = kind_of(status, Outcome(outcome))
            kinds[kind] = kinds.get(kind, 0) + int(counts[at])
        return kinds


class _Rows:
    """How many rows there are."""

    def __init__(self, which: Which) -> None:
        self._which = which
        self.count = 0

    def take(self, part: Part) -> None:
        """Looks at the next rows."""
        self.count += int(np.count_nonzero(part.chosen(self._which)))


class _Endpoints:
    """The endpoints of the judged rows."""

    def __init__(self, ignored: frozenset[str]) -> None:
        self._which = Which(None, ignored)
        self._all: Sequence[str] = ()
        self._seen: Ints = np.zeros(0, np.int64)

    def take(self, part: Part) -> None:
        """Looks at the next rows."""
        self._all = part.rows.endpoints
        here = part.rows.endpoint[part.chosen(self._which)]
        counts = np.bincount(here, minlength=len(self._all))
        self._seen = counts if len(self._seen) == 0 else self._seen + counts

    def names(self) -> list[str]:
        """Their names."""
        return [self._all[at] for at in np.flatnonzero(self._seen).tolist()]


class _Looks:
    """What a sequential test came to know, as `early_end.look_back`: it takes whole seconds of arrivals."""

    def __init__(self, objective: Objective, claim: Claim, ignored: frozenset[str], alpha: float) -> None:
        self._objective = objective
        self._claim = claim
        self._which = Which(None, ignored)
        self._test = SequentialTest(claim, alpha=alpha)
        self._second: int | None = None
        self._broken = 0
        self._histogram: Ints = np.zeros(BUCKETS, np.int64)

    def take(self, part: Part) -> None:
        """Looks at the next rows."""
        if self._test.look.decision is not None:
            return
        rows = part.rows.where(part.chosen(self._which))
        seconds, response_us, broken = weighed(self._objective, rows)
        buckets = buckets_of(response_us, self._claim.reference_us)
        for second in np.unique(seconds).tolist():
            if second != self._second:
                self._weigh()
                self._second = second
            here = slice(*np.searchsorted(seconds, (second, second + 1)).tolist())
            self._broken += int(np.count_nonzero(broken[here]))
            self._histogram = self._histogram + histogram_of(buckets[here])

    def finished(self) -> SequentialTest:
        """The test after the last second."""
        self._weigh()
        return self._test

    def _weigh(self) -> None:
        if self._second is not None:
            self._test.add_batch(self._second, self._broken, self._histogram)
        self._broken, self._histogram = 0, np.zeros(BUCKETS, np.int64)
