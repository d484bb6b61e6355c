"""Pages idle, under load and both: each condition is judged by itself, and one that is missing never passes."""

from dataclasses import replace

import pytest
from synthetic import BEGAN_S, evidence, page, slo

from slogate.analyzer.evidence import Evidence, Phase, RunState
from slogate.analyzer.judge_pages import undecided_pages
from slogate.analyzer.result import ObjectiveResult, State
from slogate.analyzer.verdict import Verdict
from slogate.analyzer.verdict import judge as judge_run
from slogate.analyzer.web.facts import LoadOutcome, PageLoad
from slogate.slo.conditions import When, conditions_of

LCP = "web: {lcp: {pass: < 2.5s, warn: < 2s}}"
FAST, NEAR, SLOW = [1000.0] * 5, [2200.0] * 5, [9000.0] * 5
MIXED = [1000.0, 9000.0] * 2 + [1000.0]


def idle(values_ms: list[float]) -> list[PageLoad]:
    return [page(lcp_ms=value) for value in values_ms]


def loaded(values_ms: list[float], **facts: object) -> list[PageLoad]:
    """Loads one after the other from the beginning of the judged load, each 6 s long."""
    loads = []
    for number, value in enumerate(values_ms):
        start_us = round((BEGAN_S + 6.0 * number) * 1e6)
        times: dict[str, object] = {"started_at_us": start_us, "ended_at_us": start_us + 6_000_000}
        changes = times | {"when": "loaded"} | facts
        loads.append(replace(page(lcp_ms=value), **changes))  # type: ignore[arg-type]  # the facts of a load
    return loads


def run(when: When, *loads: PageLoad, load_s: float = 60.0, **changes: object) -> Evidence:
    under_load = [load for load in loads if load.when == "loaded"]
    facts: dict[str, object] = {
        "pages": loads,
        "planned_pages": ("home",),
        "known_pages": ("home",),
        "page_loads": 5,
        "conditions": conditions_of(when),
        "loads_made": {"home": len(loads) - len(under_load)},
        "loads_made_under_load": {"home": len(under_load)},
        "areas": frozenset({"web"}),
        "phases": (Phase("load", BEGAN_S, BEGAN_S + load_s, judged=True),),
    }
    return evidence(None, **facts | changes)


def judged(measured: Evidence, text: str = LCP) -> Verdict:
    return judge_run(slo(text), measured, allow_inconclusive=False)


def by_id(measured: Evidence, text: str = LCP) -> dict[str, ObjectiveResult]:
    return {result.id: result for result in judged(measured, text).objectives}


def test_each_condition_has_its_own_result_with_its_own_name() -> None:
    found = by_id(run("both", *idle(FAST), *loaded(SLOW)))
    assert {name: (item.when, item.state, item.estimate) for name, item in found.items()} == {
        "web[home].lcp": ("idle", State.PASS, 1000.0),
        "web[home].lcp[loaded]": ("loaded", State.FAIL, 9000.0),
    }
    assert "the median LCP of 5 loads under load is 9,000 ms" in found["web[home].lcp[loaded]"].reason
    assert list(by_id(run("idle", *idle(FAST)))) == ["web[home].lcp"]
    assert list(by_id(run("loaded", *loaded(FAST)))) == ["web[home].lcp[loaded]"]


def test_a_page_with_a_limit_of_its_own_has_it_under_both_conditions() -> None:
    found = by_id(run("both", *idle(SLOW), *loaded(SLOW)), "web: {lcp: < 2.5s, pages: {home: {lcp: < 10s}}}")
    assert {name: item.state for name, item in found.items()} == {
        "web[home].lcp": State.PASS,
        "web[home].lcp[loaded]": State.PASS,
    }


@pytest.mark.parametrize(
    ("of_idle", "under_load", "whole"),
    [
        (FAST, FAST, State.PASS),
        (FAST, NEAR, State.WARNING),
        (NEAR, FAST, State.WARNING),
        (FAST, SLOW, State.FAIL),
        (SLOW, FAST, State.FAIL),
        (SLOW, SLOW, State.FAIL),
        (FAST, MIXED, State.INCONCLUSIVE),
        (MIXED, FAST, State.INCONCLUSIVE),
        (MIXED, SLOW, State.FAIL),
        (FAST, [], State.ERROR),
        ([], FAST, State.ERROR),
        (SLOW, [], State.ERROR),
        ([], [], State.ERROR),
    ],
)
def test_both_have_to_be_met_and_a_missing_one_never_passes(
    of_idle: list[float], under_load: list[float], whole: State
) -> None:
    assert judged(run("both", *idle(of_idle), *loaded(under_load))).state is whole


@pytest.mark.parametrize("when", ["idle", "loaded"])
@pytest.mark.parametrize(
    ("values_ms", "state"),
    [(FAST, State.PASS), (NEAR, State.WARNING), (SLOW, State.FAIL), (MIXED, State.INCONCLUSIVE), ([], State.ERROR)],
)
def test_one_condition_alone_is_judged_by_its_own_loads(when: When, values_ms: list[float], state: State) -> None:
    """The loads of the other one are there, and would say the opposite."""
    other = SLOW if values_ms is FAST else FAST
    loads = [*idle(values_ms), *loaded(other)] if when == "idle" else [*idle(other), *loaded(values_ms)]
    assert judged(run(when, *loads)).state is state


