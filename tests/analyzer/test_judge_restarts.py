"""A process that ended during the load is counted, whether it came back or not."""

import numpy as np
import pytest
from synthetic import Numbers, evidence, objective, samples

from slogate.analyzer.judge_host import judge
from slogate.analyzer.result import ObjectiveResult, State

SECONDS = np.arange(60) + 0.5
NEVER, TWICE = np.zeros(60), np.zeros(60)
TWICE[[10, 40]] = 1.0


def judged(limit: str, restarts: Numbers, processes: float | Numbers, seconds: Numbers = SECONDS) -> ObjectiveResult:
    text = f"resources: {{processes: {{shop: {{restarts: {limit}}}}}}}\nhost: {{processes: {{shop: pm2}}}}\n"
    told = samples(seconds, {"restarts": restarts, "processes": processes}, "shop")
    return judge(objective(text), evidence(processes=(told,)))


@pytest.mark.parametrize(
    ("limit", "restarts", "state", "said"),
    [
        ("< 1", NEVER, State.PASS, "shop did not end in 60 s, from 60 samples"),
        ("<= 0", NEVER, State.PASS, "did not end"),
        ("< 1", TWICE, State.FAIL, "shop ended 2 times in 60 s"),
        ("<= 2", TWICE, State.PASS, "ended 2 times"),
        ("{pass: < 3, warn: < 1}", TWICE, State.WARNING, "ended 2 times"),
    ],
)
def test_the_number_against_the_limit(limit: str, restarts: Numbers, state: State, said: str) -> None:
    result = judged(limit, restarts, 2.0)
    assert result.state is state
    assert said in result.reason
    assert (result.estimate, result.unit, result.n) == (np.sum(restarts), "count", 60)


def test_one_that_ended_and_did_not_come_back_fails() -> None:
    gone = np.where(SECONDS < 30, 1.0, 0.0)
    once = np.where(SECONDS == 30.5, 1.0, 0.0)
    result = judged("< 1", once, gone)
    assert result.state is State.FAIL
    assert "ended 1 time in 60 s, and was gone at the end" in result.reason


def test_one_that_never_ran_is_an_error_and_no_pass() -> None:
    result = judged("< 1", NEVER, 0.0)
    assert (result.state, result.reason) == (State.ERROR, "no data: shop was not running")


def test_what_happened_outside_the_judged_load_does_not_count() -> None:
    early = np.concatenate([[-2.0, -1.0], SECONDS])
    assert judged("< 1", np.concatenate([[1.0, 1.0], NEVER]), 1.0, early).state is State.PASS


def test_too_few_samples_are_an_error() -> None:
    result = judged("< 1", np.zeros(30), 1.0, SECONDS[:30])
    assert result.state is State.ERROR
    assert "no data for 50% of the judged phase" in result.reason
    assert judged("< 1", [], 1.0, np.array([])).state is State.ERROR
