"""The drawing of all quantiles: well-formed, inside its frame, and safe."""

import xml.etree.ElementTree as ET  # what is parsed was drawn here

import pytest

from slogate.analyzer.compare import QuantileShift
from slogate.analyzer.measures import QUANTILES
from slogate.report.comparison.shift_plot import draw


def shifts(ratio: float, band: float | None = 0.1) -> list[QuantileShift]:
    return [
        QuantileShift(
            quantile,
            10.0 / (1 - quantile),
            10.0 * ratio / (1 - quantile),
            ratio,
            None if band is None else ratio * (1 - band),
            None if band is None else ratio * (1 + band),
        )
        for quantile in QUANTILES
    ]


@pytest.mark.parametrize("ratio", [0.001, 0.5, 1.0, 1.02, 3.0, 1e6])
def test_everything_lies_inside_the_frame(ratio: float) -> None:
    root = ET.fromstring(draw(shifts(ratio), "1.4.0", "1.5.0", 0.05))  # noqa: S314  # as above
    _, _, width, height = map(float, root.attrib["viewBox"].split())
    for element in root.iter():
        for name, value in element.attrib.items():
            if name in {"x", "x1", "x2", "cx"}:
                assert 0 <= float(value) <= width, (element.tag, value)
            if name in {"y", "y1", "y2", "cy"}:
                assert 0 <= float(value) <= height, (element.tag, value)


def test_higher_is_slower() -> None:
    def heights(ratio: float) -> set[float]:
        root = ET.fromstring(draw(shifts(ratio), "a", "b", 0.05))  # noqa: S314  # as above
        return {float(item.attrib["cy"]) for item in root.iter() if item.tag == "circle"}

    assert max(heights(1.5)) < min(heights(1 / 1.5))


def test_without_a_known_spread_there_is_no_band() -> None:
    assert "polygon" in draw(shifts(1.1), "a", "b", 0.05)
    assert "polygon" not in draw(shifts(1.1, band=None), "a", "b", 0.05)


def test_fewer_than_two_quantiles_are_no_drawing() -> None:
    assert draw(shifts(1.1)[:1], "a", "b", 0.05) == ""


def test_names_are_escaped() -> None:
    assert "<b>" not in draw(shifts(1.1), "<b>", '"<b>', 0.05)
