"""Each finding with the evidence that must bring it up, and beside it the evidence that must not."""

from dataclasses import replace

import numpy as np
import pytest
from synthetic import (
    BEGAN_S,
    Numbers,
    calm_generator,
    evidence,
    findings,
    page,
    rows,
    samples,
    soft_page,
    summary_of_load,
)

from slogate.analyzer.evidence import Evidence, HostSamples, Outcome, Phase, Requests, RunState, Worker
from slogate.analyzer.finding import Finding, Severity
from slogate.analyzer.units import counted
from slogate.analyzer.validity_requests import MAX_ENDPOINTS, failures_of_service, unjudged_failures
from slogate.analyzer.web.facts import LcpCandidate, LoadOutcome, Navigation, PageLoad
from slogate.slo.model import Area

FAST = np.full(3000, 5.0)


def found(measured: Evidence, *, smallest_limit_us: float | None = 500_000.0) -> dict[str, Finding]:
    return {item.code: item for item in findings(measured, measured.requests, smallest_limit_us)}


def of(requests: Requests, **changes: object) -> dict[str, Finding]:
    return found(evidence(requests, **changes))


def some(outcome: Outcome, count: int, status: int, *, endpoints: int = 2) -> Requests:
    outcomes, statuses = np.zeros(3000, np.int64), np.full(3000, 200)
    outcomes[-count:], statuses[-count:] = outcome, status
    if count == 0:
        outcomes[:], statuses[:] = 0, 200
    return rows(
        FAST, outcome=outcomes.tolist(), status=statuses.tolist(), endpoint=(np.arange(3000) % endpoints).tolist()
    )


def generator(**columns: float | Numbers) -> tuple[HostSamples]:
    return (samples(np.arange(1, 61), {"lag_ms": 1.0} | columns, source="0"),)


def test_a_calm_run_has_no_findings() -> None:
    calm = evidence(rows(FAST, late_ms=1.0), generators=generator(cpu=0.4, backlog=0.0, in_flight=3.0))
    assert found(calm) == {}
    assert found(evidence()) == {}


# A gatekeeper answers in place of the service


@pytest.mark.parametrize(("count", "there"), [(0, False), (29, False), (30, False), (31, True), (3000, True)])
def test_more_than_one_percent_of_429(count: int, there: bool) -> None:
    assert ("rate_limited" in of(some(Outcome.RATE_LIMITED, count, 429))) is there


def test_a_rate_limiter_is_named_with_its_share_and_its_beginning() -> None:
    item = of(some(Outcome.RATE_LIMITED, 300, 429))["rate_limited"]
    assert (item.severity, item.area, item.subject) == (Severity.ERROR, Area.API, None)
    assert "429 to 10.0% of the judged requests, first 54.0 s into the judged phase" in item.message
    assert item.cure


@pytest.mark.parametrize("status", [401, 403])
@pytest.mark.parametrize(("count", "there"), [(30, False), (31, True)])
def test_a_burst_of_denials(status: int, count: int, there: bool) -> None:
    assert ("access_denied" in of(some(Outcome.HTTP_ERROR, count, status))) is there


@pytest.mark.parametrize(
    ("status", "endpoints", "meaning"),
    [
        (403, 2, "403 answered 10.0% of the judged requests on 2 endpoints"),
        (403, 2, "a ban of this machine's address"),
        (403, 1, "on GET /a, first 54.0 s"),
        (403, 1, "a missing or expired sign-in"),
        (401, 2, "a missing or expired sign-in"),
        (403, 2, "in 5.0 ms (accepted ones take 5.0 ms)"),
    ],
)
def test_a_denial_is_told_by_what_it_looks_like(status: int, endpoints: int, meaning: str) -> None:
    assert meaning in of(some(Outcome.HTTP_ERROR, 300, status, endpoints=endpoints))["access_denied"].message


def test_when_all_are_denied_there_is_nothing_to_compare_with() -> None:
    assert "accepted ones" not in of(some(Outcome.HTTP_ERROR, 3000, 403))["access_denied"].message


def test_what_a_scenario_expects_is_no_denial() -> None:
    assert of(some(Outcome.OK, 300, 403)) == {}
    assert of(some(Outcome.HTTP_ERROR, 300, 404)) == {}
    assert of(some(Outcome.HTTP_ERROR, 300, 500)) == {}


