"""Loads that last only until they are decided: `abort: fail`, and the search for capacity."""

import json
import threading
import time
from collections import deque
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from command import NOISE, slogate
from webserver import WebServer

pytestmark = [pytest.mark.e2e, pytest.mark.alone]
_ATTEMPTS = 3
SLO = """\
version: 1
service: limited
targets: {{api: "{url}"}}
api: {{errors: < {errors}}}
profiles:
  hopeless: {{rate: 60/s, warmup: 1s, duration: 5m, abort: fail}}
  step: {{rate: 10/s, warmup: 1s, duration: 10s}}
"""
SCENARIO = """\
from locust import task
from slogate import HttpUser

class Visitor(HttpUser):
    @task
    def ask(self):
        self.client.get("/work")
"""


class Limited:
    """A service that refuses what exceeds so many requests in the last second."""

    def __init__(self, server: WebServer, most_per_s: int) -> None:
        self.most_per_s = most_per_s
        self._accepted: deque[float] = deque()
        self._lock = threading.Lock()
        self._answers = {True: server.reply("{}"), False: server.reply("no", status=503)}

    def __call__(self, handler: BaseHTTPRequestHandler) -> None:
        now_s = time.monotonic()
        with self._lock:
            while self._accepted and self._accepted[0] < now_s - 1:
                self._accepted.popleft()
            accepted = len(self._accepted) < self.most_per_s
            if accepted:
                self._accepted.append(now_s)
        self._answers[accepted](handler)


@pytest.fixture
def server() -> Iterator[WebServer]:
    running = WebServer()
    running.routes["/"] = running.reply("{}")
    yield running
    running.close()


def suite(tmp_path: Path, server: WebServer, errors: str = "5%") -> Path:
    (tmp_path / "slo.yaml").write_text(SLO.format(url=server.url, errors=errors))
    (tmp_path / "loadtests").mkdir()
    (tmp_path / "loadtests" / "visitor.py").write_text(SCENARIO)
    return tmp_path / "slo.yaml"


def test_a_hopeless_load_does_not_run_to_its_end(tmp_path: Path, server: WebServer) -> None:
    server.routes["/work"] = Limited(server, 20)
    file = suite(tmp_path, server)
    for attempt in range(_ATTEMPTS):
        out = tmp_path / str(attempt)
        answer = slogate("run", "--slo", file, "--profile", "hopeless", "--out", out, out=out)
        if not answer.finding_codes() & NOISE:
            break
    assert answer.code == 1, answer.stdout
    assert "errors < 5% is already sure to fail" in answer.stdout
    info = answer.run_info()
    load = next(phase for phase in info["phases"] if phase["name"] == "load")
    assert load["end_s"] - load["start_s"] < 120
    assert info["state"] == "complete"
    assert "sure to fail" in info["load"]["ended_early"]
    assert info["load"]["planned_arrivals"] == info["load"]["started_arrivals"] < 60 * 150
    assert answer.folder is not None
    assert slogate("judge", answer.folder, out=tmp_path).code == 1


@pytest.mark.timeout(600)
def test_the_rate_that_a_service_holds_is_found(tmp_path: Path, server: WebServer) -> None:
    server.routes["/work"] = Limited(server, 70)
    file = suite(tmp_path, server, errors="20%")  # which few requests can decide: it holds up to 87.5/s
    for attempt in range(_ATTEMPTS):
        out = tmp_path / str(attempt)
        answer = slogate(
            *("capacity", "--slo", file, "--profile", "step", "--start-rate", "40/s", "--max-rate", "160/s"),
            *("--step", "10s", "--precision", "40", "--json", "--out", out),
            out=out,
        )
        found = json.loads(answer.stdout)
        if not any(step["state"] == "error" for step in found["steps"]):
            break
    assert answer.code == 0, answer.stdout
    assert {40, 80} <= {step["rate_per_s"] for step in found["steps"]}
    assert 40 <= found["highest_per_s"] < 90
    assert found["highest_per_s"] < found["lowest_not_per_s"] <= 1.4 * found["highest_per_s"] + 0.1
    assert "error rate" in found["broke_first"]
    (folder,) = (path for path in out.iterdir() if path.is_dir())
    assert (folder / "capacity.html").is_file()
    assert {path.name for path in folder.iterdir() if path.is_dir()} == {step["run"] for step in found["steps"]}


@pytest.mark.timeout(600)
def test_a_low_rate_is_held_longer_and_not_lowered(tmp_path: Path, server: WebServer) -> None:
    server.routes["/work"] = server.reply("{}")
    file = suite(tmp_path, server, errors="20%")
    for attempt in range(_ATTEMPTS):
        out = tmp_path / str(attempt)
        answer = slogate(
            *("capacity", "--slo", file, "--profile", "step", "--start-rate", "2/s", "--max-rate", "4/s"),
            *("--step", "3s", "--json", "--out", out),
            out=out,
        )
        found = json.loads(answer.stdout)
        if not any(step["state"] == "error" for step in found["steps"]):
            break
    assert answer.code == 0, answer.stdout
    assert found["highest_per_s"] >= 2
    assert min(step["rate_per_s"] for step in found["steps"]) == 2
    assert "errors < 20% takes about" in answer.stderr


def test_a_search_of_which_no_step_could_be_decided_is_refused(tmp_path: Path, server: WebServer) -> None:
    file = suite(tmp_path, server, errors="0.01%")
    answer = slogate(
        *("capacity", "--slo", file, "--profile", "step", "--start-rate", "2/s", "--max-rate", "4/s"), out=tmp_path
    )
    assert answer.code == 2
    assert "errors < 0.01% takes about" in answer.stderr
    assert "raise --start-rate, or --max-time" in answer.stderr
    assert server.seen == []
