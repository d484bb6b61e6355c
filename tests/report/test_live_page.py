"""An open page on the terminal: what is known, beside its limit, and what is wrong."""

from rich.console import Console
from synthetic import CLICK_MS, soft_page

from slogate.analyzer.web.facts import LcpCandidate, LoadOutcome, PageLoad, Paint, Ready
from slogate.report.live_page import limits_of, render
from slogate.slo.file import load as load_slo

SLO = """\
version: 1
service: shop
targets: {web: "http://127.0.0.1:1"}
web: {fcp: < 1s, lcp: < 2s, pages: {cart: {lcp: < 300ms}}}
profiles: {smoke: {rate: 1/s, duration: 30s, page_loads: 5}}
"""


def text(load: PageLoad, page: str = "cart", *, settled: bool = True, problem: str = "") -> str:
    console = Console(width=120, record=True, file=None, quiet=True)
    with console.capture() as captured:
        console.quiet = False
        limits = limits_of(load_slo(SLO.encode(), "slo.yaml", {}).slo, page)
        console.print(render(load, limits, settled=settled, problem=problem))
    return captured.get()


def page_load(**facts: object) -> PageLoad:
    head = {"page": "cart", "index": 1, "warmup": False, "throttle": "none", "started_at_us": 0}
    return PageLoad(**{**head, "outcome": LoadOutcome.OK, "url": "http://127.0.0.1:1/cart", **facts})  # type: ignore[arg-type]


def test_a_soft_navigation_is_told_from_its_click() -> None:
    shown = text(soft_page("cart", ready=Ready(selector="#orders", found_ms=CLICK_MS + 600)))
    lines = {line.split()[0]: line for line in shown.splitlines() if line.strip()}
    assert "40.0 ms" in lines["FCP"]
    assert "table.orders" in lines["LCP"]
    assert "a soft navigation asks for no document" in lines["TTFB"]
    assert "#orders is there since 600 ms" in lines["ready:"]


def test_metrics_stand_beside_the_limits_of_the_page() -> None:
    candidate = LcpCandidate(start_ms=412.0, size=9, element="main > img")
    shown = text(page_load(paints=(Paint(name="first-contentful-paint", start_ms=120.0),), lcp_candidates=(candidate,)))
    lines = {line.split()[0]: line for line in shown.splitlines() if line.strip()}
    assert "120 ms" in lines["FCP"]
    assert "< 1s" in lines["FCP"]
    assert "412 ms" in lines["LCP"]
    assert "< 300ms" in lines["LCP"]
    assert "main > img" in lines["LCP"]


def test_other_pages_have_the_limits_of_all() -> None:
    limits = limits_of(load_slo(SLO.encode(), "slo.yaml", {}).slo, "home")
    assert {name: limit.text for name, limit in limits.items()} == {"fcp": "< 1s", "lcp": "< 2s"}


def test_what_is_missing_is_explained_only_once_the_page_has_settled() -> None:
    assert "painted nothing" in text(page_load())
    assert "painted nothing" not in text(page_load(), settled=False)


def test_what_is_wrong_is_said() -> None:
    load = page_load(ready=Ready(selector="#total", found_ms=None), console_errors=("boom \x1b[31m",))
    shown = text(load, problem="it answered with status 500")
    assert "#total is not there yet" in shown
    assert "boom" in shown
    assert "\x1b[31m" not in shown
    assert "status 500" in shown
