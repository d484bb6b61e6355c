"""The percentile curve: its axis, and each objective on a percentile beside it."""

import re
from dataclasses import replace

import pytest

from slogate.report import percentiles
from slogate.report.model import Report
from slogate.verify import judge_folder
from support import MakeRun


@pytest.fixture
def report(make_run: MakeRun) -> Report:
    return judge_folder(make_run([20.0] * 1150 + [700.0] * 50).path, None, {}).report


def test_objectives_are_marked_with_limit_interval_and_estimate(report: Report) -> None:
    text = percentiles.draw(report)
    assert re.findall(r'<text class="limit"[^>]*>([^<]*)', text) == ["p95 &lt; 500ms", "p99 &lt; 1000ms"]
    assert text.count('class="estimate"') == text.count('class="interval"') == 2


def test_the_axis_ends_where_the_requests_do(report: Report) -> None:
    ticks = re.findall(r'text-anchor="middle">([^<]*)', percentiles.draw(report))
    assert ticks == ["fastest", "p50", "p75", "p90", "p95", "p99", "p99.5", "p99.9"]
    short = replace(report, summary=replace(report.summary, curve=((0.0, 1.0), (1.5, 9.0))))
    assert re.findall(r'text-anchor="middle">([^<]*)', percentiles.draw(short))[-1] == "p95"
    assert "p99" not in percentiles.draw(short)


def test_equal_steps_to_the_right_are_tenths_of_what_is_left(report: Report) -> None:
    text = percentiles.draw(report)
    places = {name: float(x) for x, name in re.findall(r'class="tick" x="([\d.]+)"[^>]*middle">([^<]*)', text)}
    assert places["p99"] - places["p90"] == pytest.approx(places["p99.9"] - places["p99"], abs=0.2)


def test_too_few_requests_have_no_curve(report: Report) -> None:
    assert percentiles.draw(replace(report, summary=replace(report.summary, curve=()))) == ""
