"""Evidence made by hand: what a run would have measured, without a run. Times are seconds since the load began."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from slogate.analyzer import validity
from slogate.analyzer.evidence import (
    Evidence,
    Floats,
    HostSamples,
    LoadSummary,
    Outcome,
    Phase,
    Requests,
    RequestStream,
    RunState,
)
from slogate.analyzer.finding import Finding
from slogate.analyzer.validity_requests import facts_of
from slogate.analyzer.web.facts import (
    InteractionPaint,
    LcpCandidate,
    LoadOutcome,
    LongTask,
    NavigationTiming,
    PageLoad,
    Paint,
    Ready,
    SoftNavigation,
    SoftNavigationEntry,
)
from slogate.slo.file import load
from slogate.slo.model import Objective, Slo

BEGAN_S = 1_700_000_000.0
ENDPOINTS = ("GET /a", "GET /b")
_STATUS = {Outcome.OK: 200, Outcome.HTTP_ERROR: 500, Outcome.RATE_LIMITED: 429, Outcome.CHECK_FAILED: 200}

Numbers = Sequence[float] | npt.NDArray[Any]


def slo(text: str) -> Slo:
    """The objectives of `text`, in a file that has all else."""
    head = "version: 1\nservice: shop\ntargets: {api: 'http://127.0.0.1:1'}\nprofiles: {p: {rate: 1/s}}\n"
    return load(f"{head}{text}".encode(), "slo.yaml", {}).slo


def objective(text: str) -> Objective:
    """The first objective of `text`."""
    return slo(text).objectives()[0]


def rows(
    latencies_ms: Numbers,
    *,
    endpoint: int | Sequence[int] = 0,
    outcome: int | Sequence[int] = Outcome.OK,
    status: int | Sequence[int] | None = None,
    late_ms: float | Numbers = 0.0,
    planned: bool = True,
    judged: bool | Sequence[bool] = True,
    rate_per_s: float = 50.0,
    begin_s: float = 0.0,
) -> Requests:
    """Requests at even intervals. A latency is the service time; lateness comes on top of it."""
    n = len(latencies_ms)
    intended_us = np.round((BEGAN_S + begin_s + np.arange(n) / rate_per_s) * 1e6).astype(np.int64)
    outcomes = np.broadcast_to(np.asarray(outcome, np.int64), n)
    statuses = status if status is not None else [_STATUS.get(Outcome(item), 0) for item in outcomes.tolist()]
    return Requests(
        started_us=intended_us + np.round(np.broadcast_to(late_ms, n) * 1000).astype(np.int64),
        intended_us=intended_us if planned else np.zeros(n, np.int64),
        planned=np.full(n, planned),
        latency_us=np.round(np.asarray(latencies_ms, np.float64) * 1000).astype(np.int64),
        endpoint=np.broadcast_to(np.asarray(endpoint, np.int64), n),
        endpoints=ENDPOINTS,
        status=np.broadcast_to(np.asarray(statuses, np.int64), n),
        outcome=outcomes,
        connect_us=np.zeros(n, np.int64),
        worker=np.zeros(n, np.int64),
        workers=("0",),
        judged=np.broadcast_to(judged, n),
    )


@dataclass(frozen=True)
class Stream:
    """The same requests a few at a time."""

    requests: Requests
    window: int
    kept: bool = True

    @property
    def endpoints(self) -> tuple[str, ...]:
        return self.requests.endpoints

    @property
    def workers(self) -> tuple[str, ...]:
        return self.requests.workers

    def __len__(self) -> int:
        return len(self.requests)

    def windows(self) -> Iterator[Requests]:
        for first in range(0, len(self.requests), self.window):
            yield self.requests.where(slice(first, first + self.window))


def evidence(requests: Requests | None = None, **changes: object) -> Evidence:
    """A complete open-model run of these requests whose counts agree; the load is judged for as long as they last."""
    n = 0 if requests is None else len(requests)
    arrivals = 0 if requests is None else int(np.count_nonzero(requests.judged & requests.planned))
    seconds = 60.0 if requests is None else max(1.0, n / 50.0)
    whole = Evidence(
        state=RunState.COMPLETE,
        areas=frozenset({"api", "web", "resources"}),
        phases=(
            Phase("warm-up", BEGAN_S - 5, BEGAN_S, judged=False),
            Phase("load", BEGAN_S, BEGAN_S + seconds, judged=True),
        ),
        requests=requests,
        load=None
        if requests is None
        else summary_of_load(planned_arrivals=arrivals, started_arrivals=arrivals, rows_sent=n),
        pages=(),
        planned_pages=(),
        known_pages=(),
        page_loads=_loads_of_a_page(changes.get("pages", ())),
        host=None,
        host_missing="",
        generators=(calm_generator(seconds),),
    )
    return replace(whole, **changes)  # type: ignore[arg-type]  # each test passes the fields it is about


def findings(measured: Evidence, judged: RequestStream | None, smallest_limit_us: float | None) -> list[Finding]:
    """All findings of a run whose judged requests these are."""
    requests = measured.requests
    if requests is None:
        return validity.findings(measured, None)
    assert isinstance(requests, Requests)
    looked_at = requests.where(slice(0)) if judged is None else judged
    assert isinstance(looked_at, Requests)
    return validity.findings(measured, facts_of(requests, looked_at, measured.generators, smallest_limit_us))


def _loads_of_a_page(pages: object) -> int:
    """How many loads of each page a complete run with these had planned."""
    judged = [load.page for load in pages if not load.warmup] if isinstance(pages, tuple) else []
    return max(Counter(judged).values(), default=5)


def summary_of_load(**changes: object) -> LoadSummary:
    """What the generator says at the end of a run without trouble."""
    calm = LoadSummary(
        model="open",
        users=100,
        planned_arrivals=0,
        started_arrivals=0,
        unfinished=0,
        rows_sent=0,
        failed_users=0,
    )
    return replace(calm, **changes)  # type: ignore[arg-type]  # as above


def calm_generator(seconds: float = 60.0, **columns: float | Numbers) -> HostSamples:
    """A generator that had nothing to do, but for these columns; one sample at the end of each second."""
    calm = {"cpu": 0.3, "lag_ms": 1.0, "backlog": 0.0, "in_flight": 3.0}
    return samples(np.arange(1, int(seconds) + 1), calm | columns, source="0")


def samples(times_s: Numbers, columns: Mapping[str, float | Numbers], source: str = "target") -> HostSamples:
    """Samples at these times; a single number stands for a constant column."""
    times: Floats = np.asarray(times_s, np.float64)
    filled = {name: np.array(np.broadcast_to(np.asarray(v, np.float64), len(times))) for name, v in columns.items()}
    return HostSamples(source, BEGAN_S + times, filled)


def page(
    name: str = "home",
    *,
    fcp_ms: float | None = 100.0,
    lcp_ms: float | None = 200.0,
    tti_ms: float | None = 300.0,
    **facts: object,
) -> PageLoad:
    """One load of a page. `tti_ms=None` is a main thread that never falls quiet."""
    last_task_ms = 300.0 if tti_ms is None else tti_ms
    tasks = [LongTask(start_ms=last_task_ms - 60.0, duration_ms=60.0)]
    if tti_ms is None:
        tasks = [LongTask(start_ms=float(start), duration_ms=100.0) for start in range(0, 20_000, 2_000)]
    load_facts = PageLoad(
        page=name,
        index=1,
        warmup=False,
        throttle="none",
        started_at_us=0,
        outcome=LoadOutcome.OK,
        ready=Ready(selector="#main", found_ms=90.0),
        timing=NavigationTiming(dcl_end_ms=50.0),
        paints=() if fcp_ms is None else (Paint(name="first-contentful-paint", start_ms=fcp_ms),),
        lcp_candidates=() if lcp_ms is None else (LcpCandidate(start_ms=lcp_ms, size=1000, element="img.hero"),),
        long_tasks=tuple(tasks),
        end_ms=20_000.0,
    )
    return replace(load_facts, **facts)  # type: ignore[arg-type]  # as above


CLICK_MS = 9000.0


def soft_page(name: str = "orders", *, fcp_ms: float = 40.0, lcp_ms: float = 700.0, **facts: object) -> PageLoad:
    """One load of a page that a click at `CLICK_MS` led to; `fcp_ms` and `lcp_ms` count from there."""
    entry = SoftNavigationEntry(
        interaction_id=7, start_ms=CLICK_MS, paint_ms=CLICK_MS + fcp_ms, url="http://shop/orders"
    )
    largest = LcpCandidate(start_ms=CLICK_MS + lcp_ms, size=1000, element="table.orders")
    paint = InteractionPaint(interaction_id=7, interaction_ms=CLICK_MS, start_ms=CLICK_MS + lcp_ms, largest=largest)
    soft = SoftNavigation(step_ms=CLICK_MS - 10.0, told=True, entries=(entry,), paints=(paint,))
    seen = page(name, timing=NavigationTiming(dcl_end_ms=50.0, load_end_ms=120.0), soft=soft)
    return replace(seen, **facts)  # type: ignore[arg-type]  # each test passes the fields it is about
