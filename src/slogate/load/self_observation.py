"""The generator watches itself, once a second: its CPU, how late it starts, the arrivals that found every user busy,
the descriptors and ports that it uses, and the requests that failed by its own doing.
"""

import errno
import os
import resource
import socket
import time
from pathlib import Path
from typing import Any

# Refusals of this machine's own system, which say nothing about the target.
_OWN_ERRORS = {
    errno.EMFILE: "no file descriptor was left",
    errno.ENFILE: "no file descriptor was left on this machine",
    errno.EADDRNOTAVAIL: "no local port was left",
    errno.ENOBUFS: "no socket buffer was left",
    errno.ENOMEM: "no memory was left",
}
_DESCRIPTORS = Path("/proc/self/fd")
_SOCKETS = Path("/proc/net/sockstat")
_PORT_RANGE = Path("/proc/sys/net/ipv4/ip_local_port_range")


class SelfObservation:
    """Gathers one second; `sample` gives its row and starts the next. `own_error` is the first refusal of this
    machine's system, in words.
    """

    def __init__(self) -> None:
        self._cpu_s = time.process_time()
        self._clock_s = time.monotonic()
        self._lag_s = 0.0
        self._backlog = 0
        self._own_errors = 0
        self.own_error = ""

    def woke(self, lag_s: float) -> None:
        """An arrival for which a user was free started `lag_s` after its time."""
        self._lag_s = max(self._lag_s, lag_s)

    def was_overdue(self) -> None:
        """An arrival found every user busy."""
        self._backlog += 1

    def failed(self, exception: BaseException | str) -> None:
        """A request failed; it counts when this machine's own system refused it."""
        number = _own_error_number(exception)
        if number is not None:
            self._own_errors += 1
            self.own_error = self.own_error or f"{_OWN_ERRORS[number]} ({errno.errorcode[number]})"

    def sample(self, in_flight: int) -> dict[str, float]:
        """The columns of one row of host.parquet. CPU is of one core: a Python process cannot use a second one."""
        cpu_s, clock_s = time.process_time(), time.monotonic()
        row = {
            "cpu": (cpu_s - self._cpu_s) / max(clock_s - self._clock_s, 1e-9),
            "lag_ms": self._lag_s * 1000,
            "backlog": float(self._backlog),
            "in_flight": float(in_flight),
            "own_errors": float(self._own_errors),
            **_resources_in_use(),
        }
        self._cpu_s, self._clock_s, self._lag_s, self._backlog, self._own_errors = cpu_s, clock_s, 0.0, 0, 0
        return row


def describe_generator() -> dict[str, Any]:
    """Who this process is and how much it may use; what the system does not tell is None."""
    limit, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    ports = None
    if _PORT_RANGE.is_file():
        low, high = map(int, _PORT_RANGE.read_text(encoding="ascii").split())
        ports = high - low + 1
    return {
        "host": socket.gethostname(),
        "pid": os.getpid(),
        "open_files_limit": None if limit == resource.RLIM_INFINITY else limit,
        "ports": ports,
    }


def _resources_in_use() -> dict[str, float]:
    found: dict[str, float] = {}
    if _DESCRIPTORS.is_dir():
        found["open_files"] = float(len(os.listdir(_DESCRIPTORS)))  # noqa: PTH208  # names alone are needed, cheaply
    if _SOCKETS.is_file():
        words = next(line for line in _SOCKETS.read_text(encoding="ascii").splitlines() if line.startswith("TCP:"))
        counts = dict(zip(words.split()[1::2], words.split()[2::2], strict=True))
        found["tcp_ports"] = float(int(counts["inuse"]) + int(counts["tw"]))
    return found


def _own_error_number(exception: BaseException | str) -> int | None:
    """The number of a refusal by this machine's own system, in an exception or one that caused it."""
    seen = exception if isinstance(exception, BaseException) else None
    while seen is not None:
        number = getattr(seen, "errno", None)
        if number in _OWN_ERRORS:
            return int(number)
        seen = seen.__cause__ or seen.__context__
    text = str(exception)  # client libraries wrap the number in words
    return next((number for number in _OWN_ERRORS if f"[Errno {number}]" in text), None)
