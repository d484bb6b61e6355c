"""A small web server whose pages each test writes itself."""

import ssl
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

Route = Callable[[BaseHTTPRequestHandler], None]


class WebServer:
    """Serves `routes` on a port of its own; `seen` lists every request as (method, path, Cookie header)."""

    def __init__(self, host: str = "127.0.0.1") -> None:
        self.routes: dict[str, Route] = {}
        self.seen: list[tuple[str, str, str]] = []
        self._let_go = threading.Event()
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the base class names it so)
                pass

            def do_GET(self) -> None:
                length = int(self.headers.get("Content-Length", 0))
                self.rfile.read(length)
                path = self.path.partition("?")[0]
                server.seen.append((self.command, path, self.headers.get("Cookie", "")))
                server.routes.get(path, server.reply(status=404))(self)

            do_POST = do_GET  # noqa: N815 (the base class looks for this name)

        class Quiet(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, request: object, client_address: object) -> None:
                pass  # a browser that is killed or goes on breaks its connections off

        self._server = Quiet((host, 0), Handler)
        self.socket_server: ThreadingHTTPServer = self._server
        self.port = self._server.server_port
        self.url = f"http://127.0.0.1:{self.port}"
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def page(self, path: str, body: str, *, head: str = "", status: int = 200) -> None:
        """Adds an HTML page."""
        html = f"<!doctype html><html><head><title>t</title>{head}</head><body>{body}</body></html>"
        self.routes[path] = self.reply(html, status=status)

    @staticmethod
    def reply(
        body: str | bytes = "",
        *,
        status: int = 200,
        content_type: str = "text/html",
        delay_s: float = 0,
        **headers: str,
    ) -> Route:
        """A route that answers with `body`; header names are written with underscores."""
        content = body.encode() if isinstance(body, str) else body

        def answer(handler: BaseHTTPRequestHandler) -> None:
            time.sleep(delay_s)
            handler.send_response(status)
            handler.send_header("Content-Type", content_type)
            handler.send_header("Content-Length", str(len(content)))
            for name, value in headers.items():
                handler.send_header(name.replace("_", "-"), value)
            handler.end_headers()
            handler.wfile.write(content)

        return answer

    def speak_tls(self, certificate: Path, key: Path | None = None) -> None:
        """From now on only TLS, with this certificate."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        # The handshake is left to the thread of each connection: one that takes long holds up no other.
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True, do_handshake_on_connect=False)
        self.url = f"https://127.0.0.1:{self.port}"

    def hang(self, _handler: BaseHTTPRequestHandler) -> None:
        """A route that does not answer for as long as the server runs."""
        self._let_go.wait()

    def close(self) -> None:
        self._let_go.set()
        self._server.shutdown()
        self._server.server_close()
