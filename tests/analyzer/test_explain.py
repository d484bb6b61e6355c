"""An explanation names what carries a failure, and is given for failures alone."""

from dataclasses import replace

import numpy as np
import pytest
from synthetic import BEGAN_S, Stream, calm_generator, evidence, rows, samples, slo

from slogate.analyzer.evidence import Bools, Evidence, Outcome, Phase
from slogate.analyzer.explain import SlowRequest, explain, slowest
from slogate.analyzer.explanation import Explanation
from slogate.analyzer.marks import Mark
from slogate.analyzer.verdict import judge

SLO = "api: {latency: {p95: < 500ms, p99: < 1s}, errors: < 1%}"
N = 6000  # 120 s at 50/s


def explained(measured: Evidence, text: str = SLO) -> tuple[Explanation, ...]:
    judged_by = slo(text)
    return explain(judged_by, measured, judge(judged_by, measured, allow_inconclusive=False).objectives)


def broken_by(slow: Bools, **changes: object) -> Evidence:
    return evidence(rows(np.where(slow, 1500.0, 20.0), endpoint=[0, 1] * (N // 2)), **changes)


def test_what_passes_needs_no_explanation() -> None:
    assert explained(broken_by(np.zeros(N, np.bool_))) == ()


def test_each_failed_objective_has_one_and_names_its_endpoint() -> None:
    slow = (np.arange(N) % 2 == 1) & (np.arange(N) % 20 < 5)
    found = explained(broken_by(slow))
    assert [item.objective for item in found] == ["api.latency.p95", "api.latency.p99"]
    [carrier] = found[1].endpoints
    assert (carrier.endpoint, carrier.share, carrier.of_requests) == ("GET /b", 1.0, 0.5)
    assert (carrier.broken, carrier.requests) == (int(slow.sum()), N // 2)


def test_shares_are_of_what_goes_beyond_the_limit() -> None:
    index = np.arange(N)
    slow = np.where(index % 2 == 1, index % 20 < 8, index % 40 < 8)  # 40 % of b, 20 % of a
    [_, p99] = explained(broken_by(slow))
    assert [item.endpoint for item in p99.endpoints] == ["GET /b", "GET /a"]
    assert [item.share for item in p99.endpoints] == pytest.approx([39 / 58, 19 / 58])


def test_an_objective_on_one_endpoint_names_none() -> None:
    text = 'api: {endpoints: {"GET /b": {latency: {p95: < 500ms}}}}'
    [found] = explained(broken_by(np.ones(N, np.bool_)), text)
    assert (found.objective, found.endpoints) == ("api[GET /b].latency.p95", ())


def test_when_counts_from_the_start_of_the_load_with_its_warm_up() -> None:
    seconds = np.arange(N) / 50
    found = explained(broken_by((seconds >= 60) & (seconds < 90)))
    assert {item.when.kind for item in found if item.when is not None} == {"stretch"}
    when = found[0].when
    assert when is not None
    assert (when.start_s, when.end_s) == pytest.approx((65, 95), abs=1)


@pytest.mark.parametrize(
    ("at_s", "told"), [(-10, False), (29, False), (56, True), (60.4, True), (62, False), (89, False)]
)
def test_a_mark_is_told_where_it_came_shortly_before(at_s: float, told: bool) -> None:
    seconds = np.arange(N) / 50
    found = explained(broken_by(seconds >= 60, marks=(Mark(BEGAN_S + at_s, "deploy 1.5.0"), Mark(BEGAN_S + 1, "old"))))
    assert found
    for item in found:
        assert (item.mark is not None) is told
        assert item.mark is None or item.mark.at_s == pytest.approx(5 + at_s)


def test_of_two_marks_the_later_is_told_and_of_what_was_all_along_none() -> None:
    seconds, marks = np.arange(N) / 50, (Mark(BEGAN_S + 55, "second"), Mark(BEGAN_S + 45, "first"))
    found = explained(broken_by((seconds >= 60) & (seconds < 90), marks=marks))
    assert {item.mark.text for item in found if item.mark is not None} == {"second"}
    assert [item.mark for item in explained(broken_by(np.arange(N) % 3 == 0, marks=marks))] == [None, None]


def test_what_the_host_did_then_is_told() -> None:
    seconds = np.arange(N) / 50
    cpu = np.where((np.arange(1, 121) > 60) & (np.arange(1, 121) <= 90), 0.9, 0.2)
    cpu += np.random.default_rng(1).random(120) / 100
    measured = broken_by((seconds >= 60) & (seconds < 90), host=samples(np.arange(1, 121), {"cpu": cpu, "memory": 0.5}))
    [told] = explained(measured)[0].moved_together or ()
    assert told.name == "CPU"
    assert (told.during, told.otherwise) == pytest.approx((0.9, 0.2), abs=0.02)


def test_failures_do_not_move_together_with_themselves() -> None:
    seconds = np.arange(N) / 50
    outcome = np.where((seconds >= 60) & (seconds < 90), int(Outcome.HTTP_ERROR), 0).tolist()
    found = explained(evidence(rows(np.where(np.array(outcome) > 0, 1500.0, 20.0), outcome=outcome)))
    told = {item.objective: [other.name for other in item.moved_together or ()] for item in found}
    assert told == {"api.latency.p95": ["failed requests"], "api.latency.p99": ["failed requests"], "api.errors": []}


def test_a_load_too_short_for_a_course_still_names_endpoints() -> None:
    measured = evidence(rows([1500.0] * 400), generators=(calm_generator(8),))
    found = explained(measured)
    assert [(item.when, item.moved_together) for item in found] == [(None, None)] * 2
    assert found[0].endpoints[0].endpoint == "GET /a"


@pytest.mark.parametrize("window", [30, 700, 5999])
def test_a_stream_is_explained_as_arrays_are(window: int) -> None:
    seconds, outcome = np.arange(N) / 50, np.zeros(N, np.int64)
    outcome[::20] = Outcome.HTTP_ERROR
    latencies = np.where((seconds >= 60) & (seconds < 90), 1500.0, 20.0) + np.arange(N) % 17
    requests = rows(latencies, outcome=outcome.tolist(), endpoint=[0, 1] * (N // 2))
    text = "api: {latency: {p95: < 500ms, p99: < 1s}, errors: < 1%}"
    whole = evidence(requests)
    streamed = replace(whole, requests=Stream(requests, window))
    judged_by, results = slo(text), judge(slo(text), whole, allow_inconclusive=False).objectives
    assert len(explain(judged_by, whole, results)) == 3
    assert explain(judged_by, streamed, results) == explain(judged_by, whole, results)
    assert slowest(judged_by, streamed) == slowest(judged_by, whole)


def test_a_resource_that_failed_beside_requests_is_explained_after_them() -> None:
    text = f"{SLO}\nresources: {{cpu: < 70%}}"
    found = explained(broken_by(np.ones(N, np.bool_), host=samples(np.arange(1, 121), {"cpu": 0.9})), text)
    assert [item.objective for item in found] == ["api.latency.p95", "api.latency.p99", "resources.cpu"]
    assert found[2].when is not None
    assert found[2].when.kind == "peak"


def test_a_host_that_was_watched_without_a_load_counts_from_the_start_of_the_watch() -> None:
    phase = Phase("watch", BEGAN_S, BEGAN_S + 90, judged=True)
    cpu = np.where(np.arange(1, 91) > 25, 0.9, 0.1)
    measured = evidence(phases=(phase,), host=samples(np.arange(1, 91), {"cpu": cpu}))
    [found] = explained(measured, "resources: {cpu: < 70%}")
    assert found.when is not None
    assert (found.when.start_s, found.when.end_s) == pytest.approx((25, 85), abs=1)


def test_ignored_endpoints_explain_nothing() -> None:
    measured = broken_by(np.arange(N) % 5 == 0)
    found = explained(measured, SLO.replace("errors: < 1%", 'errors: < 1%, endpoints: {"GET /b": ignore}'))
    assert all({carrier.endpoint for carrier in item.endpoints} == {"GET /a"} for item in found)


def test_a_run_without_load_explains_nothing() -> None:
    assert explained(evidence(phases=(Phase("pages", BEGAN_S, BEGAN_S + 9, judged=True),))) == ()


def test_the_slowest_are_judged_requests_with_timeouts_first() -> None:
    outcome = [Outcome.OK] * 20 + [Outcome.SLOW_TIMEOUT, Outcome.HTTP_ERROR]
    latencies = [*range(100, 2100, 100), 1000.0, 5000.0]
    requests = rows(latencies, outcome=outcome, status=[200] * 20 + [0, 503], judged=[True] * 19 + [False, True, True])
    found = slowest(slo(SLO), evidence(requests))
    assert len(found) == 10
    assert replace(found[0], at_s=0) == SlowRequest(0, "GET /a", 1000.0, 0, "slow-timeout")
    assert replace(found[1], at_s=0) == SlowRequest(0, "GET /a", 5000.0, 503, "http_error")
    assert [item.at_s for item in found[:2]] == pytest.approx([5.4, 5.42])  # after 5 s of warm-up
    assert [item.response_ms for item in found[2:]] == [1900, 1800, 1700, 1600, 1500, 1400, 1300, 1200]


def test_fewer_requests_than_ten_are_all_there_are() -> None:
    assert len(slowest(slo(SLO), evidence(rows([5.0] * 3)))) == 3
    assert slowest(slo(SLO), evidence(rows([]))) == ()
    assert slowest(slo(SLO), evidence()) == ()
