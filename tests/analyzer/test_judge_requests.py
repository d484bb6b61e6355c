"""Request objectives: which requests count, what their numbers decide, and what nothing can decide."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from synthetic import BEGAN_S, objective, rows

from slogate.analyzer.evidence import NO_ANSWER, Floats, Outcome, Phase, Requests
from slogate.analyzer.judge_requests import counted_latencies, judge
from slogate.analyzer.result import ObjectiveResult, State
from slogate.slo.grammar import Dimension, parse_limit

PHASE = Phase("load", BEGAN_S, BEGAN_S + 60, judged=True)


def result(text: str, judged: Requests | None, alpha: float = 0.05) -> ObjectiveResult:
    return judge(objective(f"api: {{{text}}}"), judged, PHASE, alpha)


def mixed(n: int, slow: int, *, fast_ms: float = 100.0, slow_ms: float = 900.0) -> Floats:
    """n latencies of which `slow` are slow, spread evenly: independent, as far as batches can tell."""
    values = np.full(n, fast_ms)
    values[np.linspace(0, n - 1, slow).astype(np.int64)] = slow_ms
    return values


# Percentiles


@pytest.mark.parametrize(
    ("criterion", "slow", "state"),
    [
        ("p95: < 500ms", 0, State.PASS),
        ("p95: < 500ms", 100, State.PASS),
        ("p95: < 500ms", 150, State.INCONCLUSIVE),
        ("p95: < 500ms", 200, State.FAIL),
        ("p95: < 500ms", 3000, State.FAIL),
        ("p95: < 900ms", 3000, State.FAIL),
        ("p95: <= 900ms", 3000, State.PASS),
        ("p99: < 500ms", 10, State.PASS),
        ("p50: < 500ms", 1300, State.PASS),
        ("p95: {pass: < 500ms, warn: < 100ms}", 0, State.WARNING),
        ("p95: {pass: < 500ms, warn: < 101ms}", 0, State.PASS),
        ("p95: {pass: < 500ms, warn: < 101ms}", 200, State.FAIL),
        ("p95: {pass: < 500ms, warn: < 101ms}", 150, State.INCONCLUSIVE),
    ],
)
def test_a_percentile_by_its_interval(criterion: str, slow: int, state: State) -> None:
    found = result(f"latency: {{{criterion}}}", rows(mixed(3000, slow)))
    assert found.state is state
    assert found.n == 3000


def test_a_percentile_is_told_in_milliseconds_with_its_evidence() -> None:
    found = result("latency: {p95: < 500ms}", rows(mixed(3000, 200)))
    assert (found.estimate, found.low, found.limit, found.exceedances) == (900.0, 900.0, 500.0, 200)
    assert found.n_effective == pytest.approx(3000 * 0.937, rel=0.01)
    assert found.reason.startswith("p95 is 900 ms, between 900 ms and 900 ms with 95% confidence on each side; 200 of")
    assert result("latency: {p95: < 500ms}", rows(mixed(3000, 0))).reason.endswith(
        "none of 3,000 requests are slower than 500 ms"
    )


def test_the_confidence_is_told_as_it_is() -> None:
    assert "with 99.9% confidence" in result("latency: {p95: < 1s}", rows(mixed(3000, 0)), alpha=1 - 0.999).reason
    assert "with 97.5% confidence" in result("latency: {mean: < 1s}", rows(mixed(3000, 0)), alpha=0.025).reason


@pytest.mark.parametrize("n", [1, 2, 3, 59, 298])
def test_too_few_requests_never_pass_a_p99_and_say_how_many_more_it_takes(n: int) -> None:
    found = result("latency: {p99: < 10s}", rows(np.full(n, 5.0)))
    assert found.state is State.INCONCLUSIVE
    assert "a verdict takes 299 independent requests" in found.reason
    assert ("more at this rate would allow a pass" in found.reason) is (n > 3)


@pytest.mark.parametrize(
    ("text", "slow", "n", "more"),
    [
        ("latency: {p99: < 500ms}", 1, 20, "at this rate"),
        ("latency: {p95: < 500ms}", 2, 20, "at this rate"),
        ("errors: < 1%", 1, 20, "at this rate"),
        ("latency: {p50: < 500ms}", 4, 4, "at this rate"),
        ("errors: < 50%", 4, 4, "at this rate"),
        ("errors: < 50%", 2, 2, "a longer run"),  # which are worth nothing
        ("errors: < 3.3333%", 1, 30, "a longer run"),  # too near the limit to say how long
    ],
)
def test_too_few_requests_of_which_too_many_break_the_limit_promise_no_pass(
    text: str, slow: int, n: int, more: str
) -> None:
    values = mixed(n, slow)
    found = result(text, rows(values, outcome=np.where(values > 500, int(Outcome.HTTP_ERROR), 0).tolist()))
    assert found.state is State.INCONCLUSIVE
    assert "allow a pass" not in found.reason
    assert "too few to be sure" in found.reason
    assert f"{more} would make it a fail if it goes on so" in found.reason


def test_too_few_requests_can_still_fail() -> None:
    assert result("latency: {p99: < 1ms}", rows(np.full(50, 5.0))).state is State.FAIL


def test_an_interval_across_the_limit_says_what_would_decide() -> None:
    found = result("latency: {p95: < 500ms}", rows(mixed(3000, 160)))
    assert "on both sides of 500 ms; about" in found.reason
    assert "times as long a run would decide" in found.reason
    found = result("latency: {p95: < 500ms}", rows(mixed(3000, 150)))
    assert "too near the limit for a run of sensible length" in found.reason


def test_a_stall_is_one_piece_of_bad_luck() -> None:
    values = np.full(3000, 5.0)
    values[1000:1100] = 2000.0  # 2 s of 60 s
    found = result("latency: {p99: < 1s}", rows(values))
    assert found.state is State.INCONCLUSIVE
    assert found.n_effective is not None
    assert found.n_effective < 100


def test_lateness_is_part_of_a_response() -> None:
    assert result("latency: {p95: < 500ms}", rows(np.full(3000, 5.0), late_ms=600.0)).state is State.FAIL
    assert result("latency: {p95: < 500ms}", rows(np.full(3000, 5.0), late_ms=600.0, planned=False)).state is State.PASS


# Which requests count


def test_what_counts_for_a_limit() -> None:
    judged = rows(
        [100, 100, 900, 100, 900, 100, 500],
        outcome=[
            Outcome.OK,
            Outcome.HTTP_ERROR,
            Outcome.HTTP_ERROR,
            Outcome.CONNECTION,
            Outcome.CHECK_FAILED,
            Outcome.SLOW_TIMEOUT,
            Outcome.RATE_LIMITED,
        ],
    )
    strict = counted_latencies(judged, parse_limit("< 500ms", Dimension.DURATION))
    assert strict.tolist() == [100_000, 900_000, 900_000, 2**62, 500_000]
    assert len(counted_latencies(judged, parse_limit("<= 500ms", Dimension.DURATION))) == 4


def test_fast_failures_do_not_flatter() -> None:
    slow = np.full(300, 900.0)
    fast_failures = np.full(2700, 1.0)
    outcomes = [Outcome.OK] * 300 + [Outcome.HTTP_ERROR] * 2700
    judged = rows(np.concatenate((slow, fast_failures)), outcome=outcomes)
    assert result("latency: {p50: < 500ms}", judged).state is State.FAIL
    assert result("latency: {mean: < 500ms}", judged).state is State.FAIL
    assert result("errors: < 1%", judged).state is State.FAIL


@pytest.mark.parametrize("statistic", ["p50", "p99", "mean", "max"])
def test_slow_failures_are_not_forgotten(statistic: str) -> None:
    judged = rows(mixed(3000, 1700, slow_ms=60_000), outcome=np.where(mixed(3000, 1700) > 500, 2, 0).tolist())
    assert result(f"latency: {{{statistic}: < 10s}}", judged).state is State.FAIL


@pytest.mark.parametrize("statistic", ["p50", "p99", "max"])
def test_a_timeout_is_slower_than_any_limit(statistic: str) -> None:
    judged = rows(np.full(3000, 10_000.0), outcome=Outcome.SLOW_TIMEOUT)
    found = result(f"latency: {{{statistic}: < 8000h}}", judged)
    assert (found.state, found.estimate, found.low, found.high) == (State.FAIL, None, None, None)
    assert "time" in found.reason


def test_a_few_timeouts_are_a_tail_without_a_number() -> None:
    outcomes = np.zeros(3000, np.int64)
    outcomes[::100] = Outcome.SLOW_TIMEOUT
    found = result("latency: {p99: < 1s}", rows(np.full(3000, 100.0), outcome=outcomes.tolist()))
    assert (found.state, found.exceedances, found.high) == (State.INCONCLUSIVE, 30, None)
    assert result("latency: {p95: < 1s}", rows(np.full(3000, 100.0), outcome=outcomes.tolist())).state is State.PASS


@pytest.mark.parametrize("statistic", ["p50", "p99.9", "mean", "max"])
def test_when_everything_failed_fast_there_is_no_latency(statistic: str) -> None:
    found = result(f"latency: {{{statistic}: < 1s}}", rows(np.full(3000, 1.0), outcome=Outcome.HTTP_ERROR))
    assert (found.state, found.estimate) == (State.ERROR, None)
    assert found.reason.startswith("none of 3,000 requests ended as expected: 3,000 ")


# Mean and maximum


@pytest.mark.parametrize(
    ("criterion", "n", "state"),
    [
        ("mean: < 200ms", 3000, State.PASS),
        ("mean: < 110ms", 3000, State.FAIL),
        ("mean: < 126ms", 3000, State.INCONCLUSIVE),
        ("mean: < 200ms", 59, State.INCONCLUSIVE),
        ("mean: < 200ms", 1, State.INCONCLUSIVE),
        ("mean: {pass: < 200ms, warn: < 120ms}", 3000, State.WARNING),
        ("mean: {pass: < 200ms, warn: < 150ms}", 3000, State.PASS),
    ],
)
def test_a_mean_by_its_interval(criterion: str, n: int, state: State) -> None:
    found = result(f"latency: {{{criterion}}}", rows(mixed(3000, 96)[:n]))
    assert found.state is state
    if n == 3000:
        assert found.estimate == pytest.approx(125.6)
        assert found.low is not None
        assert found.high is not None
        assert found.low < 125.6 < found.high


def test_a_mean_of_too_few_says_how_many_it_takes() -> None:
    found = result("latency: {mean: < 1s}", rows(np.full(30, 5.0)))
    assert "its interval takes 60 requests, not 30; about 60 s more at this rate" in found.reason


def test_a_timeout_enters_a_mean_with_the_time_that_was_waited() -> None:
    found = result("latency: {mean: < 1s}", rows(np.full(3000, 10_000.0), outcome=Outcome.SLOW_TIMEOUT))
    assert (found.state, found.estimate) == (State.FAIL, 10_000.0)


@pytest.mark.parametrize(
    ("criterion", "state"),
    [
        ("max: < 1s", State.PASS),
        ("max: < 900ms", State.FAIL),
        ("max: <= 900ms", State.PASS),
        ("max: < 800ms", State.FAIL),
        ("max: {pass: < 1s, warn: < 900ms}", State.WARNING),
    ],
)
def test_a_maximum_is_of_this_run(criterion: str, state: State) -> None:
    found = result(f"latency: {{{criterion}}}", rows(mixed(3000, 1)))
    assert (found.state, found.estimate, found.low, found.high) == (state, 900.0, None, None)


# Errors


@pytest.mark.parametrize(
    ("criterion", "failed", "state"),
    [
        ("< 1%", 0, State.PASS),
        ("< 1%", 15, State.PASS),
        ("< 1%", 30, State.INCONCLUSIVE),
        ("< 1%", 50, State.FAIL),
        ("< 1%", 3000, State.FAIL),
        ("< 100%", 3000, State.INCONCLUSIVE),
        ("< 100%", 2900, State.PASS),
        ("{pass: < 5%, warn: < 1%}", 45, State.WARNING),
        ("{pass: < 5%, warn: < 1%}", 15, State.PASS),
        ("< 0.1%", 0, State.INCONCLUSIVE),
    ],
)
def test_the_error_rate_by_its_interval(criterion: str, failed: int, state: State) -> None:
    outcomes = np.where(mixed(3000, failed) > 500, int(Outcome.HTTP_ERROR), 0)
    found = result(f"errors: {criterion}", rows(np.full(3000, 5.0), outcome=outcomes.tolist()))
    assert (found.state, found.estimate, found.exceedances, found.n) == (state, failed / 3000, failed, 3000)
    assert found.low is not None
    assert found.high is not None
    assert found.low <= failed / 3000 <= found.high
    assert found.unit == "ratio"


@pytest.mark.parametrize("n", [1, 2, 3, 100, 298])
def test_too_few_requests_never_pass_an_error_rate_of_one_percent(n: int) -> None:
    found = result("errors: < 1%", rows(np.full(n, 5.0)))
    assert found.state is State.INCONCLUSIVE
    assert "a verdict takes 299 independent requests" in found.reason


def test_a_tiny_error_rate_is_told_at_once() -> None:
    found = result("errors: < 0.0000001%", rows(np.full(100, 5.0)))
    assert "a verdict takes 2,995,732,2" in found.reason


def test_errors_name_their_kinds_the_most_frequent_first() -> None:
    outcomes = [Outcome.OK] * 2900 + [Outcome.CONNECTION] * 20 + [Outcome.HTTP_ERROR] * 50 + [Outcome.SLOW_TIMEOUT] * 30
    statuses = [200] * 2900 + [0] * 20 + [503] * 50 + [0] * 30
    found = result("errors: < 1%", rows(np.full(3000, 5.0), outcome=outcomes, status=statuses))
    assert "100 of 3,000 requests failed (50 status 503, 30 slow-timeout, 20 connection): 3.33 %" in found.reason


def test_a_burst_of_errors_is_one_piece_of_bad_luck() -> None:
    outcomes = [Outcome.OK] * 1450 + [Outcome.HTTP_ERROR] * 100 + [Outcome.OK] * 1450
    found = result("errors: < 1%", rows(np.full(3000, 5.0), outcome=outcomes))
    assert found.state is State.INCONCLUSIVE
    assert found.estimate == pytest.approx(1 / 30)


# Subjects, and nothing to judge


def test_an_endpoint_is_judged_by_its_own_requests() -> None:
    judged = rows(np.where(np.arange(6000) % 2 == 0, 100.0, 900.0), endpoint=(np.arange(6000) % 2).tolist())
    first = result("endpoints: {GET /a: {latency: {p95: < 500ms}}}", judged)
    second = result("endpoints: {GET /b: {latency: {p95: < 500ms}}}", judged)
    assert [(item.state, item.n, item.subject) for item in (first, second)] == [
        (State.PASS, 3000, "GET /a"),
        (State.FAIL, 3000, "GET /b"),
    ]


def test_an_endpoint_that_no_request_has_is_an_error_that_lists_those_there_are() -> None:
    judged = rows([5.0] * 10, endpoint=[0, 1] * 5)
    found = result("endpoints: {GET /x: {errors: < 1%}}", judged)
    assert (found.state, found.reason) == (State.ERROR, "no judged request has the endpoint 'GET /x'")
    assert found.cure == "the run has GET /a, GET /b"


@pytest.mark.parametrize(
    "text", ["latency: {p95: < 1s}", "latency: {mean: < 1s}", "latency: {max: < 1s}", "errors: < 5%"]
)
@pytest.mark.parametrize("judged", [None, rows([])])
def test_no_request_is_an_error_and_never_a_pass(text: str, judged: Requests | None) -> None:
    found = result(text, judged)
    assert (found.state, found.reason, found.estimate) == (State.ERROR, "no request was judged", None)


def test_a_run_whose_phase_is_not_known_still_gets_a_verdict() -> None:
    found = judge(objective("api: {latency: {p99: < 1s}}"), rows(np.full(100, 5.0)), None, 0.05)
    assert found.state is State.INCONCLUSIVE
    assert "more at this rate" not in found.reason


# Extremes


CRITERIA = ["latency: {p50: < 500ms}", "latency: {p99.9999: < 500ms}", "latency: {mean: <= 500ms}", "errors: < 1%"]


@pytest.mark.parametrize("text", CRITERIA)
@pytest.mark.parametrize("n", [1, 2, 3, 4, 28, 29, 30, 31, 59, 60, 61])
@pytest.mark.parametrize("latency_ms", [0.0, 500.0, 1e12])
def test_few_equal_or_huge_latencies(text: str, n: int, latency_ms: float) -> None:
    found = result(text, rows(np.full(n, latency_ms)))
    if "errors" in text or "99.9999" in text:
        assert found.state is not State.PASS
    elif found.state is State.PASS:
        assert n >= 5
        assert latency_ms == 0.0 or (latency_ms == 500.0 and "<=" in text)


@given(
    st.integers(1, 800),
    st.integers(0, 2**32 - 1),
    st.sampled_from(["p50", "p90", "p99", "mean", "max"]),
    st.sampled_from([1, 5, 50, 5000]),
    st.booleans(),
)
@settings(max_examples=150, deadline=None)
def test_the_state_agrees_with_the_interval_that_is_printed(
    n: int, seed: int, statistic: str, limit_ms: int, strict: bool
) -> None:
    random = np.random.default_rng(seed)
    outcomes = random.choice(6, n, p=[0.9, 0.02, 0.02, 0.02, 0.02, 0.02])
    judged = rows(random.lognormal(1, 1, n), outcome=outcomes.tolist())
    found = result(f"latency: {{{statistic}: <{'' if strict else '='} {limit_ms}ms}}", judged)

    def broken(value: float) -> bool:
        return value >= limit_ms if strict else value > limit_ms

    if statistic == "max":
        assert found.state in {State.PASS, State.FAIL, State.ERROR}
    elif found.state is State.PASS:
        assert found.high is not None
        assert not broken(found.high)
    elif found.state is State.FAIL:
        assert found.low is None or broken(found.low)  # None: a timeout, which has no number
    elif found.state is State.INCONCLUSIVE:
        assert found.low is None or not broken(found.low)
        assert found.high is None or broken(found.high)


@given(st.integers(300, 3000), st.integers(0, 2**32 - 1), st.sampled_from([Outcome.HTTP_ERROR, Outcome.CONNECTION]))
@settings(max_examples=30, deadline=None)
def test_fast_failures_leave_a_percentile_as_it_was(n: int, seed: int, outcome: Outcome) -> None:
    random = np.random.default_rng(seed)
    failed = random.random(n) < 0.3
    judged = rows(np.where(failed, 0.1, random.lognormal(5, 1, n)), outcome=np.where(failed, outcome, 0).tolist())
    assert result("latency: {p90: < 500ms}", judged) == result("latency: {p90: < 500ms}", judged.where(~failed))


# Requests that nobody can name


@pytest.mark.parametrize(("nameless", "state"), [(0, State.PASS), (2, State.PASS), (300, State.INCONCLUSIVE)])
def test_an_endpoint_does_not_pass_by_what_never_answered(nameless: int, state: State) -> None:
    n = 3000
    outcome, endpoint = np.zeros(n, np.int64), np.zeros(n, np.int64)
    hung = np.linspace(0, n - 1, nameless).astype(np.int64)
    outcome[hung], endpoint[hung] = Outcome.SLOW_TIMEOUT, 1
    made = rows(np.full(n, 100.0), outcome=outcome.tolist(), endpoint=endpoint.tolist())
    judged = replace(made, endpoints=("GET /a", NO_ANSWER))
    found = result('endpoints: {"GET /a": {latency: {p95: < 1s}}}', judged)
    assert found.state is state
    assert ("ended without an answer" in found.reason) is (state is State.INCONCLUSIVE)