# The generator


@pytest.mark.parametrize(
    ("late_ms", "limit_us", "there"),
    [
        (9.9, None, False),
        (10.1, None, True),
        (9.9, 500_000.0, False),
        (4.9, 100_000.0, False),  # 5 % of the smallest limit is less than 10 ms
        (5.1, 100_000.0, True),
        (0.0, 1.0, False),
    ],
)
def test_late_arrivals(late_ms: float, limit_us: float | None, there: bool) -> None:
    measured = evidence(rows(FAST, late_ms=late_ms))
    assert ("late_arrivals" in found(measured, smallest_limit_us=limit_us)) is there


def test_late_arrivals_are_told_with_what_is_trusted() -> None:
    item = of(rows(FAST, late_ms=50.0))["late_arrivals"]
    assert "p99 lateness is 50.0 ms, and at most 10.0 ms is trusted" in item.message
    assert item.severity is Severity.ERROR


def test_a_few_late_arrivals_are_not_the_p99() -> None:
    late = np.zeros(3000)
    late[:30] = 500.0
    assert "late_arrivals" not in of(rows(FAST, late_ms=late))
    late[:31] = 500.0
    assert "late_arrivals" in of(rows(FAST, late_ms=late))


def test_a_closed_model_has_no_arrivals_that_could_be_late() -> None:
    assert "late_arrivals" not in of(rows(FAST, late_ms=500.0, planned=False))


def stall() -> Requests:
    """60 s at 50/s; from second 20 on every user waits for the target, which comes back in second 25."""
    intended_s = np.arange(3000) / 50
    stalled = (intended_s >= 20) & (intended_s < 25)
    return rows(FAST, late_ms=np.where(stalled, (25.2 - intended_s) * 1000, 0.0))


def test_arrivals_that_wait_for_a_user_are_the_targets_doing() -> None:
    # An arrival joins the backlog when a user takes it, so all of them are told in the sample after second 25.
    backlog = np.where(np.arange(1, 61) == 26, 250.0, 0.0)
    calm = evidence(stall(), generators=generator(cpu=0.3, backlog=backlog))
    assert "late_arrivals" not in found(calm)


def test_arrivals_that_are_late_while_a_user_is_free_are_the_generators() -> None:
    assert "late_arrivals" in of(stall(), generators=generator(cpu=0.3, backlog=0.0))
    assert "late_arrivals" in of(stall(), generators=generator(cpu=0.3, backlog=np.full(60, np.nan)))
    assert "late_arrivals" in of(stall(), generators=generator(cpu=0.3))
    assert "late_arrivals" in of(stall(), generators=())
    elsewhere = np.where(np.arange(1, 61) == 40, 250.0, 0.0)
    assert "late_arrivals" in of(stall(), generators=generator(cpu=0.3, backlog=elsewhere))


def test_a_backlog_is_believed_only_of_a_generator_that_tells_its_own_lateness() -> None:
    backlog = np.where(np.arange(1, 61) == 26, 250.0, 0.0)
    assert "late_arrivals" in of(stall(), generators=generator(cpu=0.3, backlog=backlog, lag_ms=np.nan))
    assert "late_arrivals" in of(rows(FAST, late_ms=500.0), generators=generator(cpu=0.3, backlog=5.0, lag_ms=np.nan))


def test_a_backlog_in_every_second_does_not_hide_what_the_generator_tells_of_itself() -> None:
    late = rows(FAST, late_ms=500.0)
    assert "late_arrivals" not in of(late, generators=generator(cpu=0.3, backlog=5.0, lag_ms=0.0))
    assert "late_arrivals" in of(late, generators=generator(cpu=0.3, backlog=5.0, lag_ms=500.0))


def freeze(seconds: float, *, users: int = 20, at_s: float = 12.3) -> tuple[Requests, dict[str, Numbers]]:
    """60 s at 50/s, in which the generator stands still once. Then it hands out all that was due: the first to users
    that are free, the others as those come back, one each 2 ms.
    """
    intended_s = np.arange(3000) / 50
    stood = (intended_s >= at_s) & (intended_s < at_s + seconds)
    waiting = np.maximum(np.cumsum(stood) - users, 0) * 0.002
    late_ms = np.where(stood, (at_s + seconds - intended_s + waiting) * 1000, 0.0)
    wakes = np.arange(1, 61) == int(at_s + seconds) + 1
    columns: dict[str, Numbers] = {
        "lag_ms": np.where(wakes, late_ms.max(), 1.0),
        "backlog": np.where(wakes, stood.sum() - users, 0.0),
    }
    return rows(FAST, late_ms=late_ms), columns


