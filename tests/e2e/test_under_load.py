"""Pages measured while the load holds: what the load does to them is seen, and whatever ends the run loses nothing."""

import signal
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from command import Answer, descendants, finish, slogate, start, wait_until
from webserver import WebServer

from slogate.analyzer.web.facts import PageLoad
from slogate.runs.pages import read_page_loads

pytestmark = [pytest.mark.e2e, pytest.mark.alone]
SLO = """\
version: 1
service: shop
targets: {{api: "{url}"}}
api: {{errors: < 5%}}
web: {{fcp: < 10s, ttfb: < 400ms}}
profiles: {{quick: {{rate: 20/s, warmup: 2s, duration: 40s, page_loads: 5, when: both}}}}
"""
SCENARIO = """\
from slogate import HttpUser
from locust import task

class Visitor(HttpUser):
    @task
    def browse(self):
        self.client.get("/api")
"""
JOURNEYS = """\
from slogate import page

@page("home", ready="h1")
def home(page): page.goto("/")
"""
_BUSY_FOR_S = 3.0  # after a request of the API its pages are slow for so long
_SLOW_BY_S = 0.6


@pytest.fixture
def server() -> Iterator[WebServer]:
    """A shop whose page takes long to make while somebody asks its API."""
    web_server = WebServer()
    asked_s = [-100.0]
    api, home = web_server.reply("{}"), web_server.reply("<!doctype html><title>t</title><h1>Hello</h1>")

    def answer_api(handler: BaseHTTPRequestHandler) -> None:
        asked_s[0] = time.monotonic()
        api(handler)

    def answer_home(handler: BaseHTTPRequestHandler) -> None:
        if time.monotonic() - asked_s[0] < _BUSY_FOR_S:
            time.sleep(_SLOW_BY_S)
        home(handler)

    web_server.routes |= {"/api": answer_api, "/": answer_home, "/favicon.ico": web_server.reply(status=204)}
    yield web_server
    web_server.close()


@pytest.fixture
def suite(tmp_path: Path, server: WebServer) -> Path:
    (tmp_path / "slo.yaml").write_text(SLO.format(url=server.url))
    for folder, text in (("loadtests", SCENARIO), ("webvitals", JOURNEYS)):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "shop.py").write_text(text)
    return tmp_path


def loads_of(answer: Answer, when: str) -> list[PageLoad]:
    assert answer.folder is not None, answer.stderr
    loads = read_page_loads(answer.folder / "pages.jsonl")
    return [load for load in loads if load.when == when and not load.warmup]


def run(suite: Path, *arguments: object) -> Answer:
    """One run, also on a busy machine: a generator that it makes late says nothing of the pages."""
    out = suite / "reports"
    return finish(start("run", "--slo", suite / "slo.yaml", *arguments, "--out", out), out, timeout_s=200)


@pytest.mark.timeout(300)
def test_a_page_that_only_the_load_slows_down_fails_under_load_alone(suite: Path) -> None:
    answer = run(suite)
    assert answer.folder is not None, answer.stderr
    web = {name: state for name, state in answer.states().items() if name.startswith("web")}
    assert web == {
        "web[home].fcp": "pass",
        "web[home].fcp[loaded]": "pass",
        "web[home].ttfb": "pass",
        "web[home].ttfb[loaded]": "fail",
    }, answer.stdout
    assert answer.code in ({1} if not answer.finding_codes() else {4})
    phases = {phase["name"]: phase for phase in answer.run_info()["phases"]}
    assert list(phases) == ["pages", "sign-in", "warm-up", "load"]
    idle, under_load = loads_of(answer, "idle"), loads_of(answer, "loaded")
    assert (len(idle), len(under_load)) == (5, 5)
    assert all(load.started_at_us / 1e6 < phases["pages"]["end_s"] for load in idle)
    for load in under_load:
        assert load.ended_at_us is not None
        assert phases["load"]["start_s"] <= load.started_at_us / 1e6 < load.ended_at_us / 1e6 <= phases["load"]["end_s"]
    estimates = {item["id"]: item["estimate"] for item in answer.verdict()["objectives"]}
    assert estimates["web[home].ttfb[loaded]"] > estimates["web[home].ttfb"] + 1000 * _SLOW_BY_S * 0.9
    assert "browser_beside_generator" in {item["code"] for item in answer.verdict()["findings"]}
    assert "home TTFB under load" in answer.stdout
    assert "ratio" in answer.stdout
    kept = sorted(path.name for path in (answer.folder / "pages").iterdir())
    assert kept == ["home", "home-under-load"]
    assert (answer.folder / "pages" / "home-under-load" / "frame-01.jpg").is_file()
    again = slogate("judge", answer.folder, out=suite)
    assert (again.code, again.stdout) == (answer.code, answer.stdout)


