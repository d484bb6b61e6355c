"""A page that a click leads to is measured and judged like any other, through the public command."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from command import measured
from spa import API_S, serve_spa
from webserver import WebServer

from slogate.analyzer.web import METRICS
from slogate.runs.page_evidence import read_kept_evidence
from slogate.runs.pages import read_page_loads

pytestmark = pytest.mark.e2e
SLO = """\
version: 1
service: shop
targets: {{web: "{url}"}}
web:
  lcp: < 5s
  pages:
    orders: {{lcp: < 100ms, ttfb: < 1s}}
    lost: {{lcp: < 5s}}
profiles: {{quick: {{rate: 1/s, page_loads: 1}}}}
"""
JOURNEYS = """\
from slogate import page

@page("home", ready="#home")
def home(page): page.goto("/")

@home.then("orders", ready="#orders")
def orders(page): page.click("#to-orders")

@home.then("lost", ready="#orders")
def lost(page): page.click("#to-document")
"""


@pytest.fixture
def server() -> Iterator[WebServer]:
    web_server = WebServer()
    web_server.routes["/favicon.ico"] = web_server.reply(status=204)
    serve_spa(web_server)
    yield web_server
    web_server.close()


def test_a_soft_navigation_has_objectives_of_its_own(tmp_path: Path, server: WebServer) -> None:
    """One load decides nothing, and yet it says on which side of its own limit each page is."""
    (tmp_path / "slo.yaml").write_text(SLO.format(url=server.url))
    (tmp_path / "webvitals").mkdir()
    (tmp_path / "webvitals" / "storefront.py").write_text(JOURNEYS)
    answer = measured("run", "--slo", tmp_path / "slo.yaml", "--pages", "orders,lost", out=tmp_path / "reports")
    assert answer.folder is not None, answer.stderr
    assert answer.states() == {
        "web[orders].lcp": "inconclusive",
        "web[orders].ttfb": "error",
        "web[lost].lcp": "error",
    }
    lcp = next(item for item in answer.verdict()["objectives"] if item["id"] == "web[orders].lcp")
    assert lcp["estimate"] >= API_S * 1000
    assert "1 of them at or over 100 ms" in lcp["reason"]
    said = " ".join(answer.stdout.split())
    assert "a soft navigation asks for no document (NO_DOCUMENT)" in said
    assert "/document was loaded as a document, so lost is no soft navigation" in said
    loads = [load for load in read_page_loads(answer.folder / "pages.jsonl") if load.page == "orders"]
    lcps_ms = [value for load in loads if (value := METRICS["lcp"].measure(load).value) is not None]
    assert len(lcps_ms) == len(loads) == 2  # one is the warm-up
    assert all(lcp_ms >= API_S * 1000 for lcp_ms in lcps_ms)
    kept = read_kept_evidence(answer.folder)["orders", "idle"]
    assert kept.frames[0].at_ms == 0
    assert (kept.frames[-1].at_ms or 0) >= API_S * 1000
    assert kept.screenshot is not None
    html = (answer.folder / "report.html").read_text()
    assert "orders (soft navigation), lost (soft navigation); 1 cold load each" in html
    assert "A soft navigation: time 0 is the interaction that began the soft navigation." in html
    assert "section#orders &gt; p" in html
