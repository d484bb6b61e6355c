"""JUnit XML keeps to what Jenkins and GitLab take, whatever is in it. Their rules are stated here in our own words: the
names that Jenkins' xUnit plugin knows in its schema junit-10.xsd, and what GitLab's documentation says that it reads.
"""

import re
from xml.etree import ElementTree as ET

import pytest

from slogate.report import xunit
from slogate.verify import judge_folder, rendered
from support import MakeRun

KNOWN = {
    "testsuites": ({"name", "time", "tests", "failures", "errors"}, {"testsuite"}),
    "testsuite": (
        {"name", "tests", "failures", "errors", "skipped", "time", "timestamp", "hostname", "id", "package", "file"},
        {"testsuite", "properties", "testcase", "system-out", "system-err"},
    ),
    "testcase": ({"name", "time", "classname", "group"}, {"skipped", "error", "failure", "system-out", "system-err"}),
    "failure": ({"type", "message"}, set()),
    "error": ({"type", "message"}, set()),
    "skipped": ({"type", "message"}, set()),
    "system-out": (set(), set()),
}
NEEDED = {"testsuite": {"name", "tests", "failures", "errors"}, "testcase": {"name"}}
HOSTILE = "/\x1b[31m<script>&\"'\x00\ud800\n]]>" + "x" * 10_000


def checked(text: str) -> ET.Element:
    """The root of a file that both take."""
    root = ET.fromstring(text)  # noqa: S314  # our own text
    for element in root.iter():
        attributes, children = KNOWN[element.tag]
        assert set(element.attrib) <= attributes, element.tag
        assert set(element.attrib) >= NEEDED.get(element.tag, set()), element.tag
        assert {child.tag for child in element} <= children, element.tag
        assert re.fullmatch(r"[0-9]{0,3}(\.[0-9]*)?|[0-9]*(\.[0-9]*)?", element.get("time", "0"))
    cases = [(case.get("classname"), case.get("name")) for case in root.iter("testcase")]
    assert len(set(cases)) == len(cases)  # of equal ones GitLab shows the first
    for kind in ("failure", "error", "skipped"):
        for element in root.iter(kind):
            assert element.get("message")  # what Jenkins shows
            assert element.text  # what GitLab shows
    return root


@pytest.mark.parametrize("latency_ms", [20.0, 2000.0], ids=["passes", "fails"])
@pytest.mark.parametrize("count", [0, 40, 1200])
def test_what_a_run_has_is_taken_by_both(make_run: MakeRun, latency_ms: float, count: int) -> None:
    outcome = judge_folder(make_run([latency_ms] * count, endpoint=["/a", "/b<c>"]).path, None, {})
    root = checked(rendered(outcome, "junit"))
    assert root.get("tests") == "5"
    assert {case.get("classname") for case in root.iter("testcase")} == {"shop.api", "shop.resources"}


def test_a_failure_says_what_it_knows_in_its_content(make_run: MakeRun) -> None:
    root = checked(rendered(judge_folder(make_run([2000.0] * 1200).path, None, {}), "junit"))
    [failure] = next(case for case in root.iter("testcase") if case.get("name") == "p99 latency < 1000ms")
    first, *rest = (failure.text or "").splitlines()
    assert first == failure.get("message")
    assert first.startswith("FAIL: p99 is 2,000 ms")
    assert any(line.startswith("When: ") for line in rest)


@pytest.mark.parametrize("kind", ["failure", "error", "skipped", ""])
def test_hostile_text_is_text(kind: str) -> None:
    case = xunit.Case(HOSTILE, HOSTILE, kind, "", (HOSTILE, HOSTILE, ""))
    root = checked(xunit.render(HOSTILE, [xunit.Suite(HOSTILE, (case, case, case))], -5.0))
    assert [item.get("name", "")[-4:] for item in root.iter("testcase")] == ["x...", " (2)", " (3)"]


@pytest.mark.parametrize("seconds", [None, 0.0, 0.5, 3600.25, -1.0])
def test_a_time_that_cannot_be_is_left_out(seconds: float | None) -> None:
    root = checked(xunit.render("a", [xunit.Suite("b", (xunit.Case("c", "d", "", "", ("e",)),))], seconds))
    known = seconds is not None and seconds >= 0
    assert root.get("time") == (str(seconds) if known else None)
