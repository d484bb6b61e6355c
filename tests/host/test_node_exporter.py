"""A real node exporter tells what psutil tells; one that hangs, answers nonsense, dies or starts anew tells nothing
until it is back.
"""

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator

import pytest
from exporters import answer, node_exporter

from raw_server import RawServer
from slogate.host.local import LocalSource
from slogate.host.node_exporter import NodeExporter
from slogate.host.source import SourceError

RATES = {"cpu", "cpu_busiest_core", "disk_iops"}


def http(body: str, status: str = "200 OK", more: str = "") -> bytes:
    content = body.encode()
    return f"HTTP/1.1 {status}\r\nContent-Length: {len(content)}\r\n{more}\r\n".encode() + content


class Exporter:
    """Answers each request with the bytes that `say` has for it, by its number from 0."""

    def __init__(self, say: Callable[[int], bytes]) -> None:
        self.server = RawServer(self._serve)
        self.say = say
        self.source = NodeExporter(f"{self.server.url}/metrics")

    def _serve(self, connection: socket.socket, _: int) -> None:
        while self.server.read(connection):
            connection.sendall(self.say(len(self.server.requests) - 1))


@pytest.fixture
def exporter() -> Iterator[Exporter]:
    made = Exporter(lambda number: http(answer(100 + 0.25 * number, 100 + 0.75 * number)))
    yield made
    made.source.close()
    made.server.close()


def burn(stopped: threading.Event) -> None:
    while not stopped.is_set():
        sum(range(10_000))


def test_a_real_one_tells_what_this_machine_tells() -> None:
    with node_exporter() as url, contextlib.closing(NodeExporter(url)) as source:
        assert set(source.read().values) == {"memory", "swap"}
        here = LocalSource()
        stopped = threading.Event()
        threading.Thread(target=burn, args=(stopped,), daemon=True).start()
        time.sleep(2.0)
        stopped.set()
        told, seen = source.read(), here.read()
    assert abs(told.at_s - seen.at_s) < 1
    assert set(told.values) >= {"cpu", "cpu_busiest_core", "memory"}
    assert told.values["cpu_busiest_core"] > 0.5
    assert told.values["cpu"] == pytest.approx(seen.values["cpu"], abs=0.1)
    assert told.values["memory"] == pytest.approx(seen.values["memory"], abs=0.02)
    assert told.values["swap"] == pytest.approx(seen.values["swap"], abs=0.02)
    assert set(told.values) - {"disk_await_ms"} == set(seen.values) - {"disk_await_ms"}
    assert {part.name for part in told.parts} == {part.name for part in seen.parts}
    assert told.clock_s == pytest.approx(time.time(), abs=1)


def test_a_real_one_that_is_asked_for_what_is_needed_alone() -> None:
    with node_exporter() as url, contextlib.closing(NodeExporter(f"{url}?collect[]=cpu&collect[]=meminfo")) as source:
        source.read()
        time.sleep(1)
        assert set(source.read().values) == {"cpu", "cpu_busiest_core", "iowait", "steal", "memory", "swap"}


def test_rates_begin_with_the_second_answer(exporter: Exporter) -> None:
    assert set(exporter.source.read().values) == {"memory"}
    assert exporter.source.read().values["cpu"] == pytest.approx(0.25)
    assert exporter.server.connections == 1


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        (http("<h1>Node Exporter</h1>"), "nothing that a node exporter tells"),
        (http('node_cpu_seconds_total{cpu="0"} x\n'), "no metrics"),
        (http("x", "503 Service Unavailable"), "status 503"),
        (http("x", "302 Found", "Location: http://stranger.example/\r\n"), "status 302"),
        (http("x", "401 Unauthorized"), "status 401"),
        (b"SSH-2.0-OpenSSH_9.2\r\n\r\n", "does not answer: "),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\nContent-Encoding: gzip\r\n\r\nnope", "does not answer: "),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\nConnection: close\r\n\r\nnode_", "does not answer"),
        (http("\0\xff\xfe" * 1000), "nothing that a node exporter tells"),
    ],
)
def test_nonsense_is_a_gap_and_no_more(exporter: Exporter, said: bytes, reason: str) -> None:
    exporter.source.read()
    usual, exporter.say = exporter.say, lambda _: said
    with pytest.raises(SourceError, match=reason):
        exporter.source.read()
    exporter.say = usual
    with contextlib.suppress(SourceError):  # a connection that was left in disorder is given up first
        exporter.source.read()
    assert set(exporter.source.read().values) >= RATES


@pytest.mark.parametrize("begun", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nnode_"])
def test_one_that_hangs_is_left_after_a_second(exporter: Exporter, begun: bytes) -> None:
    exporter.say = lambda _: begun
    began_s = time.monotonic()
    with pytest.raises(SourceError, match="does not answer"):
        exporter.source.read()
    assert time.monotonic() - began_s < 2.5


def test_one_that_sends_a_little_now_and_then_is_left_after_a_second(exporter: Exporter) -> None:
    def drip(connection: socket.socket, _: int) -> None:
        exporter.server.read(connection)
        connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        for _ in range(100):
            connection.sendall(b"2\r\n#\n\r\n")
            time.sleep(0.1)

    server = RawServer(drip)
    began_s = time.monotonic()
    with contextlib.closing(NodeExporter(server.url)) as source, pytest.raises(SourceError, match="does not end"):
        source.read()
    assert time.monotonic() - began_s < 2.5
    server.close()


def test_one_without_an_end_is_left(exporter: Exporter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("slogate.host.node_exporter._MAX_BYTES", 10_000)
    exporter.say = lambda _: http("#" * 20_000)
    with pytest.raises(SourceError, match="more than"):
        exporter.source.read()


def test_one_that_died_is_asked_again_and_tells_no_rate_over_a_gap(monkeypatch: pytest.MonkeyPatch) -> None:
    with node_exporter() as url:
        source = NodeExporter(url)
        source.read()
    with pytest.raises(SourceError, match="Connection refused"):
        source.read()
    address = url.removeprefix("http://").removesuffix("/metrics")
    with node_exporter(address):
        time.sleep(2.6)
        assert set(source.read().values) == {"memory", "swap"}
        time.sleep(1)
        assert set(source.read().values) >= {"cpu", "memory"}
    source.close()


def test_counters_that_begin_anew_are_no_spike(exporter: Exporter) -> None:
    bodies = [answer(1e6, 1e6), answer(1e6 + 0.5, 1e6 + 0.5), answer(0.1, 0.9), answer(0.6, 1.4)]
    exporter.say = lambda number: http(bodies[number])
    cpus = [exporter.source.read().values.get("cpu") for _ in bodies]
    assert cpus == [None, pytest.approx(0.5), None, pytest.approx(0.5)]


def test_credentials_are_sent_and_never_shown(exporter: Exporter) -> None:
    source = NodeExporter(exporter.server.url.replace("//", "//prom:s3cret@") + "/metrics")
    source.read()
    assert b"Authorization: Basic cHJvbTpzM2NyZXQ=" in exporter.server.requests[0]
    assert "s3cret" not in source.name
    source.close()
