"""Debian's own node exporter on loopback, and answers as one gives them."""

import contextlib
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import requests

from slogate.load.launch import free_port


@contextlib.contextmanager
def node_exporter(address: str | None = None) -> Iterator[str]:
    """Where a real one answers, which the block may use."""
    address = address or f"127.0.0.1:{free_port()}"
    url = f"http://{address}/metrics"
    command = ["prometheus-node-exporter", f"--web.listen-address={address}", "--log.level=error"]
    with subprocess.Popen(command) as process:
        try:
            wait_for(url)
            yield url
        finally:
            process.terminate()


@contextlib.contextmanager
def prometheus(exporter: str, folder: Path) -> Iterator[str]:
    """Where a real server answers, which scrapes this exporter once a second."""
    address = f"127.0.0.1:{free_port()}"
    target = exporter.removeprefix("http://").removesuffix("/metrics")
    configuration = folder / "prometheus.yml"
    configuration.write_text(
        "global: {scrape_interval: 1s}\n"
        f"scrape_configs: [{{job_name: node, static_configs: [{{targets: ['{target}']}}]}}]\n"
    )
    command = [
        "prometheus",
        f"--config.file={configuration}",
        f"--storage.tsdb.path={folder / 'series'}",
        f"--web.listen-address={address}",
        "--log.level=error",
    ]
    with subprocess.Popen(command) as process:
        try:
            wait_for(f"http://{address}/-/ready")
            wait_for_scrapes(f"http://{address}")
            yield f"http://{address}"
        finally:
            process.terminate()


def wait_for_scrapes(url: str) -> None:
    """Returns when the server has scraped something; it takes some seconds to begin."""
    for _ in range(200):
        answered = requests.get(f"{url}/api/v1/query", {"query": "up == 1"}, timeout=10)
        if answered.ok and answered.json()["data"]["result"]:
            return
        time.sleep(0.2)
    raise AssertionError(f"nothing is scraped by {url}")


def wait_for(url: str) -> None:
    """Returns when something answers there."""
    for _ in range(200):
        with contextlib.suppress(requests.exceptions.ConnectionError):
            requests.get(url, timeout=10)
            return
        time.sleep(0.05)
    raise AssertionError(f"nothing answers at {url}")


def answer(
    busy_s: float, idle_s: float, *, waited_s: float = 0.0, booted_s: float = 1000.0, memory: float = 0.5
) -> str:
    """What a host of two equal cores and one disk would tell, after so many busy and idle seconds of each core. Its
    disk made an operation of 4,096 bytes in each busy second, and they waited `waited_s` together.
    """
    cores = "".join(
        f'node_cpu_seconds_total{{cpu="{core}",mode="{mode}"}} {value}\n'
        for core in (0, 1)
        for mode, value in (("user", busy_s), ("idle", idle_s), ("iowait", 0.0))
    )
    disk = {
        "read_bytes_total": 0.0,
        "written_bytes_total": busy_s * 4096,
        "reads_completed_total": 0.0,
        "writes_completed_total": busy_s,
        "read_time_seconds_total": 0.0,
        "write_time_seconds_total": waited_s,
        "io_time_seconds_total": waited_s,
    }
    return (
        "# TYPE node_cpu_seconds_total counter\n"
        + cores
        + "".join(f'node_disk_{name}{{device="vda"}} {value}\n' for name, value in disk.items())
        + f"node_memory_MemTotal_bytes 1e+09\nnode_memory_MemAvailable_bytes {1e9 * (1 - memory)}\n"
        + f"node_boot_time_seconds {booted_s}\n"
    )