def test_a_page_that_breaks_under_load_is_not_judgeable_there_and_is_idle() -> None:
    broken = loaded([1000.0], outcome=LoadOutcome.HTTP_ERROR, reason="it answered 503")
    verdict = judged(run("both", *idle(FAST), *loaded(FAST)[1:], *broken))
    assert {item.when: item.state for item in verdict.objectives} == {"idle": State.PASS, "loaded": State.ERROR}
    [finding] = [item for item in verdict.findings if item.code == "page_http_error"]
    assert (finding.subject, finding.when) == ("home", "loaded")
    assert finding.message == "1 of 5 loads of home under load cannot be judged: it answered 503"


def test_too_few_loads_under_load_say_why_and_what_helps() -> None:
    result = by_id(run("loaded", *loaded(FAST[:3]), load_s=20.0))["web[home].lcp[loaded]"]
    assert (result.state, result.n, result.cure) == (State.INCONCLUSIVE, 3, "duration: 40s would do")
    assert result.reason.endswith(
        "3 loads are too few to be sure, 5 are the least; the load of 20 s had no time for more"
    )


def test_fewer_loads_than_were_planned_may_be_enough_and_that_is_said() -> None:
    result = by_id(run("loaded", *loaded(FAST), load_s=32.0, page_loads=11))["web[home].lcp[loaded]"]
    assert result.state is State.PASS
    assert result.reason.endswith("all under 2,500 ms; the load of 32 s had no time for more")


def test_further_loads_for_which_there_was_no_time_are_said() -> None:
    result = by_id(run("loaded", *loaded(MIXED), load_s=32.0, most_page_loads=11))["web[home].lcp[loaded]"]
    assert result.state is State.INCONCLUSIVE
    assert result.reason.endswith("too mixed to be sure; the load of 32 s had no time for more")
    assert result.cure.startswith("duration: ")


def test_a_load_that_outlasted_the_load_is_not_judged_and_said() -> None:
    measured = run("loaded", *loaded([*FAST, 9000.0]), load_s=35.0)
    verdict = judged(measured)
    [result] = verdict.objectives
    assert (result.state, result.n) == (State.PASS, 5)
    [warning] = [item for item in verdict.findings if item.code == "load_outlasted"]
    assert warning.message == "1 load of home was begun under load and outlasted it: not judged"


def test_a_page_whose_only_load_outlasted_the_load_was_not_measured() -> None:
    [result] = judged(run("loaded", *loaded(FAST[:1]), load_s=5.0)).objectives
    assert result.state is State.ERROR
    assert result.reason == "no load of home was over before the load was: the load of 5 s had no time for more"
    assert result.cure == "duration: 30s would do"


def test_a_page_that_hung_until_the_load_was_over_is_not_excused_by_its_end() -> None:
    hung = loaded([1000.0], outcome=LoadOutcome.DEADLINE, reason="it took too long", ended_at_us=None)
    assert judged(run("loaded", *loaded(FAST), *hung, load_s=32.0)).state is State.ERROR


def test_a_page_that_had_no_turn_says_why() -> None:
    [result] = judged(run("loaded", load_s=3.0)).objectives
    assert (result.state, result.cure) == (State.ERROR, "a longer duration would do")
    assert result.reason == "home was not loaded under load: the load of 3 s had no time for more"
    [result] = judged(run("loaded", state=RunState.INTERRUPTED)).objectives
    assert (result.reason, result.cure) == ("home was not loaded under load", "the run ended before its turn")


@pytest.mark.parametrize(
    ("made", "reason"),
    [
        ({"home": 6}, "the run folder holds 5 of 6 loads"),
        ({}, "run.json does not say how many loads of home under load were made"),
    ],
)
def test_loads_under_load_that_are_not_in_the_folder_are_missed(made: dict[str, int], reason: str) -> None:
    [result] = judged(run("loaded", *loaded(FAST), loads_made_under_load=made)).objectives
    assert (result.state, result.reason) == (State.ERROR, reason)


def test_a_run_that_was_cut_short_under_load_cannot_pass() -> None:
    cut = {"state": RunState.INTERRUPTED, "loads_made_under_load": {}}
    assert judged(run("loaded", *loaded(FAST), **cut)).state is State.INCONCLUSIVE  # type: ignore[arg-type]  # changes
    assert judged(run("loaded", *loaded(SLOW), **cut)).state is State.FAIL  # type: ignore[arg-type]  # as above


def test_further_loads_are_for_what_is_undecided_under_that_condition() -> None:
    measured = run("both", *idle(FAST), *loaded(MIXED), most_page_loads=11, state=RunState.RUNNING)
    assert undecided_pages(slo(LCP), measured, "idle") == []
    assert undecided_pages(slo(LCP), measured, "loaded") == ["home"]
