"""Those who are told, on loopback: PagerDuty as its documentation has it, webhooks that misbehave, and Debian's
Alertmanager.
"""

import contextlib
import json
import socket
import struct
import subprocess
import threading
from collections.abc import Iterator
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self

import requests
from exporters import wait_for

from slogate.load.launch import free_port

_ACTIONS = {"trigger", "acknowledge", "resolve"}
_SEVERITIES = {"critical", "error", "warning", "info"}
_FIELDS = {"routing_key", "event_action", "dedup_key", "payload", "images", "links", "client", "client_url"}
_PAYLOAD = {"summary", "source", "severity", "timestamp", "component", "group", "class", "custom_details"}


class Receiver:
    """Takes what is posted to it. `script` is how it answers the next requests, before it does so as it should: a
    status, a status with a Retry-After (or a Location), or `hang`, `drip` or `reset`.
    """

    good_status = 200

    def __init__(self) -> None:
        self.bodies: list[Any] = []
        self.script: list[int | tuple[int, str] | str] = []
        self._lock = threading.Lock()
        self._over = threading.Event()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the base class names it so)
                pass

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                with receiver._lock:
                    planned = receiver.script.pop(0) if receiver.script else None
                receiver._answer(self, body, planned)

        class Quiet(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, request: object, client_address: object) -> None:
                pass  # connections are broken off on purpose

        self._server = Quiet(("127.0.0.1", 0), Handler)
        self.port = self._server.server_port
        self.url = f"http://127.0.0.1:{self.port}"
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_raised: object) -> None:
        self._over.set()
        self._server.shutdown()
        self._server.server_close()

    def take(self, content: Any, path: str) -> tuple[int, dict[str, Any]]:  # noqa: ARG002  # for those who look at it
        """What it answers to a body."""
        self.bodies.append(content)
        return self.good_status, {}

    def _answer(
        self, handler: BaseHTTPRequestHandler, body: bytes, planned: int | tuple[int, str] | str | None
    ) -> None:
        match planned:
            case "hang":
                self._over.wait()
                return
            case "reset":
                handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                handler.close_connection = True
                for held in (handler.rfile, handler.wfile, handler.connection):
                    held.close()
                return
            case "drip":
                handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
                while not self._over.wait(0.2):
                    handler.wfile.write(b"X-Filler: 1\r\n")
                return
        headers: dict[str, str] = {}
        if isinstance(planned, tuple):
            headers["Location" if planned[0] < 400 else "Retry-After"] = planned[1]
            planned = planned[0]
        with self._lock:
            status, content = (
                (int(planned), {"asked": handler.path})
                if planned is not None
                else self.take(json.loads(body), handler.path)
            )
        answer = json.dumps(content).encode()
        handler.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(answer))}.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(answer)


class PagerDuty(Receiver):
    """Events v2. `alerts` has the state of each, by its dedup_key."""

    good_status = 202

    def __init__(self, routing_key: str) -> None:
        super().__init__()
        self.alerts: dict[str, str] = {}
        self._routing_key = routing_key
        self.events_url = f"{self.url}/v2/enqueue"

    def take(self, content: Any, path: str) -> tuple[int, dict[str, Any]]:
        errors = list(self._errors(content)) if path == "/v2/enqueue" else ["no such address"]
        if errors:
            return 400, {"status": "invalid event", "message": "Event object is invalid", "errors": errors}
        self.bodies.append(content)
        key, action = content["dedup_key"], content["event_action"]
        if action == "trigger" or key in self.alerts:
            self.alerts[key] = action
        return 202, {"status": "success", "message": "Event processed", "dedup_key": key}

    def _errors(self, content: dict[str, Any]) -> Iterator[str]:
        if content.get("routing_key") != self._routing_key:
            yield "'routing_key' is invalid"
        if content.get("event_action") not in _ACTIONS:
            yield "'event_action' is invalid"
        if not 0 < len(content.get("dedup_key", "")) <= 255:
            yield "'dedup_key' is missing or too long"
        yield from (f"'{name}' is not a field" for name in set(content) - _FIELDS)
        if content.get("event_action") != "trigger":
            return
        payload = content.get("payload", {})
        yield from (f"'payload.{name}' is not a field" for name in set(payload) - _PAYLOAD)
        if not 0 < len(payload.get("summary", "")) <= 1024:
            yield "'payload.summary' is missing or too long"
        if not payload.get("source"):
            yield "'payload.source' is missing or blank"
        if payload.get("severity") not in _SEVERITIES:
            yield "'payload.severity' is invalid"
        try:
            datetime.fromisoformat(payload["timestamp"])
        except (KeyError, ValueError):
            yield "'payload.timestamp' is invalid"
        for link in content.get("links", []):
            if set(link) != {"href", "text"} or not link["href"].startswith(("http://", "https://")):
                yield "'links' is invalid"


@contextlib.contextmanager
def alertmanager(folder: Path) -> Iterator[str]:
    """Where a real Alertmanager answers, alone and with nobody to tell."""
    address = f"127.0.0.1:{free_port()}"
    configuration = folder / "alertmanager.yml"
    configuration.write_text("route: {receiver: nobody}\nreceivers: [{name: nobody}]\n")
    command = [
        "prometheus-alertmanager",
        f"--config.file={configuration}",
        f"--storage.path={folder / 'data'}",
        f"--web.listen-address={address}",
        "--cluster.listen-address=",
        "--log.level=error",
    ]
    with subprocess.Popen(command) as process:
        try:
            wait_for(f"http://{address}/-/ready")
            yield f"http://{address}"
        finally:
            process.terminate()


def alerts_of(url: str) -> list[dict[str, Any]]:
    """The alerts that an Alertmanager holds for active."""
    found: list[dict[str, Any]] = requests.get(f"{url}/api/v2/alerts", {"active": "true"}, timeout=10).json()
    return found
