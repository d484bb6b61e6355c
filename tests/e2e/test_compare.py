"""Two deployments, one of them slow: measured in turn, and compared again from their folders."""

import json
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from command import finish, slogate, start, wait_until
from webserver import WebServer

pytestmark = pytest.mark.e2e
# A closed load: on a busy machine the arrivals of an open one would be late, and the runs rightly refused.
SLO = """\
version: 1
service: shop
targets: {api: "http://127.0.0.1:1"}
api: {latency: {mean: < 2s}}
profiles:
  short: {users: 4, warmup: 0s, duration: 3s}
"""
SCENARIO = """\
from locust import constant, task

from slogate import HttpUser


class Reader(HttpUser):
    wait_time = constant(0.05)

    @task
    def read(self):
        self.client.get("/")
"""
FAST_S, SLOW_S = 0.02, 0.1


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    (tmp_path / "slo.yaml").write_text(SLO)
    (tmp_path / "loadtests").mkdir()
    (tmp_path / "loadtests" / "reader.py").write_text(SCENARIO)
    return tmp_path


@pytest.fixture
def fast() -> Iterator[str]:
    yield from serving(FAST_S)


@pytest.fixture
def slow() -> Iterator[str]:
    yield from serving(SLOW_S)


def serving(delay_s: float) -> Iterator[str]:
    server = WebServer()
    server.routes["/"] = server.reply("well", delay_s=delay_s)
    yield server.url
    server.close()


def versus_command(suite: Path, base: str, candidate: str, pairs: int) -> list[object]:
    urls = ["--base", base, "--candidate", candidate, "--base-release", "1.4.0", "--candidate-release", "1.5.0"]
    return ["versus", *urls, "--pairs", pairs, "--slo", suite / "slo.yaml", "--out", suite / "out", "--json"]


def series_folder(suite: Path) -> Path:
    (folder,) = (suite / "out").glob("*-versus")
    return folder


def releases(folder: Path) -> list[str]:
    return [json.loads(path.read_text())["release"] for path in sorted(folder.glob("*/run.json"))]


def test_versus_finds_the_slow_one_early_and_compare_finds_it_again(suite: Path, fast: str, slow: str) -> None:
    answer = slogate(*versus_command(suite, fast, slow, 8), out=suite / "out")
    assert answer.code == 1, answer.stderr
    document: dict[str, Any] = json.loads(answer.stdout)
    assert (document["state"], document["paired"]) == ("regressed", True)
    folder = series_folder(suite)
    order = releases(folder)
    assert order[:6] == ["1.4.0", "1.5.0", "1.5.0", "1.4.0", "1.4.0", "1.5.0"]  # ABBA, each with its folder
    assert len(order) == 2 * len(document["base"]["runs"]) < 16
    for name in ("comparison.json", "comparison.html", "comparison.md", "junit.xml"):
        assert (folder / name).is_file()
    again = slogate("compare", "1.4.0", "1.5.0", "--reports", folder, "--json", out=folder)
    assert (again.code, json.loads(again.stdout)["state"]) == (1, "regressed")


def test_ctrl_c_keeps_what_was_measured_and_compares_it(suite: Path, fast: str) -> None:
    process = start(*versus_command(suite, fast, fast, 8))
    wait_until(lambda: len(list((suite / "out").glob("*-versus/*/run.json"))) >= 3, timeout_s=100)
    process.send_signal(signal.SIGINT)
    answer = finish(process, suite / "out")
    assert answer.code == 4, answer.stderr
    assert "Ctrl-C" in answer.stderr
    document = json.loads(answer.stdout)
    assert (len(document["base"]["runs"]), document["state"]) == (1, "inconclusive")
    assert (series_folder(suite) / "comparison.json").is_file()


def test_a_target_that_does_not_answer_stops_it_before_a_pair(suite: Path, fast: str) -> None:
    answer = slogate(*versus_command(suite, fast, "http://127.0.0.1:9", 2), out=suite / "out")
    assert (answer.code, answer.stdout) == (4, "")
    assert "does not answer" in answer.stderr


def test_two_sides_of_one_name_are_a_mistake(suite: Path, fast: str) -> None:
    same = ["versus", "--base", fast, "--candidate", fast, "--base-release", "x", "--candidate-release", "x"]
    answer = slogate(*same, "--slo", suite / "slo.yaml", out=suite / "out")
    assert (answer.code, answer.stdout) == (2, "")
    assert "same name" in answer.stderr
