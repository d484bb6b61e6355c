"""nginx on a free loopback port, answering 70 bytes, with a log of every request.

`python -m benchmarks.support.nginx` installs it where it is missing and the system lets us.
"""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

_START_LIMIT_S = 10.0
_CONFIGURATION = """\
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 4096; }}
http {{
    log_format times '$msec $request_time $status $uri';
    access_log {folder}/access.log times buffer=64k;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    keepalive_requests 1000000000;
    keepalive_timeout 600s;
    server {{
        listen 127.0.0.1:{port} backlog=4096;
        default_type application/json;
        location / {{ return 200 '{body}'; }}
    }}
}}
"""
BODY = '{"id": 1, "name": "an item of the shop", "price": 1999, "stock": true}'


@dataclass(frozen=True)
class Nginx:
    """A running nginx. Its log can be read once the block of `running_nginx` has ended."""

    url: str
    log_path: Path
    _log: list["NginxLog"]

    @property
    def log(self) -> "NginxLog":
        """What it did."""
        return self._log[0]


@dataclass(frozen=True)
class NginxLog:
    """Every request for /item: when its answer was sent (seconds since the epoch), and how long nginx had it, both as
    exact as nginx is, which is a millisecond.
    """

    sent_s: npt.NDArray[np.float64]
    took_s: npt.NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.sent_s)

    def count_between(self, start_s: float, end_s: float) -> int:
        """How many answers were sent in that time."""
        return int(np.count_nonzero((self.sent_s >= start_s) & (self.sent_s < end_s)))


def version() -> str:
    """nginx's version."""
    return subprocess.run([_program(), "-v"], capture_output=True, text=True, check=True).stderr.strip().split("/")[-1]


@contextmanager
def running_nginx() -> Iterator[Nginx]:
    """nginx, for as long as the block lasts."""
    with tempfile.TemporaryDirectory(prefix="bench-nginx-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # its worker may be another user
        port = free_port()
        configuration = folder / "nginx.conf"
        configuration.write_text(_CONFIGURATION.format(folder=folder, port=port, body=BODY), encoding="utf-8")
        process = subprocess.Popen([_program(), "-c", str(configuration), "-e", str(folder / "error.log")])
        nginx = Nginx(f"http://127.0.0.1:{port}", folder / "access.log", [])
        try:
            _wait_for(port, process)
            yield nginx
        finally:
            process.terminate()
            process.wait()
        nginx._log.append(_read(nginx.log_path))


def _read(path: Path) -> NginxLog:
    sent, took = [], []
    with path.open(encoding="ascii") as lines:
        for line in lines:
            sent_s, took_s, status, uri = line.split()
            if uri == "/item":
                if status != "200":
                    raise RuntimeError(f"nginx answered {status} to {uri}")
                sent.append(float(sent_s))
                took.append(float(took_s))
    return NginxLog(np.array(sent), np.array(took))


def ensure() -> None:
    """Installs nginx on Debian, as root; else says how."""
    if _found() is None and os.geteuid() == 0 and shutil.which("apt-get") is not None:
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(["apt-get", "install", "--quiet", "--yes", "nginx-light"], check=False, env=quiet)
    _program()


def _found() -> str | None:
    # Debian keeps it where a user's PATH does not look.
    return shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")


def _program() -> str:
    found = _found()
    if found is None:
        sys.exit("nginx is not here; install it: sudo apt-get install nginx-light")
    return found


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


def _wait_for(port: int, process: "subprocess.Popen[bytes]") -> None:
    deadline_s = time.monotonic() + _START_LIMIT_S
    while time.monotonic() < deadline_s and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError("nginx did not start")


if __name__ == "__main__":
    ensure()
