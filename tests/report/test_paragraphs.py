"""Objectives in one state for one cause are one paragraph that names them, in every format for people."""

import io
from dataclasses import replace

import pytest
from rich.console import Console
from synthetic import evidence, page, slo

from slogate.analyzer.evidence import Evidence, RunState
from slogate.analyzer.summary import summarise
from slogate.analyzer.verdict import judge
from slogate.analyzer.web.facts import LoadOutcome, PageLoad
from slogate.report import html, markdown, terminal
from slogate.report.model import Report, build
from slogate.report.paragraphs import paragraphs
from slogate.runs.info import RunInfo

BOTH = "web: {lcp: < 2.5s, fcp: < 2s}"
TOO_FEW = "3 loads are too few to be sure, page_loads: 5 is the least"


def report(text: str, loads: list[PageLoad]) -> Report:
    names = tuple(dict.fromkeys(load.page for load in loads))
    measured: Evidence = evidence(
        None, pages=tuple(loads), planned_pages=names, known_pages=names, areas=frozenset({"web"}), page_loads=3
    )
    verdict = judge(slo(text), measured, allow_inconclusive=False)
    info = RunInfo(
        run_id="0" * 32,
        service="shop",
        release="1",
        profile="p",
        state=RunState.COMPLETE,
        started_at="2026-09-21T09:00:00+00:00",
        areas=["web"],
        targets={"web": "http://127.0.0.1:1"},
        allow_inconclusive=False,
    )
    return build(info, verdict, summarise(measured), 3)


def loads(*names: str, outcome: LoadOutcome = LoadOutcome.OK, reason: str = "") -> list[PageLoad]:
    made = [replace(page(lcp_ms=900.0 + at), page=name) for at, name in enumerate(names) for _ in range(3)]
    return [replace(load, outcome=outcome, reason=reason) for load in made]


def said(made: Report) -> list[tuple[str, str]]:
    return [(item.names, item.reason) for item in paragraphs(made.rows)]


@pytest.mark.parametrize(
    ("text", "pages", "names"),
    [
        ("web: {lcp: < 2.5s}", ("a", "b"), "LCP of a and b"),
        ("web: {lcp: < 2.5s}", ("a", "b", "c"), "LCP of a, b and c"),
        ("web: {lcp: < 2.5s}", tuple(f"page {at}" for at in range(60)), "LCP of page 0, page 1 and 58 more"),
        (BOTH, ("a", "b"), "FCP and LCP of a and b"),
        ("web: {lcp: < 2.5s, pages: {b: {fcp: < 2s}}}", ("a", "b"), "LCP of a and b; FCP of b"),
    ],
)
def test_undecided_pages_are_told_once(text: str, pages: tuple[str, ...], names: str) -> None:
    assert said(report(text, loads(*pages))) == [(names, TOO_FEW)]


def test_one_alone_has_its_own_numbers() -> None:
    [(name, reason)] = said(report("web: {lcp: < 2.5s}", loads("a")))
    assert name == "a LCP"
    assert reason.endswith(f"all under 2,500 ms; {TOO_FEW}")


def test_pages_that_break_for_one_cause_are_told_once_and_each_other_cause_by_itself() -> None:
    gone = loads("a", "b", outcome=LoadOutcome.NO_RESPONSE, reason="the server refused the connection")
    broken = gone + loads("c", outcome=LoadOutcome.CRASHED, reason="its renderer crashed")
    assert said(report("web: {lcp: < 2.5s}", broken)) == [
        ("LCP of a and b", "loads cannot be judged: the server refused the connection"),
        ("c LCP", "3 of 3 loads of c cannot be judged: its renderer crashed"),
    ]


def test_all_formats_for_people_have_the_paragraph_and_no_name_breaks_the_terminal() -> None:
    names = tuple(f"{'a' * 90} {at}" for at in range(9))
    made = report("web: {lcp: < 2.5s}", loads(*names))
    file = io.StringIO()
    Console(file=file, width=80).print(terminal.render(made))
    lines = file.getvalue().splitlines()
    assert max(map(len, lines)) <= 80
    assert sum("too few" in line for line in lines) == 1
    assert markdown.render(made).count("too few to be sure") == 1
    assert html.render(made).count("too few to be sure") == 1
