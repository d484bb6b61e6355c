"""Four pages of known behaviour, on a free loopback port: what is slow about each is made on purpose.

The server delays what it sends, and scripts do counted work: a loop of so many steps takes longer on a slowed
processor, where a loop until a certain time would not.
"""

import struct
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from random import Random

_WORDS = ["harbour", "lantern", "river", "tide", "clock", "garden", "bridge", "winter", "letter", "island"]
_STYLE = "<style>body { font: 16px sans-serif; margin: 2em; max-width: 60em }</style>"
_WORK = """
  function work(steps) {  // an xorshift generator: nothing of it can be left out
    let x = 88172645;
    for (let i = 0; i < steps; i++) { x ^= x << 13; x ^= x >>> 17; x ^= x << 5; }
    document.body.dataset.last = x;
  }
"""


def _text(paragraphs: int) -> str:
    random = Random(1)  # noqa: S311  # the same words every time, and no secret
    return "".join(f"<p>{' '.join(random.choices(_WORDS, k=80))}.</p>" for _ in range(paragraphs))


def _page(body: str, head: str = "") -> bytes:
    return f"<!doctype html><html><head><title>Page</title>{_STYLE}{head}</head><body>{body}</body></html>".encode()


def _picture(width: int, height: int) -> bytes:
    """A PNG of noise: browsers take an image of few bytes a pixel for a background, which is no largest paint."""
    random = Random(2)  # noqa: S311  # as above
    rows = b"".join(b"\0" + bytes(value & 0xF8 for value in random.randbytes(width)) for _ in range(height))

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


_STATIC = _page(f"<h1>A page of text</h1>{_text(12)}", '<link rel="stylesheet" href="/style.css">')

_SCRIPTS = _page(
    f"<h1>A page that computes</h1>{_text(6)}"
    f"<script>{_WORK}"
    """
  // Three long tasks after the first paint, then one once a second's rest is over.
  addEventListener("load", () => requestAnimationFrame(() => setTimeout(() => {
    work(90e6);
    setTimeout(() => { work(150e6); setTimeout(() => { work(60e6); setTimeout(() => work(120e6), 1000); }, 50); }, 50);
  }, 100)));
    </script>"""
)

_IMAGES = _page(
    '<h1>A page of pictures</h1><p><img src="/small.png" width="160" height="90">'
    '<img src="/small.png?2" width="160" height="90"></p>'
    f'<img src="/hero.png">{_text(6)}'  # without a size, so that the text moves when it arrives
)

_FETCHED = _page(
    '<h1>A page that is fetched</h1><main id="list">Loading</main><p>The footer moves when the list arrives.</p>'
    f"<script>{_WORK}"
    """
  const get = async (path) => (await fetch(path)).json();
  (async () => {
    const list = await get("/api/list");
    const items = await Promise.all(list.map((id) => get(`/api/item?${id}`)));
    work(80e6);
    const shown = items.map((item) => `<h2>${item.name}</h2><p>${item.text}</p>`);
    document.getElementById("list").innerHTML = shown.join("");
  })();
    </script>"""
)

_HTML, _JSON, _PNG = "text/html; charset=utf-8", "application/json", "image/png"
_ITEM = f'{{"name": "An item", "text": "{" ".join(_WORDS * 12)}"}}'.encode()
# What is served: type, content, and how long the server takes in seconds.
_ROUTES: dict[str, tuple[str, bytes, float]] = {
    "/static": (_HTML, _STATIC, 0.2),
    "/style.css": ("text/css", b"h1 { color: darkgreen }", 0.2),
    "/scripts": (_HTML, _SCRIPTS, 0.2),
    "/images": (_HTML, _IMAGES, 0.2),
    "/small.png": (_PNG, _picture(160, 90), 0.1),
    "/hero.png": (_PNG, _picture(640, 360), 0.8),
    "/fetched": (_HTML, _FETCHED, 0.2),
    "/api/list": (_JSON, b"[1, 2, 3, 4, 5, 6]", 0.4),
    "/api/item": (_JSON, _ITEM, 0.3),
}


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the base class names it so
        pass

    def do_GET(self) -> None:
        content_type, content, delay_s = _ROUTES.get(self.path.partition("?")[0], ("text/plain", b"", 0.0))
        time.sleep(delay_s)
        self.send_response(200 if content else 404)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        pass  # a browser that ends breaks its connections off


@contextmanager
def serving(handler: Callable[..., BaseHTTPRequestHandler]) -> Iterator[str]:
    """The address of a server with this handler, for as long as the block lasts."""
    server = _Server(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def running_site() -> AbstractContextManager[str]:
    """The address of the site, for as long as the block lasts."""
    return serving(_Handler)
