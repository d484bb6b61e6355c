"""Pages that are undecided are loaded again, until they are not."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from command import measured
from webserver import WebServer

from slogate.runs.pages import read_page_loads

pytestmark = pytest.mark.e2e
SLO = """\
version: 1
service: shop
targets: {{web: "{url}"}}
web: {{fcp: < 5s}}
profiles: {{quick: {{rate: 1/s, page_loads: 1, max_page_loads: 8}}}}
"""
JOURNEYS = """\
from slogate import page

@page("home", ready="h1")
def home(page): page.goto("/")

@page("closed", ready="h1")
def closed(page): page.goto("/closed")
"""


@pytest.fixture
def server() -> Iterator[WebServer]:
    web_server = WebServer()
    web_server.page("/", "<h1>Hello</h1>")
    web_server.routes["/favicon.ico"] = web_server.reply(status=204)
    web_server.page("/closed", "<h1>Closed</h1>", status=503)
    yield web_server
    web_server.close()


def test_a_page_is_loaded_until_it_is_decided_and_no_longer(tmp_path: Path, server: WebServer) -> None:
    """One load decides nothing and five fast ones a median; of a page that is not judgeable more would say nothing."""
    (tmp_path / "slo.yaml").write_text(SLO.format(url=server.url))
    (tmp_path / "webvitals").mkdir()
    (tmp_path / "webvitals" / "storefront.py").write_text(JOURNEYS)
    answer = measured("run", "--slo", tmp_path / "slo.yaml", out=tmp_path / "reports")
    assert answer.folder is not None, answer.stderr
    assert answer.states() == {"web[home].fcp": "pass", "web[closed].fcp": "error"}
    loads = read_page_loads(answer.folder / "pages.jsonl")
    made = Counter(load.page for load in loads if not load.warmup)
    assert made == {"home": 5, "closed": 1}
    pages = answer.run_info()["pages"]
    assert (pages["loads"], pages["max_loads"], pages["made"]) == (1, 8, made)
    assert pages["cpu_benchmark"] > 0
    assert f"{pages['cpu_benchmark']:,.0f}, of the browser" in (answer.folder / "report.html").read_text()
    assert "home 5/8" in answer.stderr
    assert "1 cold load each, up to 8 while undecided" in (answer.folder / "report.html").read_text()