@pytest.mark.parametrize("seconds", [1.5, 3.0, 10.0])
@pytest.mark.parametrize("users", [1, 20, 1000])
def test_a_generator_that_stood_still_is_not_the_targets_stall(seconds: float, users: int) -> None:
    requests, columns = freeze(seconds, users=users)
    items = of(requests, generators=generator(cpu=0.3, **columns))
    assert f"the generator itself stood still for {seconds:.1f} s, 12.3 s into" in items["late_arrivals"].message
    assert "busy with other work" in items["late_arrivals"].cure


@pytest.mark.parametrize(
    ("lag_ms", "wakes", "there"), [(15, 10, False), (100, 1, False), (100, 5, False), (400, 2, True)]
)
def test_a_wake_up_that_came_late_once_in_a_while_voids_no_run(lag_ms: int, wakes: int, there: bool) -> None:
    """Those that were due in the lag are late by what was left of it."""
    late_ms, lags = np.zeros(3000), np.ones(60)
    for wake in range(wakes):
        second = 5 * wake
        due = np.arange(3000) / 50 - second - 0.3
        late_ms += np.where((due >= 0) & (due * 1000 < lag_ms), lag_ms - due * 1000, 0.0)
        lags[second] = lag_ms
    busy = generator(cpu=0.3, backlog=1.0, lag_ms=lags)
    assert ("late_arrivals" in of(rows(FAST, late_ms=late_ms), generators=busy)) is there


def test_a_target_that_stalls_is_not_excused_by_the_small_lags_of_a_generator() -> None:
    backlog = np.where(np.arange(1, 61) == 26, 250.0, 0.0)
    assert "late_arrivals" not in of(stall(), generators=generator(cpu=0.3, backlog=backlog, lag_ms=12.0))
    overloaded = rows(FAST, late_ms=np.arange(3000.0))
    until_the_end = calm_generator(64.0, backlog=50.0, lag_ms=12.0)
    assert "late_arrivals" not in of(overloaded, generators=(until_the_end,))


def test_a_generator_that_stood_still_while_every_user_was_busy_took_no_sample_either() -> None:
    requests, columns = freeze(3.0, users=0)
    [whole] = generator(cpu=0.3, lag_ms=1.0, backlog=columns["backlog"])
    assert "late_arrivals" not in of(requests, generators=(whole,))  # which is what a stall of the target looks like
    ticked = (whole.time_s <= BEGAN_S + 12) | (whole.time_s > BEGAN_S + 15)
    frozen = replace(
        whole, time_s=whole.time_s[ticked], columns={name: values[ticked] for name, values in whole.columns.items()}
    )
    assert "stood still for 3.0 s, 12.3 s into" in of(requests, generators=(frozen,))["late_arrivals"].message


def test_the_worker_that_stood_still_is_named() -> None:
    requests, columns = freeze(3.0)
    two = replace(requests, workers=("1", "2"), worker=np.arange(3000) % 2)
    generators = tuple(samples(np.arange(1, 61), {"cpu": 0.3, **columns}, source=name) for name in ("1", "2"))
    assert of(two, generators=generators)["late_arrivals"].message.startswith("worker 1 itself stood still for 3.0 s")


@pytest.mark.parametrize(
    ("cpu", "there"),
    [
        (0.3, False),
        (0.9, False),
        (0.91, True),
        (np.where(np.arange(60) < 9, 1.0, 0.2), True),  # 9 of 10 seconds full, and a little of the tenth
        (np.where(np.arange(60) < 8, 1.0, 0.2), False),
        (np.where(np.arange(60) == 0, np.nan, 0.95), True),  # a lost sample does not hide the others
        (np.where(np.arange(60) % 2 == 0, np.nan, 0.95), True),
        (np.full(60, np.nan), False),
    ],
)
def test_a_generator_without_cpu_to_spare(cpu: float | Numbers, there: bool) -> None:
    assert ("generator_saturated" in of(rows(FAST), generators=generator(cpu=cpu))) is there


