"""Every format of a comparison says the same, is valid where it has a schema, and is safe to show."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import jsonschema
import pytest
from junitparser import JUnitXml
from releases import Reports
from rich.console import Console

from slogate import schemas
from slogate.report.comparison import html, junit, markdown, terminal
from slogate.report.comparison import json as comparison_json
from slogate.report.comparison.model import ComparisonReport
from support import MakeRun


@pytest.fixture
def reports(make_run: MakeRun, tmp_path: Path) -> Reports:
    return Reports(make_run, tmp_path / "reports")


@pytest.fixture
def slower(reports: Reports) -> Reports:
    reports.add("1.4.0", 0.99, 1.0, 1.01)
    reports.add("1.5.0", 1.29, 1.3, 1.31)
    return reports


def texts(report: ComparisonReport) -> Iterator[tuple[str, str]]:
    console = Console(width=200, force_terminal=False)
    with console.capture() as capture:
        console.print(terminal.render(report))
    yield "terminal", re.sub(r"\s+", " ", capture.get())
    yield "html", html.render(report)
    yield "markdown", markdown.render(report)
    yield "junit", junit.render(report)
    yield "json", comparison_json.render(report)


def test_every_format_says_what_regressed_and_why(slower: Reports) -> None:
    for name, text in texts(slower.compare()):
        assert "p95 latency" in text, name
        assert "+30." in text, name
        assert "hardly by chance (p below 0.0001)" in text, name


def test_comparison_json_is_valid_by_its_schema(slower: Reports) -> None:
    content = json.loads(comparison_json.render(slower.compare()))
    jsonschema.Draft202012Validator(json.loads(schemas.text("comparison"))).validate(content)
    assert content["state"] == "regressed"


def test_junit_is_green_only_for_what_is_no_worse(slower: Reports) -> None:
    document = JUnitXml.fromstring(junit.render(slower.compare()).encode())
    cases = {case.name: [type(result).__name__ for result in case.result] for suite in document for case in suite}
    assert cases["p95 latency"] == ["Failure"]
    assert cases["CPU"] == []


def test_the_page_needs_nothing_and_draws_the_quantiles(slower: Reports) -> None:
    page = html.render(slower.compare())
    assert 'class="lane shift"' in page
    assert "polygon" in page
    assert not re.search(r'(?:src|href)="(?!#)|<script|@import|url\(', page)
    assert "file://" not in page


def test_names_from_outside_are_escaped(reports: Reports) -> None:
    name = '<img src=x onerror=alert(1)>|`"\x1b[31m'
    reports.add("1.4.0", 1.0, 1.01, 0.99)
    folders = reports.add("1.5.0", 1.5, 1.51, 1.49)
    for folder in folders:
        info = folder.read_info()
        info.release = name
        folder.write_info(info)
    report = reports.compare("1.4.0", ",".join(str(folder.path) for folder in folders))
    for kind, text in texts(report):
        assert "\x1b[31m" not in text, kind
        if kind in {"html", "markdown", "junit"}:
            assert "<img" not in text, kind
