"""Page objectives: the median over loads, what makes a page not judgeable, and what counts as slower than any limit."""

from dataclasses import replace

import pytest
from synthetic import evidence, page, slo

from slogate.analyzer.evidence import Evidence, RunState
from slogate.analyzer.judge_pages import judge, undecided_pages
from slogate.analyzer.result import ObjectiveResult, State
from slogate.analyzer.web.facts import LayoutShift, LoadOutcome, PageLoad, Request

LCP = "web: {lcp: < 2.5s}"
SHIFTS = (
    LayoutShift(start_ms=100.0, value=0.05, had_recent_input=False),
    LayoutShift(start_ms=200.0, value=0.03, had_recent_input=False),
)
SCRIPT = Request(
    url="http://shop.example/a.js",
    method="GET",
    type="Script",
    start_ms=1.0,
    end_ms=9.0,
    status=200,
    encoded_bytes=200_000,
)


def run(*loads: PageLoad, **changes: object) -> Evidence:
    names = tuple(dict.fromkeys(load.page for load in loads)) or ("home",)
    facts: dict[str, object] = {"pages": loads, "planned_pages": names, "known_pages": names}
    return evidence(None, **facts | changes)


def results(text: str, measured: Evidence, alpha: float = 0.05) -> list[ObjectiveResult]:
    file = slo(text)
    return [result for item in file.objectives() for result in judge(item, file, measured, alpha)]


def one(text: str, *loads: PageLoad, alpha: float = 0.05) -> ObjectiveResult:
    [result] = results(text, run(*loads), alpha)
    return result


def lcps(*values_ms: float) -> list[PageLoad]:
    return [page(lcp_ms=value) for value in values_ms]


@pytest.mark.parametrize(
    ("criterion", "values_ms", "state"),
    [
        ("< 2.5s", [1000.0] * 5, State.PASS),
        ("< 2.5s", [1000.0] * 4, State.INCONCLUSIVE),
        ("< 2.5s", [1000.0], State.INCONCLUSIVE),
        ("< 2.5s", [3000.0] * 5, State.FAIL),
        ("< 2.5s", [3000.0] * 4, State.INCONCLUSIVE),
        ("< 2.5s", [1000.0] * 4 + [3000.0], State.INCONCLUSIVE),
        ("< 2.5s", [1000.0] * 7 + [3000.0], State.PASS),
        ("< 2.5s", [3000.0] * 7 + [1000.0], State.FAIL),
        ("< 2.5s", [2500.0] * 5, State.FAIL),
        ("<= 2.5s", [2500.0] * 5, State.PASS),
        ("{pass: < 2.5s, warn: < 2s}", [2200.0] * 5, State.WARNING),
        ("{pass: < 2.5s, warn: < 2s}", [2000.0] * 5, State.WARNING),
        ("{pass: < 2.5s, warn: < 2s}", [1900.0] * 5, State.PASS),
        ("{pass: < 2.5s, warn: < 2s}", [2200.0] * 4, State.INCONCLUSIVE),
        ("{pass: < 2.5s, warn: < 2s}", [3000.0] * 5, State.FAIL),
    ],
)
def test_the_median_by_its_interval(criterion: str, values_ms: list[float], state: State) -> None:
    result = one(f"web: {{lcp: {criterion}}}", *lcps(*values_ms))
    assert result.state is state
    assert result.n == len(values_ms)
    assert result.id == "web[home].lcp"


# Further loads


@pytest.mark.parametrize(
    ("fast", "slow", "state"),
    [
        (5, 0, State.PASS),  # 1/32: as for a single look
        (0, 5, State.FAIL),
        (7, 1, State.INCONCLUSIVE),  # 9/256, which would pass as a single look
        (1, 7, State.INCONCLUSIVE),
        (8, 1, State.PASS),
        (1, 8, State.FAIL),
    ],
)
def test_who_may_look_again_must_be_surer_at_each_look(fast: int, slow: int, state: State) -> None:
    loads = lcps(*[1000] * fast, *[3000] * slow)
    [result] = results(LCP, run(*loads, page_loads=5, most_page_loads=11, loads_made={"home": len(loads)}))
    assert result.state is state