def test_a_load_too_short_for_its_pages_says_what_would_do(suite: Path) -> None:
    answer = run(suite, "--when", "loaded", "--duration", "15s")
    assert answer.states()["web[home].fcp[loaded]"] == "inconclusive", answer.stdout
    assert "the load of 15 s had no time for more" in answer.stdout
    assert "duration: " in answer.stdout
    assert loads_of(answer, "idle") == []
    assert answer.run_info()["phases"][0]["name"] == "page warm-up"
    assert not answer.run_info()["phases"][0]["judged"]


def test_a_load_that_is_sure_to_fail_does_not_wait_for_pages(suite: Path) -> None:
    """Nor do pages go on being loaded when there is no load any more."""
    profile = "rate: 50/s, warmup: 1s, duration: 2m, page_loads: 5, when: loaded, abort: fail"
    change(suite, profile, "latency: {max: < 1us}")
    answer = run(suite)
    load = answer.run_info()["phases"][-1]
    assert load["end_s"] - load["start_s"] < 40
    assert "the load ended early" in answer.stdout
    assert answer.states()["web[home].fcp[loaded]"] in {"inconclusive", "error"}
    assert len(loads_of(answer, "loaded")) < 5


def test_a_load_that_is_sure_to_pass_waits_for_its_pages(suite: Path) -> None:
    change(suite, "rate: 50/s, warmup: 1s, duration: 2m, page_loads: 3, when: loaded, abort: decided", "errors: < 50%")
    answer = run(suite)
    load = answer.run_info()["phases"][-1]
    loads = loads_of(answer, "loaded")
    assert [one.index for one in loads] == [1, 2, 3]
    assert max(one.ended_at_us or 0 for one in loads) / 1e6 < load["end_s"] < load["start_s"] + 60
    assert "every objective is already sure to pass" in answer.stderr


def change(suite: Path, profile: str, api: str) -> None:
    text = (suite / "slo.yaml").read_text()
    head = text[: text.index("profiles:")].replace("errors: < 5%", api)
    (suite / "slo.yaml").write_text(f"{head}profiles: {{quick: {{{profile}}}}}\n")


def test_pages_under_load_without_a_load_are_a_mistake(suite: Path) -> None:
    answer = run(suite, "--only", "web")
    assert answer.code == 2
    assert "this run makes none" in answer.stderr
    assert not (suite / "reports").exists()


@pytest.mark.parametrize(
    ("victim", "said"),
    [
        ("SIGINT", "the run was ended by Ctrl-C"),
        ("SIGTERM", "the run was ended by SIGTERM"),
        ("--remote-debugging-pipe", "the browser was killed"),
        ("-m slogate.vitals", "the page loader was killed by signal 9"),
        ("-m locust", "locust was killed by signal 9"),
    ],
)
def test_whatever_ends_it_under_load_keeps_what_both_have_measured(suite: Path, victim: str, said: str) -> None:
    out = suite / "reports"
    process = start("run", "--slo", suite / "slo.yaml", "--when", "loaded", "--duration", "5m", "--out", out)

    def one_is_made() -> list[Path]:
        return [path for path in out.glob("*/pages.jsonl") if b'"when":"loaded"' in path.read_bytes()]

    wait_until(one_is_made)
    everyone = descendants(process.pid)
    if victim.startswith("SIG"):
        process.send_signal(signal.Signals[victim])
    else:
        next(one for one in everyone if victim in " ".join(one.cmdline())).kill()
    began_s = time.monotonic()
    answer = finish(process, out)
    assert time.monotonic() - began_s < 25
    assert answer.code == 4, answer.stderr
    assert said in answer.stderr
    assert "Traceback" not in answer.stderr
    assert answer.run_info()["state"] == "interrupted"
    assert answer.folder is not None
    assert len(loads_of(answer, "loaded")) >= 1
    assert pq.read_metadata(answer.folder / "requests.parquet").num_rows > 20
    wait_until(lambda: not any(one.is_running() and one.status() != "zombie" for one in everyone))
    assert slogate("judge", answer.folder, out=suite).code in {1, 3, 4}
