"""checklist.yaml is read whole, or every problem of it is told with its line."""

import re

import pytest
from lists import checklist

from slogate.checklists import SHIPPED, shipped
from slogate.checklists.file import load
from slogate.errors import ConfigError
from support import REPOSITORY

HEAD = "version: 1\ntitle: List\nsections:\n  - title: Part\n    items:\n"


def problems(text: str) -> list[str]:
    with pytest.raises(ConfigError) as refused:
        load(text.encode(), "checklist.yaml")
    return refused.value.message.splitlines()


def test_the_list_that_comes_with_the_package_is_in_order_in_both_languages() -> None:
    found = load(shipped(), SHIPPED)
    texts = [found.title, *found.sign_off, *(part.title for part in found.sections)]
    texts += [item.text for _, item in found.items()]
    assert all(text.ko and text.en and text.ko != text.en for text in texts)
    assert len(found.sign_off) == 3
    assert sum(item.shown_by is not None for _, item in found.items()) == 15


def test_a_text_alone_is_for_both_languages_and_a_missing_one_is_said_in_the_other() -> None:
    found = load(f"{HEAD}      - text: {{en: Only}}\n".encode(), "checklist.yaml")
    [(_, item)] = found.items()
    assert (found.title.in_language("ko"), item.text.in_language("ko")) == ("List", "Only")


def test_the_example_of_the_guide_is_in_order() -> None:
    guide = (REPOSITORY / "docs/checklist.md").read_text(encoding="utf-8")
    [example] = re.findall(r"```yaml\n(.*?)```", guide, re.DOTALL)
    assert len(list(load(example.encode(), "checklist.yaml").items())) == 2


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("- txt: a", "6: sections[0].items[0].text: this key is missing"),
        ("- {text: a, shownby: {}}", "sections[0].items[0].shownby: unknown key; did you mean shown_by?"),
        ("- {text: a, shown_by: }", "sections[0].items[0].shown_by: there is no value here"),
        ("- {text: a, shown_by: {}}", "nothing is named that would show it"),
        ("- {text: a, shown_by: {verdict: yes please}}", "neither true nor false"),
        ("- {text: a, shown_by: {facts: [fast]}}", "'fast' cannot stand here"),
        ("- {text: a, shown_by: {facts: []}}", "must not be empty"),
        ("- {text: a, shown_by: {headers: [x-powered-by]}}", "'x-powered-by' is not a header that is recorded"),
        ("- {text: a, shown_by: {endpoints: [/health]}}", 'did you mean "GET /health"?'),
        ("- {text: a, shown_by: {endpoints: [GET]}}", "'GET' is a method alone; write the endpoint with its path"),
        ("- {text: a, shown_by: {endpoints: ['get ']}}", 'such as "GET /"'),
        ("- {text: a, shown_by: {slo: {}}}", "there is no objective here"),
        ("- {text: a, shown_by: {slo: {api: {latency: {p95: 500}}}}}", "write it as '< 500ms'"),
        ("- {text: a, shown_by: {slo: {api: {latncy: {}}}}}", "did you mean latency?"),
        ("- {text: a, shown_by: {slo: {web: {lcp: {pass: < 1s, vs_baseline: <= +5%}}}}}", "a list knows no baseline"),
        ("- {text: a, shown_by: {slo: {api: {errors: < 1%, endpoints: {GET /x: ignore}}}}}", "for slo.yaml to say"),
    ],
)
def test_a_problem_is_told_with_its_line_and_a_cure(line: str, told: str) -> None:
    found = problems(f"{HEAD}      {line}\n")
    assert all(item.startswith("checklist.yaml:6: ") for item in found)
    assert any(told in item for item in found), found


def test_all_problems_are_told_at_once() -> None:
    assert len(problems(f"{HEAD}      - txt: a\n      - text: b\n        shown_by: {{facts: [fast]}}\n")) == 3


@pytest.mark.parametrize("text", ["", "- a", "version: 2\ntitle: a\nsections: []\n", "\ttabs: 1"])
def test_what_is_no_list_is_refused(text: str) -> None:
    assert problems(text)


@pytest.mark.parametrize("text", ["", "# nothing yet\n"])
def test_an_empty_list_leads_to_the_guide_of_lists(text: str) -> None:
    assert problems(text) == [
        "checklist.yaml:1: the file is empty; docs/checklist.md shows what a first one looks like"
    ]


def test_one_objective_has_one_limit() -> None:
    text = f"{HEAD}      - text: a\n        shown_by: {{slo: {{api: {{errors: < 1%}}}}}}\n"
    again = "      - text: b\n        shown_by: {slo: {api: {errors: < 2%}}}\n"
    [told] = problems(text + again)
    assert told.startswith("checklist.yaml:9: sections[0].items[1].shown_by.slo: line 7 has another limit")
    checklist("{slo: {api: {errors: < 1%}}}", "{slo: {api: {errors: < 1%}}}")
