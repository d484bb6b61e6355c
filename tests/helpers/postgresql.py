"""A PostgreSQL server of Debian's, on a free port of the loopback, for as long as a test needs it."""

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_USER = "postgres"  # it refuses to run as root


def _program(name: str) -> str:
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    return str(found[-1]) if found else name


def _as_user(*command: str) -> list[str]:
    return ["runuser", "-u", _USER, "--", *command] if os.getuid() == 0 else list(command)


@contextmanager
def postgresql_server(folder: Path) -> Iterator[str]:
    """The URL of an empty database. `folder` is for its data, and must be one that others may enter."""
    data = folder / "data"
    data.mkdir(parents=True)
    data.chmod(0o700)
    if os.getuid() == 0:
        shutil.chown(data, _USER)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    _run(_program("initdb"), "-D", str(data), "-U", "slo", "--auth=trust", "--no-sync", "-E", "UTF8", "--locale=C")
    settings = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=off"
    control = (_program("pg_ctl"), "-D", str(data))
    _run(*control, "-w", "-o", settings, "-l", str(data / "log"), "start")
    try:
        yield f"postgresql+psycopg://slo:s3cret-word@127.0.0.1:{port}/postgres"
    finally:
        _run(*control, "-m", "immediate", "stop")


def _run(*command: str) -> None:
    done = subprocess.run(
        _as_user(*command), stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT, cwd="/", timeout=60, check=False
    )
    assert done.returncode == 0, f"{command[0]} failed; its data and log are in {command[2]}"
