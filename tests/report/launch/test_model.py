"""The document of a decided list: what backs each mark, in the language that was asked for."""

import pytest
from lists import checklist, load_of, request
from synthetic import evidence, page, rows, slo

from slogate.analyzer.evidence import Evidence, RunState
from slogate.analyzer.verdict import judge
from slogate.analyzer.web.facts import LoadOutcome
from slogate.checklists.decide import decide
from slogate.checklists.model import Language
from slogate.checklists.proof import Mark
from slogate.report.launch.model import LaunchChecklist, build
from slogate.runs.info import RunInfo

BY = slo("api: {latency: {p95: < 5s}, errors: < 1%}\n")
INFO = RunInfo(
    run_id="0",
    service="shop",
    release="1.5.0",
    profile="launch",
    state=RunState.COMPLETE,
    started_at="2026-11-29T23:50:54+00:00",
    areas=["api", "web"],
    targets={},
    allow_inconclusive=False,
)


def document(*shown_by: str, measured: Evidence, language: Language = "en") -> LaunchChecklist:
    items = checklist(*shown_by)
    verdict = judge(BY, measured, allow_inconclusive=False)
    return build(items, decide(items, BY, measured, verdict), verdict, INFO, "run", "reports/run", language)


def lines(shown_by: str, measured: Evidence, language: Language = "en") -> tuple[str, ...]:
    [[item]] = [part.items for part in document(shown_by, measured=measured, language=language).parts]
    return item.lines


def test_marks_are_counted_and_the_verdict_is_said() -> None:
    made = document("{verdict: true}", "", measured=evidence(rows([20.0] * 3000)))
    assert made.counts == {Mark.TICKED: 1, Mark.CROSSED: 0, Mark.UNDECIDED: 0, Mark.OPEN: 1}
    assert made.verdict == "pass: all 2 objectives are met"
    assert (made.sign_off, made.folder) == (("Deployer",), "reports/run")


@pytest.mark.parametrize(("latency_ms", "said"), [(20.0, "통과 (목표 2개 중 2개)"), (9000.0, "미달 (목표 2개 중 1개)")])
def test_the_verdict_is_said_in_korean(latency_ms: float, said: str) -> None:
    measured = evidence(rows([latency_ms] * 3000))
    assert document("", measured=measured, language="ko").verdict == said
    assert lines("{verdict: true}", measured, "ko") == (f"slo.yaml 종합 판정: {said}",)


def test_what_is_undecided_says_why_and_what_helps() -> None:
    line, why = lines("{slo: {api: {latency: {p99: < 1s}}}}", evidence(rows([20.0] * 200)))
    assert line.endswith("- not enough evidence")
    assert "a verdict takes 299" in why
    line, why = lines("{slo: {web: {inp: < 1s}}}", evidence(pages=(page(),), planned_pages=("home",)))
    assert line.endswith("- not judgeable")
    assert why.endswith("(let the journey click or type)")


def test_a_reason_that_several_share_is_said_once() -> None:
    refused = evidence(rows([1.0] * 3000, outcome=[5 if index % 20 == 0 else 0 for index in range(3000)]))
    found = lines("{slo: {api: {latency: {p95: < 500ms, p99: < 1s}}}}", refused)
    assert [line.endswith("- not judgeable") for line in found] == [True, True, False]
    assert "429" in found[-1]


def test_what_crosses_comes_first_and_a_long_list_is_cut() -> None:
    pages = tuple(page(f"p{number}", lcp_ms=9000.0 if number == 8 else 500.0) for number in range(9) for _ in range(7))
    names = tuple(f"p{number}" for number in range(9))
    found = lines("{slo: {web: {lcp: < 1s}}}", evidence(pages=pages, planned_pages=names))
    assert found[0].startswith("p8 LCP: 9,000 ms")
    assert (len(found), found[-1]) == (6, "4 more are in the report")


def test_facts_are_told_with_their_numbers() -> None:
    heavy = load_of(request("app.js", "Script", size=400_000, headers={"content-type": "text/javascript"}))
    measured = evidence(pages=(heavy,), planned_pages=("home",))
    assert lines("{facts: [compressed]}", measured, "ko") == (
        "1.4kB 이상 텍스트 1개 중 1개가 압축되지 않음. 가장 큰 것: https://shop.example/app.js (400 kB)",
    )
    broken = evidence(pages=(load_of(name="cart", outcome=LoadOutcome.CRASHED), heavy), planned_pages=("cart", "home"))
    assert lines("{facts: [compressed]}", broken)[-1] == "Not known of pages that did not load well: cart"


def test_an_item_of_people_rests_on_nothing() -> None:
    assert lines("", evidence()) == ()