def test_the_generators_cpu_counts_in_the_judged_phase_alone() -> None:
    busy_before = (samples(np.arange(-5, 0), {"cpu": 1.0}, source="0"),)
    assert "generator_saturated" not in of(rows(FAST), generators=busy_before)


# Completeness


@pytest.mark.parametrize(
    ("sent", "code"), [(3000, None), (3001, "rows_missing"), (2999, "rows_missing"), (None, "no_final_count")]
)
def test_the_rows_are_those_that_were_made(sent: int | None, code: str | None) -> None:
    codes = set(of(rows(FAST), load=summary_of_load(rows_sent=sent)))
    assert codes == ({code} if code else set())


def test_rows_that_never_reached_the_folder() -> None:
    item = found(evidence(None, load=summary_of_load(rows_sent=12_000)))["rows_missing"]
    assert "made 12,000 requests and the run folder holds 0" in item.message


@pytest.mark.parametrize("state", [RunState.INTERRUPTED, RunState.FAILED, RunState.RUNNING])
def test_a_run_that_was_cut_short_is_not_asked_for_completeness(state: RunState) -> None:
    assert of(rows(FAST), state=state, load=summary_of_load(rows_sent=None, planned_arrivals=9000)) == {}


@pytest.mark.parametrize(
    ("started", "code"),
    [(3000, None), (2999, "users_exhausted"), (2850, "users_exhausted"), (2849, "rate_missed"), (3001, None)],
)
def test_the_arrivals_are_those_that_were_planned(started: int, code: str | None) -> None:
    load = summary_of_load(rows_sent=3000, planned_arrivals=3000, started_arrivals=started)
    assert set(of(rows(FAST), load=load)) == ({code} if code else set())


@pytest.mark.parametrize(
    "columns",
    [
        {"cpu": 0.3, "backlog": np.where(np.arange(60) == 30, 40.0, 0.0)},
        {"cpu": 0.3, "backlog": 0.0, "in_flight": 100.0},  # all of them hang, and nobody takes a late arrival any more
    ],
)
def test_arrivals_that_found_no_user_are_the_targets_doing(columns: dict[str, Numbers]) -> None:
    load = summary_of_load(rows_sent=3000, planned_arrivals=3000, started_arrivals=1000)
    item = of(rows(FAST), load=load, generators=generator(**columns))
    assert set(item) == {"users_exhausted"}
    assert item["users_exhausted"].severity is Severity.WARNING
    assert "2,000 of 3,000 arrivals found all 100 users inside an iteration" in item["users_exhausted"].message


@pytest.mark.parametrize(
    ("in_flight", "code"), [(97.0, "users_exhausted"), (96.0, "rate_missed"), (np.nan, "rate_missed")]
)
def test_users_that_ended_in_their_on_start_cannot_be_free(in_flight: float, code: str) -> None:
    load = summary_of_load(rows_sent=3000, planned_arrivals=3000, started_arrivals=1000, failed_users=3)
    seen = of(rows(FAST), load=load, generators=generator(cpu=0.3, backlog=0.0, in_flight=in_flight))
    assert set(seen) == {code, "failed_users"}


def test_what_the_generator_tells_of_the_scenario() -> None:
    load = summary_of_load(
        rows_sent=3000,
        failed_users=3,
        unfinished=7,
        first_error="KeyError: 'id'",
        refused_hosts=("cdn.example", "x.example"),
        listener_error="shop.py:12: KeyError: 'token'",
        model="closed",
    )
    items = of(rows(FAST), load=load)
    assert {code: item.severity for code, item in items.items()} == {
        "failed_users": Severity.WARNING,
        "unfinished": Severity.WARNING,
        "scenario_raised": Severity.WARNING,
        "listener_raised": Severity.WARNING,
        "host_not_allowed": Severity.ERROR,
        "closed_model": Severity.WARNING,
    }
    assert "3 of 100 users" in items["failed_users"].message
    assert "cdn.example, x.example" in items["host_not_allowed"].message
    assert "KeyError" in items["scenario_raised"].message
    assert "shop.py:12" in items["listener_raised"].message