def test_further_loads_are_for_the_pages_that_are_undecided() -> None:
    loads = [
        *lcps(*[1000] * 4, 3000),
        *[page("cart", lcp_ms=9000.0)] * 5,
        *[page("help", outcome=LoadOutcome.HTTP_ERROR)] * 5,
        *[page("news", tti_ms=value) for value in (300.0, None, None, None, None)],
    ]
    measured = run(*loads, page_loads=5, most_page_loads=11, state=RunState.RUNNING)
    assert undecided_pages(slo("web: {lcp: < 2.5s}\nresources: {cpu: < 70%}"), measured, "idle") == ["home"]
    assert undecided_pages(slo("web: {lcp: < 2.5s, tti: < 3s}"), measured, "idle") == ["home", "news"]
    assert undecided_pages(slo("web: {pages: {cart: {lcp: < 2.5s}}}"), measured, "idle") == []


def test_further_loads_that_are_not_in_the_folder_are_missed() -> None:
    [result] = results(LCP, run(*lcps(*[1000] * 8), page_loads=5, most_page_loads=11, loads_made={"home": 9}))
    assert (result.state, result.reason) == (State.ERROR, "the run folder holds 8 of 9 loads")


def test_the_numbers_are_in_milliseconds() -> None:
    result = one(LCP, *lcps(1000, 1100, 1200, 1300, 1400, 1500, 1600))
    assert (result.estimate, result.low, result.high) == (1300.0, 1000.0, 1600.0)
    assert (result.n_effective, result.exceedances, result.limit) == (7.0, 0, 2500.0)
    assert result.reason == (
        "the median LCP of 7 loads is 1,300 ms, all under 2,500 ms; one load beyond the limit would leave it undecided"
    )


@pytest.mark.parametrize(
    ("criterion", "facts", "estimate", "state", "reason"),
    [
        ("cls: < 0.1", {"layout_shifts": SHIFTS}, 0.08, State.PASS, "the median CLS of 5 loads is 0.08, all under 0.1"),
        (
            "cls: {pass: < 0.1, warn: < 0.05}",
            {"layout_shifts": SHIFTS},
            0.08,
            State.WARNING,
            "the median CLS of 5 loads is 0.08, all under 0.1",
        ),
        (
            "page_bytes: < 300kB",
            {"requests": (SCRIPT, SCRIPT)},
            400_000.0,
            State.FAIL,
            "the median page weight of 5 loads is 400 kB, 5 of them at or over 300 kB",
        ),
        (
            "pages: {home: {js_bytes: < 0.5MiB}}",
            {"requests": (SCRIPT,)},
            200_000.0,
            State.PASS,
            "the median JavaScript weight of 5 loads is 200 kB, all under 524 kB",
        ),
        (
            "requests: < 60",
            {"requests": (SCRIPT,) * 57},
            57.0,
            State.PASS,
            "the median request count of 5 loads is 57, all under 60",
        ),
        (
            "third_party_requests: <= 0",
            {"url": "http://other.example/", "requests": (SCRIPT,)},
            1.0,
            State.FAIL,
            "the median third-party request count of 5 loads is 1, 5 of them over 0",
        ),
        (
            "uncached: <= 0",
            {},
            0.0,
            State.PASS,
            "the median uncached file count of 5 loads is 0, all at or under 0",
        ),
    ],
)
def test_every_metric_is_judged_in_its_own_unit(
    criterion: str, facts: dict[str, object], estimate: float, state: State, reason: str
) -> None:
    load = replace(page(), **facts)  # type: ignore[arg-type]  # each case names the fields it is about
    result = one(f"web: {{{criterion}}}", *[load] * 5)
    assert (result.state, result.estimate, result.low, result.high) == (state, estimate, estimate, estimate)
    assert result.reason.split("; ")[0] == reason


