"""What a report shows beside the verdict."""

import numpy as np
import pytest
from synthetic import BEGAN_S, evidence, page, rows, samples

from slogate.analyzer.evidence import Evidence, Outcome, Phase
from slogate.analyzer.summary import summarise


def load_of(seconds: float, warm_up_s: float = 0.0) -> tuple[Phase, ...]:
    return (
        Phase("warm-up", BEGAN_S - warm_up_s, BEGAN_S, judged=False),
        Phase("load", BEGAN_S, BEGAN_S + seconds, judged=True),
    )


def test_the_timeline_is_a_second_a_bucket_at_most_two_minutes_long() -> None:
    measured = evidence(rows(np.arange(100, 3100), outcome=[0] * 2999 + [int(Outcome.HTTP_ERROR)]), phases=load_of(60))
    timeline = summarise(measured).timeline
    assert len(timeline) == 60
    assert {bucket.requests for bucket in timeline} == {50}
    assert [bucket.start_s for bucket in timeline[:3]] == [0.0, 1.0, 2.0]
    assert (timeline[0].p50_ms, timeline[0].p95_ms, timeline[0].p99_ms, timeline[0].worst_ms) == (124, 147, 149, 149)
    assert [bucket.failed for bucket in timeline[-2:]] == [0, 1]


@pytest.mark.parametrize(("seconds", "width_s", "buckets"), [(120, 1, 120), (121, 2, 61), (3600, 30, 120)])
def test_a_long_run_has_wider_buckets(seconds: float, width_s: float, buckets: int) -> None:
    timeline = summarise(evidence(rows([5.0]), phases=load_of(seconds))).timeline
    assert (len(timeline), timeline[0].seconds) == (buckets, width_s)
    assert sum(bucket.seconds for bucket in timeline) == pytest.approx(seconds)


def test_the_timeline_begins_with_the_warm_up_and_says_what_was_judged() -> None:
    timeline = summarise(evidence(rows(np.full(500, 5.0), begin_s=-5), phases=load_of(5, warm_up_s=5))).timeline
    assert [bucket.judged for bucket in timeline] == [False] * 5 + [True] * 5
    assert sum(bucket.requests for bucket in timeline) == 500


def test_a_run_that_ended_in_its_warm_up_judged_nothing() -> None:
    warm_up = (Phase("warm-up", BEGAN_S, BEGAN_S + 3, judged=False),)
    found = summarise(evidence(rows([5.0] * 100, judged=False), phases=warm_up))
    assert [bucket.judged for bucket in found.timeline] == [False] * 3
    assert (found.endpoints, found.judged_requests, found.judged_seconds) == ((), 0, 0.0)


def test_a_second_without_a_request_has_no_latency() -> None:
    timeline = summarise(evidence(rows([5.0]), phases=load_of(3))).timeline
    assert [(b.requests, b.p50_ms, b.p95_ms, b.p99_ms, b.worst_ms) for b in timeline[1:]] == [
        (0, None, None, None, None)
    ] * 2


def test_a_request_lies_where_it_was_meant_to_arrive() -> None:
    timeline = summarise(evidence(rows([5.0], late_ms=2500.0), phases=load_of(4))).timeline
    assert [bucket.requests for bucket in timeline] == [1, 0, 0, 0]
    assert timeline[0].worst_ms == 2505.0


def test_endpoints_are_judged_requests_the_slowest_first() -> None:
    judged = [False] * 2 + [True] * 6
    requests = rows([9000.0, 9000.0, 10, 20, 30, 400, 500, 600], endpoint=[0, 1, 0, 0, 0, 1, 1, 1], judged=judged)
    slow, fast = summarise(evidence(requests)).endpoints
    assert (slow.name, slow.requests, slow.p50_ms, slow.worst_ms, slow.mean_ms) == ("GET /b", 3, 500.0, 600.0, 500.0)
    assert (fast.name, fast.requests, fast.p95_ms, fast.failed) == ("GET /a", 3, 30.0, 0)


def test_counts_are_of_what_was_judged() -> None:
    requests = rows([5.0] * 4, judged=[False, True, True, True])
    found = summarise(evidence(requests, phases=load_of(30)))
    assert (found.judged_requests, found.judged_seconds) == (3, 30.0)


def test_pages_show_every_load_but_warm_up_and_a_gap_for_what_is_missing() -> None:
    loads = (page("home", warmup=True), page("home", lcp_ms=100.0), page("home", lcp_ms=None, fcp_ms=None))
    home, cart = summarise(evidence(pages=loads, planned_pages=("home", "cart"))).pages
    assert (home.name, len(home.loads)) == ("home", 2)
    assert home.metrics["lcp"] == (100.0, None)
    assert home.metrics["fcp"] == (100.0, None)
    assert (cart.loads, cart.metrics["tti"]) == ((), ())


def test_the_host_is_shown_over_the_load_with_its_gaps() -> None:
    host = samples([-6, -4.5, 1.5, 99], {"cpu": [0.1, 0.2, np.nan, 0.9]})
    found = summarise(evidence(host=host, phases=load_of(10, warm_up_s=5))).host
    assert found.columns == {"cpu": ((0.5, 0.2), (6.5, None))}


@pytest.mark.parametrize(
    "measured",
    [
        evidence(),
        evidence(phases=()),
        evidence(rows([])),
        evidence(rows([5.0]), phases=()),
        evidence(rows([5.0], judged=False), phases=load_of(0)),
    ],
)
def test_a_run_that_holds_little_has_a_short_summary(measured: Evidence) -> None:
    found = summarise(measured)
    assert found.endpoints == () or len(found.endpoints) == 1
    assert all(bucket.requests <= 1 for bucket in found.timeline)


def test_a_page_names_its_worst_load_and_the_metrics_of_what_was_filmed() -> None:
    loads = (page(lcp_ms=100.0), page(lcp_ms=700.0, tti_ms=None), page(lcp_ms=9000.0, warmup=True))
    filmed = page(lcp_ms=800.0, fcp_ms=None)
    measured = evidence(pages=loads, planned_pages=("home", "cart"))
    home, cart = summarise(measured, {("home", "idle"): filmed}).pages
    assert home.worst is loads[1]
    assert {"fcp": 100.0, "lcp": 700.0, "tti": None}.items() <= home.metrics_of(loads[1]).items()
    assert home.filmed is not None
    assert (home.filmed["fcp"], home.filmed["lcp"]) == (None, 800.0)
    assert home.loads == loads[:2]
    assert (cart.worst, cart.filmed) == (None, None)
