"""CPU per request of HTTP clients for Locust, in turn, against nginx on loopback that answers 70 bytes.

    python benchmarks/http_client.py [--requests 20000] [--rounds 5]

Each measurement is a process of its own: 20 users, keep-alive, a fixed number of requests. It counts user and system
time of the whole process from the first request to the last, without its start-up. CPU per request is the figure that
survives a busy machine; the clients take turns in each round, so that a busy moment meets all of them, and the table
gives medians. "k6" is run where it is installed. nginx must be installed.

    socket loop     a gevent socket that sends the same bytes and reads once: no client does with less on sockets alone
    session alone   slogate's client without Locust's loop and statistics
    the others      the whole of Locust: its users, its events, its statistics
"""

import argparse
import json
import os
import resource
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

USERS = 20
CLIENTS = ["socket loop", "session alone", "slogate.HttpUser", "FastHttpUser", "HttpUser"]
_WARM_UP = 2000
_NGINX = """\
daemon off; pid {folder}/pid; error_log {folder}/error.log; worker_processes 1;
events {{ worker_connections 256; }}
http {{
    access_log off; keepalive_requests 1000000000;
    client_body_temp_path {folder}/t1; proxy_temp_path {folder}/t2; fastcgi_temp_path {folder}/t3;
    uwsgi_temp_path {folder}/t4; scgi_temp_path {folder}/t5;
    server {{ listen 127.0.0.1:{port}; default_type text/plain; location / {{ return 200 "{body}"; }} }}
}}
"""
_K6 = """\
import http from 'k6/http';
export const options = {{
    scenarios: {{ all: {{ executor: 'shared-iterations', vus: {users}, iterations: {count} }} }},
}};
export default function () {{ http.get('{url}'); }}
"""


def cpu_s() -> float:
    """User and system time of this process."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def in_loops(client: str, url: str, count: int) -> float:
    """CPU seconds of `count` requests from 20 greenlets, without Locust."""
    import gevent  # noqa: PLC0415 (as above)
    from gevent.socket import create_connection  # noqa: PLC0415 (as above)
    from locust.event import EventHook  # noqa: PLC0415 (each client has a process of its own, and loads only what it needs)

    from slogate.load.http.session import HttpSession  # noqa: PLC0415 (as above)

    def of_socket(share: int) -> None:
        host, port = url.removeprefix("http://").rstrip("/").split(":")
        request = f"GET / HTTP/1.1\r\nHost: {host}:{port}\r\nUser-Agent: x\r\nAccept: */*\r\n\r\n".encode()
        connection = create_connection((host, int(port)))
        for _ in range(share):
            connection.sendall(request)
            assert connection.recv(65536).startswith(b"HTTP/1.1 200")

    def of_session(share: int) -> None:
        session = HttpSession(url.rstrip("/"), EventHook())
        for _ in range(share):
            assert session.get("/").status_code == 200

    loop = of_socket if client == "socket loop" else of_session

    def run(total: int) -> None:
        gevent.joinall([gevent.spawn(loop, total // USERS) for _ in range(USERS)], raise_error=True)

    run(_WARM_UP)
    before_s = cpu_s()
    run(count)
    return cpu_s() - before_s


def under_locust(client: str, url: str, count: int) -> float:
    """CPU seconds of `count` requests from 20 Locust users."""
    import gevent.event  # noqa: PLC0415 (as above)
    import locust  # noqa: PLC0415 (as above)
    from locust.env import Environment  # noqa: PLC0415 (as above)

    import slogate  # noqa: PLC0415 (as above)

    base = slogate.HttpUser if client == "slogate.HttpUser" else getattr(locust, client)
    task = locust.task(lambda user: user.client.get("/"))
    kind = type("Visitor", (base,), {"host": url.rstrip("/"), "visit": task, "wait_time": locust.constant(0)})
    environment = Environment(user_classes=[kind])
    runner = environment.create_local_runner()
    done = gevent.event.Event()
    failures: list[object] = []
    seen, before_s, after_s = 0, 0.0, 0.0

    def on_request(exception: object, **_: object) -> None:
        nonlocal seen, before_s, after_s
        if exception is not None:  # raised below: an event listener's own exception is swallowed
            failures.append(exception)
            done.set()
        seen += 1
        if seen == _WARM_UP:
            before_s = cpu_s()
        elif seen == _WARM_UP + count:
            after_s = cpu_s()
            done.set()

    environment.events.request.add_listener(on_request)
    runner.start(USERS, spawn_rate=USERS)
    done.wait()
    runner.quit()
    assert not failures, failures
    return after_s - before_s


def measured(client: str, url: str, count: int) -> float:
    """µs of CPU per request of one client, in a process of its own."""
    answer = subprocess.run(
        [sys.executable, __file__, "--child", client, "--url", url, "--requests", str(count)],
        capture_output=True,
        text=True,
        check=True,
        timeout=300,
    )
    return float(json.loads(answer.stdout.splitlines()[-1])) / count * 1e6


def measured_k6(folder: Path, url: str, count: int) -> float:
    """µs of CPU per request of k6: what many requests cost above what few cost."""

    def cost_s(requests: int) -> float:
        script = folder / "script.js"
        script.write_text(_K6.format(users=USERS, count=requests, url=url), encoding="utf-8")
        process = subprocess.Popen(
            ["k6", "run", "--quiet", script], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        _, status, usage = os.wait4(process.pid, 0)
        assert status == 0
        return usage.ru_utime + usage.ru_stime

    return (cost_s(_WARM_UP + count) - cost_s(_WARM_UP)) / count * 1e6


def main(count: int, rounds: int) -> None:
    """Prints the table."""
    with tempfile.TemporaryDirectory() as name, socket.create_server(("127.0.0.1", 0)) as reserved:
        folder, port = Path(name), reserved.getsockname()[1]
        reserved.close()
        configuration = folder / "nginx.conf"
        configuration.write_text(_NGINX.format(folder=folder, port=port, body="x" * 70), encoding="utf-8")
        nginx = subprocess.Popen(["nginx", "-e", folder / "error.log", "-c", configuration])
        url = f"http://127.0.0.1:{port}/"
        try:
            time.sleep(0.5)
            costs: dict[str, list[float]] = {client: [] for client in CLIENTS}
            for _ in range(rounds):
                for client in CLIENTS:
                    costs[client].append(measured(client, url, count))
                if shutil.which("k6"):
                    costs.setdefault("k6", []).append(measured_k6(folder, url, count))
        finally:
            nginx.terminate()
            nginx.wait()
    ours = statistics.median(costs["slogate.HttpUser"])
    print(f"{'client':18} {'µs/request':>10} {'lowest':>8} {'highest':>8}  slogate.HttpUser costs")
    for client, values in costs.items():
        middle = statistics.median(values)
        print(f"{client:18} {middle:10.1f} {min(values):8.1f} {max(values):8.1f}  {ours / middle:.2f} of it")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--requests", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--child", help=argparse.SUPPRESS)
    parser.add_argument("--url", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child is None:
        main(options.requests, options.rounds)
    else:
        run = in_loops if options.child in {"socket loop", "session alone"} else under_locust
        print(json.dumps(run(options.child, options.url, options.requests)))
