"""A host whose certificate signs itself: refused with the cure, and measured as far as anything else once that is asked
for.
"""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from command import Answer, measured, slogate
from plain_locust import locust
from webserver import WebServer

from nginx import make_certificate

pytestmark = pytest.mark.e2e
SLO = """\
version: 1
service: staging
targets: {{api: "{url}"}}
{line}
api: {{latency: {{p50: < 5s}}, errors: < 20%}}
web: {{fcp: < 20s}}
profiles: {{quick: {{users: 2, warmup: 1s, duration: 4s, page_loads: 1}}}}
policy: {{inconclusive: allow}}
"""
SCENARIO = """\
import slogate.locust
from locust import constant, task
from slogate import HttpUser

class Visitor(HttpUser):
    wait_time = constant(0.05)

    @task
    def read(self):
        self.client.get("/api")
"""
JOURNEY = """\
from slogate import page, session

@session
def visitor(page):
    page.goto("/")

@page("home", login=visitor, ready="h1")
def home(page):
    page.goto("/")
"""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[WebServer]:
    running = WebServer()
    running.page("/", "<h1>Staging</h1>")
    running.routes["/api"] = running.reply("{}", content_type="application/json")
    make_certificate(tmp_path / "server.pem", tmp_path / "server.key")
    running.speak_tls(tmp_path / "server.pem", tmp_path / "server.key")
    yield running
    running.close()


def suite(folder: Path, server: WebServer, line: str = "", scenario: str = SCENARIO) -> Path:
    for name, text in {"loadtests/visitor.py": scenario, "webvitals/site.py": JOURNEY}.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text)
    (folder / "slo.yaml").write_text(SLO.format(url=server.url, line=line))
    return folder / "slo.yaml"


def outcomes_of_pages(answer: Answer) -> list[str]:
    assert answer.folder is not None, answer.stderr
    return [json.loads(line)["outcome"] for line in (answer.folder / "pages.jsonl").read_text().splitlines()]


def test_it_is_refused_before_anything_is_sent(tmp_path: Path, server: WebServer) -> None:
    answer = slogate("run", "--slo", suite(tmp_path, server), "--out", tmp_path / "out", out=tmp_path / "out")
    assert (answer.code, answer.folder) == (4, None)
    assert "certificate that cannot be verified: self-signed certificate" in answer.stderr
    assert "verify_tls: false" in answer.stderr
    assert server.seen == []


@pytest.mark.parametrize(("line", "options"), [("verify_tls: false", ()), ("", ("--no-verify-tls",))])
@pytest.mark.alone
def test_it_is_measured_once_that_is_asked_for(
    tmp_path: Path, server: WebServer, line: str, options: tuple[str, ...]
) -> None:
    answer = measured("run", "--slo", suite(tmp_path, server, line), *options, out=tmp_path / "out")
    assert answer.code == 0, answer.stdout + answer.stderr
    assert {answer.states()[name] for name in ("api.errors", "api.latency.p50")} == {"pass"}
    assert outcomes_of_pages(answer) == ["ok", "ok"]
    assert answer.run_info()["verify_tls"] is False
    assert answer.folder is not None
    assert "certificates not verified" in (answer.folder / "report.html").read_text()
    assert "TLS certificates were not verified" in (answer.folder / "summary.md").read_text()
    assert "InsecureRequestWarning" not in answer.stderr


@pytest.mark.alone
def test_a_scenario_that_trusts_nobody_else_does_so_still(tmp_path: Path, server: WebServer) -> None:
    strict = SCENARIO.replace("    wait_time", "    verify = True\n    wait_time")
    slo = suite(tmp_path, server, "verify_tls: false", strict)
    answer = measured("run", "--slo", slo, "--only", "api", out=tmp_path / "out")
    assert answer.code == 4, answer.stdout + answer.stderr  # there is no latency of a request that came to nothing
    assert answer.states() == {"api.latency.p50": "error", "api.errors": "fail"}


def test_plain_locust_does_as_the_file_says(tmp_path: Path, server: WebServer) -> None:
    slo = suite(tmp_path, server, "verify_tls: false")
    slo.write_text(slo.read_text().replace("web: {fcp: < 20s}\n", ""))
    asked = ["-f", tmp_path / "loadtests/visitor.py", "--slo", slo, "--host", server.url, "--headless"]
    answer = locust(*asked, "-u", 5, "-r", 5, "-t", "4s", out=tmp_path / "out")
    assert answer.code == 0, answer.stdout + answer.stderr
    assert answer.states()["api.errors"] == "pass"
    assert answer.run_info()["verify_tls"] is False


def test_a_page_is_shown_once_that_is_asked_for(tmp_path: Path, server: WebServer) -> None:
    asked = ["open", "home", "--headless", "--slo", suite(tmp_path, server)]
    refused = slogate(*asked, out=tmp_path / "out")
    assert refused.code == 4, refused.stdout + refused.stderr
    assert "certificate is not trusted" in refused.stdout
    assert slogate(*asked, "--no-verify-tls", out=tmp_path / "out").code == 0
