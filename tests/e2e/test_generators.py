"""A load made by several generators: what the server counted is in the run folder, or the run says what is missing."""

import itertools
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import pyarrow.parquet as pq
import pytest
from command import Answer, descendants, finish, start, wait_until
from webserver import WebServer

from slogate.load.launch import free_port

pytestmark = pytest.mark.e2e
SLO = """\
version: 1
service: counted
targets: {{api: "http://{host}:{port}"}}
api: {{errors: < 5%}}
profiles:
  open: {{rate: 60/s, warmup: 2s, duration: {seconds}s}}
  closed: {{users: 7, warmup: 1s, duration: {seconds}s}}
"""
SCENARIO = """\
import os
from locust import FastHttpUser, constant, task

class Visitor(FastHttpUser):
    wait_time = constant(0.1)

    def on_start(self):
        self.client.get("/begin")

    @task
    def ask(self):
        self.client.get("/counted")
"""


@pytest.fixture
def server() -> Iterator[WebServer]:
    counted = WebServer("0.0.0.0")  # noqa: S104  # the hosts of a test's own network reach it too
    for path in ("/", "/begin", "/counted"):
        counted.routes[path] = counted.reply("{}", content_type="application/json")
    yield counted
    counted.close()


@dataclass
class Suite:
    """A suite of its own for the counting server."""

    path: Path
    server: WebServer

    def start(self, *arguments: object) -> "subprocess.Popen[str]":
        out = self.path / "reports"
        return start("run", "--slo", self.path / "slo.yaml", "--only", "api", *arguments, "--out", out)

    def finish(self, process: "subprocess.Popen[str]") -> Answer:
        return finish(process, self.path / "reports")

    def wait_for_load(self, requests: int = 60) -> None:
        """Until the load runs, and the server has seen some of it."""
        wait_until(lambda: sum(path == "/counted" for _, path, _ in self.server.seen) > requests)
        time.sleep(1.5)  # and some of it was told

    @property
    def counted(self) -> int:
        """How many requests of the load the server has seen."""
        return sum(path in {"/begin", "/counted"} for _, path, _ in self.server.seen)


def suite_of(tmp_path: Path, server: WebServer, *, host: str = "127.0.0.1", seconds: int = 6) -> Suite:
    (tmp_path / "slo.yaml").write_text(SLO.format(host=host, port=server.port, seconds=seconds))
    (tmp_path / "loadtests").mkdir()
    (tmp_path / "loadtests" / "visitor.py").write_text(SCENARIO)
    return Suite(tmp_path, server)


def rows(answer: Answer) -> Any:
    assert answer.folder is not None, answer.stderr
    return pq.read_table(answer.folder / "requests.parquet").to_pandas()


def workers_of(answer: Answer) -> list[dict[str, Any]]:
    workers: list[dict[str, Any]] = answer.run_info()["load"]["workers"]
    return workers


def generators_below(process: "subprocess.Popen[str]") -> list[psutil.Process]:
    """The workers that Locust's master has forked."""
    locust = [item for item in descendants(process.pid) if "locust" in " ".join(item.cmdline())]
    return [item for item in locust if item.parent() in locust]


@pytest.mark.parametrize("profile", ["open", "closed"])
def test_two_processes_make_one_load(tmp_path: Path, server: WebServer, profile: str) -> None:
    suite = suite_of(tmp_path, server)
    answer = suite.finish(suite.start("--profile", profile, "--processes", "2"))
    found, load = rows(answer), answer.run_info()["load"]
    assert len(found) == suite.counted == load["rows_sent"]
    assert set(found["worker"]) == {"1", "2"}
    assert {worker["state"] for worker in workers_of(answer)} == {"finished"}
    assert "workers_lost" not in answer.finding_codes()
    assert "rows_missing" not in answer.finding_codes()
    if profile == "open":
        planned = found[found["phase"].eq("load") & found["intended_at_us"].notna()]
        assert len(planned) == load["planned_arrivals"] == load["started_arrivals"]
        assert not planned["intended_at_us"].duplicated().any()
    else:
        assert load["users"] == 7


def test_a_killed_generator_is_named_with_what_is_missing(tmp_path: Path, server: WebServer) -> None:
    suite = suite_of(tmp_path, server, seconds=12)
    process = suite.start("--profile", "open", "--processes", "2")
    suite.wait_for_load()
    victim = generators_below(process)[0]
    victim.kill()
    answer = suite.finish(process)
    assert answer.code == 4
    assert "workers_lost" in answer.finding_codes()
    lost = next(worker for worker in workers_of(answer) if worker["pid"] == victim.pid)
    assert lost["state"] == "lost"
    missing = suite.counted - len(rows(answer))
    assert 0 <= missing <= lost["arrivals_missing"]
    assert lost["arrivals_missing"] > 0
    assert "was lost; the others go on" in answer.stderr
    survivor = next(worker for worker in workers_of(answer) if worker["pid"] != victim.pid)
    assert survivor["state"] == "finished"
    last = rows(answer).groupby("worker")["started_at_us"].max()
    assert last[survivor["name"]] > last[lost["name"]]


def test_generators_join_from_elsewhere_and_one_comes_late(tmp_path: Path, server: WebServer) -> None:
    suite = suite_of(tmp_path, server, seconds=25)
    port = free_port()
    process = suite.start("--profile", "open", "--expect-workers", "1", "--bind", f"127.0.0.1:{port}")
    first = start("worker", "--master", f"127.0.0.1:{port}")
    suite.wait_for_load()
    second = start("worker", "--master", f"127.0.0.1:{port}")
    answer = suite.finish(process)
    assert finish(first, tmp_path).code == finish(second, tmp_path).code == 0
    found = rows(answer)
    assert len(found) == suite.counted
    joined = {worker["name"]: worker["joined_s"] for worker in workers_of(answer)}
    assert joined["1"] == 0
    assert joined["2"] > 0
    planned = found[found["phase"].eq("load") & found["intended_at_us"].notna()]
    assert len(planned) == answer.run_info()["load"]["planned_arrivals"]
    assert set(planned["worker"]) == {"1", "2"}
    assert "worker_late" in {item["code"] for item in answer.verdict()["findings"]}


