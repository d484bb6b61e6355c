"""Runs whose host an exporter tells of: a real one is judged, and one that fails costs its own objectives alone."""

import contextlib
import socket
import threading
from pathlib import Path

import pandas as pd
import pytest
from command import Answer, slogate
from exporters import answer, node_exporter, prometheus
from process_tree import RESTING, running

from raw_server import RawServer
from slogate.demo.server import RunningShop

pytestmark = pytest.mark.e2e
SLO = """\
version: 1
service: shop
targets: {{api: "{url}"}}
host: {host}
api: {{errors: < 50%}}
resources: {{memory: < 99.9%}}
profiles: {{quick: {{rate: 20/s, warmup: 2s, duration: 8s}}}}
"""
SCENARIO = """\
from locust import FastHttpUser, task

class Visitor(FastHttpUser):
    @task
    def posts(self):
        self.client.get("/api/posts")
"""


EXPORTER = '{node_exporter: "${EXPORTER:-http://127.0.0.1:9100}"}'


def run(
    folder: Path,
    shop: RunningShop,
    exporter: str,
    *more: object,
    host: str = EXPORTER,
    text: str = SLO,
    **variables: str,
) -> Answer:
    (folder / "slo.yaml").write_text(text.format(url=shop.url, host=host))
    (folder / "loadtests").mkdir()
    (folder / "loadtests" / "visitor.py").write_text(SCENARIO)
    out = folder / "reports"
    return slogate("run", "--slo", folder / "slo.yaml", "--out", out, *more, out=out, EXPORTER=exporter, **variables)


def target_rows(made: Answer) -> pd.DataFrame:
    assert made.folder is not None, made.stderr
    rows = pd.read_parquet(made.folder / "host.parquet")
    return rows[rows["source"] == "target"]


def test_a_real_exporter_tells_of_the_host(tmp_path: Path, shop: RunningShop) -> None:
    with node_exporter() as url:
        made = run(tmp_path, shop, url.replace("//", "//prom:s3cret-of-it@"), "--only", "resources")
    assert made.states()["resources.memory"] == "pass", made.stdout
    assert made.run_info()["host_source"] == f"the node exporter at {url}"
    assert made.run_info()["host_kind"] == "node_exporter"
    assert abs(made.run_info()["host_clock_ahead_s"]) < 0.5
    assert made.run_info()["host_missing"] == ""
    rows = target_rows(made)
    assert len(rows) >= 6
    assert rows["cpu"].notna().sum() >= len(rows) - 1
    assert made.folder is not None
    assert not any(b"s3cret-of-it" in path.read_bytes() for path in made.folder.iterdir() if path.is_file())


def test_a_real_prometheus_tells_of_the_host(tmp_path: Path, shop: RunningShop) -> None:
    with node_exporter() as exporter, prometheus(exporter, tmp_path) as url:
        instance = exporter.removeprefix("http://").removesuffix("/metrics")
        host = f'{{prometheus: "{url}", instance: "{instance}"}}'
        made = run(tmp_path, shop, "", "--only", "resources", host=host)
    assert made.states()["resources.memory"] == "pass", made.stdout + made.stderr
    assert made.run_info()["host_source"] == f"Prometheus at {url} with instance {instance}"
    assert abs(made.run_info()["host_clock_ahead_s"]) < 0.5
    assert len(target_rows(made)) >= 6


def test_one_that_is_down_is_told_at_once(tmp_path: Path, shop: RunningShop) -> None:
    made = run(tmp_path, shop, "http://127.0.0.1:9", "--only", "resources")
    assert made.states()["resources.memory"] == "error"
    told = [" ".join(made.stderr.split()).find(said) for said in ("unless that comes back", "s left", "is missing")]
    assert -1 < told[0] < told[1] < told[2], made.stderr


def test_processes_are_watched_and_one_that_ends_is_told(tmp_path: Path, shop: RunningShop) -> None:
    """One is killed in the middle, another rests, and the third was never there."""
    processes = '{processes: {dies: {pid: "${DIES:-1}"}, rests: {pid: "${RESTS:-1}"}, gone: {pm2: nobody}}}'
    limits = "dies: {{restarts: < 1}}, rests: {{cpu: < 50%, rss: < 1GB, restarts: < 1}}, gone: {{cpu: < 50%}}"
    with running(RESTING) as dies, running(RESTING) as rests:
        killing = threading.Timer(6, dies.kill)
        killing.start()
        text = SLO.replace("memory: < 99.9%", f"memory: < 99.9%, processes: {{{{{limits}}}}}")
        pids = {"DIES": str(dies.pid), "RESTS": str(rests.pid)}
        made = run(tmp_path, shop, "", "--only", "resources", host=processes, text=text, **pids)
        killing.join()
    assert made.code == 4, made.stdout + made.stderr
    assert {name: state for name, state in made.states().items() if name.startswith("resources[")} == {
        "resources[dies].restarts": "fail",
        "resources[rests].cpu": "pass",
        "resources[rests].rss": "pass",
        "resources[rests].restarts": "pass",
        "resources[gone].cpu": "error",
    }
    assert "this machine does not run gone (the PM2 app nobody); objectives" in " ".join(made.stderr.split())
    assert made.run_info()["processes"]["rests"] == f"process {rests.pid}"
    assert len(target_rows(made)) >= 6


def test_one_that_dies_in_the_middle_costs_its_own_objectives(tmp_path: Path, shop: RunningShop) -> None:
    """It answers three times, then nonsense, and then it is gone."""
    gone = threading.Event()

    def serve(connection: socket.socket, _: int) -> None:
        while server.read(connection):
            number = len(server.requests)
            body = (answer(number, number) if number <= 3 else "<h1>Bad Gateway</h1>").encode()
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
            if number == 5:
                gone.set()
                threading.Thread(target=server.close, daemon=True).start()

    with contextlib.closing(RawServer(serve)) as server:
        made = run(tmp_path, shop, server.url)
    assert gone.is_set()
    assert made.code == 4, made.stdout + made.stderr
    states = made.states()
    assert states["resources.memory"] == "error"
    assert states["api.errors"] != "error", made.stdout
    assert "no data for" in made.stdout
    assert "of the target's host something is missing: the node exporter at" in made.stderr
    assert len(target_rows(made)) == 2  # the first answer is what the second one is held against
