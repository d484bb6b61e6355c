"""Prometheus text: well formed, in base units, and silent about what there is not."""

import re
from dataclasses import replace

import pytest

from slogate.report import prometheus
from slogate.report.model import Report
from slogate.verify import judge_folder
from support import START_S, MakeRun

_LINE = re.compile(r'([a-z_]+)\{((?:[a-z]+="(?:[^"\\\n]|\\["\\n])*",?)+)\} (\S+)')
Samples = dict[tuple[str, str | None, str | None], float]


def samples(report: Report) -> Samples:
    """Values by metric, objective and state, each line checked against the format."""
    text = prometheus.render(report)
    assert text.endswith("\n")
    found = {}
    for line in text.splitlines():
        if not line.startswith("#"):
            match = _LINE.fullmatch(line)
            assert match is not None, line
            labels = dict(re.findall(r'([a-z]+)="((?:[^"\\]|\\.)*)"', match[2]))
            found[match[1], labels.get("objective"), labels.get("state")] = float(match[3])
    return found


@pytest.fixture
def report(make_run: MakeRun) -> Report:
    return judge_folder(make_run([20.0] * 1100 + [1500.0] * 100).path, None, {}).report


def test_one_state_is_on(report: Report) -> None:
    found = samples(report)
    states = {state: value for (name, _, state), value in found.items() if name == "slogate_verdict_state"}
    assert {state for state, value in states.items() if value} == {"fail"}
    assert len(states) == 6
    of_p99 = {state for (_, item, state), value in found.items() if item == "api.latency.p99" and state and value}
    assert of_p99 == {"fail"}


def test_numbers_are_in_base_units(report: Report) -> None:
    found = samples(report)
    assert found["slogate_objective_estimate", "api.latency.p99", None] == 1.5
    assert found["slogate_objective_limit", "api.latency.p99", None] == 1.0
    assert found["slogate_objective_limit", "api.errors", None] == 0.01
    assert found["slogate_run_started_timestamp_seconds", None, None] == pytest.approx(START_S, abs=86_400)


def test_what_there_is_not_has_no_sample(report: Report) -> None:
    found = samples(report)
    assert ("slogate_objective_low", "resources.cpu", None) not in found
    broken = replace(report, info=report.info.model_copy(update={"started_at": "?"}))
    assert ("slogate_run_started_timestamp_seconds", None, None) not in samples(broken)


def test_labels_are_escaped(report: Report) -> None:
    named = report.info.model_copy(update={"release": 'a"b\\c\nd'})
    text = prometheus.render(replace(report, info=named))
    assert 'release="a\\"b\\\\c\\nd"' in text
    assert samples(replace(report, info=named))


def test_each_metric_is_declared_once(report: Report) -> None:
    text = prometheus.render(report)
    declared = re.findall(r"# TYPE (\S+) gauge", text)
    assert len(declared) == len(set(declared))
    assert {name for name, _, _ in samples(report)} == set(declared)
