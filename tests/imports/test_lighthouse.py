"""Lighthouse's report: its own metrics stand as it reports them, and what it has no value for is missing."""

import json
from pathlib import Path
from typing import Any

import pytest
from records import DATA, page_loads

from slogate.analyzer.imported import Lack
from slogate.analyzer.web import METRICS
from slogate.analyzer.web.facts import LoadOutcome, PageLoad
from slogate.analyzer.web.metric import MissingReason
from slogate.errors import ConfigError
from slogate.imports.records import Told

REPORT: dict[str, Any] = json.loads((DATA / "lighthouse.json").read_text(encoding="utf-8"))


def changed(tmp_path: Path, told: Told | None = None, **fields: object) -> PageLoad:
    path = tmp_path / "report"
    path.write_text(json.dumps(REPORT | fields), encoding="utf-8")
    [load] = page_loads(path, told)
    return load


def test_the_metrics_are_those_that_lighthouse_reports() -> None:
    told = Told()
    [load] = page_loads(DATA / "lighthouse.json", told)
    values = {
        name: METRICS[name].measure(load).value for name in ("fcp", "lcp", "tti", "tbt", "cls", "page_bytes", "ttfb")
    }
    audits = REPORT["audits"]
    assert values == {
        "fcp": audits["first-contentful-paint"]["numericValue"],
        "lcp": audits["largest-contentful-paint"]["numericValue"],
        "tti": audits["interactive"]["numericValue"],
        "tbt": 0.0,
        "cls": 0.0,
        "page_bytes": 83694.0,
        "ttfb": 16.0,
    }
    assert METRICS["requests"].measure(load).value == 4
    assert (load.page, load.outcome, load.status) == ("home", LoadOutcome.OK, 200)
    assert not told.lacks


def test_a_page_may_be_named() -> None:
    assert [load.page for load in page_loads(DATA / "lighthouse.json", page="start")] == ["start"]


@pytest.mark.parametrize("audit", [{}, {"score": None, "scoreDisplayMode": "error"}, {"numericValue": None}])
def test_a_metric_without_a_value_is_missing_and_never_zero(tmp_path: Path, audit: dict[str, object]) -> None:
    load = changed(tmp_path, audits=REPORT["audits"] | {"first-contentful-paint": audit, "interactive": audit})
    assert METRICS["tti"].measure(load).missing is MissingReason.NOT_REPORTED
    assert METRICS["ttfb"].measure(load).missing is MissingReason.NOT_REPORTED, (
        "a page without FCP may have shown nothing"
    )
    assert not METRICS["tti"].measure(load).not_reached


@pytest.mark.parametrize(
    ("code", "outcome"),
    [
        ("ERRORED_DOCUMENT_REQUEST", LoadOutcome.HTTP_ERROR),
        ("FAILED_DOCUMENT_REQUEST", LoadOutcome.NO_RESPONSE),
        ("NO_FCP", LoadOutcome.JOURNEY_ERROR),
    ],
)
def test_a_load_that_failed_has_no_metrics(tmp_path: Path, code: str, outcome: LoadOutcome) -> None:
    load = changed(tmp_path, runtimeError={"code": code, "message": "it did not work"})
    assert (load.outcome, load.reason) == (outcome, "it did not work")
    assert {metric.measure(load).missing for metric in METRICS.values()} == {MissingReason.NOT_MEASURED}


def test_simulated_throttling_is_said(tmp_path: Path) -> None:
    told = Told()
    changed(tmp_path, told, configSettings={"formFactor": "mobile", "throttlingMethod": "simulate"})
    assert told.lacks == {Lack.SIMULATED}


@pytest.mark.parametrize(
    "text", ['{"lighthouseVersion": "13",\n', '{"lighthouseVersion": "13"}', '{"lighthouseVersion": NaN}']
)
def test_a_broken_report_is_told(tmp_path: Path, text: str) -> None:
    path = tmp_path / "report"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=r"report:\d: not a report of Lighthouse"):
        page_loads(path)
