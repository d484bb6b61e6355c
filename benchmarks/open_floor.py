"""What a request costs at least when requests arrive one by one: CPU of ever more of slogate's parts, at a fixed rate.

    python -m benchmarks.open_floor [--rate 1000] [--seconds 8] [--repeat 3]

Requests to nginx on loopback arrive evenly over 20 keep-alive connections. Between two of them the process sleeps, and
finds the processor's caches cold when it wakes up: that is why the same code costs several times what it costs in a
closed loop. Each part is a process of its own; CPU is user and system time of that process while it asks.

    waking up        a timer that goes off, and nothing else: no program can do with less
    socket loop      and a plain socket that sends the same bytes and reads the answer, by epoll
    the same, closed the socket loop without a pause: what the work costs while the caches are warm
    in gevent        the socket loop by gevent's event loop and greenlets
    client           slogate's HTTP client in place of the socket
"""

import argparse
import contextlib
import json
import math
import os
import resource
import select
import socket
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable
from typing import Any

from benchmarks.support import nginx, table
from benchmarks.support.nginx import running_nginx

CONNECTIONS = 20
Place = tuple[str, int]
Run = Callable[[], None]
"""What a part does for its requests, once it is set up."""
_LIMIT_S = 60
_PRIORITY = -10  # what slogate gives its generator, where it may


def cpu_s() -> float:
    """User and system time of this process."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def request_of(place: Place) -> bytes:
    """The bytes that every part sends, as good as."""
    return f"GET /item HTTP/1.1\r\nHost: {place[0]}:{place[1]}\r\nUser-Agent: x\r\nAccept: */*\r\n\r\n".encode()


def waking_up(_place: Place, gap_s: float, count: int) -> Run:
    """Sleeps until each arrival, by the timer of epoll itself."""
    poller = select.epoll()

    def run() -> None:
        began_s = time.monotonic()
        for number in range(count):
            poller.poll(max(0.0, began_s + number * gap_s - time.monotonic()))

    return run


def socket_loop(place: Place, gap_s: float, count: int) -> Run:
    """Sends at each arrival, and reads whenever there is an answer."""
    poller = select.epoll()
    request, free, by_fd = request_of(place), deque[socket.socket](), {}
    for _ in range(CONNECTIONS):
        sock = socket.create_connection(place)
        sock.setblocking(False)
        poller.register(sock, select.EPOLLIN)
        by_fd[sock.fileno()] = sock
        free.append(sock)

    def run() -> None:
        began_s, sent, answered = time.monotonic(), 0, 0
        while answered < count:
            due_s = began_s + sent * gap_s - time.monotonic() if sent < count else 1.0
            if due_s <= 0 and free:
                free.popleft().send(request)
                sent += 1
                continue
            for fd, _ in poller.poll(max(0.0, due_s) if free else 1.0):
                assert by_fd[fd].recv(65536).startswith(b"HTTP/1.1 200")
                free.append(by_fd[fd])
                answered += 1

    return run


def closed_loop(place: Place, _gap_s: float, count: int) -> Run:
    """The socket loop, in which everything is due at once."""
    return socket_loop(place, 0.0, count)


def in_greenlets(gap_s: float, count: int, connect: Callable[[], Callable[[], None]]) -> Run:
    """Greenlets that wait for their turn; an alarm wakes the one that has waited longest."""
    import gevent  # noqa: PLC0415 (each part has a process of its own, and loads only what it needs)
    from gevent.event import Event  # noqa: PLC0415 (as above)

    from slogate.load.alarm import alarm  # noqa: PLC0415 (as above)

    free: deque[Any] = deque()
    hub, done = gevent.get_hub(), Event()
    began_s, sent, answered = math.inf, 0, 0

    def ring() -> None:
        nonlocal sent
        while sent < count and began_s + sent * gap_s <= time.monotonic():
            sent += 1
            free.popleft().switch()
        if sent < count:
            timer.set(began_s + sent * gap_s)

    def user() -> None:
        nonlocal answered
        ask = connect()
        while True:
            free.append(gevent.getcurrent())
            hub.switch()
            ask()
            answered += 1
            if answered == count:
                done.set()

    def run() -> None:
        nonlocal began_s
        began_s = time.monotonic()
        timer.set(began_s)
        done.wait()

    timer = alarm(ring)
    for _ in range(CONNECTIONS):
        gevent.spawn(user)
    while len(free) < CONNECTIONS:
        gevent.sleep(0.01)
    return run


def in_gevent(place: Place, gap_s: float, count: int) -> Run:
    """gevent's own sockets."""
    from gevent.socket import create_connection  # noqa: PLC0415 (as above)

    request = request_of(place)

    def connect() -> Callable[[], None]:
        sock = create_connection(place)

        def ask() -> None:
            sock.sendall(request)
            assert sock.recv(65536).startswith(b"HTTP/1.1 200")

        return ask

    return in_greenlets(gap_s, count, connect)


def client(place: Place, gap_s: float, count: int) -> Run:
    """slogate's client, without Locust."""
    from locust.event import EventHook  # noqa: PLC0415 (as above)

    from slogate.load.http.session import HttpSession  # noqa: PLC0415 (as above)

    def connect() -> Callable[[], None]:
        session = HttpSession(f"http://{place[0]}:{place[1]}", EventHook())

        def ask() -> None:
            assert session.get("/item").status_code == 200

        return ask

    return in_greenlets(gap_s, count, connect)


PARTS = {
    "waking up": waking_up,
    "socket loop": socket_loop,
    "the same, closed": closed_loop,
    "in gevent": in_gevent,
    "client": client,
}


def measured_us(part: str, url: str, rate_per_s: float, count: int) -> float:
    """µs of CPU a request, in a process of its own, with the priority that slogate gives its generator."""
    command = [sys.executable, "-m", "benchmarks.open_floor", "--child", part, "--url", url]
    command += ["--rate", str(rate_per_s), "--count", str(count)]
    answer = subprocess.run(command, capture_output=True, text=True, check=True, timeout=_LIMIT_S + count / rate_per_s)
    return float(json.loads(answer.stdout.splitlines()[-1])) / count * 1e6


def main(arguments: list[str]) -> int:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rate", type=float, default=1000.0)
    parser.add_argument("--seconds", type=int, default=8)
    parser.add_argument("--repeat", type=int, default=3)
    for hidden in ("--child", "--url", "--count"):
        parser.add_argument(hidden, help=argparse.SUPPRESS)
    asked = parser.parse_args(arguments)
    if asked.child is not None:
        with contextlib.suppress(OSError):
            os.nice(_PRIORITY)
        host, port = asked.url.removeprefix("http://").split(":")
        run = PARTS[asked.child]((host, int(port)), 1 / asked.rate, int(asked.count))
        before_s = cpu_s()
        run()
        print(cpu_s() - before_s)
        return 0
    costs: dict[str, list[float]] = {part: [] for part in PARTS}
    with running_nginx() as server:
        for _ in range(asked.repeat):
            for part in PARTS:
                costs[part].append(measured_us(part, server.url, asked.rate, round(asked.rate * asked.seconds)))
    print(f"Python {sys.version.split()[0]}, nginx {nginx.version()}, {os.cpu_count()} cores")
    rows = [[part, f"{table.median(of):.1f}", f"{min(of):.1f} .. {max(of):.1f}"] for part, of in costs.items()]
    table.show(f"{asked.rate:g} arrivals/s", ["part", "CPU µs/request", "least .. most"], rows)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
