"""An objective that is judged in passes has the result that it has over arrays."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from synthetic import Stream, objective, rows

from slogate.analyzer import judge_requests
from slogate.analyzer.evidence import NO_ANSWER, Outcome, Phase, Requests
from slogate.analyzer.passes.judge import judge
from slogate.analyzer.passes.stream import answer
from slogate.analyzer.result import ObjectiveResult

ALPHA = 0.05
PHASE = Phase("load", 0.0, 60.0, judged=True)
NAMES = ("GET /a", NO_ANSWER, "GET /ignored")
IGNORED = frozenset({"GET /ignored"})
OF_ALL = [
    "latency: {mean: < 60ms}",
    "latency: {p50: < 20ms}",
    "latency: {p99: <= 200ms}",
    "latency: {max: < 500ms}",
    "errors: < 5%",
]
OBJECTIVES = [
    *OF_ALL,
    *(f"endpoints: {{GET /a: {{{text}}}}}" for text in OF_ALL),
    "endpoints: {GET /no: {errors: < 1%}}",
]


def drawn(seed: int, n: int, failing: float) -> Requests:
    random = np.random.default_rng(seed)
    outcome = np.where(random.random(n) < failing, random.choice([1, 2, 3, 4], n), Outcome.OK)
    made = rows(
        random.lognormal(3, 1, n),
        endpoint=random.choice(len(NAMES), n, p=[0.8, 0.1, 0.1]).tolist(),
        outcome=outcome.tolist(),
    )
    return replace(made, judged=random.random(n) < 0.9, endpoints=NAMES)


def both_ways(text: str, requests: Requests, *, early: bool, kept: bool) -> tuple[ObjectiveResult, ObjectiveResult]:
    asked = objective(f"api: {{{text}}}")
    judged = requests.where(requests.judged & ~requests.on(IGNORED))
    question = judge(asked, requests.endpoints, IGNORED, PHASE, ALPHA, ended_early=early)
    return (
        answer(Stream(requests, 70, kept), question),
        judge_requests.judge(asked, judged, PHASE, ALPHA, ended_early=early),
    )


@pytest.mark.parametrize("text", OBJECTIVES)
@settings(max_examples=10, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    n=st.integers(0, 250),
    failing=st.sampled_from([0.0, 0.01, 0.5, 1.0]),
    early=st.booleans(),
    kept=st.booleans(),
)
def test_the_result_is_that_of_arrays(text: str, seed: int, n: int, failing: float, early: bool, kept: bool) -> None:
    in_passes, in_arrays = both_ways(text, drawn(seed, n, failing), early=early, kept=kept)
    assert in_passes == in_arrays