def test_a_run_without_a_judged_phase_does_not_stop_the_other_findings() -> None:
    load = summary_of_load(rows_sent=1)
    assert "rows_missing" in of(rows(FAST), phases=(Phase("warm-up", BEGAN_S, BEGAN_S, False),), load=load)


@pytest.mark.parametrize(
    ("names", "n", "there"),
    [
        (MAX_ENDPOINTS, 1000, False),
        (MAX_ENDPOINTS + 1, 1000, True),
        (MAX_ENDPOINTS + 1, 20 * (MAX_ENDPOINTS + 1), False),
    ],
)
def test_paths_with_an_id_that_nobody_named(names: int, n: int, there: bool) -> None:
    endpoints = tuple(f"GET /products/{index}" for index in range(names))
    judged = replace(rows(np.full(n, 5.0), endpoint=(np.arange(n) % names).tolist()), endpoints=endpoints)
    items = of(judged)
    assert ("many_endpoints" in items) is there
    if there:
        assert (items["many_endpoints"].severity, set(items)) == (Severity.WARNING, {"many_endpoints"})
        assert "such as GET /products/0" in items["many_endpoints"].message


# Pages


def pages(*loads: PageLoad) -> dict[str, Finding]:
    return found(evidence(pages=loads))


@pytest.mark.parametrize("outcome", [outcome for outcome in LoadOutcome if outcome is not LoadOutcome.OK])
def test_a_load_that_did_not_end_well_makes_its_page_not_judgeable(outcome: LoadOutcome) -> None:
    [item] = pages(page("home"), page("home", outcome=outcome, reason="the status is 503"), page("cart")).values()
    assert (item.code, item.severity, item.area, item.subject) == (
        f"page_{outcome.value}",
        Severity.ERROR,
        Area.WEB,
        "home",
    )
    assert item.message == "1 of 2 loads of home cannot be judged: the status is 503"
    assert item.cure


def test_warm_up_loads_are_not_looked_at() -> None:
    assert pages(page(warmup=True, outcome=LoadOutcome.CRASHED, console_errors=("x",)), page()) == {}


def test_what_a_page_does_besides_loading_is_said() -> None:
    navigation = Navigation(url="http://shop/", start_ms=0.0)
    items = pages(
        page("home", console_errors=("TypeError: x is undefined" + "!" * 500,)),
        page("home", navigations=(navigation, navigation)),
        page("home", lcp_candidates=(LcpCandidate(start_ms=1.0, size=1, element="div.Spinner"),)),
    )
    assert {(code, item.severity, item.subject) for code, item in items.items()} == {
        ("console_errors", Severity.WARNING, "home"),
        ("second_navigation", Severity.WARNING, "home"),
        ("spinner_lcp", Severity.WARNING, "home"),
    }
    assert len(items["console_errors"].message) < 250


def test_only_the_last_candidate_may_be_no_spinner() -> None:
    first, last = LcpCandidate(start_ms=1.0, size=1, element="div.loading"), LcpCandidate(start_ms=2.0, size=9)
    assert pages(page(lcp_candidates=(first, last))) == {}
    assert pages(page(lcp_candidates=())) == {}


def test_a_document_in_place_of_a_soft_navigation_is_told_once() -> None:
    navigation = Navigation(url="http://shop/", start_ms=0.0)
    lost = page(outcome=LoadOutcome.DOCUMENT_NAVIGATION, reason="x", navigations=(navigation, navigation))
    assert set(pages(lost)) == {"page_document_navigation"}


def test_the_spinner_of_the_page_before_is_not_that_of_a_soft_navigation() -> None:
    spinner = LcpCandidate(start_ms=1.0, size=1, element="div.spinner")
    assert pages(soft_page(lcp_candidates=(spinner,))) == {}


def test_a_page_that_nothing_vouches_for_is_said() -> None:
    assert [finding.code for finding in findings(evidence(pages=(page(ready=None),)), None, None)] == ["no_ready"]


def test_a_page_of_broken_loads_is_not_blamed_for_what_they_lack() -> None:
    broken = page(outcome=LoadOutcome.HTTP_ERROR, reason="the status is 503", ready=None)
    assert set(pages(broken, broken)) == {"page_http_error"}
    assert set(pages(broken, page(ready=None))) == {"page_http_error", "no_ready"}
    assert set(pages(broken, page())) == {"page_http_error"}


