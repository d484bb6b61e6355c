"""Laws of the whole judge: what may be done to a run without changing its verdict, and what can only make it worse.

How much requests depend on each other is estimated from the requests themselves, so a slower one may well make a run
less decided. But nothing that is worse for a visitor, and no stricter limit, makes a pass of a failure.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from synthetic import evidence, rows, slo

from slogate.analyzer.dependence import BATCHES
from slogate.analyzer.evidence import Bools, Evidence, Floats, Outcome
from slogate.analyzer.result import ObjectiveResult, State
from slogate.analyzer.verdict import judge

SEEDS = st.integers(0, 2**32 - 1)
STATISTICS = ("p50", "p90", "p95", "p99", "mean", "max")


def latencies_of(seed: int, n: int = 1500) -> Floats:
    """Response times in whole ms, so that limits and factors are exact; some runs are even, others have a bad spell."""
    random = np.random.default_rng(seed)
    values = random.lognormal(5, random.uniform(0.1, 1.0), n)
    begin = random.integers(0, n)
    values[begin : begin + int(random.integers(0, n // 4))] *= random.uniform(1, 4)
    return np.ceil(values)


def limits_of(latencies: Floats, seed: int) -> dict[str, int]:
    """Limits near what was measured, so that each state comes up."""
    random = np.random.default_rng([seed, 1])
    measured = {"mean": latencies.mean(), "max": latencies.max()} | {
        name: np.quantile(latencies, float(name[1:]) / 100) for name in STATISTICS if name.startswith("p")
    }
    return {name: int(value * random.uniform(0.6, 1.6)) + 1 for name, value in measured.items()}


def judged(latencies: Floats, limits: dict[str, int], **of_rows: Any) -> dict[str, ObjectiveResult]:
    criteria = ", ".join(f"{name}: < {limit}ms" for name, limit in limits.items())
    measured: Evidence = evidence(rows(latencies, **of_rows))
    text = f"api: {{latency: {{{criteria}}}, errors: < 2%}}"
    return {item.statistic: item for item in judge(slo(text), measured, allow_inconclusive=False).objectives}


def states(results: dict[str, ObjectiveResult]) -> dict[str, State]:
    return {name: item.state for name, item in results.items()}


@settings(deadline=None, max_examples=15)
@given(SEEDS)
def test_the_estimate_is_numpys_and_of_independent_requests_the_interval_scipys(seed: int) -> None:
    latencies = np.random.default_rng(seed).integers(1, 400, 1500).astype(np.float64)
    results = judged(latencies, limits_of(latencies, seed))
    for name in ("p50", "p90", "p95", "p99"):
        share, found = float(name[1:]) / 100, results[name]
        assert found.estimate == np.quantile(latencies, share, method="inverted_cdf")
        whole = stats.quantile_test(latencies, p=share, alternative="two-sided").confidence_interval(0.90)
        assert found.low is None or found.low <= whole.low  # worth fewer of them, it is no narrower
        assert found.high is None or found.high >= whole.high
        if found.n_effective == found.n:
            high = stats.quantile_test(latencies, p=share, alternative="less").confidence_interval(0.95).high
            low = stats.quantile_test(latencies, p=share, alternative="greater").confidence_interval(0.95).low
            assert (found.low, found.high) == (low, high)


@settings(deadline=None, max_examples=20)
@given(SEEDS, st.sampled_from([2, 3, 10]))
def test_scaling_all_latencies_and_limits_changes_nothing(seed: int, factor: int) -> None:
    latencies = latencies_of(seed)
    limits = limits_of(latencies, seed)
    scaled = judged(latencies * factor, {name: limit * factor for name, limit in limits.items()})
    assert states(scaled) == states(judged(latencies, limits))


@settings(deadline=None, max_examples=20)
@given(SEEDS, st.integers(1, 500))
def test_shifting_all_latencies_and_limits_changes_nothing(seed: int, by: int) -> None:
    latencies = latencies_of(seed)
    limits = limits_of(latencies, seed)
    shifted = judged(latencies + by, {name: limit + by for name, limit in limits.items()})
    assert states(shifted) == states(judged(latencies, limits))


@settings(deadline=None, max_examples=20)
@given(SEEDS)
def test_the_order_of_whole_batches_changes_nothing(seed: int) -> None:
    latencies = latencies_of(seed)
    limits = limits_of(latencies, seed)
    batches = latencies.reshape(BATCHES, -1)
    mixed = np.random.default_rng([seed, 2]).permutation(batches).reshape(-1)
    assert states(judged(mixed, limits)) == states(judged(latencies, limits))


def slower(latencies: Floats, random: np.random.Generator) -> Floats:
    """The same requests, of which some took longer: here and there, or in one spell."""
    n = len(latencies)
    some = random.random(n) < random.uniform(0.001, 0.2)
    if random.random() < 0.5:
        begin = random.integers(0, n)
        some = (np.arange(n) >= begin) & (np.arange(n) < begin + random.integers(1, n // 3))
    return latencies + np.where(some, np.ceil(random.exponential(300, n)), 0)


def with_slow_ones_more(latencies: Floats, random: np.random.Generator) -> Floats:
    """The same requests, and some more that are slower than any limit."""
    at = np.sort(random.integers(0, len(latencies), random.integers(1, 60)))
    return np.insert(latencies, at, 5000.0)


@pytest.mark.parametrize("worse", [slower, with_slow_ones_more])
@settings(deadline=None, max_examples=25)
@given(seed=SEEDS)
def test_no_slower_request_makes_a_pass_of_a_failure(
    worse: Callable[[Floats, np.random.Generator], Floats], seed: int
) -> None:
    latencies = latencies_of(seed)
    limits = limits_of(latencies, seed)
    before = states(judged(latencies, limits))
    after = states(judged(worse(latencies, np.random.default_rng([seed, 3])), limits))
    assert [name for name in limits if before[name] is State.FAIL and after[name] is State.PASS] == []


@settings(deadline=None, max_examples=25)
@given(SEEDS, st.floats(0.05, 1.0))
def test_no_tighter_limit_makes_a_pass_of_a_failure(seed: int, factor: float) -> None:
    latencies = latencies_of(seed)
    limits = limits_of(latencies, seed)
    before = states(judged(latencies, limits))
    after = states(judged(latencies, {name: max(1, int(limit * factor)) for name, limit in limits.items()}))
    assert [name for name in limits if before[name] is State.FAIL and after[name] is State.PASS] == []


@settings(deadline=None, max_examples=20)
@given(SEEDS, st.sampled_from([Outcome.HTTP_ERROR, Outcome.CHECK_FAILED, Outcome.CONNECTION, Outcome.SLOW_TIMEOUT]))
def test_no_failure_more_makes_a_pass_of_a_failure(seed: int, outcome: Outcome) -> None:
    random = np.random.default_rng(seed)
    first = random.random(1500) < random.uniform(0, 0.05)
    more = first | (random.random(1500) < random.uniform(0, 0.2))

    def failing(which: Bools) -> State:
        measured = evidence(rows([20.0] * 1500, outcome=np.where(which, int(outcome), int(Outcome.OK)).tolist()))
        return judge(slo("api: {errors: < 2%}"), measured, allow_inconclusive=False).state

    assert failing(first) is not State.FAIL or failing(more) is not State.PASS
