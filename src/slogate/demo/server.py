"""Runs the shop as a process of its own on loopback: `python -m slogate.demo.server --port 0 --fault stall`.

It prints its address, one line, once it accepts connections. It ends within two seconds of SIGTERM or SIGINT, to which
a stall may add its length, and takes its database along. It never listens on anything but loopback.
"""

import argparse
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import IO, cast

import uvicorn

from slogate.demo.app import create_app
from slogate.demo.faults import FAULTS, checked
from slogate.errors import TargetError

_LOOPBACK = "127.0.0.1"
_ENDINGS = (signal.SIGTERM, signal.SIGINT)
_START_LIMIT_S = 20
_STOP_LIMIT_S = 5
_GRACE_S = 1  # for requests that are being answered at the end


@dataclass(frozen=True)
class RunningShop:
    """A shop that accepts connections at `url`."""

    url: str
    pid: int


@contextmanager
def running_shop(faults: Iterable[str] = ()) -> Iterator[RunningShop]:
    """A shop in a process of its own, on a port that is free, for as long as the block lasts.

    It also ends when this process is killed. Raises TargetError, with what the shop wrote to stderr, when it does not
    come up within 20 s, and UsageError for a fault that does not exist.
    """
    command = [sys.executable, "-m", "slogate.demo.server", "--until-stdin-closes"]
    for name in sorted(checked(faults)):
        command += ["--fault", name]
    with (
        tempfile.TemporaryFile() as stderr,
        # A process group of its own: Ctrl-C at the terminal ends the measurement first, then this block ends the shop.
        subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=stderr, process_group=0
        ) as process,
    ):
        try:
            stdout = cast("IO[bytes]", process.stdout)  # a pipe, as asked for
            yield RunningShop(_address(process, stdout, stderr), process.pid)
        finally:
            _stop(process)


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until told to end."""
    parser = argparse.ArgumentParser(prog="python -m slogate.demo.server", description="The embedded shop.")
    parser.add_argument("--port", type=int, default=0, help="on 127.0.0.1; 0 (default): one that is free")
    parser.add_argument("--fault", action="append", default=[], choices=FAULTS, help="may be given several times")
    parser.add_argument("--until-stdin-closes", action="store_true", help="end as well when stdin reaches its end")
    options = parser.parse_args(arguments)

    # When uvicorn has shut down, it raises the signal that told it to once more; an early one comes straight here.
    for number in _ENDINGS:
        signal.signal(number, _leave)
    if options.until_stdin_closes:
        threading.Thread(target=_end_with_stdin, daemon=True).start()
    with tempfile.TemporaryDirectory(prefix="slogate-shop-") as folder, tcp_listener() as listener:
        try:
            listener.bind((_LOOPBACK, options.port))
        except OSError as error:
            parser.error(f"cannot listen on {_LOOPBACK}:{options.port}: {error.strerror}")
        app = create_app(frozenset(options.fault), database=Path(folder) / "shop.sqlite")
        config = uvicorn.Config(
            app,
            lifespan="on",
            ws="none",
            access_log=False,
            log_level="warning",
            proxy_headers=False,  # nothing stands in front of it, so nobody may claim another address
            server_header=False,
            timeout_graceful_shutdown=_GRACE_S,
        )
        _AnnouncingServer(config).run(sockets=[listener])
    return 0


class _AnnouncingServer(uvicorn.Server):
    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        for listener in sockets or []:
            host, port = listener.getsockname()
            sys.stdout.write(f"http://{host}:{port}\n")
            sys.stdout.flush()


def tcp_listener() -> socket.socket:
    """A socket to bind, for a server that answers small requests without delay."""
    # The protocol is named because asyncio turns Nagle's algorithm off only for sockets that say they are TCP; with it
    # on, the body of an answer waits up to 40 ms until its headers are acknowledged.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    return listener


def _leave(_signal: int, _frame: FrameType | None) -> None:
    for number in _ENDINGS:
        signal.signal(number, signal.SIG_IGN)  # a second one must not interrupt the clearing up
    raise SystemExit(0)


def _end_with_stdin() -> None:
    # Not sys.stdin: a daemon thread that waits in it holds a lock that the interpreter wants at its end.
    while os.read(0, 4096):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


def _address(process: subprocess.Popen[bytes], stdout: IO[bytes], stderr: IO[bytes]) -> str:
    readable, _, _ = select.select([stdout], [], [], _START_LIMIT_S)
    line = stdout.readline().decode().strip() if readable else ""
    if not line:
        stderr.seek(0)
        said = stderr.read().decode(errors="replace").strip() or "nothing"
        what = f"ended with {process.wait(_STOP_LIMIT_S)}" if readable else f"did not answer within {_START_LIMIT_S} s"
        raise TargetError(f"The demo shop {what}. It wrote to stderr: {said}")
    return line


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(_STOP_LIMIT_S)
    except subprocess.TimeoutExpired:
        process.kill()


if __name__ == "__main__":
    raise SystemExit(main())