def test_requests_without_a_record_of_the_load_are_not_judgeable() -> None:
    found = findings(replace(evidence(rows(np.full(100, 5.0))), load=None), None, None)
    assert [finding.code for finding in found] == ["no_load_record"]


@pytest.mark.parametrize(
    ("users", "unfinished", "there"),
    [(5, 5, True), (5, 1, True), (5, 0, False), (100, 9, False), (100, 10, True), (1, 1, True), (1000, 500, True)],
)
def test_a_closed_run_of_which_many_users_hang_is_not_judgeable(users: int, unfinished: int, there: bool) -> None:
    load = summary_of_load(model="closed", users=users, unfinished=unfinished, planned_arrivals=None)
    items = {item.code: item for item in findings(evidence(load=load), None, None)}
    assert ("closed_and_stalled" in items) is there
    if there:
        share = f"{unfinished} of {counted(users, 'user')} ({unfinished / users:.0%})"
        message = f"{share} were still waiting for an answer"
        assert message in items["closed_and_stalled"].message


@pytest.mark.parametrize(("failed", "codes"), [(0, []), (10, []), (500, ["failures_not_judged"])])
def test_failures_that_nobody_counts_are_not_judgeable(failed: int, codes: list[str]) -> None:
    outcome = [int(Outcome.HTTP_ERROR)] * failed + [int(Outcome.OK)] * (1000 - failed)
    judged = rows(np.full(1000, 5.0), outcome=outcome)
    assert [finding.code for finding in unjudged_failures(failures_of_service(judged), len(judged))] == codes


@pytest.mark.parametrize(
    ("generators", "there"),
    [
        ((), True),
        (generator(cpu=np.nan), True),
        (generator(backlog=0.0), True),
        (generator(cpu=np.where(np.arange(60) < 13, np.nan, 0.3)), True),
        (generator(cpu=np.where(np.arange(60) < 12, np.nan, 0.3)), False),
        ((samples(np.arange(1, 48), {"cpu": 0.3}, source="0"),), True),
        ((samples(np.arange(1, 49), {"cpu": 0.3}, source="0"),), False),
        ((samples(np.arange(1, 61) / 4, {"cpu": 0.3}, source="0"),), True),  # many, and of few seconds
        ((samples(np.arange(-60, 0), {"cpu": 0.3}, source="0"),), True),
        ((samples(np.arange(1, 61), {"cpu": 0.3}, source="1"),), True),  # of another one
    ],
)
def test_a_generator_that_nobody_watched_is_not_trusted(generators: tuple[HostSamples, ...], there: bool) -> None:
    assert ("generator_not_observed" in of(rows(FAST), generators=generators)) is there


@pytest.mark.parametrize(("joined_s", "lost", "there"), [(0.0, False, True), (35.0, False, False), (0.0, True, False)])
def test_a_generator_is_watched_while_it_takes_part(joined_s: float, lost: bool, there: bool) -> None:
    workers = (Worker("1", "a"), Worker("2", "b", joined_s=joined_s, lost=lost))
    load = summary_of_load(planned_arrivals=3000, started_arrivals=3000, rows_sent=3000, workers=workers)
    late = samples(np.arange(31, 61), {"cpu": 0.3}, source="2")  # the load began 5 s before it was judged
    seen = of(rows(FAST), load=load, generators=(samples(np.arange(1, 61), {"cpu": 0.3}, source="1"), late))
    assert ("generator_not_observed" in seen) is there


# A folder that was damaged or edited


@pytest.mark.parametrize(("lost", "there"), [(0, False), (1, False), (2, True), (3000, True)])
def test_arrivals_without_their_intended_time(lost: int, there: bool) -> None:
    judged = rows(FAST)
    unplanned = replace(judged, planned=np.arange(3000) >= lost)
    load = summary_of_load(planned_arrivals=3000, started_arrivals=3000, rows_sent=3000)
    items = of(unplanned, load=load)
    assert ("rows_missing" in items) is there
    if there:
        assert "started 3,000 judged arrivals with a request" in items["rows_missing"].message
        assert f"tells the intended time of {3000 - lost:,}" in items["rows_missing"].message