def test_a_master_that_is_killed(tmp_path: Path, server: WebServer) -> None:
    suite = suite_of(tmp_path, server, seconds=60)
    process = suite.start("--profile", "open", "--processes", "2")
    suite.wait_for_load(200)
    workers = generators_below(process)
    master = workers[0].parent()
    assert master is not None
    master.kill()
    answer = suite.finish(process)
    assert answer.code == 4
    assert answer.run_info()["state"] == "interrupted"
    assert "locust was killed by signal 9" in answer.stderr
    assert len(rows(answer)) > 20
    assert psutil.wait_procs(workers, timeout=15)[1] == []


def test_ctrl_c_ends_all_generators_in_order(tmp_path: Path, server: WebServer) -> None:
    suite = suite_of(tmp_path, server, seconds=60)
    process = suite.start("--profile", "open", "--processes", "2")
    suite.wait_for_load()
    workers = generators_below(process)
    process.send_signal(signal.SIGINT)
    answer = suite.finish(process)
    assert answer.code == 4
    assert len(rows(answer)) == suite.counted
    assert psutil.wait_procs(workers, timeout=15)[1] == []


def test_nobody_joins_on_a_port_that_is_in_use(tmp_path: Path, server: WebServer) -> None:
    suite = suite_of(tmp_path, server)
    answer = suite.finish(
        suite.start("--profile", "open", "--expect-workers", "1", "--bind", f"127.0.0.1:{server.port}")
    )
    assert answer.code == 2
    assert f"the port {server.port} for generators is in use" in answer.stderr
    assert "Traceback" not in answer.stderr


# Hosts of their own


@dataclass(frozen=True)
class Host:
    """A network namespace, joined to this machine by a cable of its own."""

    name: str
    gateway: str

    def start_worker(self, port: int) -> "subprocess.Popen[str]":
        command = ["ip", "netns", "exec", self.name]
        return start("worker", "--master", f"{self.gateway}:{port}", prefix=command)


_NUMBERS = itertools.count(1)  # the system takes its time to clear what a test has left, so no name comes twice


@pytest.fixture
def hosts() -> Iterator[list[Host]]:
    if os.geteuid() != 0:
        pytest.skip("network namespaces are made by root alone")
    made = []
    tag = f"{os.getpid() % 10_000}"
    try:
        for number in (next(_NUMBERS), next(_NUMBERS)):
            net = f"10.{16 + os.getpid() % 200}.{number}"  # tests that run beside each other have nets of their own
            name, cable = f"slogate-{tag}-{number}", f"sg{tag}-{number}"
            ip("netns", "add", name)
            made.append(Host(name, f"{net}.1"))
            ip("link", "add", cable, "type", "veth", "peer", "name", "eth0", "netns", name)
            ip("addr", "add", f"{net}.1/24", "dev", cable)
            ip("link", "set", cable, "up")
            ip("-n", name, "addr", "add", f"{net}.2/24", "dev", "eth0")
            ip("-n", name, "link", "set", "eth0", "up")
            ip("-n", name, "link", "set", "lo", "up")
            ip("-n", name, "route", "add", "default", "via", f"{net}.1")
        yield made
    finally:
        for host in made:
            subprocess.run(["ip", "netns", "delete", host.name], check=False)


def ip(*arguments: str) -> None:
    subprocess.run(["ip", *arguments], check=True, capture_output=True)


def test_generators_on_hosts_of_their_own(tmp_path: Path, server: WebServer, hosts: list[Host]) -> None:
    suite = suite_of(tmp_path, server, host=hosts[0].gateway, seconds=8)
    port = free_port()
    process = suite.start("--profile", "open", "--expect-workers", "2", "--bind", f"*:{port}")
    workers = [host.start_worker(port) for host in hosts]
    answer = suite.finish(process)
    assert [finish(worker, tmp_path).code for worker in workers] == [0, 0]
    found = rows(answer)
    assert len(found) == suite.counted
    assert set(found["worker"]) == {"1", "2"}
    planned = found[found["phase"].eq("load") & found["intended_at_us"].notna()]
    assert len(planned) == answer.run_info()["load"]["planned_arrivals"]


def test_a_host_whose_cable_is_cut(tmp_path: Path, server: WebServer, hosts: list[Host]) -> None:
    """The generator there goes on, and nobody hears of it any more."""
    suite = suite_of(tmp_path, server, host=hosts[0].gateway, seconds=14)
    port = free_port()
    process = suite.start("--profile", "open", "--expect-workers", "2", "--bind", f"*:{port}")
    workers = [host.start_worker(port) for host in hosts]
    suite.wait_for_load()
    ip("-n", hosts[1].name, "link", "set", "eth0", "down")
    cut_s = time.monotonic()
    answer = suite.finish(process)
    assert time.monotonic() - cut_s < 60
    assert answer.code == 4
    assert "workers_lost" in answer.finding_codes()
    states = sorted(worker["state"] for worker in workers_of(answer))
    assert states == ["finished", "lost"]
    codes = sorted(finish(worker, tmp_path).code for worker in workers)
    assert codes == [0, 4]  # the one behind the cut cable notices that its master is silent, and ends
