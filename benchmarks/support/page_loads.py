"""Page loads by slogate, through its public command, in numbers that can be held against another tool's."""

import json
import statistics
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise, product
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from benchmarks.support import processes
from slogate.analyzer.web import METRICS as METRICS_OF_SLOGATE
from slogate.analyzer.web.facts import PageLoad
from slogate.analyzer.web.fcp import fcp
from slogate.analyzer.web.tti import (
    QUIET_WINDOW_MS,
    cpu_busy,
    cpu_quiet_periods,
    network_busy,
    network_quiet_periods,
)
from slogate.runs.pages import read_page_loads

METRICS = ("FCP", "LCP", "TTI", "TBT", "CLS")
_PATIENCE_S = 120.0
_LONGEST_LOAD_S = 60.0
_JOURNEY = """\
from slogate import page


@page("page", throttle={throttle!r})
def load(page):
    page.goto({url!r})
"""


@dataclass(frozen=True)
class Loaded:
    """One load by one tool: how it ended, and each of `METRICS` in ms (CLS: its score); None is one that is missing."""

    outcome: str
    values: Mapping[str, float | None]


@dataclass(frozen=True)
class Loads:
    """The loads of one page by one tool, and the wall time of the commands that made them."""

    loads: Sequence[Loaded]
    wall_s: float

    def has(self, metric: str) -> bool:
        """Whether most loads have it."""
        return sum(load.values[metric] is not None for load in self.loads) * 2 > len(self.loads)

    def values(self, metric: str) -> list[float]:
        """What the loads that have it say."""
        return [value for load in self.loads if (value := load.values[metric]) is not None]

    @property
    def outcome(self) -> str:
        """How most loads ended."""
        return statistics.mode(load.outcome for load in self.loads)

    @property
    def loads_a_minute(self) -> float:
        """With the start and the end of the commands."""
        return len(self.loads) * 60 / self.wall_s


def run_slogate(url: str, throttle: str, loads: int) -> tuple[Loads, float | None]:
    """One `slogate run` without API load; and what a load costs above the page's own settle time, median in seconds.

    The cost is the time from the start of a load to the start of the next, less the time after which the page had been
    quiet for as long as TTI asks. None where no page settled.
    """
    never = dict.fromkeys(("fcp", "lcp", "tti"), "< 60s")
    profile = {"rate": "1/s", "duration": "1s", "page_loads": loads}
    target = "{0.scheme}://{0.netloc}".format(urlsplit(url))
    slo: dict[str, Any] = {"version": 1, "service": "benchmark", "targets": {"web": target}, "web": never}
    slo["profiles"] = {"pages": profile}
    with tempfile.TemporaryDirectory(prefix="bench-slogate-") as name:
        folder = Path(name)
        (folder / "slo.yaml").write_text(json.dumps(slo), encoding="utf-8")  # JSON is YAML too
        (folder / "webvitals").mkdir()
        journey = _JOURNEY.format(url=url, throttle=throttle)
        (folder / "webvitals" / "page.py").write_text(journey, encoding="utf-8")
        command = [sys.executable, "-m", "slogate", "run", "--slo", folder / "slo.yaml", "--only", "web"]
        began_s = time.monotonic()
        finished = processes.run(
            [*command, "--out", folder / "runs"],
            timeout_s=(loads + 1) * _LONGEST_LOAD_S + _PATIENCE_S,
            favoured=False,
            environ={},
        )
        wall_s = time.monotonic() - began_s
        found = list((folder / "runs").glob("*/pages.jsonl"))
        if not found:
            raise RuntimeError(f"slogate left no page loads: {finished.stderr}")
        facts = [load for load in read_page_loads(found[0]) if not load.warmup]
    costs_s = [
        (after.started_at_us - load.started_at_us) / 1e6 - settled_ms / 1000
        for load, after in pairwise(facts)
        if (settled_ms := settle_ms(load)) is not None
    ]
    return Loads([_loaded(load) for load in facts], wall_s), statistics.median(costs_s) if costs_s else None


def _loaded(load: PageLoad) -> Loaded:
    values = {title: METRICS_OF_SLOGATE[title.lower()].measure(load).value for title in METRICS}
    return Loaded(load.outcome.value, values)


def settle_ms(load: PageLoad) -> float | None:
    """The earliest time after which nothing could change TTI: load event and FCP are there, and main thread and network
    have been quiet together for 5 s since. None for a page that did not get there.
    """
    load_end_ms, fcp_ms, end_ms = load.timing.load_end_ms, fcp(load).value, load.end_ms
    if load_end_ms is None or fcp_ms is None or end_ms is None:
        return None
    cpu = cpu_quiet_periods(cpu_busy(load.long_tasks), end_ms=end_ms)
    network = network_quiet_periods(network_busy(load.requests), end_ms=end_ms)
    ends_ms = (
        start_ms + QUIET_WINDOW_MS
        for c, n in product(cpu, network)
        if min(c.end_ms, n.end_ms) >= (start_ms := max(c.start_ms, n.start_ms, load_end_ms, fcp_ms)) + QUIET_WINDOW_MS
    )
    return min(ends_ms, default=None)
