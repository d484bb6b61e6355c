"""`vs_baseline`: each state, beside a limit that passes or warns, and nothing that passes because it is missing."""

import math
from dataclasses import replace

import numpy as np
import pytest
from synthetic import evidence, rows, slo

from slogate.analyzer.evidence import Outcome, RunState
from slogate.analyzer.finding import Severity
from slogate.analyzer.judge_baseline import Baseline
from slogate.analyzer.result import ObjectiveResult, State
from slogate.analyzer.verdict import Verdict, judge

SLO = "api: {latency: {p95: {pass: < 500ms, warn: < 300ms, vs_baseline: <= +10%}}}"
STEADY = (99.0, 100.0, 101.0, 100.0)
ID = "api.latency.p95"


def verdict(latency_ms: float, baseline: Baseline, text: str = SLO, state: RunState = RunState.COMPLETE) -> Verdict:
    measured = evidence(rows(np.full(3000, latency_ms)), state=state)
    return judge(slo(text), measured, allow_inconclusive=False, baseline=baseline)


def result_of(estimate: float | None, **changes: object) -> ObjectiveResult:
    """What a run of the baseline has."""
    (found, _) = verdict(100.0, Baseline("")).objectives
    return replace(found, estimate=estimate, **changes)  # type: ignore[arg-type]  # each test passes its own fields


def runs_at(*values_ms: float) -> Baseline:
    return Baseline("1.4.0", tuple({ID: result_of(value)} for value in values_ms))


@pytest.mark.parametrize(
    ("latency_ms", "limit", "change", "whole"),
    [
        (100.0, State.PASS, State.PASS, State.PASS),
        (150.0, State.PASS, State.FAIL, State.FAIL),
        (110.0, State.PASS, State.INCONCLUSIVE, State.INCONCLUSIVE),
        (50.0, State.PASS, State.PASS, State.PASS),
        (400.0, State.WARNING, State.FAIL, State.FAIL),
        (600.0, State.FAIL, State.FAIL, State.FAIL),
    ],
)
def test_states_beside_those_of_the_limit(latency_ms: float, limit: State, change: State, whole: State) -> None:
    found = verdict(latency_ms, runs_at(*STEADY))
    assert [item.state for item in found.objectives] == [limit, change]
    assert found.state is whole
    result = found.objectives[1]
    assert (result.id, result.criterion, result.unit) == (f"{ID}.vs_baseline", "<= +10% vs baseline", "change")
    assert result.estimate == pytest.approx(latency_ms / 100 - 1, abs=0.001)
    assert "beside 1.4.0 (4 runs)" in result.reason


def test_a_warning_stays_where_the_change_passes() -> None:
    found = verdict(400.0, runs_at(399.0, 400.0, 401.0))
    assert [item.state for item in found.objectives] == [State.WARNING, State.PASS]
    assert found.state is State.WARNING


def test_without_any_baseline_it_is_information_and_no_pass() -> None:
    found = verdict(100.0, Baseline("", missing="no baseline yet: none passed", cure="name each release"))
    result = found.objectives[1]
    assert (result.state, result.reason, result.estimate) == (State.INFO, "no baseline yet: none passed", None)
    assert found.state is State.PASS
    [note] = [finding for finding in found.findings if finding.code == "no_baseline"]
    assert note.message == "vs_baseline of 1 objective was held against nothing: no baseline yet: none passed"
    assert (note.severity, note.cure) == (Severity.WARNING, "name each release")


def test_with_a_baseline_nothing_is_noted() -> None:
    assert "no_baseline" not in {finding.code for finding in verdict(100.0, runs_at(*STEADY)).findings}


def test_a_baseline_that_was_asked_for_and_cannot_be_used_is_not_judgeable() -> None:
    found = verdict(100.0, Baseline("", missing="other scenarios", unusable=True))
    assert (found.objectives[1].state, found.state) == (State.ERROR, State.ERROR)


@pytest.mark.parametrize(
    "run",
    [
        {},
        {ID: result_of(None, state=State.ERROR, reason="a limiter answered")},
        {ID: result_of(None, reason="timeouts")},
    ],
)
def test_a_baseline_without_the_metric_is_not_judgeable(run: dict[str, ObjectiveResult]) -> None:
    found = verdict(100.0, Baseline("1.4.0", ({ID: result_of(100.0)}, run)))
    assert found.objectives[1].state is State.ERROR
    assert found.objectives[1].reason.startswith("the baseline 1.4.0 has no number: ")


def test_a_run_that_is_not_judgeable_is_not_judgeable_here_either() -> None:
    measured = evidence(rows(np.full(3000, 100.0), outcome=[Outcome.RATE_LIMITED] * 1500 + [Outcome.OK] * 1500))
    found = judge(slo(SLO), measured, allow_inconclusive=False, baseline=runs_at(*STEADY))
    assert [item.state for item in found.objectives] == [State.ERROR, State.ERROR]


def test_one_run_beside_one_is_indicative() -> None:
    result = verdict(300.0, runs_at(100.0)).objectives[1]
    assert (result.state, result.low, result.high) == (State.INCONCLUSIVE, None, None)
    assert result.estimate == pytest.approx(2.0, abs=0.01)
    assert "only indicative: how much runs differ takes 10 earlier ones to know, and there are 0" in result.reason


@pytest.mark.parametrize(("count", "state"), [(9, State.INCONCLUSIVE), (10, State.FAIL)])
def test_one_run_beside_one_is_decided_by_ten_earlier_ones(count: int, state: State) -> None:
    earlier = {ID: [100 * math.exp(0.02 * (-1) ** index) for index in range(count)]}
    assert verdict(200.0, replace(runs_at(100.0), earlier=earlier)).objectives[1].state is state


def test_a_run_that_was_cut_short_does_not_pass_it() -> None:
    found = verdict(100.0, runs_at(*STEADY), state=RunState.INTERRUPTED)
    assert [item.state for item in found.objectives] == [State.INCONCLUSIVE, State.INCONCLUSIVE]


def test_an_error_rate_may_rise_by_a_share_of_its_limit() -> None:
    text = "api: {errors: {pass: < 2%, vs_baseline: <= +10%}}"

    def state(failed: int, base: tuple[float, ...]) -> State:
        outcome = [Outcome.HTTP_ERROR] * failed + [Outcome.OK] * (20_000 - failed)
        measured = evidence(rows(np.full(20_000, 5.0), outcome=outcome))
        known = judge(slo(text), measured, allow_inconclusive=False).objectives[0]
        runs = tuple({known.id: replace(known, estimate=value)} for value in base)
        return (
            judge(slo(text), measured, allow_inconclusive=False, baseline=Baseline("1.4.0", runs)).objectives[1].state
        )

    assert state(0, (0.0, 0.0, 0.0, 0.0)) is State.PASS
    assert state(200, (0.0, 0.0, 0.0, 0.0)) is State.FAIL  # one point more, of which 0.2 are allowed
    assert state(200, (0.01, 0.0101, 0.0099, 0.01)) is not State.FAIL
