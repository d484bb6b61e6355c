"""Requests that go by in a stream are judged as those in arrays: to the last digit and the last word."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from synthetic import BEGAN_S, Stream, calm_generator, evidence, rows, samples, slo

from slogate.analyzer.evidence import NO_ANSWER, HostSamples, Outcome, Requests
from slogate.analyzer.passes import stream
from slogate.analyzer.summary import summarise
from slogate.analyzer.verdict import Verdict, judge

SLO = """
api:
  latency: {mean: < 80ms, p50: < 30ms, p90: <= 60ms, p99: < 100ms, max: < 2s}
  endpoints:
    "GET /a": {latency: {p95: < 50ms, mean: < 60ms}, errors: < 5%}
    "GET /b": {latency: {p95: < 50ms}}
    "GET /none": {latency: {p95: < 50ms}}
    "GET /ignored": ignore
"""
WITH_ERRORS = SLO.replace("api:", "api:\n  errors: < 5%")
ENDPOINTS = ("GET /a", "GET /b", NO_ANSWER, "GET /ignored")
KINDS = [Outcome.OK, Outcome.SLOW_TIMEOUT, Outcome.HTTP_ERROR, Outcome.CHECK_FAILED, Outcome.CONNECTION]


def drawn(seed: int, n: int, *, failing: float, distinct: int, refused: float = 0.0) -> Requests:
    """Requests with ties of arrival and of latency, failures fast and slow, and some that are not judged."""
    random = np.random.default_rng(seed)
    latency = np.round(random.lognormal(3, 1, n) * distinct) / distinct if distinct else np.full(n, 40.0)
    outcome = np.where(random.random(n) < failing, random.choice(KINDS[1:], n), Outcome.OK)
    outcome = np.where(
        random.random(n) < refused, random.choice([Outcome.RATE_LIMITED, Outcome.HTTP_ERROR], n), outcome
    )
    status = np.where(outcome == Outcome.OK, 200, np.where(outcome == Outcome.RATE_LIMITED, 429, 503))
    status = np.where((outcome == Outcome.HTTP_ERROR) & (random.random(n) < refused), 403, status)
    made = rows(
        latency,
        endpoint=random.choice(len(ENDPOINTS), n, p=[0.5, 0.3, 0.1, 0.1]).tolist(),
        outcome=outcome.tolist(),
        status=status.tolist(),
        late_ms=np.maximum(0, random.normal(2, 10, n)),
        rate_per_s=random.choice([3.0, 50.0, 20_000.0]),
    )
    planned = random.random(n) < 0.7
    began = made.intended_us // 40_000 * 40_000  # several arrive together
    started = began + (made.started_us - made.intended_us)
    return replace(
        made,
        judged=random.random(n) < 0.9,
        intended_us=np.where(planned, began, 0),
        started_us=np.where(planned, started, began),
        planned=planned,
        endpoints=ENDPOINTS,
        worker=random.integers(0, 2, n),
        workers=("0", "1"),
        connect_us=random.integers(0, 500, n),
    )


def verdicts(requests: Requests, text: str, window: int, **changes: object) -> tuple[Verdict, Verdict]:
    """Of the requests in arrays, and in a stream."""
    run = evidence(requests, **changes)
    first, second = (
        judge(slo(text), item, allow_inconclusive=False)
        for item in (run, replace(run, requests=Stream(requests, window)))
    )
    return first, second


def generators(stopped_s: float, backlog: float) -> tuple[HostSamples, ...]:
    """Two of them, of which one stood still for so long, and had that backlog in every third second."""
    seconds = np.arange(1, 61)
    lag_ms = np.where(seconds == 4, stopped_s * 1000, 1.0)
    behind = np.where(seconds % 3 == 0, backlog, 0.0)
    return (samples(seconds, {"lag_ms": lag_ms, "backlog": behind}, source="1"), calm_generator())


@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    n=st.integers(0, 700),
    failing=st.sampled_from([0.0, 0.02, 0.5, 1.0]),
    distinct=st.sampled_from([0, 1, 1000]),
    refused=st.sampled_from([0.0, 0.2]),
    window=st.integers(1, 300),
    piece=st.sampled_from([1, 13, 1 << 16]),
    stopped_s=st.sampled_from([0.0, 0.05, 3.0]),
    backlog=st.sampled_from([0.0, 2.0]),
    ended_early=st.sampled_from(["", "an objective was sure to fail"]),
    with_errors=st.booleans(),
)
@example(1, 0, 0.0, 1, 0.0, 1, 1, 0.0, 0.0, "", True)
@example(2, 700, 1.0, 0, 0.0, 100, 13, 0.0, 0.0, "", True)
@example(3, 700, 0.02, 1000, 0.2, 100, 13, 3.0, 2.0, "sure", False)
def test_a_stream_is_judged_as_arrays_are(
    seed: int,
    n: int,
    failing: float,
    distinct: int,
    refused: float,
    window: int,
    piece: int,
    stopped_s: float,
    backlog: float,
    ended_early: str,
    with_errors: bool,
) -> None:
    requests = drawn(seed, n, failing=failing, distinct=distinct, refused=refused)
    load = replace(evidence(requests).load, ended_early=ended_early)  # type: ignore[type-var]  # there is a load
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stream, "_PIECE", piece)
        arrays, streamed = verdicts(
            requests,
            WITH_ERRORS if with_errors else SLO,
            window,
            load=load,
            generators=generators(stopped_s, backlog),
        )
    assert streamed == arrays


def test_findings_and_decisions_are_among_what_is_compared() -> None:
    """The law above would hold for verdicts without any."""
    refused = drawn(3, 700, failing=0.02, distinct=1000, refused=0.2)
    arrays, streamed = verdicts(refused, SLO, 100, generators=generators(3.0, 0.0))
    codes = {finding.code for finding in streamed.findings}
    assert codes >= {"rate_limited", "access_denied", "late_arrivals", "failures_not_judged"}
    assert streamed == arrays
    calm = replace(rows(np.random.default_rng(1).lognormal(3, 0.5, 20_000)), endpoints=("GET /a", "GET /b"))
    arrays, streamed = verdicts(calm, SLO, 3000)
    assert {result.state.value for result in streamed.objectives} >= {"pass", "error"}
    assert streamed == arrays


def test_latencies_beyond_every_bucket_are_exact() -> None:
    """A latency of days, one of nothing, and a timeout."""
    latency = np.tile([0.0, 1e9, 40.0, 0.001], 200)
    outcome = np.where(np.arange(800) % 50 == 7, Outcome.SLOW_TIMEOUT, Outcome.OK)
    arrays, streamed = verdicts(rows(latency, outcome=outcome.tolist()), WITH_ERRORS, 90)
    assert streamed == arrays


@pytest.mark.parametrize("n", [20, 500, 30_000])
def test_the_summary_is_that_of_the_whole(n: int) -> None:
    requests = drawn(5, n, failing=0.1, distinct=1000)
    run = evidence(requests)
    found = summarise(replace(run, requests=Stream(requests, 4000)))
    assert found == summarise(run)
    judged = requests.response_us[requests.judged] / 1000
    assert found.overall is not None
    expected = [np.quantile(judged, q, method="inverted_cdf") for q in (0.5, 0.95, 0.99)]
    assert [found.overall.p50_ms, found.overall.p95_ms, found.overall.p99_ms] == expected
    assert found.overall.mean_ms == pytest.approx(judged.mean())
    for bucket in found.timeline:
        inside = (requests.arrival_us >= (BEGAN_S + bucket.start_s - 5) * 1e6) & (
            requests.arrival_us < (BEGAN_S + bucket.start_s - 5 + bucket.seconds) * 1e6
        )
        assert bucket.requests == np.count_nonzero(inside)
        if bucket.requests:
            assert bucket.p99_ms == np.quantile(requests.response_us[inside] / 1000, 0.99, method="inverted_cdf")
