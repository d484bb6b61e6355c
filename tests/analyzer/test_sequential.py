"""Sure before the end: the closed form against numerical integration, the laws, and how often it errs, simulated."""

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, stats
from simulated import AT_THE_LIMIT, naive_rates
from synthetic import objective

from slogate.analyzer.batches import BUCKETS, buckets_of, histogram_of
from slogate.analyzer.evidence import Bools, Floats, Ints
from slogate.analyzer.sequential import (
    LEAST_BATCHES,
    Claim,
    Decision,
    Look,
    SequentialTest,
    claim_of,
    decide,
    log_evidence,
)

ALPHA = 0.05
LIMIT_US = 500_000
P99 = Claim("p99 < 500ms", 0.01, "slower", LIMIT_US)
MAX = Claim("max < 500ms", 0.0, "slower", LIMIT_US)
SHARES = st.sampled_from([0.001, 0.01, 0.05, 0.1, 0.5, 0.8])
Run = tuple[Ints, Ints, Bools]  # of each request: the second of its arrival, its response in us, whether it broke


def run_of(seed: int, seconds: int, slow: float, a_second: int = 40) -> Run:
    """A run in which about this share is slower than the limit, and more so in some spells."""
    random = np.random.default_rng(seed)
    n = seconds * a_second
    second = np.sort(random.integers(0, seconds, n))
    rate = slow * np.where(second // 8 % 4 == 0, 2.5, 0.5)
    response = np.where(random.random(n) < rate, LIMIT_US, LIMIT_US // 4) + random.integers(0, 100_000, n)
    return second, response, response >= LIMIT_US


def seen(run: Run, claim: Claim = P99) -> Look:
    return decide(claim, *run, alpha=ALPHA)


# Evidence


def integrated(broken: float, size: float, share: float, low: float, high: float) -> float:
    """The martingale whose alternatives lie between `low` and `high`, by numerical integration."""
    prior = stats.beta(1, 1 / share - 1)

    def ratio(p: float) -> float:
        likelihood = broken * math.log(p / share) + (size - broken) * math.log1p((share - p) / (1 - share))
        return math.exp(likelihood) * float(prior.pdf(p))

    peak = min(max(broken / size, low + 1e-9), high - 1e-9)
    parts = [low, *sorted({max(low, peak / 2), peak, min(high, 2 * peak)}), high]
    whole = sum(integrate.quad(ratio, a, b, epsabs=0, epsrel=1e-9, limit=200)[0] for a, b in pairwise(parts) if b > a)
    return float(whole / (prior.cdf(high) - prior.cdf(low)))


@pytest.mark.parametrize("share", [0.001, 0.01, 0.1, 0.3, 0.5])  # above 0.5 the mixture has a pole at 1
@pytest.mark.parametrize(("times", "size"), [(0.0, 30.0), (0.5, 1000.0), (1.0, 812.5), (1.2, 400.25), (1.9, 600.0)])
def test_the_closed_form_is_the_integral(share: float, times: float, size: float) -> None:
    broken = min(size, times * share * size)
    to_fail, to_pass = log_evidence(broken, size, share)
    tiny = 1e-12  # the ends of the integral, where the logarithm is not defined
    assert math.exp(to_fail) == pytest.approx(integrated(broken, size, share, share, 1 - tiny), rel=1e-6)
    assert math.exp(to_pass) == pytest.approx(integrated(broken, size, share, tiny, share), rel=1e-6)


@pytest.mark.parametrize("share", [0.001, 0.01, 0.1, 0.5, 0.8])
@pytest.mark.parametrize("n", [1, 10, 500])
def test_no_bet_is_won_on_average_at_the_limit_or_on_the_wrong_side_of_it(share: float, n: int) -> None:
    counts = np.arange(n + 1)
    to_fail, to_pass = np.transpose([log_evidence(count, n, share) for count in counts.tolist()])

    def average(evidence: Floats, true_share: float) -> float:
        return float(np.sum(np.exp(evidence + stats.binom.logpmf(counts, n, true_share))))

    assert average(to_fail, share) == pytest.approx(1)
    assert average(to_pass, share) == pytest.approx(1)
    assert average(to_fail, share / 2) < 1
    assert average(to_pass, (1 + share) / 2) < 1


@given(st.floats(1, 1e7), SHARES, st.floats(0, 1), st.floats(0, 1))
@settings(max_examples=300, deadline=None)
def test_at_a_fixed_size_more_exceedances_never_undo_a_fail_and_never_make_a_pass(
    size: float, share: float, one: float, other: float
) -> None:
    fewer, more = sorted([one, other])
    fail_before, pass_before = log_evidence(fewer * size, size, share)
    fail_after, pass_after = log_evidence(more * size, size, share)
    rounding = 1e-9 * size
    assert fail_after >= fail_before - rounding
    assert pass_after <= pass_before + rounding


@given(st.floats(0, 1e6), SHARES, st.floats(0, 1))
@settings(max_examples=200, deadline=None)
def test_nothing_is_sure_both_ways(size: float, share: float, of: float) -> None:
    to_fail, to_pass = log_evidence(of * size, size, share)
    assert min(to_fail, to_pass) < -math.log(0.2)


def test_it_begins_with_no_evidence_and_takes_some_more_than_a_test_for_one_look() -> None:
    assert log_evidence(0, 0, 0.01) == pytest.approx((0, 0))
    needed = next(n for n in range(1, 10_000) if log_evidence(0, n, 0.01)[1] >= -math.log(ALPHA))
    assert 299 < needed < 500  # 299 do for a single look


# Decisions


def test_a_clear_failure_says_so_with_its_numbers() -> None:
    look = seen(run_of(1, 60, 0.1))
    assert look.decision is Decision.FAIL
    assert look.second == LEAST_BATCHES - 1
    assert look.n_effective is not None
    assert look.reason == (
        f"p99 < 500ms is already sure to fail: {look.broken} of {look.requests} requests are slower, worth "
        f"{look.n_effective:,.0f} independent ones"
    )
    assert 0 < look.n_effective < look.requests
    assert look.log_evidence_to_fail is not None
    assert look.log_evidence_to_fail >= math.log(20)


def test_a_clear_pass_is_sure_before_the_end() -> None:
    look = seen(run_of(2, 300, 0.0))
    assert look.decision is Decision.PASS
    assert "p99 < 500ms is already sure to pass: none of" in look.reason
    assert look.second is not None
    assert look.second < 100


def test_at_the_limit_a_run_comes_to_its_end_undecided() -> None:
    look = seen(run_of(3, 200, 0.01))
    assert look.decision is None
    assert (look.second, look.requests) == (199, 8000)
    assert look.reason.startswith("p99 < 500ms is not decided yet: ")


def test_nothing_is_decided_before_there_are_enough_batches() -> None:
    look = seen(run_of(4, LEAST_BATCHES - 1, 1.0))
    assert (look.decision, look.n_effective, look.log_evidence_to_fail) == (None, None, None)
    assert look.reason.endswith(f"requests are slower, in {LEAST_BATCHES - 1} of the {LEAST_BATCHES} batches it takes")
    assert seen(run_of(4, LEAST_BATCHES, 1.0)).decision is Decision.FAIL


def test_no_request_decides_nothing() -> None:
    none: Ints = np.empty(0, dtype=np.int64)
    look = seen((none, none, none > 0))
    assert (look.decision, look.second) == (None, None)
    assert look.reason == "p99 < 500ms is not decided yet: no request has been seen"


def test_one_burst_is_not_many_batches() -> None:
    # Nearly all requests arrived in one second: however many they are, they are one piece of luck.
    second = np.concatenate([np.arange(40), np.full(100_000, 40)])
    response = np.where(second == 40, 2 * LIMIT_US, LIMIT_US // 2)
    look = seen((second, response, response >= LIMIT_US))
    assert look.decision is None
    assert look.n_effective is not None
    assert look.n_effective < 1


def test_a_maximum_is_refuted_by_one_and_shown_by_none() -> None:
    second, response = np.arange(100), np.full(100, 1000)
    look = seen((second, response, response >= LIMIT_US), MAX)
    assert look.decision is None
    assert look.reason == (
        "max < 500ms is not decided yet: none of 100 requests are slower, and only the end of the run can show that "
        "none will be"
    )
    response[3] = LIMIT_US
    look = seen((second, response, response >= LIMIT_US), MAX)
    assert (look.decision, look.second) == (Decision.FAIL, 3)
    assert look.reason == "max < 500ms is already sure to fail: 1 of 4 requests is slower"


def test_a_decision_stands() -> None:
    test = SequentialTest(P99, alpha=ALPHA)
    slow, fast = (histogram_of(np.full(50, bucket)) for bucket in (1200, 900))
    for second in range(LEAST_BATCHES):
        test.add_batch(second, 50, slow)
    decided = test.look
    assert decided.decision is Decision.FAIL
    for second in range(LEAST_BATCHES, 1000):
        test.add_batch(second, 0, fast)
    assert test.look == decided


def test_a_second_without_requests_says_nothing() -> None:
    test = SequentialTest(P99, alpha=ALPHA)
    before = test.look
    assert test.add_batch(0, 0, np.zeros(BUCKETS, np.int64)) == before


@pytest.mark.parametrize(
    ("second", "broken", "message"),
    [(5, 0, "second 5 was added after second 5"), (6, 51, "51 of 50 requests"), (6, -1, "-1 of 50 requests")],
)
def test_what_cannot_be_is_refused(second: int, broken: int, message: str) -> None:
    test = SequentialTest(P99, alpha=ALPHA)
    histogram = histogram_of(np.full(50, 900))
    test.add_batch(5, 1, histogram)
    with pytest.raises(ValueError, match=message):
        test.add_batch(second, broken, histogram)


@pytest.mark.parametrize(
    ("text", "claim"),
    [
        ("api: {latency: {p99: < 500ms}}", P99),
        ("api: {latency: {p50: <= 1s}}", Claim("p50 <= 1s", 0.5, "slower", 1_000_000)),
        ("api: {latency: {max: < 500ms}}", MAX),
        ("api: {errors: < 1%}", Claim("errors < 1%", 0.01, "failed")),
        (
            "api: {endpoints: {GET /x: {latency: {p99.9: < 2s}}}}",
            Claim("p99.9 < 2s of GET /x", 0.001, "slower", 2_000_000),
        ),
        ("api: {latency: {mean: < 500ms}}", None),
        ("api: {errors: < 100%}", None),
        ("web: {lcp: < 2s}", None),
        ("resources: {cpu: < 70%}", None),
        ("resources: {disk: normal}", None),
    ],
)
def test_what_an_objective_claims(text: str, claim: Claim | None) -> None:
    found = claim_of(objective(text))
    if claim is None or found is None:
        assert found is claim
    else:
        assert (found.name, found.breaking, found.reference_us) == (claim.name, claim.breaking, claim.reference_us)
        assert found.share == pytest.approx(claim.share)


def test_failures_are_said_to_have_failed() -> None:
    second = np.repeat(np.arange(30), 40)
    failed = np.arange(1200) % 10 == 0
    claim = claim_of(objective("api: {errors: < 1%}"))
    assert claim is not None
    look = decide(claim, second, np.full(1200, 1000), failed, alpha=ALPHA)
    assert look.reason.startswith("errors < 1% is already sure to fail: 80 of 800 requests failed, worth ")


# Laws


RUNS = st.builds(
    run_of, st.integers(0, 2**32 - 1), st.sampled_from([5, 40, 150, 290]), st.sampled_from([0, 0.003, 0.01, 0.02, 0.1])
)


@given(RUNS, st.integers(0, 2**32 - 1), st.sampled_from([P99, MAX]))
@settings(max_examples=30, deadline=None)
def test_the_rows_of_a_run_decide_as_its_stream_did(run: Run, seed: int, claim: Claim) -> None:
    second, response, broken = run
    test = SequentialTest(claim, alpha=ALPHA)
    for at in np.unique(second).tolist():
        here = second == at
        test.add_batch(at, int(broken[here].sum()), histogram_of(buckets_of(response[here], LIMIT_US)))
    order = np.random.default_rng(seed).permutation(len(second))
    assert decide(claim, second[order], response[order], broken[order], alpha=ALPHA) == test.look


@given(RUNS, st.integers(2, 1000))
@settings(max_examples=30, deadline=None)
def test_scaling_all_latencies_and_the_limit_changes_nothing(run: Run, factor: int) -> None:
    second, response, broken = run
    scaled = Claim(P99.name, P99.share, P99.breaking, LIMIT_US * factor)
    assert decide(scaled, second, response * factor, broken, alpha=ALPHA) == seen(run)


@given(RUNS, st.integers(0, 100))
@settings(max_examples=20, deadline=None)
def test_what_came_after_a_decision_does_not_matter(run: Run, more: int) -> None:
    second, response, broken = run
    look = seen(run)
    if look.decision is not None:
        keep = second <= (look.second or 0) + more
        assert seen((second[keep], response[keep], broken[keep])) == look


@given(RUNS)
@settings(max_examples=20, deadline=None)
def test_more_confidence_never_decides_sooner(run: Run) -> None:
    sure, surer = (decide(P99, *run, alpha=alpha) for alpha in (0.05, 0.01))
    assert surer.requests >= sure.requests


# How often it errs is simulated in tests/sim/early_end.py


def test_the_test_for_one_look_errs_far_more_often_when_it_is_looked_at_every_second() -> None:
    found = naive_rates(AT_THE_LIMIT[0], 100, seed=20260921)
    assert found.passes + found.fails > 0.3 * found.runs, found.says()
