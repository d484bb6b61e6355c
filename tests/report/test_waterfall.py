"""The waterfall: every request has its place, and no address can do harm."""

import re
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest
from synthetic import page

from slogate.analyzer.web.facts import LongTask, PageLoad, Request
from slogate.report.page_view import Mark
from slogate.report.waterfall import MOST_ROWS, draw

HOSTILE = "http://a/<script>alert(1)</script>\"'\x1b[31m\u202e" + "y" * 900
SVG = "{http://www.w3.org/2000/svg}"


def request(start_ms: float, end_ms: float | None, **facts: object) -> Request:
    known = {"url": "http://shop/x.js", "method": "GET", "type": "Script", "status": 200}
    return Request(start_ms=start_ms, end_ms=end_ms, **(known | facts))  # type: ignore[arg-type]  # see each test


def load_of(*requests: Request, tasks: tuple[LongTask, ...] = ()) -> PageLoad:
    return page(requests=requests, long_tasks=tasks)


def drawn(load: PageLoad, *marks: Mark) -> ET.Element:
    return ET.fromstring(draw(load, marks).replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1))  # noqa: S314 (our own)


def bars(svg: ET.Element, kind: str) -> list[tuple[float, float]]:
    """Left and right edge of the bars of a kind, without the legend's."""
    found = []
    for rect in svg.iter(f"{SVG}rect"):
        if kind in rect.attrib["class"].split() and rect.attrib["height"] != "8":
            x = float(rect.attrib["x"])
            found.append((x, x + float(rect.attrib["width"])))
    return found


def texts(svg: ET.Element, kind: str) -> list[str]:
    return [text.text or "" for text in svg.iter(f"{SVG}text") if kind in text.attrib["class"].split()]


def test_bars_lie_on_the_time_line_by_type() -> None:
    svg = drawn(load_of(request(0, 500, type="Document"), request(500, 1000), request(250, 750, type="Image")))
    (document,), (script,), (image,) = bars(svg, "document"), bars(svg, "script"), bars(svg, "image")
    width = document[1] - document[0]
    assert list(script) == pytest.approx([document[1], document[0] + 2 * width], abs=0.3)
    assert image[0] == pytest.approx(document[0] + width / 2, abs=0.2)
    assert texts(svg, "took") == ["500 ms", "500 ms", "500 ms"]


@pytest.mark.parametrize(("facts", "said"), [({}, "no long task"), ({"network_only": True}, "not recorded")])
def test_of_another_tools_load_no_long_task_was_recorded(facts: dict[str, bool], said: str) -> None:
    assert f"main thread: {said}" in texts(drawn(replace(load_of(request(0, 500)), **facts)), "quiet")  # type: ignore[arg-type]  # bools are


def test_marks_and_long_tasks_lie_on_the_same_line() -> None:
    load = load_of(request(0, 1000), tasks=(LongTask(start_ms=500, duration_ms=100),))
    svg = drawn(load, Mark("LCP", 500.0), Mark("load", 600.0))
    ((task_from, task_to),) = bars(svg, "task")
    lines = {line.attrib["class"]: float(line.attrib["x1"]) for line in svg.iter(f"{SVG}line")}
    assert lines["mark lcp"] == pytest.approx(task_from, abs=0.1)
    assert lines["mark load"] == pytest.approx(task_to, abs=0.2)
    assert texts(svg, "mark") == ["LCP 500 ms", "load 600 ms"]
    assert "main thread: 1 long task" in texts(svg, "name")


def test_names_of_marks_that_are_close_stand_below_each_other() -> None:
    svg = drawn(load_of(request(0, 1000)), Mark("FCP", 100.0), Mark("TTI", 101.0), Mark("LCP", 102.0))
    heights = [text.attrib["y"] for text in svg.iter(f"{SVG}text") if "mark" in text.attrib["class"]]
    assert len(set(heights)) == 3


@pytest.mark.parametrize("count", [1, MOST_ROWS, MOST_ROWS + 1, 7000])
def test_requests_beyond_the_most_rows_share_one(count: int) -> None:
    text = draw(load_of(*(request(10 * index, 10 * index + 8) for index in range(count))), [])
    svg = drawn(load_of(*(request(10 * index, 10 * index + 8) for index in range(count))))
    rest = max(0, count - MOST_ROWS)
    assert len(texts(svg, "took")) == count - rest
    assert (f"and {rest:,} more" in texts(svg, "name")) is (rest > 0)
    assert (len(bars(svg, "other")) > 0) is (rest > 0)
    assert len(text) < 60_000


def test_what_is_too_close_to_be_told_apart_is_one_bar() -> None:
    tasks = tuple(LongTask(start_ms=float(start), duration_ms=50) for start in (0, 50, 101, 400))
    assert len(bars(drawn(load_of(request(0, 1000), tasks=tasks)), "task")) == 2


def test_rows_are_in_the_order_of_their_start() -> None:
    svg = drawn(load_of(request(300, 400, url="http://a/late"), request(0, 500, url="http://a/early")))
    assert texts(svg, "name")[:2] == ["/early", "/late"]


@pytest.mark.parametrize(
    ("facts", "end_ms", "said", "kind"),
    [
        ({"failed": True, "status": None}, 50.0, "failed", "bad"),
        ({"status": 404}, 50.0, "status 404", "bad"),
        ({"status": None}, None, "no end", "open"),
        ({}, 50.0, "40 ms", "script"),
    ],
)
def test_what_went_wrong_is_said_in_words(facts: dict[str, object], end_ms: float | None, said: str, kind: str) -> None:
    svg = drawn(load_of(request(0, 100, type="Document"), request(10, end_ms, **facts)))
    assert texts(svg, "took")[1] == said
    assert len(bars(svg, kind)) == 1


def test_no_address_can_do_harm() -> None:
    load = load_of(*(request(0, 10, url=url) for url in (HOSTILE, "data:image/png;base64", "", "http://[x")))
    text = draw(load, [])
    svg = drawn(load)
    assert "<script" not in text
    assert "\u202e" not in text
    assert "\x1b" not in text
    assert {element.tag.removeprefix(SVG) for element in svg.iter()} <= {"svg", "g", "title", "text", "rect", "line"}
    assert not re.search(r"\son\w+=", text)
    assert max(map(len, texts(svg, "name"))) <= 36


def test_a_load_without_requests_has_no_waterfall() -> None:
    assert draw(load_of(), [Mark("LCP", 5.0)]) == ""


def test_a_screen_reader_is_told_what_it_is() -> None:
    assert drawn(load_of(request(0, 1000))).attrib["aria-label"] == "1 request over 1,000 ms"
