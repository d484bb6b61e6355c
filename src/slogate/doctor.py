"""Is everything here that a run needs? `slogate doctor` says what is present, what is missing, and how to mend it."""

import os
import resource
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from importlib import metadata

from slogate.errors import BrowserError
from slogate.slo.profile import ENGINES, Engine
from slogate.vitals.browser import find_browser, install_command

_LEAST_FILES = 4096
_LEAST_PORTS = 10_000
_DOWNLOAD_LIMIT_S = 240
_INSTALL_LIMIT_S = 600


class Health(StrEnum):
    """Fine, worth knowing, or in the way of a run."""

    OK = "ok"
    WARNING = "warning"
    MISSING = "missing"


@dataclass(frozen=True)
class Check:
    """One thing looked at, what was found, and what to do about it."""

    name: str
    health: Health
    found: str
    cure: str = ""


def examine() -> list[Check]:
    """Looks at everything; takes well under a second."""
    return [_python(), _locust(), _browser(), _engines(), _open_files(), _cores(), _clock(), _ports(), _disk()]


def install_browser(say: Callable[[str], None]) -> None:
    """Installs a browser unless there is one: Playwright's own where it can be downloaded, else the system's Chromium
    as root.

    Raises `BrowserError` with the command to run when neither works within the time allowed.
    """
    try:
        say(f"browser: {find_browser().how}")
    except BrowserError:
        say("browser: downloading Playwright's Chromium ...")
    else:
        return
    if _succeeds([sys.executable, "-m", "playwright", "install", "chromium"], _DOWNLOAD_LIMIT_S):
        say("browser: installed by Playwright")
        return
    if os.geteuid() == 0 and shutil.which("apt-get"):
        say("browser: that download did not work; installing Debian's chromium ...")
        environ = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        _succeeds(["apt-get", "update", "-qq"], _INSTALL_LIMIT_S, environ)
        _succeeds(
            ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium", "fonts-liberation"],
            _INSTALL_LIMIT_S,
            environ,
        )
    say(f"browser: {find_browser().how}")


def _succeeds(command: list[str], limit_s: float, environ: dict[str, str] | None = None) -> bool:
    try:
        return (
            subprocess.run(
                command, timeout=limit_s, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False
            ).returncode
            == 0
        )
    except (OSError, subprocess.TimeoutExpired):
        return False


def _python() -> Check:
    version = ".".join(map(str, sys.version_info[:3]))
    return Check("Python", Health.OK, version)


def _locust() -> Check:
    try:
        return Check("Locust", Health.OK, metadata.version("locust"))
    except metadata.PackageNotFoundError:
        return Check("Locust", Health.MISSING, "not installed", "run: pip install locust")


def _browser() -> Check:
    try:
        found = find_browser()
    except BrowserError as error:
        return Check("browser", Health.MISSING, error.message, f"{install_command()}, or: slogate doctor --fix")
    return Check("browser", Health.OK, f"{found.path} ({found.how})")


def _engines() -> Check:
    """The other browsers that a profile may ask for. Not having them is in nobody's way who does not ask."""
    found = []
    others: tuple[Engine, ...] = ("firefox", "webkit")
    for engine in others:
        try:
            found.append(f"{ENGINES[engine]} {find_browser(engine=engine).path}")
        except BrowserError:
            found.append(f"no {ENGINES[engine]}")
    return Check("engines", Health.OK, f"{', '.join(found)}; only for profiles with browser: firefox or webkit")


def _open_files() -> Check:
    limit, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if limit < _LEAST_FILES:
        return Check(
            "open files",
            Health.WARNING,
            f"at most {limit}",
            f"each connection needs one; run: ulimit -n {_LEAST_FILES}",
        )
    return Check("open files", Health.OK, f"at most {limit:,}")


def _cores() -> Check:
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else (os.cpu_count() or 1)
    if cores < 2:
        return Check(
            "cores",
            Health.WARNING,
            str(cores),
            "a target on the same single core will be measured together with the generator",
        )
    return Check("cores", Health.OK, str(cores))


def _clock() -> Check:
    """Sleeps a little, often: a machine that wakes late cannot send on time."""
    late = []
    for _ in range(40):
        began = time.monotonic()
        time.sleep(0.002)
        late.append(time.monotonic() - began - 0.002)
    worst_ms = sorted(late)[-3] * 1000
    if worst_ms > 10:
        return Check(
            "clock",
            Health.WARNING,
            f"wakes up to {worst_ms:.1f} ms late",
            "something else keeps this machine busy; arrivals may be late",
        )
    return Check("clock", Health.OK, f"wakes within {worst_ms:.1f} ms")


def _ports() -> Check:
    try:
        with open("/proc/sys/net/ipv4/ip_local_port_range", encoding="ascii") as file:  # noqa: PTH123  # a kernel setting, not a path of ours
            low, high = map(int, file.read().split())
    except (OSError, ValueError):
        return Check("ports", Health.OK, "the system does not tell their number")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
    count = high - low + 1
    if count < _LEAST_PORTS:
        return Check(
            "ports",
            Health.WARNING,
            f"{count:,} for connections",
            "run: sysctl -w net.ipv4.ip_local_port_range='10240 65000'",
        )
    return Check("ports", Health.OK, f"{count:,} for connections")


def _disk() -> Check:
    free_gb = shutil.disk_usage(".").free / 1e9
    if free_gb < 1:
        return Check(
            "disk", Health.WARNING, f"{free_gb:.1f} GB free here", "a run of an hour at 1,000/s takes about 0.1 GB"
        )
    return Check("disk", Health.OK, f"{free_gb:,.0f} GB free here")
