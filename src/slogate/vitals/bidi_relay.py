"""Stands between Playwright and a Firefox that is a little older than what Playwright was written for.

Playwright tells every new context of a stock Firefox which colours its visitor prefers, a command of WebDriver BiDi
that the long-term release of Debian does not know. It is of no account here: pages are measured with the browser's
own preference. So this starts Firefox, passes all that both sides say to the other, and where Firefox answers to that
one command that it does not know it, says to Playwright that it is done. Any other error stays one.

`python -m slogate.vitals.bidi_relay FIREFOX ARGUMENTS...` looks like that Firefox to Playwright: it announces an
address of its own on standard error, and ends when Firefox does.
"""

import http.client
import json
import re
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from simple_websocket import ConnectionClosed, Server
from websocket import WebSocketConnectionClosedException, create_connection

FORGIVEN = "emulation.setMediaFeaturesOverride"
_UNKNOWN = "unknown command"
_ANNOUNCED = re.compile(r"WebDriver BiDi listening on (ws://\S+)")
_MOST_BYTES = 65_536  # to be read at once; messages of a busy page are many and long


class Forgiveness:
    """Turns Firefox's word that it does not know the command into "done"."""

    def __init__(self) -> None:
        self._asked: set[int] = set()

    def ask(self, message: str) -> str:
        """What Playwright says, which goes on as it is."""
        if FORGIVEN in message:
            said = json.loads(message)
            if said.get("method") == FORGIVEN:
                self._asked.add(said["id"])
        return message

    def answer(self, message: str) -> str:
        """What Firefox says."""
        if not self._asked or f'"{_UNKNOWN}"' not in message:
            return message
        said = json.loads(message)
        if said.get("id") not in self._asked or said.get("error") != _UNKNOWN:
            return message
        return json.dumps({"type": "success", "id": said["id"], "result": {}})


def write_launcher(path: Path, firefox: Path) -> Path:
    """A program at `path` that Playwright may start in place of `firefox`."""
    path.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m {__spec__.name} "{firefox}" "$@"\n', encoding="utf-8")
    path.chmod(0o700)
    return path


def main(arguments: Sequence[str]) -> int:
    """Runs Firefox to its end; returns its exit code."""
    firefox = subprocess.Popen(arguments, stderr=subprocess.PIPE, text=True, errors="replace")
    assert firefox.stderr is not None  # noqa: S101  # it is a pipe
    with socket.create_server(("127.0.0.1", 0)) as listener:
        for line in firefox.stderr:
            announced = _ANNOUNCED.search(line)
            if announced is not None:
                threading.Thread(target=_serve, args=(listener, announced[1]), daemon=True).start()
                line = line.replace(announced[1], f"ws://127.0.0.1:{listener.getsockname()[1]}")  # noqa: PLW2901
            sys.stderr.write(line)
            sys.stderr.flush()
        return firefox.wait()


def _serve(listener: socket.socket, firefox_url: str) -> None:
    """Takes Playwright's one connection, and makes one to Firefox for it."""
    connection, _ = listener.accept()
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    with connection.makefile("rb") as incoming:
        path = incoming.readline().split()[1].decode()
        headers = http.client.parse_headers(incoming)
    # Compression would only cost time between two processes of one machine.
    kept = {name: value for name, value in headers.items() if name.lower() != "sec-websocket-extensions"}
    environ: dict[str, Any] = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in kept.items()}
    no_delay = (socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    firefox = create_connection(f"{firefox_url}{path}", suppress_origin=True, sockopt=[no_delay])
    playwright = Server.accept({**environ, "werkzeug.socket": connection}, receive_bytes=_MOST_BYTES)
    forgiveness = Forgiveness()
    to_firefox = threading.Thread(
        target=_pump, args=(lambda: forgiveness.ask(playwright.receive()), firefox.send), daemon=True
    )
    to_firefox.start()
    _pump(lambda: forgiveness.answer(str(firefox.recv())), playwright.send)
    connection.close()


def _pump(take: Callable[[], str], give: Callable[[str], object]) -> None:
    """Passes messages on until either side has gone; the other one notices by itself."""
    try:
        while message := take():
            give(message)
    except (ConnectionClosed, WebSocketConnectionClosedException, OSError):
        return


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
