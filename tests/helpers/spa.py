"""A single-page application whose every delay a test knows: views that are drawn by a script, without a document."""

import struct

from webserver import WebServer

API_S, IMAGE_S = 0.3, 0.4
SIDE = 240
_NOISE = bytes(7 * i * i % 251 for i in range(SIDE * SIDE * 3))  # an image with little in it is no candidate for LCP
BITMAP = (
    struct.pack("<2sIIIIiiHHIIiiII", b"BM", 54 + len(_NOISE), 0, 54, 40, SIDE, SIDE, 1, 24, 0, 0, 0, 0, 0, 0) + _NOISE
)
LINKS = ("orders", "order", "gallery", "busy", "late-document", "tab", "nothing", "same", "twice")
SCRIPT = """
const view = document.getElementById("view");
const draw = (id, html) => { view.innerHTML = `<section id="${id}">${html}</section>`; };
const get = async (path) => (await fetch(path)).text();
const pause = (ms) => new Promise((go) => setTimeout(go, ms));
const long = (word) => `<p>${(word + " ").repeat(60)}</p>`;
const work = (ms) => { const end = performance.now() + ms; while (performance.now() < end); };
const routes = {
  async orders() {
    history.pushState({}, "", "/orders?token=hunter2-hunter2");
    draw("wait", "One moment");
    draw("orders", long(await get("/api/orders")));
  },
  async order() {
    history.pushState({}, "", "/orders/7");
    draw("order", long(await get("/api/orders")));
  },
  async gallery() {
    history.pushState({}, "", "/gallery");
    await get("/api/orders");
    draw("gallery", "<img id='hero' src='/hero.bmp'>");
  },
  async busy() {
    history.pushState({}, "", "/busy");
    draw("busy", long("busy"));
    await pause(700);
    view.firstChild.style.marginTop = "100px";
    work(250);
  },
  async "late-document"() { await get("/api/orders"); location.assign("/document"); },
  async tab() { draw("tab", long(await get("/api/orders"))); },
  nothing() {},
  same() { history.pushState({}, "", "/"); },
  async twice() {
    history.pushState({}, "", "/old-orders");
    await pause(50);
    history.replaceState({}, "", "/new-orders");
    draw("orders", long("moved"));
  },
};
document.addEventListener("click", (event) => {
  const route = routes[event.target.id.replace("to-", "")];
  if (route) { event.preventDefault(); route(); }
});
addEventListener("popstate", () => { if (location.pathname === "/" && !location.hash) draw("home", long("Welcome")); });
document.addEventListener("keydown", (event) => { if (event.key === "Enter") routes.orders(); });
"""


def serve_spa(server: WebServer, *, before: str = "") -> None:
    """Serves it at `/`; `before` is a script that runs on its first view."""
    links = "".join(f'<a id="to-{name}" href="/{name}">{name}</a> ' for name in LINKS)
    more = '<a id="to-part" href="#part">part</a> <a id="to-document" href="/document">document</a>'
    home = f"<nav>{links}{more}</nav><main id=view><h1 id=home>{'Welcome ' * 40}</h1></main><p id=part>part</p>"
    no_icon = '<link rel="icon" href="data:,">'  # the browser asks for one again at each new address
    server.page("/", f"{home}<script>{SCRIPT}{before}</script>", head=no_icon)
    server.page("/document", "<h1>Document</h1>")
    server.routes["/api/orders"] = server.reply("order", content_type="text/plain", delay_s=API_S)
    server.routes["/hero.bmp"] = server.reply(BITMAP, content_type="image/bmp", delay_s=IMAGE_S)
