"""Both languages say the same, and say it of everything."""

import re
from pathlib import Path
from string import Formatter

import pytest
from synthetic import objective

from slogate.analyzer.result import ObjectiveResult, State, blank
from slogate.analyzer.web import METRICS
from slogate.checklists import page_facts
from slogate.checklists.model import Language
from slogate.checklists.proof import Mark
from slogate.report.launch.words import LABELS, SENTENCES, VERDICTS, measured, title_of

_HANGUL = re.compile("[가-힣]")


def fields(sentence: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name}


def result(text: str, state: State = State.PASS, **numbers: object) -> ObjectiveResult:
    made = vars(blank(objective(text), state, "")) | {"estimate": 55.0, "low": 50.0, "high": 60.0, "n": 1200} | numbers
    return ObjectiveResult(**made)


def test_both_languages_have_the_same_sentences_about_the_same_things() -> None:
    assert SENTENCES["ko"].keys() == SENTENCES["en"].keys()
    for code, korean in SENTENCES["ko"].items():
        english = SENTENCES["en"][code]
        assert _HANGUL.search(korean) or code == "whole"
        assert not _HANGUL.search(english)
        assert fields(korean) - {"many", "judged"} == fields(english) - {"reason"}, code


def test_every_code_of_a_proof_has_a_sentence() -> None:
    room = Path(page_facts.__file__).parent
    source = "".join(path.read_text(encoding="utf-8") for path in room.glob("*.py"))
    codes = set(re.findall(r'Proof\([^"]*"([a-z_.]+)"', source)) - {"objective"}
    made = {f"{name}.{end}" for name in ("compressed", "modern_images") for end in ("all", "some", "unseen")}
    assert codes | made == SENTENCES["en"].keys() - {"whole"}


def test_every_mark_and_state_has_a_word() -> None:
    for language in LABELS:
        assert set(LABELS[language].marks) == set(Mark)
        assert set(VERDICTS[language]) == set(State)


@pytest.mark.parametrize(
    ("text", "korean", "english"),
    [
        ("api: {latency: {mean: < 1s}}", "평균 응답 시간", "mean latency"),
        ("api: {latency: {p99: < 1s}}", "p99 응답 시간", "p99 latency"),
        ("api: {errors: < 1%}", "오류율", "error rate"),
        ("api: {endpoints: {'GET /a': {errors: < 1%}}}", "GET /a 오류율", "GET /a error rate"),
        ("web: {pages: {home: {lcp: < 1s}}}", "home 페이지 LCP", "home LCP"),
        ("web: {pages: {home: {js_bytes: < 1kB}}}", "home 페이지 JavaScript 전송량", "home JavaScript weight"),
        ("resources: {cpu: < 70%}", "CPU 사용률", "CPU"),
    ],
)
def test_objectives_have_a_name_in_each_language(text: str, korean: str, english: str) -> None:
    assert (title_of(result(text), "ko"), title_of(result(text), "en")) == (korean, english)


def test_every_page_metric_has_a_korean_name_or_is_an_acronym() -> None:
    for name in METRICS:
        named = title_of(result(f"web: {{pages: {{home: {{{name}: {_limit_of(name)}}}}}}}"), "ko")
        assert _HANGUL.search(named.removeprefix("home 페이지 ")) or named.endswith(name.upper())


def _limit_of(name: str) -> str:
    return {"ms": "< 1s", "bytes": "< 1kB", "count": "< 5", "score": "< 0.1"}[METRICS[name].unit]


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("ko", "55.0 ms (신뢰 구간 50.0 ms ~ 60.0 ms, 기준 < 1s, 요청 1,200건)"),
        ("en", "55.0 ms (interval 50.0 ms .. 60.0 ms, limit < 1s, 1,200 requests)"),
    ],
)
def test_numbers_come_with_interval_limit_and_how_many_they_rest_on(language: Language, said: str) -> None:
    assert measured(result("api: {latency: {mean: < 1s}}"), language) == said


def test_a_number_that_there_is_not_is_said_in_words() -> None:
    late = result("api: {latency: {p99: < 1s}}", State.FAIL, estimate=None, high=None)
    assert measured(late, "en") == "a timeout (interval 50.0 ms .. ?, limit < 1s, 1,200 requests)"
    never = result("web: {tti: < 1s}", State.FAIL, estimate=None, low=None, high=None, n=5)
    assert measured(never, "ko") == "도달하지 못함 (기준 < 1s, 로드 5회)"
    unknown = result("web: {tti: < 1s}", State.ERROR, estimate=None, low=None, high=None, n=0)
    assert measured(unknown, "en") == "(limit < 1s)"
