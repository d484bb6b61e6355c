"""What sampling the target's host once a second costs this machine; the goal is under 1 % of one core.

    python -m benchmarks.host_sampling [--seconds 20]

A source is asked once a second, as in a run, and the CPU time of the thread that asks is taken: for this machine, for a
real node exporter on loopback with everything that it tells, for one that is asked for what is needed alone, and for
two targets on this machine, one by name and one by number with eight processes. What the exporter itself takes is of
the target's host and not counted. Debian's prometheus-node-exporter must be installed. It exits with 1 when a reading
does not tell the CPU.
"""

import argparse
import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import requests

from benchmarks.support import table
from slogate.host.local import LocalSource
from slogate.host.node_exporter import NodeExporter
from slogate.host.processes import ProcessSource
from slogate.host.source import Source
from slogate.load.launch import free_port
from slogate.slo.host import Process

NEEDED = "?collect[]=cpu&collect[]=meminfo&collect[]=diskstats&collect[]=netdev&collect[]=stat&collect[]=time"
NOBODY = 2**30  # whose children are the measurement, and here there is none
REST = "import time; time.sleep(600)"
FAMILY = f"import subprocess, sys; [subprocess.Popen([sys.executable, '-c', {REST!r}]) for _ in range(7)]; {REST}"


def main(arguments: list[str]) -> int:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=int, default=20)
    seconds = parser.parse_args(arguments).seconds
    with exporter() as url, family() as pid:
        named = {"exporter": Process(name="prometheus-node-exporter"), "family": Process(pid=pid)}
        count = f"two processes, of {len(psutil.pids())} that run"
        sources: dict[str, Source] = {
            "this machine": LocalSource(),
            "node exporter": NodeExporter(url),
            "node exporter, what is needed": NodeExporter(url + NEEDED),
            count: ProcessSource(named, Path("/nowhere"), NOBODY),
        }
        shares = {name: share_of_a_core(source, seconds) for name, source in sources.items()}
    rows: list[list[object]] = [[name, f"{share:.2%}"] for name, share in shares.items()]
    table.show(f"CPU of sampling at 1 Hz, over {seconds} s", ["source", "of one core"], rows)
    return 0


def share_of_a_core(source: Source, seconds: int) -> float:
    """CPU seconds a second. The first reading, which connects, is left out."""
    with contextlib.closing(source):
        source.read()
        used_s = 0.0
        for _ in range(seconds):
            time.sleep(1)
            began_s = time.thread_time()
            reading = source.read()
            used_s += time.thread_time() - began_s
            told = [part.values for part in reading.parts if part.kind == "process"] or [reading.values]
            assert all("cpu" in values for values in told)
    return used_s / seconds


@contextlib.contextmanager
def family() -> Iterator[int]:
    """The number of a process that has seven children."""
    with subprocess.Popen([sys.executable, "-c", FAMILY], start_new_session=True) as process:
        try:
            yield process.pid
        finally:
            os.killpg(process.pid, signal.SIGKILL)


@contextlib.contextmanager
def exporter() -> Iterator[str]:
    """Where a real node exporter answers."""
    address = f"127.0.0.1:{free_port()}"
    command = ["prometheus-node-exporter", f"--web.listen-address={address}", "--log.level=error"]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        try:
            for _ in range(100):
                with contextlib.suppress(requests.exceptions.ConnectionError):
                    requests.get(f"http://{address}/", timeout=10)
                    break
                time.sleep(0.1)
            yield f"http://{address}/metrics"
        finally:
            process.terminate()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
