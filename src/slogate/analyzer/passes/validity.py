"""What the requests of a run show of it, as `validity_requests.facts_of` over arrays."""

from collections.abc import Callable, Sequence

import numpy as np

from slogate.analyzer.evidence import Bools, HostSamples, Ints, Outcome
from slogate.analyzer.passes.part import Part, Which
from slogate.analyzer.passes.ranks import Spread, at_ranks
from slogate.analyzer.passes.series import Computed
from slogate.analyzer.passes.stream import Passes
from slogate.analyzer.quantile import rank_of
from slogate.analyzer.validity_lateness import (
    MAX_LATE_SHARE,
    Lag,
    Lateness,
    Standstill,
    allowed_us,
    lags,
    standstill_of,
    was_late_by,
    while_all_users_were_busy,
)
from slogate.analyzer.validity_record import RequestRecord, record_of
from slogate.analyzer.validity_requests import (
    DENIED,
    MAX_REFUSED_SHARE,
    Denied,
    Refused,
    RequestFacts,
    failures_of_service,
)


def facts(
    workers: Sequence[str],
    ignored: frozenset[str],
    generators: Sequence[HostSamples],
    smallest_limit_us: float | None,
) -> Passes[RequestFacts]:
    """As `facts_of`, of the requests of these workers; those of `ignored` endpoints are not judged. A lateness that is
    allowed is told as 0, for more passes would be needed to know it.
    """
    which = Which(None, ignored)
    record, refusals = _Record(), _Refusals(which)
    late = _Late(which, workers, generators, allowed_us(smallest_limit_us))
    yield [record, refusals, late]
    judged = sum(refusals.endpoints.values())
    return RequestFacts(
        judged=judged,
        refused=(yield from _refused(refusals, judged)) if judged else None,
        lateness=(yield from _lateness(late)) if judged else None,
        record=record.found,
        endpoints=refusals.endpoints,
    )


def failures(without: frozenset[str]) -> Passes[tuple[int, int]]:
    """How many requests of other endpoints failed, but for those that were refused, and how many there were."""
    fold = _Failures(Which(None, without))
    yield [fold]
    return fold.failed, fold.requests


def quantile(values: Callable[[Part], Ints], at: float) -> Passes[float | None]:
    """The order statistic of what is taken from the parts; None where there is nothing."""
    series = Computed(values)
    spread = Spread(series)
    yield [spread]
    if len(spread) == 0:
        return None
    [value] = yield from at_ranks(series, spread.counts, [rank_of(len(spread), at)])
    return float(value)


def _refused(seen: "_Refusals", judged: int) -> Passes[Refused]:
    many = seen.denied.count / judged > MAX_REFUSED_SHARE
    return Refused(
        judged=judged,
        limited_count=seen.limited.count,
        limited_first_us=seen.limited.first_us - seen.first_us if seen.limited.count else 0,
        denied_count=seen.denied.count,
        denied_first_us=seen.denied.first_us - seen.first_us if seen.denied.count else 0,
        denied=(yield from _denied(seen)) if many else None,
    )


def _denied(seen: "_Refusals") -> Passes[Denied]:
    def of_denied(part: Part) -> Ints:
        return part.rows.latency_us[_was_denied(part, seen.which)]

    def of_accepted(part: Part) -> Ints:
        return part.rows.latency_us[part.chosen(seen.which) & ~part.rows.failed]

    median_us = yield from quantile(of_denied, 0.5)
    accepted_us = yield from quantile(of_accepted, 0.5)
    assert median_us is not None  # noqa: S101  # there are many
    return Denied(
        status=max(seen.statuses, key=lambda status: seen.statuses[status]),
        endpoints=len(seen.denied_endpoints),
        first_endpoint=seen.first_denied_endpoint,
        median_us=median_us,
        accepted_median_us=accepted_us,
    )


def _lateness(late: "_Late") -> Passes[Lateness]:
    in_time = late.own - late.own_late
    too_late = late.own > 0 and in_time <= rank_of(late.own, 1 - MAX_LATE_SHARE)
    late_us, latest = 0.0, None
    if too_late:
        late_us = (yield from quantile(late.of_any, 1 - MAX_LATE_SHARE)) or 0.0
    if too_late and len(late.workers) > 1:
        of_each: dict[str, float] = {}
        for index, name in enumerate(late.workers):
            value = yield from quantile(late.of_worker(index), 1 - MAX_LATE_SHARE)
            if value is not None:
                of_each[name] = value
        latest = max(of_each.items(), key=lambda item: item[1])
    return Lateness(late.planned, late.allowed_us, late_us, late.stood(), len(late.workers), latest)


def _was_denied(part: Part, which: Which) -> Bools:
    return part.chosen(which) & part.rows.failed & np.isin(part.rows.status, DENIED)


class _Record:
    """Puts the records of the parts together."""

    def __init__(self) -> None:
        self.found = RequestRecord(0, 0, 0, 0, None, None)

    def take(self, part: Part) -> None:
        """Looks at the next rows."""
        self.found += record_of(part.rows)


