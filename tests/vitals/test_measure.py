import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

import psutil
import pytest
from page_loader import Loader, alive
from webserver import WebServer

from slogate.analyzer.web.facts import LoadOutcome

JOURNEY = """
@page("gallery", ready="#last")
def gallery(page):
    page.goto("/gallery")
"""
LOADS = 50
WARMED_UP = 10  # by then every cache that is meant to be kept is there
PATIENCE_S = 150.0  # half a minute is enough on a machine that does nothing else
_MIB = 1024 * 1024


@dataclass(frozen=True)
class Held:
    """What the page loader and the driver below it hold; the browser's own processes come and go."""

    loader_mib: float
    driver_mib: float
    loader_descriptors: int
    driver_descriptors: int
    processes: int

    @classmethod
    def of(cls, loader: Loader) -> "Held":
        process = psutil.Process(loader.process.pid)
        driver = next(child for child in process.children() if "node" in child.name())
        return cls(
            loader_mib=process.memory_info().rss / _MIB,
            driver_mib=driver.memory_info().rss / _MIB,
            loader_descriptors=process.num_fds(),
            driver_descriptors=driver.num_fds(),
            processes=len(loader.descendants()),
        )


@pytest.mark.alone
@pytest.mark.timeout(400)
def test_fifty_loads_in_a_row_hold_no_more_than_ten_and_leave_nothing(
    start_loader: Callable[..., Loader], server: WebServer
) -> None:
    pictures = "".join(f'<img src="/picture?{number}">' for number in range(5))
    server.page("/gallery", f"<h1>Pictures</h1>{pictures}<p id=last></p><script>console.error('no')</script>")
    server.routes["/picture"] = server.reply("<svg xmlns='http://www.w3.org/2000/svg'/>", content_type="image/svg+xml")
    loader = start_loader(JOURNEY, warmup_loads=LOADS, page_loads=1)  # a warm-up load does not wait for quiet
    loader.wait_for("ready")
    loader.go()
    held: list[Held] = []
    seen: list[psutil.Process] = []
    for loads in WARMED_UP, LOADS:
        wait_for_loads(loader, loads)
        held.append(Held.of(loader))
        seen += loader.descendants()
    assert loader.end()[0] == 0
    assert {load.outcome for load in loader.loads} == {LoadOutcome.OK}
    sys.stdout.write(f"{held}\n")  # pytest -s shows it
    early, late = held
    assert late.loader_mib <= early.loader_mib + 8
    assert late.driver_mib <= early.driver_mib + 64  # V8 collects late
    assert late.loader_descriptors <= early.loader_descriptors
    assert late.driver_descriptors <= early.driver_descriptors
    assert late.processes <= early.processes + 4  # Chromium keeps renderers and utilities in reserve; a leak is forty
    assert alive(seen) == []
    assert list(loader.scratch.iterdir()) == []


def wait_for_loads(loader: Loader, count: int) -> None:
    until = time.monotonic() + PATIENCE_S
    while len(loader.loads) < count:
        assert loader.process.poll() is None, loader.stderr
        assert time.monotonic() < until, f"only {len(loader.loads)} loads within {PATIENCE_S} s"
        time.sleep(0.1)