def test_too_few_loads_say_how_many_it_takes() -> None:
    assert "page_loads: 5 is the least" in one(LCP, *lcps(1000, 1000, 1000)).reason
    assert "page_loads: 7 is the least" in one(LCP, *lcps(*[1000] * 6), alpha=0.01).reason
    assert "more page_loads would decide" in one(LCP, *lcps(1000, 1000, 3000, 3000, 3000)).reason


def test_each_metric_is_its_own() -> None:
    loads = [page(fcp_ms=100.0, lcp_ms=200.0, tti_ms=5000.0)] * 5
    found = results("web: {fcp: < 1s, lcp: < 1s, tti: < 1s}", run(*loads))
    assert [(item.id, item.state) for item in found] == [
        ("web[home].fcp", State.PASS),
        ("web[home].lcp", State.PASS),
        ("web[home].tti", State.FAIL),
    ]


def test_warm_up_loads_do_not_count() -> None:
    result = one(LCP, *lcps(*[1000] * 5), page(lcp_ms=9000.0, warmup=True))
    assert (result.state, result.n) == (State.PASS, 5)
    only_warm_up = one(LCP, page(warmup=True))
    assert (only_warm_up.state, only_warm_up.reason) == (State.ERROR, "home was not loaded")


# Metrics that are not there


def test_a_tti_that_was_never_reached_fails_and_is_no_number() -> None:
    result = one("web: {tti: < 3.5s}", *[page(tti_ms=None)] * 5)
    assert result.state is State.FAIL
    assert (result.estimate, result.low, result.high) == (None, None, None)
    assert "TTI was not reached in most of 5 loads" in result.reason
    assert "NO_CPU_QUIET" in result.reason


def test_a_tti_that_was_sometimes_not_reached_counts_as_slow() -> None:
    mostly = [page(tti_ms=1000.0)] * 7
    assert one("web: {tti: < 3.5s}", *mostly, page(tti_ms=None)).state is State.PASS
    assert one("web: {tti: < 3.5s}", *mostly[:4], page(tti_ms=None)).state is State.INCONCLUSIVE
    result = one("web: {tti: < 3.5s}", *mostly[:3], *[page(tti_ms=None)] * 4)
    assert (result.state, result.estimate, result.exceedances) == (State.INCONCLUSIVE, None, 4)
    assert "4 of 7 loads did not reach it" in result.reason
    assert "4 of 7 loads did not reach it" in result.cause  # which is all that is told where many objectives share it


def test_too_few_loads_that_never_reached_it_are_inconclusive() -> None:
    assert one("web: {tti: < 3.5s}", page(tti_ms=None)).state is State.INCONCLUSIVE


def test_blocking_without_an_end_is_over_any_limit_as_tti_is() -> None:
    result = one("web: {tbt: < 200ms}", *[page(tti_ms=None)] * 5)
    assert (result.state, result.estimate) == (State.FAIL, None)
    assert "TBT was not reached in most of 5 loads" in result.reason


def test_inp_without_an_interaction_is_not_judgeable_and_says_what_to_do() -> None:
    result = one("web: {inp: < 200ms}", *[page()] * 5)
    assert (result.state, result.cure) == (State.ERROR, "let the journey click or type")
    assert result.reason == "INP is missing in 5 of 5 loads: nobody interacted with the page (NO_INTERACTION)"


@pytest.mark.parametrize("metric", ["fcp", "tti"])
def test_a_page_that_painted_nothing_is_not_the_fastest(metric: str) -> None:
    result = one(f"web: {{{metric}: < 3.5s}}", *[page()] * 6, page(fcp_ms=None))
    assert (result.state, result.estimate) == (State.ERROR, None)
    assert f"{metric.upper()} is missing in 1 of 7 loads" in result.reason
    assert "NO_FCP" in result.reason