class _Seen:
    """How many there were of something, and when the first began."""

    def __init__(self) -> None:
        self.count = 0
        self.first_us = 0

    def add(self, started_us: Ints) -> None:
        """Some more of them."""
        if len(started_us):
            first_us = int(started_us.min())
            self.first_us = min(self.first_us, first_us) if self.count else first_us
            self.count += len(started_us)


class _Refusals:
    """The judged rows by endpoint, and what of them a limiter or a gatekeeper answered."""

    def __init__(self, which: Which) -> None:
        self.which = which
        self.limited, self.denied, self._all = _Seen(), _Seen(), _Seen()
        self.statuses: dict[int, int] = {}
        self.denied_endpoints: set[int] = set()
        self.first_denied_endpoint = ""
        self._names: Sequence[str] = ()
        self._counts: Ints = np.zeros(0, np.int64)

    @property
    def first_us(self) -> int:
        """When the first judged request began."""
        return self._all.first_us

    @property
    def endpoints(self) -> dict[str, int]:
        """How many judged rows each endpoint has that has any."""
        return {self._names[at]: int(self._counts[at]) for at in np.flatnonzero(self._counts).tolist()}

    def take(self, part: Part) -> None:
        """Looks at the next rows."""
        rows, chosen = part.rows, part.chosen(self.which)
        counts = np.bincount(rows.endpoint[chosen], minlength=len(rows.endpoints))
        self._counts = self._counts + counts if self._names else counts
        self._names = rows.endpoints
        self._all.add(rows.started_us[chosen])
        self.limited.add(rows.started_us[chosen & (rows.outcome == Outcome.RATE_LIMITED)])
        denied = np.flatnonzero(_was_denied(part, self.which))
        if len(denied) == 0:
            return
        if not self.denied_endpoints:
            self.first_denied_endpoint = rows.endpoints[int(rows.endpoint[denied[0]])]
        self.denied.add(rows.started_us[denied])
        self.denied_endpoints.update(np.unique(rows.endpoint[denied]).tolist())
        statuses, first, many = np.unique(rows.status[denied], return_index=True, return_counts=True)
        for at in np.argsort(first).tolist():  # by their first rows, which decide where two are as frequent
            self.statuses[int(statuses[at])] = self.statuses.get(int(statuses[at]), 0) + int(many[at])


class _Failures:
    """Failures of the service itself."""

    def __init__(self, which: Which) -> None:
        self._which = which
        self.failed = self.requests = 0

    def take(self, part: Part) -> None:
        """Looks at the next rows."""
        subset = part.of(self._which)
        self.requests += len(subset)
        self.failed += failures_of_service(part.rows.where(subset.failed_row))


class _Late:
    """Planned arrivals that were later than is allowed."""

    def __init__(self, which: Which, workers: Sequence[str], generators: Sequence[HostSamples], allowed: float) -> None:
        self.workers = workers
        self.allowed_us = allowed
        self.planned = self.own = self.own_late = 0
        self._which = which
        self._generators = generators
        self._lags = list(lags(workers, generators, allowed))
        self._from_us = np.array([lag.from_us for lag in self._lags])
        self._to_us = np.array([lag.to_us for lag in self._lags])
        self._began: dict[int, int] = {}
        self._stood = 0
        self._first_arrival_us: int | None = None

    def take(self, part: Part) -> None:
        """Looks at the next rows."""
        chosen = part.chosen(self._which)
        if not chosen.any():
            return
        own = self._own(part)
        self.planned += int(np.count_nonzero(chosen & part.rows.planned))
        self.own += int(np.count_nonzero(own))
        self.own_late += int(np.count_nonzero(own & (part.late_us > self.allowed_us)))
        if self._first_arrival_us is None:
            self._first_arrival_us = int(part.arrival_us[int(np.argmax(chosen))])
        self._stand(part, chosen)

    def of_any(self, part: Part) -> Ints:
        """The lateness of those for which a user was free."""
        return part.late_us[self._own(part)]

    def of_worker(self, index: int) -> Callable[[Part], Ints]:
        """The same of one worker."""
        return lambda part: part.late_us[self._own(part) & (part.rows.worker == index)]

    def stood(self) -> Standstill:
        """What is known of the standstills."""
        began: list[tuple[Lag, int]] = [(self._lags[at], self._began[at]) for at in sorted(self._began)]
        return standstill_of(self._stood, began, self.workers, self._first_arrival_us or 0)

    def _own(self, part: Part) -> Bools:
        return part.chosen(self._which) & part.rows.planned & ~while_all_users_were_busy(part.rows, self._generators)

    def _stand(self, part: Part, chosen: Bools) -> None:
        arrival_us = part.arrival_us
        meets = np.flatnonzero((self._from_us <= arrival_us[-1]) & (self._to_us > arrival_us[0])).tolist()
        if not meets:
            return
        late_us = part.late_us
        late: Bools = np.zeros(len(chosen), dtype=bool)
        for at in meets:
            lag = self._lags[at]
            first, last = np.searchsorted(arrival_us, (lag.from_us, lag.to_us))
            here = was_late_by(lag, part.rows.where(slice(first, last)), late_us[first:last], self.allowed_us)
            here &= chosen[first:last]
            if here.any():
                late[first:last] |= here
                self._began.setdefault(at, int(arrival_us[first:last][here][0]))
        self._stood += int(np.count_nonzero(late))
