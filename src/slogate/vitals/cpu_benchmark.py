"""How fast the processor runs JavaScript in the measuring browser, as one number a run.

Page metrics of two machines, or of one machine on a busy day, are not alike: whoever compares them can see here why.
The number is of this work in this browser alone, and compares with no other benchmark.
"""

import statistics
from pathlib import Path

from slogate.vitals.running import RunningBrowser

_SCRIPT = Path(__file__).with_name("cpu_benchmark.js").read_text(encoding="utf-8")
_PASSES = 25
_UNTIL_COMPILED = 5  # passes that are not counted: the browser is still translating the script
_LIMIT_S = 30.0


def cpu_benchmark(running: RunningBrowser) -> float:
    """Passes a second of a fixed piece of work, by the median pass.

    Raises Playwright's error when the browser is gone, or was killed because it took too long.
    """
    with running.limit(_LIMIT_S, "the CPU benchmark"):
        context = running.browser.new_context()
        answer = context.new_page().evaluate(_SCRIPT, _PASSES)
        context.close()
    return index_of(answer["times"])


def index_of(times_ms: list[float]) -> float:
    """Passes a second, from how long each of them took; the first few do not count."""
    return round(1000 / statistics.median(times_ms[_UNTIL_COMPILED:]), 1)
