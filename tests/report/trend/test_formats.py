"""Every format of a trend says the same, and is safe to show."""

import json
import re
from collections.abc import Iterator

import pytest
from rich.console import Console
from simulated_nights import series_of
from trending_shop import shop

from slogate.analyzer.trend import trend
from slogate.report.trend import html, terminal
from slogate.report.trend import json as trend_json
from slogate.report.trend.model import TrendReport


def printed(report: TrendReport, width: int = 220) -> str:
    console = Console(width=width, force_terminal=False)
    with console.capture() as capture:
        console.print(terminal.render(report))
    return capture.get()


def texts(report: TrendReport) -> Iterator[tuple[str, str]]:
    yield "terminal", re.sub(r"\s+", " ", printed(report))
    yield "html", html.render(report)
    yield "json", trend_json.render(report)


def test_every_format_says_what_changed_since_when() -> None:
    for name, text in texts(shop()):
        assert "2 of 5 objectives are worse than normal: p95 latency, error rate" in text, name
        assert "since 1.5.0 (abc19362), 2026-11-09: +22.4 % (+20.1 % .. +24.6 %)" in text, name
        assert "7 of 14 nights" in text, name
        assert "3 runs of another kind are left out" in text, name


@pytest.mark.parametrize(
    ("values", "line"),
    [
        ([1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0], "▁▂▃▄▅▆▇█"),
        ([5.0, None, 5.0], "▅·▅"),
        ([], ""),
        ([float(at) for at in range(100)], "▁▁▁▁▂▂▂▂▃▃▃▄▄▄▄▅▅▅▅▆▆▆▇▇▇▇████"),
    ],
)
def test_a_sparkline_goes_from_the_lowest_to_the_highest(values: list[float | None], line: str) -> None:
    found = trend(series_of(*[None if value is None else value + 1 for value in values]))
    assert terminal.sparkline(found).plain == line


def test_the_nights_of_an_open_regression_are_red() -> None:
    found = trend(series_of(*[400.0 + at % 7 for at in range(20)], *[500.0 + at % 7 for at in range(6)]))
    line = terminal.sparkline(found)
    assert [str(span.style) for span in line.spans if span.style] == ["red"] * 6


def test_in_a_narrow_terminal_nothing_is_cut() -> None:
    text = "".join(printed(shop(), 80).split())
    assert "GET/api/cart" in text
    assert "2026-11-09:" in text


def test_json_has_every_night_and_null_where_there_is_no_number() -> None:
    document = json.loads(trend_json.render(shop()))
    first = document["objectives"][0]
    assert (first["id"], first["unit"], first["course"]) == ("api.latency.p95", "ms", "regressed")
    assert len(first["nights"]) == 75
    assert (first["nights"][9]["value"], first["nights"][9]["counted"]) == (None, False)
    [change] = first["changes"]
    assert (change["release"], change["date"], change["worse"], change["open"]) == ("1.5.0", "2026-11-09", True, True)
    assert change["size"]["low"] < change["size"]["estimate"] < change["size"]["high"]
    cpu = document["objectives"][-1]
    assert (cpu["nights_needed"], cpu["least_nights"], cpu["standing"]) == (7, 14, None)


def test_the_page_needs_nothing_and_leads_to_its_charts() -> None:
    page = html.render(shop())
    assert not re.search(r'(?:src|href)="(?!#)|<script|@import|url\(', page)
    for anchor in re.findall(r'href="#([^"]+)"', page):
        assert f'id="{anchor}"' in page
    assert page.count('class="lane nights"') == 5


def test_nights_lead_to_the_reports_of_their_runs_where_there_are_any() -> None:
    run = f"{74:032x}"
    page = html.render(shop(), {run: "20261125T020000Z-1.5.1/report.html"})
    assert page.count('<a href="20261125T020000Z-1.5.1/report.html">2026-11-25</a>') == 5


def test_names_from_outside_are_escaped() -> None:
    name = '<img src=x onerror=alert(1)>|`"\x1b[31m'
    for kind, text in texts(shop(name, lambda night: f"{name}{night // 20}")):
        assert "\x1b[31m" not in text, kind
        if kind == "html":
            assert "<img" not in text
            assert "onerror=alert(1)&gt;" in text
