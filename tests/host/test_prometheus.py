"""A real Prometheus tells what the exporter told it; gaps, other clocks and failing servers are what they are."""

import contextlib
import json
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote_plus

import pyarrow as pa
import pytest
from exporters import answer, node_exporter, prometheus
from process_tree import eventually

from raw_server import RawServer
from slogate.host.exposition import parse_node_facts
from slogate.host.prometheus import PrometheusHistory, rows_of, usual
from slogate.runs.chunks import read_batches
from slogate.runs.schema import HOST

OFFSET_US = round((time.time() - time.monotonic()) * 1e6)


def scrapes(*times: float) -> dict[float, Any]:
    """Of a host whose CPU is a quarter busy."""
    return {at_s: parse_node_facts(answer(100 + at_s / 4, 100 + at_s * 3 / 4)) for at_s in times}


def history(url: str, path: Path, instance: str = "node") -> PrometheusHistory:
    return PrometheusHistory(url, instance, path / "host", OFFSET_US)


def rows(path: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = pa.Table.from_batches(read_batches(path / "host", HOST), HOST).to_pylist()
    return found


def test_each_second_has_the_average_between_the_scrapes_around_it() -> None:
    found = rows_of(scrapes(0, 15, 30, 45), 20, 40)
    assert [at_s for at_s, *_ in found] == list(range(20, 40))
    assert all(
        values["cpu"] == pytest.approx(0.25) and values["memory"] == pytest.approx(0.5) for _, values, _ in found
    )


def test_seconds_that_no_two_scrapes_surround_are_a_gap() -> None:
    assert [at_s for at_s, *_ in rows_of(scrapes(5, 10, 15), 0, 30)] == list(range(5, 15))
    assert rows_of(scrapes(5), 0, 30) == []
    assert rows_of({}, 0, 30) == []


def test_scrapes_that_were_lost_are_a_gap() -> None:
    found = {at_s for at_s, *_ in rows_of(scrapes(0, 5, 10, 15, 30, 35, 40), 0, 40)}
    assert found == set(range(15)) | set(range(30, 40))


def test_a_host_that_was_started_anew_has_a_memory_and_no_rates() -> None:
    anew = {**scrapes(0, 5, 10), 15: parse_node_facts(answer(1, 1, booted_s=5000.0))}
    last = next((values, parts) for at_s, values, parts in rows_of(anew, 0, 15) if at_s == 12)
    assert (set(last[0]), last[1]) == ({"memory"}, ())


def test_the_usual_interval_is_the_median() -> None:
    assert usual(scrapes(0, 15, 30, 90)) == 15
    assert usual(scrapes(0)) > 60


def test_a_real_server_with_a_real_exporter(tmp_path: Path) -> None:
    with node_exporter() as exporter, prometheus(exporter, tmp_path) as url:
        instance = exporter.removeprefix("http://").removesuffix("/metrics")
        time.sleep(1)
        source = history(url, tmp_path, instance)
        source.start()
        began_s = time.time()
        time.sleep(6)
        source.stop()
    assert (source.trouble, source.silence()) == ("", "")
    assert source.clock_ahead_s == pytest.approx(0, abs=0.2)
    told = [row for row in rows(tmp_path) if row["source"] == "target"]
    assert len(told) in {5, 6, 7}
    assert all(began_s - 0.1 <= row["time_us"] / 1e6 <= began_s + 6.2 for row in told)
    assert all(0 <= row["cpu"] <= row["cpu_busiest_core"] <= 1 and 0 < row["memory"] < 1 for row in told)
    assert all(0 <= row[name] <= 1 for row in told for name in ("iowait", "steal", "swap"))
    disks = [row for row in rows(tmp_path) if row["source"] == "disk"]
    assert sum(row["disk_iops"] for row in disks) == pytest.approx(sum(row["disk_iops"] or 0 for row in told))


def test_a_real_server_that_does_not_scrape_that_instance(tmp_path: Path) -> None:
    with node_exporter() as exporter, prometheus(exporter, tmp_path) as url:
        source = history(url, tmp_path, "10.0.0.5:9100")
        source.start()
        eventually(lambda: "has no samples of that instance" in source.silence())
        source.stop()
    assert "with instance 10.0.0.5:9100 has no two scrapes of the run" in source.trouble
    assert rows(tmp_path) == []


class Server:
    """Answers as Prometheus does: its clock goes `ahead_s` of ours, and it scraped every second."""

    def __init__(self, ahead_s: float = 0.0) -> None:
        self.ahead_s = ahead_s
        self.began_s = time.time()
        self.body: Callable[[str], bytes] = lambda query: json.dumps({"data": {"result": self.result(query)}}).encode()
        self.raw = RawServer(self._serve)

    def result(self, query: str) -> Any:
        now_s = time.time() + self.ahead_s
        if query == "time()":
            return [now_s, str(now_s)]
        times = [self.began_s + self.ahead_s + second for second in range(-3, int(time.time() - self.began_s) + 1)]
        modes = {"user": 0.25, "idle": 0.75}
        return [
            {
                "metric": {"__name__": "node_cpu_seconds_total", "cpu": "0", "mode": mode, "job": job},
                "values": [[at_s, str(1000 + share * (at_s - times[0]))] for at_s in times[skipped:]],
            }
            for mode, share in modes.items()
            for job, skipped in (("node", 0), ("another", 2))
        ]

    def _serve(self, connection: socket.socket, _: int) -> None:
        while request := self.raw.read(connection):
            query = unquote_plus(request.split(b" ")[1].decode().partition("query=")[2])
            body = self.body(query)
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body)


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server()
    yield made
    made.raw.close()


