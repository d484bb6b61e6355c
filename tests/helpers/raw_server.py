"""A server that says exactly the bytes that a test wants, and plain clients for it."""

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from slogate.load.http.client import Client
from slogate.load.http.response import Response

Script = Callable[[socket.socket, int], None]


class PlainClient(Client[Response]):
    """The client as it is below Locust."""

    response_type = Response

    def __init__(self, *arguments: Any, **settings: Any) -> None:
        super().__init__(*arguments, **{"connect_timeout": 20.0, "read_timeout": 20.0, **settings})
        self.get, self.post, self.put = (partial(self.send, method) for method in ("GET", "POST", "PUT"))


class RawServer:
    """Runs `script(connection, number)` in a thread of its own for each connection; `requests` lists what came."""

    def __init__(self, script: Script, *, family: socket.AddressFamily = socket.AF_INET) -> None:
        self.requests: list[bytes] = []
        self.connections = 0
        self._script = script
        self._open: list[socket.socket] = []
        self._listener = socket.create_server(("::1" if family == socket.AF_INET6 else "127.0.0.1", 0), family=family)
        self.port: int = self._listener.getsockname()[1]
        self.url = f"http://[::1]:{self.port}" if family == socket.AF_INET6 else f"http://127.0.0.1:{self.port}"
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                connection.settimeout(30)
                self.connections += 1
                self._open.append(connection)
                threading.Thread(target=self._serve, args=(connection, self.connections), daemon=True).start()

    def _serve(self, connection: socket.socket, number: int) -> None:
        with contextlib.suppress(OSError), connection:
            self._script(connection, number)

    def read(self, connection: socket.socket) -> bytes:
        """One request, whole; b"" when the client has gone."""
        data = b""
        while b"\r\n\r\n" not in data:
            if not (more := connection.recv(65536)):
                return b""
            data += more
        head, _, body = data.partition(b"\r\n\r\n")
        fields = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:])
        length = int(fields.get(b"content-length", b"0"))
        chunked = fields.get(b"transfer-encoding") == b"chunked"
        while len(body) < length or (chunked and not body.endswith(b"0\r\n\r\n")):
            if not (more := connection.recv(65536)):
                break
            body += more
        request = head + b"\r\n\r\n" + body
        self.requests.append(request)
        return request

    def close(self) -> None:
        """Ends it."""
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)  # wakes the thread that accepts
        self._listener.close()
        for connection in self._open:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
            connection.close()


def ok(body: bytes = b"ok", *fields: str, status: str = "200 OK") -> bytes:
    """An answer with a length."""
    head = "".join(f"{line}\r\n" for line in (f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *fields))
    return head.encode("latin-1") + b"\r\n" + body


@contextlib.contextmanager
def serving(*answers: bytes) -> Iterator[RawServer]:
    """A server whose connections all give the answers in turn, the last one again and again; for a with-block."""

    def script(server: RawServer, connection: socket.socket, _number: int) -> None:
        turn = 0
        while server.read(connection):
            connection.sendall(answers[min(turn, len(answers) - 1)])
            turn += 1

    with scripted(script) as server:
        yield server


@contextlib.contextmanager
def scripted(script: Callable[["RawServer", socket.socket, int], None], **options: Any) -> Iterator[RawServer]:
    """A server of a script that is also given the server, for a with-block."""
    server = RawServer(lambda connection, number: script(server, connection, number), **options)
    try:
        yield server
    finally:
        server.close()
