"""The badge: a whole SVG that says service and state, whatever the service is called."""

from xml.etree import ElementTree as ET

import pytest

from slogate.report import badge
from slogate.verify import judge_folder
from support import SLO, MakeRun


@pytest.mark.parametrize(
    ("latencies", "word"),
    [([20.0] * 1200, "PASS"), ([900.0] * 1200, "FAIL"), ([20.0] * 50, "INCONCLUSIVE"), ([], "NOT JUDGEABLE")],
)
def test_it_says_the_state(make_run: MakeRun, latencies: list[float], word: str) -> None:
    root = ET.fromstring(badge.render(judge_folder(make_run(latencies).path, None, {}).report))  # noqa: S314  # made here
    assert root.attrib["aria-label"] == f"shop: {word}"
    assert [item.text for item in root if item.tag.endswith("}text")] == ["shop", word.lower()]


def test_a_hostile_and_long_name_does_no_harm(make_run: MakeRun) -> None:
    slo = SLO.replace("service: shop", f'service: "<script>{"y" * 60}"')
    root = ET.fromstring(badge.render(judge_folder(make_run([], slo=slo).path, None, {}).report))  # noqa: S314  # made here
    assert {item.tag.rpartition("}")[2] for item in root} == {"title", "rect", "path", "text"}
    assert int(root.attrib["width"]) < 450
