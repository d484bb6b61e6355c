"""An imported record can fail and never passes; what it does not tell is said."""

from dataclasses import replace

import numpy as np
import pytest
from synthetic import evidence, page, rows, slo

from slogate.analyzer.evidence import Evidence, Outcome
from slogate.analyzer.finding import Severity
from slogate.analyzer.imported import ImportedFile, Lack, findings, sentences
from slogate.analyzer.result import State
from slogate.analyzer.verdict import Verdict, judge
from slogate.analyzer.web.facts import LoadOutcome

API = "api: {latency: {mean: < 200ms, p95: < 500ms, p99: < 1000ms}, errors: < 1%}\n"
FAST, SLOW = [20.0] * 1200, [1500.0] * 1200


def k6(**changes: object) -> ImportedFile:
    whole = ImportedFile("k6.json", "k6", "JSON lines", frozenset({Lack.INTENDED_START}), requests=1200)
    return replace(whole, **changes)  # type: ignore[arg-type]  # each test passes the fields it is about


def lighthouse(*lacks: Lack) -> ImportedFile:
    return ImportedFile("lh.json", "Lighthouse", "JSON", frozenset(lacks), page_loads=5)


def imported(latencies: list[float], *files: ImportedFile, **changes: object) -> Evidence:
    facts: dict[str, object] = {"areas": frozenset({"api"}), "load": None, "generators": ()}
    return evidence(rows(latencies, planned=False), **facts | {"imported": files or (k6(),)} | changes)


def verdict(measured: Evidence, text: str = API) -> Verdict:
    return judge(slo(text), measured, allow_inconclusive=False)


def test_what_would_pass_is_a_warning_that_says_why() -> None:
    found = verdict(imported(FAST))
    assert {result.state for result in found.objectives} == {State.WARNING}
    assert all("k6 measured it and slogate did not watch" in result.reason for result in found.objectives)
    assert (found.state, found.reason) == (
        State.WARNING,
        "all 4 objectives are met, as far as the record of another tool can tell",
    )


def test_each_area_names_the_tools_that_measured_it() -> None:
    both = imported(FAST, k6(), lighthouse(), areas=frozenset({"api"}))
    assert all("because k6 measured it" in result.reason for result in verdict(both).objectives)


@pytest.mark.parametrize(("latencies", "state"), [(SLOW, State.FAIL), ([20.0] * 50, State.INCONCLUSIVE)])
def test_what_does_not_pass_stays_as_it_is(latencies: list[float], state: State) -> None:
    assert verdict(imported(latencies)).state is state


def test_a_run_of_slogates_own_still_passes() -> None:
    assert verdict(evidence(rows(FAST), areas=frozenset({"api"}))).state is State.PASS


def test_a_folder_with_neither_load_nor_import_is_not_judgeable() -> None:
    assert verdict(imported(FAST, imported=())).state is State.ERROR


def test_rate_limited_records_are_not_judgeable() -> None:
    outcomes = np.where(np.arange(1200) % 20 == 0, Outcome.RATE_LIMITED, Outcome.OK)
    limited = evidence(
        rows(FAST, planned=False, outcome=outcomes.tolist()), load=None, areas=frozenset({"api"}), imported=(k6(),)
    )
    assert verdict(limited).state is State.ERROR


@pytest.mark.parametrize(
    ("dropped", "severity"), [(0, None), (1, Severity.WARNING), (50, Severity.WARNING), (60, Severity.ERROR)]
)
def test_dropped_iterations_are_what_k6_did_not_send(dropped: int, severity: Severity | None) -> None:
    file = k6(iterations=1000 - dropped, dropped_iterations=dropped)
    found = [item.severity for item in findings([file]) if item.code == "iterations_dropped"]
    assert found == ([severity] if severity else [])
    assert (verdict(imported(FAST, file)).state is State.ERROR) == (severity is Severity.ERROR)


def test_a_warning_always_stands_and_names_the_doubts() -> None:
    [finding] = findings([k6(lacks=frozenset(Lack))])
    assert (finding.code, finding.severity) == ("imported_load", Severity.WARNING)
    for words in ("nobody knows whether its machine kept up", "a stall also stopped the load", "a rate limiter's 429"):
        assert words in finding.message


def test_each_tool_is_named_once() -> None:
    found = list(findings([k6(), k6(file="second.json"), lighthouse(Lack.SIMULATED)]))
    assert [item.code for item in found] == ["imported_load", "imported_pages"]
    assert "`simulate`" in found[1].message


@pytest.mark.parametrize("lack", Lack)
def test_everything_that_a_record_lacks_has_a_sentence(lack: Lack) -> None:
    [sentence] = sentences(k6(lacks=frozenset({lack})))
    assert sentence.startswith("k6 ")
    assert sentence.endswith(".")


def pages_of_lighthouse(count: int, outcome: LoadOutcome = LoadOutcome.OK) -> Evidence:
    reported = {"lcp": 900.0, "fcp": 500.0}
    loads = tuple(page(ready=None, reported=reported, outcome=outcome) for _ in range(count))
    return evidence(
        None,
        areas=frozenset({"web"}),
        pages=loads,
        planned_pages=("home",),
        known_pages=("home",),
        page_loads=count,
        generators=(),
        imported=(lighthouse(),),
    )


def test_page_loads_of_another_tool_are_a_warning_at_best() -> None:
    found = verdict(pages_of_lighthouse(5), "web: {lcp: < 2.5s}")
    [result] = found.objectives
    assert (result.state, result.estimate) == (State.WARNING, 900.0)
    assert {item.code for item in found.findings} == {"imported_pages"}, "no journey could have named an element"


def test_a_page_that_no_file_holds_is_not_judgeable() -> None:
    [result] = verdict(pages_of_lighthouse(5), "web: {pages: {cart: {lcp: < 2.5s}}}").objectives
    assert (result.state, result.cure) == (State.ERROR, "import its loads as cart=FILE")


def test_an_objective_on_pages_without_any_is_not_judgeable() -> None:
    [result] = verdict(imported(FAST, areas=frozenset({"web"})), "web: {lcp: < 2.5s}").objectives
    assert (result.state, result.cure) == (State.ERROR, "import loads of pages too")


def test_a_page_load_that_failed_there_is_not_judgeable() -> None:
    broken = pages_of_lighthouse(5, LoadOutcome.HTTP_ERROR)
    assert verdict(broken, "web: {lcp: < 2.5s}").state is State.ERROR
