"""The whole: which state wins, what validity and an interruption do to it, and that nothing passes by accident."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from synthetic import BEGAN_S, Numbers, calm_generator, evidence, page, rows, samples, slo, summary_of_load

from slogate.analyzer.evidence import Evidence, Outcome, Phase, RunState
from slogate.analyzer.result import State
from slogate.analyzer.verdict import Verdict, judge
from slogate.analyzer.web.facts import LoadOutcome

CHECKLIST = """
api:
  latency: {mean: < 200ms, p95: < 500ms, p99: < 1s}
  errors: < 1%
web: {fcp: < 1.5s, tti: < 3.5s, lcp: {pass: < 2.5s, warn: < 2s}}
resources: {cpu: < 70%, memory: < 80%, disk: normal}
"""
FAST = np.full(3000, 5.0)
UNFINISHED = [RunState.RUNNING, RunState.INTERRUPTED, RunState.FAILED]


def healthy(latencies_ms: Numbers = FAST, **changes: object) -> Evidence:
    """A run that meets the checklist."""
    facts: dict[str, object] = {
        "pages": tuple([page("home")] * 5),
        "planned_pages": ("home",),
        "known_pages": ("home",),
        "host": samples(np.arange(60) + 0.5, {"cpu": 0.3, "memory": 0.4}),
        "generators": (calm_generator(),),
    }
    return evidence(rows(latencies_ms), **facts | changes)


def verdict(measured: Evidence, text: str = CHECKLIST, *, allow_inconclusive: bool = False) -> Verdict:
    return judge(slo(text), measured, allow_inconclusive=allow_inconclusive)


def states(found: Verdict) -> dict[str, str]:
    return {result.id: result.state.value for result in found.objectives}


def only(found: Verdict, state: State) -> set[str]:
    return {result.id for result in found.objectives if result.state is state}


def test_a_healthy_run_passes() -> None:
    found = verdict(healthy())
    assert (found.state, found.findings) == (State.PASS, ())
    assert states(found) == {
        "api.latency.mean": "pass",
        "api.latency.p95": "pass",
        "api.latency.p99": "pass",
        "api.errors": "pass",
        "web[home].fcp": "pass",
        "web[home].lcp": "pass",
        "web[home].tti": "pass",
        "resources.cpu": "pass",
        "resources.memory": "pass",
        "resources.disk_throughput": "info",
        "resources.disk_iops": "info",
    }


SLOW_PAGE = tuple([page("home", lcp_ms=2200.0)] * 5)
UNDECIDED_PAGE = tuple([page("home")] * 3)
FAILED_PAGE = tuple([page("home", lcp_ms=9000.0)] * 5)
BLANK_PAGE = tuple([page("home", fcp_ms=None)] * 5)


@pytest.mark.parametrize(
    ("pages", "cpu", "state"),
    [
        (None, 0.3, State.PASS),
        (SLOW_PAGE, 0.3, State.WARNING),
        (UNDECIDED_PAGE, 0.3, State.INCONCLUSIVE),
        (FAILED_PAGE, 0.3, State.FAIL),
        (BLANK_PAGE, 0.3, State.ERROR),
        (SLOW_PAGE, 0.9, State.FAIL),
        (UNDECIDED_PAGE, 0.9, State.FAIL),
        (BLANK_PAGE, 0.9, State.ERROR),
    ],
)
def test_the_worst_state_is_the_whole(pages: Sequence[object] | None, cpu: float, state: State) -> None:
    changes: dict[str, object] = {} if pages is None else {"pages": pages}
    host = samples(np.arange(60) + 0.5, {"cpu": cpu, "memory": 0.4})
    found = verdict(healthy(FAST, host=host, **changes))
    assert found.state is state


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({}, "all 9 objectives are met"),
        ({"pages": SLOW_PAGE}, "all 9 objectives are met, 1 of them with little to spare"),
        ({"pages": UNDECIDED_PAGE}, "3 of 9 objectives could not be decided"),
        ({"pages": FAILED_PAGE}, "1 of 9 objectives is not met"),
        ({"pages": FAILED_PAGE, "state": RunState.INTERRUPTED}, "(the run was interrupted before its end)"),
        ({"pages": FAILED_PAGE, "state": RunState.FAILED}, "(the run broke before its end)"),
        ({"pages": BLANK_PAGE}, "2 of 9 objectives cannot be judged: FCP is missing in 5 of 5 loads"),
    ],
)
def test_the_reason_of_the_whole_counts(changes: dict[str, object], reason: str) -> None:
    assert reason in verdict(healthy(FAST, **changes)).reason


def test_whether_an_inconclusive_run_blocks_is_passed_on_and_changes_no_state() -> None:
    found = verdict(healthy(pages=UNDECIDED_PAGE), allow_inconclusive=True)
    assert (found.state, found.allow_inconclusive) == (State.INCONCLUSIVE, True)


# Nothing passes by accident


def test_nothing_judged_is_an_error() -> None:
    found = verdict(healthy(areas=frozenset({"web"})), "api: {errors: < 1%}")
    assert (found.state, found.objectives) == (State.ERROR, ())
    assert found.reason == "nothing was judged: no objective of slo.yaml lies in what this run measured"


def test_an_objective_that_can_only_inform_is_not_a_pass() -> None:
    found = verdict(healthy(), "resources: {disk: normal}")
    shown = {"resources.disk_throughput": "info", "resources.disk_iops": "info"}
    assert (found.state, states(found)) == (State.ERROR, shown)


def test_normal_is_held_against_runs_that_passed() -> None:
    text = "resources: {cpu: normal, memory: normal}"
    passed = {"resources.cpu": [0.01] * 5, "resources.memory": [0.9] * 4}
    found = judge(slo(text), healthy(), allow_inconclusive=False, passed=passed)
    assert states(found) == {"resources.cpu": "fail", "resources.memory": "info"}
    assert found.state is State.FAIL


@pytest.mark.parametrize("area", ["api", "web", "resources"])
def test_only_the_areas_that_were_measured_are_judged(area: str) -> None:
    found = verdict(healthy(areas=frozenset({area})))
    assert found.state is State.PASS
    assert {result.area.value for result in found.objectives} == {area}


def test_an_area_that_was_to_be_measured_and_was_not_is_an_error() -> None:
    nothing = evidence(None, host_missing="psutil is not there")
    found = verdict(nothing)
    assert found.state is State.ERROR
    assert only(found, State.PASS) == set()
    assert {result.state for result in found.objectives} == {State.ERROR}


def test_a_run_of_nothing_but_warm_up_is_an_error() -> None:
    measured = evidence(rows(FAST, judged=False))
    found = verdict(measured, "api: {latency: {p95: < 1s}, errors: < 1%}")
    assert (found.state, only(found, State.ERROR)) == (State.ERROR, {"api.latency.p95", "api.errors"})


def test_warm_up_is_not_judged() -> None:
    slow_start = np.where(np.arange(3000) < 1000, 9000.0, 5.0)
    judged = np.arange(3000) >= 1000
    assert (
        verdict(evidence(rows(slow_start, judged=judged.tolist())), "api: {latency: {p99: < 1s}}").state is State.PASS
    )
    assert verdict(evidence(rows(slow_start)), "api: {latency: {p99: < 1s}}").state is not State.PASS


def test_an_ignored_endpoint_is_in_no_judgement() -> None:
    values = np.where(np.arange(3000) % 2 == 0, 5.0, 9000.0)
    requests = rows(values, endpoint=(np.arange(3000) % 2).tolist())
    text = "api: {latency: {p95: < 1s}, errors: < 1%"
    assert verdict(evidence(requests), text + "}").state is State.FAIL
    found = verdict(evidence(requests), text + ", endpoints: {GET /b: ignore}}")
    assert (found.state, found.objectives[0].n) == (State.PASS, 1500)


def test_a_rate_limiter_on_an_ignored_endpoint_is_nobodys_business() -> None:
    outcomes = np.where(np.arange(3000) % 2 == 0, 0, int(Outcome.RATE_LIMITED))
    requests = rows(FAST, endpoint=(np.arange(3000) % 2).tolist(), outcome=outcomes.tolist())
    assert verdict(evidence(requests), "api: {errors: < 1%, endpoints: {GET /b: ignore}}").state is State.PASS
    assert verdict(evidence(requests), "api: {errors: < 1%}").state is State.ERROR


def test_one_missing_endpoint_spoils_a_pass() -> None:
    found = verdict(healthy(), "api: {errors: < 1%, endpoints: {GET /z: {latency: {p95: < 1s}}}}")
    assert states(found) == {"api.errors": "pass", "api[GET /z].latency.p95": "error"}
    assert found.state is State.ERROR


@pytest.mark.parametrize("n", [1, 2])
def test_next_to_no_requests_pass_nothing_that_speaks_of_others(n: int) -> None:
    found = verdict(evidence(rows([5.0] * n)), "api: {latency: {p50: < 1s, p99: < 1s, mean: < 1s}, errors: < 1%}")
    assert {result.state for result in found.objectives} == {State.INCONCLUSIVE}


# Interruption


@pytest.mark.parametrize("state", UNFINISHED)
def test_a_run_that_was_cut_short_never_passes(state: RunState) -> None:
    found = verdict(healthy(state=state))
    assert found.state is State.INCONCLUSIVE
    assert only(found, State.PASS) == only(found, State.WARNING) == set()
    assert "until then this would pass" in found.objectives[0].reason
    assert found.objectives[0].estimate == 5.0
    assert states(verdict(healthy(state=state, pages=SLOW_PAGE)))["web[home].lcp"] == "inconclusive"


@pytest.mark.parametrize("state", UNFINISHED)
def test_a_run_that_was_cut_short_can_fail(state: RunState) -> None:
    found = verdict(healthy(np.full(3000, 2000.0), state=state))
    assert found.state is State.FAIL
    assert "api.latency.p99" in only(found, State.FAIL)


def test_an_interruption_does_not_turn_an_error_or_information_into_less() -> None:
    found = states(verdict(healthy(state=RunState.INTERRUPTED, pages=BLANK_PAGE)))
    assert (found["web[home].fcp"], found["resources.disk_iops"]) == ("error", "info")


# Validity


def test_an_error_about_the_load_makes_its_area_not_judgeable_pass_or_fail() -> None:
    for values in (FAST, np.full(3000, 2000.0)):
        found = verdict(healthy(values, load=summary_of_load(rows_sent=1)))
        assert found.state is State.ERROR
        assert only(found, State.ERROR) == {
            "api.latency.mean",
            "api.latency.p95",
            "api.latency.p99",
            "api.errors",
        }
        assert "the generator made 1 request " in found.objectives[0].reason
        assert found.objectives[0].cure
        assert found.objectives[0].estimate is not None  # what was seen stays


def test_a_warning_about_the_run_is_said_and_changes_nothing() -> None:
    found = verdict(healthy(load=summary_of_load(rows_sent=3000, failed_users=1)))
    assert (found.state, [item.code for item in found.findings]) == (State.PASS, ["failed_users"])


def test_a_page_that_cannot_be_judged_leaves_the_others_alone() -> None:
    loads = (*[page("home")] * 5, *[page("cart")] * 4, page("cart", outcome=LoadOutcome.NOT_READY, reason="no #total"))
    found = verdict(healthy(pages=loads, planned_pages=("home", "cart")), "web: {lcp: < 2.5s}")
    assert states(found) == {"web[home].lcp": "pass", "web[cart].lcp": "error"}
    assert found.objectives[1].reason == "1 of 5 loads of cart cannot be judged: no #total"


def test_lateness_is_held_against_the_smallest_latency_limit() -> None:
    late = evidence(rows(FAST, late_ms=3.0))
    assert verdict(late, "api: {latency: {p95: < 100ms}}").state is State.PASS
    assert verdict(late, "api: {latency: {p95: < 100ms, p50: < 50ms}}").state is State.ERROR


def test_a_ban_that_answers_fast_is_not_a_fast_service() -> None:
    outcomes = np.where(np.arange(3000) < 1000, 0, int(Outcome.HTTP_ERROR))
    statuses = np.where(np.arange(3000) < 1000, 200, 403)
    requests = rows(FAST, outcome=outcomes.tolist(), status=statuses.tolist(), endpoint=(np.arange(3000) % 2).tolist())
    found = verdict(evidence(requests), "api: {latency: {p95: < 1s}}")
    assert (found.state, [item.code for item in found.findings]) == (State.ERROR, ["access_denied"])


def test_a_target_that_stalls_fails_though_every_user_was_busy() -> None:
    intended_s = np.arange(3000) / 50
    # Three times 4 s in which every user waits; the backlog shows when they are free again.
    into_s = intended_s % 20
    late = np.where(into_s < 4, (4 - into_s) * 1000, 0.0)
    backlog = np.where(np.isin(np.arange(1, 61), [5, 25, 45]), 200.0, 0.0)
    generator = calm_generator(backlog=backlog)
    found = verdict(evidence(rows(FAST, late_ms=late), generators=(generator,)), "api: {latency: {p95: < 500ms}}")
    assert [item.code for item in found.findings] == []
    assert found.objectives[0].state in {State.FAIL, State.INCONCLUSIVE}
    assert found.objectives[0].exceedances == 3 * 175 + 3


def test_the_confidence_of_the_policy_is_used() -> None:
    text = "web: {lcp: < 2.5s}\npolicy: {confidence: 99%}"
    assert verdict(healthy(), text).state is State.INCONCLUSIVE
    assert verdict(healthy(pages=tuple([page("home")] * 7)), text).state is State.PASS


def test_pages_alone_are_judged_without_a_load() -> None:
    phases = (Phase("pages", BEGAN_S, BEGAN_S + 30, judged=True),)
    measured = replace(healthy(), requests=None, load=None, areas=frozenset({"web"}), phases=phases)
    assert verdict(measured).state is State.PASS


def test_an_error_objective_on_one_endpoint_does_not_excuse_the_others() -> None:
    n = 3000
    endpoint = np.arange(n) % 2
    outcome = np.where(endpoint == 1, int(Outcome.HTTP_ERROR), int(Outcome.OK))
    judged = rows(np.full(n, 5.0), endpoint=endpoint.tolist(), outcome=outcome.tolist())
    about_a = 'endpoints: {"GET /a": {errors: < 1%}}'
    found = verdict(evidence(judged), f"api: {{latency: {{p90: < 500ms}}, {about_a}}}")
    assert found.state is State.ERROR
    assert [finding.code for finding in found.findings] == ["failures_not_judged"]


def test_page_loads_that_are_not_in_the_folder_do_not_pass() -> None:
    run = evidence(pages=tuple(page() for _ in range(6)), planned_pages=("home",), known_pages=("home",), page_loads=7)
    found = verdict(run, "web: {fcp: < 1.5s}")
    assert (found.state, found.objectives[0].reason) == (State.ERROR, "the run folder holds 6 of 7 loads")