def test_a_page_without_a_largest_paint_is_not_judgeable() -> None:
    assert one(LCP, *[page()] * 6, page(lcp_ms=None)).state is State.ERROR


@pytest.mark.parametrize("outcome", [outcome for outcome in LoadOutcome if outcome is not LoadOutcome.OK])
def test_one_load_that_did_not_end_well_makes_the_page_not_judgeable(outcome: LoadOutcome) -> None:
    broken = page(outcome=outcome, reason="it answered 503")
    result = one(LCP, *[page(lcp_ms=9000.0)] * 7, broken)
    assert result.state is State.ERROR
    assert result.reason == "1 of 8 loads cannot be judged: it answered 503"


# Pages


def test_an_objective_without_a_page_is_about_each_page_by_itself() -> None:
    loads = [page("home")] * 5 + [page("cart", lcp_ms=9000.0)] * 5
    found = results(LCP, run(*loads))
    assert [(item.id, item.subject, item.state) for item in found] == [
        ("web[home].lcp", "home", State.PASS),
        ("web[cart].lcp", "cart", State.FAIL),
    ]


def test_a_pages_own_objective_replaces_the_general_one_there_for_that_metric_alone() -> None:
    text = "web: {lcp: < 2.5s, fcp: < 1s, pages: {cart: {lcp: < 10s}}}"
    loads = [page("home", lcp_ms=9000.0)] * 5 + [page("cart", lcp_ms=9000.0)] * 5
    states = {item.id: (item.state, item.limit) for item in results(text, run(*loads))}
    assert states == {
        "web[home].lcp": (State.FAIL, 2500.0),
        "web[cart].lcp": (State.PASS, 10_000.0),
        "web[home].fcp": (State.PASS, 1000.0),
        "web[cart].fcp": (State.PASS, 1000.0),
    }


def test_a_page_that_no_journey_measures_is_an_error_with_the_likely_name() -> None:
    text = "web: {pages: {chekout: {lcp: < 3s}}}"
    [result] = results(text, run(page("checkout"), known_pages=("checkout", "home")))
    assert (result.state, result.cure) == (State.ERROR, "did you mean checkout?")
    assert result.reason == "no journey measures a page named 'chekout'"
    [result] = results("web: {pages: {zzz: {lcp: < 3s}}}", run(page("checkout"), known_pages=("checkout", "home")))
    assert result.cure == "the journeys have checkout, home"
    [result] = results("web: {pages: {zzz: {lcp: < 3s}}}", run(known_pages=(), planned_pages=()))
    assert result.cure == "the journeys have no page"


def test_a_page_that_the_profile_leaves_out_is_no_part_of_the_run() -> None:
    text = "web: {pages: {cart: {lcp: < 3s}}}"
    assert results(text, run(page("home"), planned_pages=("home",), known_pages=("home", "cart"))) == []


def test_a_run_that_measured_no_page_is_an_error() -> None:
    [result] = results(LCP, run(planned_pages=(), known_pages=()))
    assert (result.state, result.reason) == (State.ERROR, "no page was measured")


def test_of_a_page_whose_warm_up_ended_the_run_it_is_said_why_it_was_not_loaded() -> None:
    broken = replace(page(), warmup=True, outcome=LoadOutcome.JOURNEY_ERROR, reason="shop.py:9: the loader ended")
    [result] = results(LCP, run(broken, state=RunState.FAILED))
    assert (result.state, result.reason) == (State.ERROR, "home was not loaded: shop.py:9: the loader ended")
    assert "mend the journey" in result.cure


def test_a_planned_page_that_was_not_loaded_is_an_error() -> None:
    [result] = results(LCP, run(planned_pages=("home",), known_pages=("home",), state=RunState.INTERRUPTED))
    assert (result.state, result.reason) == (State.ERROR, "home was not loaded")
    assert result.cure == "the run ended before its turn"
    [result] = results(LCP, run(planned_pages=("home",), known_pages=("home",)))
    assert result.cure == ""
