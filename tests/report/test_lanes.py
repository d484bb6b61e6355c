"""Lanes show what there is over time, leave out what there is not, and never draw a line through a gap."""

import json
import re
from dataclasses import replace

import pytest
from synthetic import page

from slogate.analyzer.host_course import HostCourse
from slogate.analyzer.marks import Mark
from slogate.analyzer.summary import PageSummary
from slogate.report import lanes
from slogate.report.model import Report
from slogate.verify import judge_folder
from support import START_S, MakeRun

FAST = [20.0] * 1200


@pytest.fixture
def report(make_run: MakeRun) -> Report:
    return judge_folder(make_run(FAST).path, None, {}).report


def titles(report: Report) -> list[str]:
    drawn = lanes.draw(report)
    assert drawn is not None
    return [title for chart in drawn.charts for title in re.findall(r'<text class="title"[^>]*>([^<]*)', chart)]


def with_host(report: Report, course: HostCourse) -> Report:
    return replace(report, summary=replace(report.summary, host=course))


def test_each_lane_is_there_if_there_is_something_to_show(report: Report) -> None:
    bare = with_host(report, HostCourse())
    assert titles(bare) == ["response time, ms", "requests a second"]
    points = ((1.0, 0.5), (2.0, 0.6))
    full = with_host(report, HostCourse({"cpu": points, "disk_write_bytes_per_s": points}, points))
    assert titles(full) == [*titles(bare), "CPU and memory, %", "disk, MB/s", "lateness of the generator, ms"]
    failing = [replace(bucket, failed=1) for bucket in report.summary.timeline]
    broken = replace(bare, summary=replace(bare.summary, timeline=tuple(failing)))
    assert titles(broken) == [*titles(bare), "failed requests, %"]


def test_processes_and_the_network_have_lanes_and_seldom_events_a_line_when_they_happen(report: Report) -> None:
    points, rest = ((1.0, 0.5), (2.0, 0.6)), ((1.0, 0.001), (2.0, 0.0))
    columns = {"cpu": points, "iowait": points, "steal": rest, "network_rx_bytes_per_s": points}
    shown = with_host(report, HostCourse(columns, processes={"a</script><b>": points, "db": points}))
    assert titles(shown)[-3:] == ["CPU and memory, %", "CPU of processes, % of one core", "network, MB/s"]
    drawn = lanes.draw(shown)
    assert drawn is not None
    assert "I/O wait" in drawn.charts[2]
    assert "steal" not in drawn.charts[2]
    assert not any("<b>" in text for text in (*drawn.charts, drawn.data))
    assert "CPU of a</script><b>" in [line["name"] for line in json.loads(drawn.data)["lines"]]


def test_a_run_without_load_has_no_lanes(report: Report) -> None:
    assert lanes.draw(replace(report, summary=replace(report.summary, timeline=()))) is None


def test_marks_are_lines_through_every_lane_whatever_their_text_is(report: Report) -> None:
    marks = tuple(Mark(float(second), f"</title><script>{second}") for second in range(50))
    drawn = lanes.draw(replace(report, summary=replace(report.summary, marks=marks)))
    assert drawn is not None
    for chart in drawn.charts:
        assert chart.count('<line class="happened"') == lanes.MOST_MARKS
        assert "<script>" not in chart
    assert "script" not in drawn.data


def test_limits_are_lines_where_they_lie_in_the_lane(report: Report) -> None:
    drawn = lanes.draw(report)
    assert drawn is not None
    assert re.findall(r'<text class="bound (\w+)"[^>]*>([^<]*)', drawn.charts[0]) == [
        ("p95", "p95 &lt; 500ms"),
        ("p99", "p99 &lt; 1000ms"),
    ]


def test_a_gap_interrupts_the_line_and_stays_a_gap_for_the_pointer(report: Report) -> None:
    drawn = lanes.draw(with_host(report, HostCourse({"cpu": ((1.0, 0.1), (2.0, 0.2), (3.0, None), (4.0, 0.4))})))
    assert drawn is not None
    paths = re.findall(r'<path class="series cpu" d="([^"]*)"', "".join(drawn.charts))
    assert paths == ["M1.00 72.0L2.00 64.0", "M4.00 48.0h0"]
    [cpu] = [line for line in json.loads(drawn.data)["lines"] if line["name"] == "CPU"]
    assert (cpu["at"], cpu["values"]) == ([1, 2, 3, 4], [10, 20, None, 40])


def test_all_lanes_have_one_time_axis(report: Report) -> None:
    points = ((1.0, 0.5), (2.0, 0.6))
    drawn = lanes.draw(with_host(report, HostCourse({"cpu": points}, points)))
    assert drawn is not None
    views = [re.findall(r'viewBox="0 0 (\S+) \S+" preserveAspectRatio', chart) for chart in drawn.charts]
    assert {view for [view] in views} == {f"{json.loads(drawn.data)['end']:.2f}"}


def test_page_loads_that_met_the_load_are_marks(report: Report) -> None:
    def load(from_s: float, to_s: float, name: str = "home") -> object:
        start, end = int((START_S + from_s) * 1e6), int((START_S + to_s) * 1e6)
        return page(name, started_at_us=start, ended_at_us=end)

    loads = (load(-9, -2), load(3, 5), load(6, 8.5), page("home"))
    home = PageSummary('<"home">', "loaded", loads, 0, {})  # type: ignore[arg-type]  # a test's own loads
    drawn = lanes.draw(replace(report, summary=replace(report.summary, pages=(home,))))
    assert drawn is not None
    text = "".join(drawn.charts)
    assert re.findall(r"<title>([^<]*)</title>", text) == [
        "&lt;&#34;home&#34;&gt; under load, 3.0 s to 5.0 s",
        "&lt;&#34;home&#34;&gt; under load, 6.0 s to 8.5 s",
    ]
