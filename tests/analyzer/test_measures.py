"""What of a run enters a comparison."""

import numpy as np
import pytest
from synthetic import evidence, page, rows, slo

from slogate.analyzer.evidence import Evidence, Outcome, Requests
from slogate.analyzer.measure import Family, Number
from slogate.analyzer.measures import QUANTILES, RunMeasures, measures_of
from slogate.analyzer.verdict import judge
from slogate.analyzer.web.facts import LoadOutcome

SLO = """
api:
  latency: {p95: {pass: < 500ms, vs_baseline: <= +10%}}
  errors: < 1%
  endpoints: {"GET /b": ignore}
web: {lcp: < 2.5s}
resources: {disk: normal}
"""


def measured(run: Evidence) -> RunMeasures:
    return measures_of("run", slo(SLO), run, judge(slo(SLO), run, allow_inconclusive=False))


def numbers(run: Evidence, family: Family) -> dict[str, Number]:
    return {of.id: number for of, number in measured(run).numbers.items() if of.family is family}


def healthy(requests: Requests | None = None, **changes: object) -> Evidence:
    made = rows(np.arange(1, 2001) / 10) if requests is None else requests
    facts: dict[str, object] = {"pages": (page(), page()), "planned_pages": ("home",), "known_pages": ("home",)}
    return evidence(made, **facts | changes)


def test_objectives_enter_with_the_estimate_of_their_verdict() -> None:
    found = numbers(healthy(), Family.OBJECTIVES)
    assert {name: number.value for name, number in found.items()} == {
        "api.latency.p95": 190.0,
        "api.errors": 0.0,
        "web[home].lcp": 200.0,
    }
    assert found["api.errors"].sampling_variance == pytest.approx(0.5 / 2001 / 2000, rel=0.01)


def test_endpoints_and_pages_have_what_no_objective_is_about() -> None:
    endpoints = numbers(healthy(), Family.ENDPOINTS)
    assert {name: number.value for name, number in endpoints.items()} == {
        "api[GET /a].latency.p50": 100.0,
        "api[GET /a].latency.p95": 190.0,
        "api[GET /a].latency.p99": 198.0,
        "api[GET /a].errors": 0.0,
    }
    pages = numbers(healthy(), Family.PAGES)
    assert pages["web[home].fcp"].value == 100.0
    assert "web[home].lcp" not in pages
    assert numbers(healthy(), Family.INFORMATION)["api.throughput"].value == pytest.approx(50.0)


def test_ignored_endpoints_and_those_of_few_requests_are_left_out() -> None:
    run = healthy(requests=rows(np.full(2000, 5.0), endpoint=[1] * 1980 + [0] * 20))
    assert numbers(run, Family.ENDPOINTS) == {}


def test_a_run_that_is_not_judgeable_has_no_number() -> None:
    refused = rows(np.full(2000, 5.0), outcome=[Outcome.RATE_LIMITED] * 1000 + [Outcome.OK] * 1000)
    run = healthy(requests=refused)
    found = measured(run)
    assert all(number.value is None for of, number in found.numbers.items() if of.area == "api")
    assert "rate limiter" in numbers(run, Family.OBJECTIVES)["api.latency.p95"].missing
    assert found.quantiles_ms == (None,) * len(QUANTILES)


def test_a_page_that_broke_has_no_number() -> None:
    run = healthy(pages=(page(), page(outcome=LoadOutcome.HTTP_ERROR, reason="status 500")))
    assert numbers(run, Family.OBJECTIVES)["web[home].lcp"].value is None
    assert numbers(run, Family.PAGES) == {}


def test_a_fast_failure_flatters_no_endpoint_and_a_timeout_has_no_number() -> None:
    latencies = np.concatenate([np.full(1000, 1.0), np.full(1000, 100.0)])
    failed = rows(latencies, outcome=[Outcome.CHECK_FAILED] * 1000 + [Outcome.OK] * 1000)
    text = "api: {errors: < 60%}"
    run = healthy(requests=failed)
    found = measures_of("run", slo(text), run, judge(slo(text), run, allow_inconclusive=False))
    by_id = {of.id: number.value for of, number in found.numbers.items()}
    assert by_id["api[GET /a].latency.p50"] == 100.0
    timed_out = healthy(requests=rows(latencies, outcome=[Outcome.OK] * 1000 + [Outcome.SLOW_TIMEOUT] * 1000))
    found = measures_of("run", slo(text), timed_out, judge(slo(text), timed_out, allow_inconclusive=False))
    by_name = {of.id: number for of, number in found.numbers.items()}
    assert by_name["api[GET /a].latency.p99"].value is None
    assert "timed out" in by_name["api[GET /a].latency.p99"].missing


def test_quantiles_with_too_few_requests_beyond_them_are_missing() -> None:
    found = dict(zip(QUANTILES, measured(healthy()).quantiles_ms, strict=True))
    assert found[0.5] == 100.0
    assert found[0.999] is None  # two of 2,000
    assert found[0.995] == 199.0