def test_iterations_without_a_request_have_no_row() -> None:
    load = summary_of_load(planned_arrivals=3100, started_arrivals=3100, rows_sent=3000, without_request=100)
    assert of(rows(FAST), load=load) == {}


def test_a_single_arrival_has_its_row_too() -> None:
    load = summary_of_load(planned_arrivals=1, started_arrivals=1, rows_sent=3000)
    assert "rows_missing" in of(rows(FAST, planned=False), load=load)


@pytest.mark.parametrize("field", ["planned_arrivals", "started_arrivals", "rows_sent"])
def test_a_count_that_nobody_told(field: str) -> None:
    counts: dict[str, object] = {"planned_arrivals": 3000, "started_arrivals": 3000, "rows_sent": 3000, field: None}
    assert set(of(rows(FAST), load=summary_of_load(**counts))) == {"no_final_count"}
    closed = summary_of_load(**{**counts, "model": "closed", "rows_sent": 3000})
    assert set(of(rows(FAST, planned=False), load=closed)) == {"closed_model"}


@pytest.mark.parametrize(
    ("early_us", "latency_ms", "there"),
    [(0, 5.0, False), (1000, 5.0, False), (1010, 5.0, True), (500_000, 5.0, True), (5000, 10_000.0, False)],
)
def test_a_request_does_not_begin_before_it_is_meant_to(early_us: int, latency_ms: float, there: bool) -> None:
    made = rows(np.full(3000, latency_ms))
    early = replace(made, started_us=made.started_us - np.where(np.arange(3000) == 7, early_us, 0))
    items = of(early)
    assert ("started_early" in items) is there
    if there:
        assert "1 request began before they were meant to" in items["started_early"].message


@pytest.mark.parametrize(
    ("moved_s", "which", "there"),
    [(0.9, -1, False), (1.2, -1, True), (-0.9, 0, False), (-1.2, 0, True), (300.0, 7, True), (-300.0, 7, True)],
)
def test_a_request_of_the_load_is_meant_for_a_time_in_it(moved_s: float, which: int, there: bool) -> None:
    made = rows(FAST)
    moved_us = np.zeros(len(FAST), np.int64)
    moved_us[which] = round(moved_s * 1e6)
    moved = replace(made, started_us=made.started_us + moved_us, intended_us=made.intended_us + moved_us)
    items = of(moved)
    assert ("outside_the_load" in items) is there
    assert "outside_the_load" not in of(replace(moved, planned=np.zeros(len(FAST), np.bool_)))


@pytest.mark.parametrize(
    ("planned_s", "ended_early", "there"),
    [(60.0, "", False), (63.0, "", False), (64.0, "", True), (600.0, "", True), (600.0, "sure to fail", False)],
)
def test_a_load_that_was_shorter_than_planned(planned_s: float, ended_early: str, there: bool) -> None:
    load = summary_of_load(
        planned_arrivals=3000, started_arrivals=3000, rows_sent=3000, duration_s=planned_s, ended_early=ended_early
    )
    assert ("load_too_short" in of(rows(FAST), load=load)) is there
    assert "load_too_short" not in of(rows(FAST), load=load, state=RunState.INTERRUPTED)


@pytest.mark.parametrize(
    ("changes", "there"),
    [
        ({}, True),
        ({"areas": frozenset({"api", "resources"})}, False),
        ({"planned_pages": ("home",)}, False),  # which were loaded, and another file asks for resources alone
        ({"load": summary_of_load()}, False),
    ],
)
def test_a_host_that_was_only_watched_is_told(changes: dict[str, object], there: bool) -> None:
    items = found(replace(evidence(areas=frozenset({"resources"})), **changes))  # type: ignore[arg-type]  # as `evidence`
    assert ("host_without_load" in items) is there
    if there:
        assert (items["host_without_load"].severity, items["host_without_load"].area) == (
            Severity.WARNING,
            Area.RESOURCES,
        )


@pytest.mark.parametrize(("silent", "there"), [(0, False), (150, False), (151, True)])
def test_iterations_that_asked_nothing_made_no_load(silent: int, there: bool) -> None:
    load = summary_of_load(planned_arrivals=3000, started_arrivals=3000, rows_sent=3000, without_request=silent)
    assert ("iterations_without_request" in of(rows(FAST), load=load)) is there
