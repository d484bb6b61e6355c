"""The checklist in its formats: the same marks everywhere, everything escaped, nothing of it computed here."""

import json as plain_json
from dataclasses import replace

import pytest

from slogate.checklists.proof import Mark
from slogate.report.launch import html, json, markdown
from slogate.report.launch.model import ItemView, LaunchChecklist, PartView
from slogate.report.launch.words import LABELS

HOSTILE = "<script>alert(1)</script> | `x` \x1b[31m"
ITEMS = tuple(ItemView(mark, f"item {mark}", (f"because {mark}",)) for mark in Mark)
DOCUMENT = LaunchChecklist(
    language="ko",
    labels=LABELS["ko"],
    title="배포 전 체크리스트",
    service="shop",
    release="1.5.0",
    profile="launch",
    measured_at="2026-11-29T23:50:54+00:00",
    run="20261129T235054Z-1.5.0",
    folder="reports/20261129T235054Z-1.5.0",
    verdict="통과 (목표 13개 중 13개)",
    counts=dict.fromkeys(Mark, 1),
    parts=(PartView("성능", ITEMS),),
    sign_off=("배포 담당자", "검토자"),
)
ODD = replace(
    DOCUMENT,
    title=HOSTILE,
    folder='reports/a b"<i>',
    parts=(PartView(HOSTILE, (ItemView(Mark.OPEN, HOSTILE, (HOSTILE,)),)),),
    sign_off=(HOSTILE,),
)


def test_markdown_has_a_box_for_each_item_and_a_table_to_sign() -> None:
    text = markdown.render(DOCUMENT)
    for line in ("- [x] item ticked", "- [✗] item crossed", "- [?] item undecided", "- [ ] item open"):
        assert f"\n{line}\n" in text
    assert "\n## 1. 성능\n" in text
    assert "[20261129T235054Z-1.5.0](reports/20261129T235054Z-1.5.0/)" in text
    assert text.endswith("| 역할 | 이름 | 서명 | 날짜 |\n|---|---|---|---|\n| 배포 담당자 | | | |\n| 검토자 | | | |\n")


def test_html_says_each_mark_also_to_those_who_do_not_see_it() -> None:
    text = html.render(DOCUMENT)
    assert '<html lang="ko">' in text
    for word in LABELS["ko"].marks.values():
        assert f'role="img" aria-label="{word}"' in text
    assert text.count('<th scope="row">') == 2
    assert 'href="reports/20261129T235054Z-1.5.0/report.html"' in text
    assert html.render_section(DOCUMENT) in text


def test_json_is_plain_data() -> None:
    content = plain_json.loads(json.render(DOCUMENT))
    assert [item["mark"] for item in content["sections"][0]["items"]] == [mark.value for mark in Mark]
    assert (content["language"], content["counts"]["open"]) == ("ko", 1)
    assert "배포 담당자" in json.render(DOCUMENT)


@pytest.mark.parametrize("rendered", [markdown.render(ODD), html.render(ODD)], ids=["markdown", "html"])
def test_what_a_list_holds_cannot_act(rendered: str) -> None:
    assert "<script>alert" not in rendered
    assert "\x1b" not in rendered
    assert "reports/a%20b%22%3Ci%3E" in rendered


def test_without_roles_nobody_signs() -> None:
    alone = replace(DOCUMENT, sign_off=())
    assert "서명" not in markdown.render(alone)
    assert "<table" not in html.render_section(alone)
