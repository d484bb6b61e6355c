"""The drawing of an objective over the nights: well-formed, inside its frame, and showing what there is."""

import xml.etree.ElementTree as ET  # what is parsed was drawn here
from dataclasses import replace

import pytest
from simulated_nights import nights, series_of
from trending_shop import shop

from slogate.analyzer.nights import Series
from slogate.analyzer.trend import trend
from slogate.report.trend.chart import draw
from slogate.report.trend.model import Row, build

NORMAL = [400.0 + at % 7 for at in range(30)]
SLOWER = [500.0 + at % 7 for at in range(6)]


def row_of(series: Series, limit: float | None = None) -> Row:
    limited = replace(series, nights=tuple(replace(night, limit=limit) for night in series.nights))
    [row] = build("shop", "nightly", "", [(trend(limited), "< 500ms")]).rows
    return row


def parts(row: Row, tag: str, kind: str) -> list[ET.Element]:
    root = ET.fromstring(draw(row))  # noqa: S314  # as above
    return [item for item in root.iter() if item.tag == tag and kind in item.attrib.get("class", "").split()]


@pytest.mark.parametrize("index", range(5))
def test_everything_lies_inside_the_frame(index: int) -> None:
    root = ET.fromstring(draw(shop().rows[index]))  # noqa: S314  # as above
    _, _, width, height = map(float, root.attrib["viewBox"].split())
    for element in root.iter():
        for name, value in element.attrib.items():
            if name in {"x", "x1", "x2", "cx"}:
                assert 0 <= float(value) <= width, (element.tag, value)
            if name in {"y", "y1", "y2", "cy", "width", "height"}:
                assert 0 <= float(value) <= width, (element.tag, value)
            if name in {"y", "y1", "y2", "cy"}:
                assert float(value) <= height, (element.tag, value)


@pytest.mark.parametrize("values", [[400.0], [400.0] * 20, [0.001] * 3, [1e9, 1e-9] * 10, [400.0, 1e12, *NORMAL]])
def test_it_draws_whatever_there_is(values: list[float]) -> None:
    row = row_of(series_of(*values))
    assert len(parts(row, "circle", "night")) + len(parts(row, "path", "wild")) == len(values)


def test_without_a_number_there_is_no_drawing() -> None:
    assert draw(row_of(series_of(None, None))) == ""


def test_a_night_without_a_number_interrupts_the_line_and_is_marked() -> None:
    row = row_of(series_of(*NORMAL[:4], None, *NORMAL[:4]))
    [line] = parts(row, "path", "series")
    assert line.attrib["d"].count("M") == 2
    assert len(parts(row, "path", "missing")) == 1


def test_a_wild_night_is_drawn_at_the_edge_and_leaves_the_others_room() -> None:
    row = row_of(series_of(*NORMAL, 40_000.0, *NORMAL))
    assert len(parts(row, "path", "wild")) == 1
    heights = [float(item.attrib["cy"]) for item in parts(row, "circle", "night")]
    assert max(heights) - min(heights) > 30


def test_a_regression_is_marked_where_it_began_and_shaded_to_its_end() -> None:
    opened = row_of(series_of(*NORMAL, *SLOWER))
    [mark] = parts(opened, "line", "change")
    [field] = parts(opened, "rect", "regression")
    assert "fail" in mark.attrib["class"]
    assert field.attrib["x"] == mark.attrib["x1"]
    mended = row_of(series_of(*NORMAL, *SLOWER, *NORMAL))
    began, back = (float(item.attrib["x1"]) for item in parts(mended, "line", "change"))
    [field] = parts(mended, "rect", "regression")
    assert float(field.attrib["width"]) == pytest.approx(back - began, abs=0.2)
    assert len(parts(mended, "line", "level")) == 3


def test_a_limit_near_the_nights_is_a_line_and_one_far_off_a_word() -> None:
    assert len(parts(row_of(series_of(*NORMAL, *SLOWER), 520.0), "path", "limit")) == 1
    far = row_of(series_of(*NORMAL), 5000.0)
    assert parts(far, "path", "limit") == []
    assert [item.text for item in parts(far, "text", "bound")] == ["limit 5,000 ms, above"]
    assert [item.text for item in parts(row_of(series_of(*NORMAL), 5.0), "text", "bound")] == ["limit 5.0 ms, below"]


def test_releases_that_have_no_room_are_left_out_but_for_those_of_changes() -> None:
    names = [f"2026.11.{at:02}-nightly" for at in range(36)]
    series = replace(series_of(), nights=nights([*NORMAL, *SLOWER], names))
    row = row_of(series)
    shown = [item.text for item in parts(row, "text", "release")]
    assert len(shown) < 12
    assert [item.text for item in parts(row, "text", "changed")] == ["2026.11.30-nightly"]