@pytest.mark.parametrize("ahead_s", [0.0, 3600.0, -45.5])
def test_a_clock_that_is_wrong_is_corrected(server: Server, tmp_path: Path, ahead_s: float) -> None:
    server.ahead_s = ahead_s
    source = history(server.raw.url, tmp_path)
    source.start()
    time.sleep(3)
    source.stop()
    assert source.trouble == ""
    assert source.clock_ahead_s == pytest.approx(ahead_s, abs=0.5)
    told = rows(tmp_path)
    assert len(told) in {2, 3, 4}
    assert all(abs(row["time_us"] / 1e6 - server.began_s - 1.5) < 3 for row in told)
    assert all(row["cpu"] == pytest.approx(0.25) for row in told)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"<h1>Grafana</h1>", "not the JSON of a Prometheus server"),
        (b"[]", "not the JSON of a Prometheus server"),
        (b'{"status": "error", "error": "bad"}', "not the JSON of a Prometheus server"),
        (b'{"data": {"result": null}}', "answers with what are no samples"),
        (b'{"data": {"result": []}}', "answers with what are no samples"),
        (b'{"data": {"result": ["12", "x"]}}', "answers with what are no samples"),
        (b'{"data": {"result": [5, {"metric": 1}]}}', "answers with what are no samples"),
    ],
)
def test_nonsense_is_trouble_and_no_row(server: Server, tmp_path: Path, body: bytes, reason: str) -> None:
    server.body = lambda _: body
    source = history(server.raw.url, tmp_path)
    source.start()
    source.stop()
    assert reason in source.trouble
    assert rows(tmp_path) == []


def test_a_server_that_is_gone_or_hangs_is_trouble(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = history("http://127.0.0.1:9", tmp_path)
    source.start()
    eventually(lambda: "Connection refused" in source.silence())
    source.stop()
    assert "Connection refused" in source.trouble
    monkeypatch.setattr("slogate.host.prometheus._TIMEOUT_S", 0.5)
    with contextlib.closing(RawServer(lambda *_: time.sleep(5))) as silent:
        source = history(silent.url, tmp_path)
        source.start()
        source.stop()
    assert "does not answer within" in source.trouble


@pytest.mark.parametrize(("patient", "least_s", "most_s"), [(True, 2.0, 6.0), (False, 0.0, 1.0)])
def test_a_scrape_that_does_not_come_is_not_waited_for_longer_than_it_is_worth(
    server: Server, tmp_path: Path, patient: bool, least_s: float, most_s: float
) -> None:
    source = history(server.raw.url, tmp_path)
    source.start()
    time.sleep(2)
    usual_body, last_samples = server.body, server.body("samples")
    server.body = lambda query: usual_body(query) if query == "time()" else last_samples
    began_s = time.monotonic()
    source.stop(patient=patient)
    assert least_s <= time.monotonic() - began_s < most_s
    assert rows(tmp_path)
