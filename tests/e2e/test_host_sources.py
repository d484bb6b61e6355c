"""Runs whose host an exporter tells of: a real one is judged, and one that fails costs its own objectives alone."""

import contextlib
import socket
import threading
from pathlib import Path

import pandas as pd
import pytest
from command import Answer, slogate
from exporters import answer, node_exporter, prometheus

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


def run(folder: Path, shop: RunningShop, exporter: str, *more: object, host: str = EXPORTER) -> Answer:
    (folder / "slo.yaml").write_text(SLO.format(url=shop.url, host=host))
    (folder / "loadtests").mkdir()
    (folder / "loadtests" / "visitor.py").write_text(SCENARIO)
    out = folder / "reports"
    return slogate("run", "--slo", folder / "slo.yaml", "--out", out, *more, out=out, EXPORTER=exporter)


def target_rows(made: Answer) -> pd.DataFrame:
    assert made.folder is not None, made.stderr
    rows = pd.read_parquet(made.folder / "host.parquet")
    return rows[rows["source"] == "target"]


def test_a_real_exporter_tells_of_the_host(tmp_path: Path, shop: RunningShop) -> None:
    with node_exporter() as url:
        made = run(tmp_path, shop, url.replace("//", "//prom:s3cret-of-it@"), "--only", "resources")
    assert made.states()["resources.memory"] == "pass", made.stdout
    assert made.run_info()["host_source"] == f"the node exporter at {url}"
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
    assert len(target_rows(made)) == 3
