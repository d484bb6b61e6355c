"""Whether slogate says of a page what Lighthouse says of it, and how long each takes.

    python -m benchmarks.lighthouse [--loads 5] [--modes none,mobile] [--pages static,datasette]

Four pages of known behaviour, and three applications that nobody here wrote. `none`: a desktop's screen, and the
network and the processor as they are. `mobile`: a phone's screen on a slowed network and processor, both throttled over
DevTools. slogate's loads lie between Lighthouse's, so that a drift of the machine meets both. Compared are the medians.
"""

import argparse
import os
import statistics
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass

from benchmarks.support import applications, lighthouse_tool, table
from benchmarks.support.page_loads import METRICS, Loads, run_slogate
from benchmarks.support.site import running_site
from slogate.vitals.browser import find_browser

_BOUNDS = {
    "none": {"FCP": 0.10, "LCP": 0.03, "TTI": 0.03, "TBT": 0.05},
    "mobile": dict.fromkeys(("FCP", "LCP", "TTI", "TBT"), 0.10),
}
_LEAST_MS = {"FCP": 50.0}  # a difference that is as good as none, however small the value
_LEAST = 0.001  # what is below is 0


@contextmanager
def _of_site(path: str) -> Iterator[str]:
    with running_site() as url:
        yield url + path


@dataclass(frozen=True)
class Page:
    """A page to load, and in which modes."""

    running: Callable[[], AbstractContextManager[str]]
    modes: tuple[str, ...] = ("none", "mobile")


PAGES = {
    "static": Page(lambda: _of_site("/static")),
    "scripts": Page(lambda: _of_site("/scripts")),
    "images": Page(lambda: _of_site("/images")),
    "fetched": Page(lambda: _of_site("/fetched")),
    "datasette": Page(applications.running_datasette),
    "mkdocs": Page(applications.running_mkdocs),
    # Over a slow phone's network its scripts alone take longer than either tool waits.
    "jupyterlab": Page(applications.running_jupyterlab, modes=("none",)),
}


def main(arguments: list[str]) -> int:
    """Measures and prints; 1 when a load ended otherwise for one of the two, or only one has a metric."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--loads", type=int, default=5)
    parser.add_argument("--modes", type=lambda names: names.split(","), default=list(_BOUNDS))
    parser.add_argument("--pages", type=lambda names: names.split(","), default=list(PAGES))
    asked = parser.parse_args(arguments)
    lighthouse_tool.ensure()
    applications.ensure()
    print(f"Lighthouse {lighthouse_tool.version()}, {find_browser().path}; {os.cpu_count()} cores")
    disagree = False
    for mode in asked.modes:
        rows: list[list[object]] = []
        paces: list[list[object]] = []
        for name in asked.pages:
            if mode not in PAGES[name].modes:
                continue
            with PAGES[name].running() as url:
                theirs, ours, cost_s = _both(url, mode, asked.loads)
            sys.stderr.write(f"measured {name}, throttling {mode}: {_briefly(theirs)} beside {_briefly(ours)}\n")
            for metric in METRICS:
                rows.append([name, metric, *_beside(metric, theirs, ours, mode)])
                disagree |= theirs.has(metric) is not ours.has(metric)
            if (theirs.outcome == "ok") is not (ours.outcome == "ok"):
                print(f"DOES NOT AGREE  {name}: Lighthouse {theirs.outcome}, slogate {ours.outcome}", flush=True)
                disagree = True
            paces.append([name, *_pace(theirs, ours, cost_s)])
        head = ["page", "metric", "Lighthouse", "from .. to", "slogate", "from .. to", "ratio", "goal", "reached"]
        table.show(f"Medians of {asked.loads} loads, throttling {mode}; milliseconds, CLS a score", head, rows)
        head = ["page", "Lighthouse loads/min", "slogate", "ratio", "above settle time s"]
        table.show(f"Pace, throttling {mode}; goals: at least 2.5 times Lighthouse's, below 1.5 s", head, paces)
        print(f"load average {' '.join(f'{load:.1f}' for load in os.getloadavg())}", flush=True)
    return 1 if disagree else 0


def _both(url: str, mode: str, loads: int) -> tuple[Loads, Loads, float | None]:
    before = lighthouse_tool.run(url, mode, loads // 2)
    ours, cost_s = run_slogate(url, mode, loads)
    after = lighthouse_tool.run(url, mode, loads - loads // 2)
    theirs = Loads([*before.loads, *after.loads], before.wall_s + after.wall_s)
    return theirs, ours, cost_s


def _beside(metric: str, theirs: Loads, ours: Loads, mode: str) -> list[object]:
    """Both medians with their ranges, the ratio, the goal, and whether it was reached."""
    digits = 3 if metric == "CLS" else 0
    cells: list[object] = []
    for loads in theirs, ours:
        values = loads.values(metric)
        if loads.has(metric):
            median = statistics.median(values)
            cells += [f"{median:.{digits}f}", f"{min(values):.{digits}f} .. {max(values):.{digits}f}"]
        else:
            cells += ["missing", loads.outcome]
    if not (theirs.has(metric) and ours.has(metric)):
        return [*cells, "", "", "both missing" if theirs.has(metric) is ours.has(metric) else "DOES NOT AGREE"]
    their, our = statistics.median(theirs.values(metric)), statistics.median(ours.values(metric))
    ratio = f"{our / their:.3f}" if their > _LEAST else "both 0" if our <= _LEAST else "of 0"
    bound = _BOUNDS[mode].get(metric)
    if bound is None:
        return [*cells, ratio, "", ""]
    reached = abs(our - their) <= max(bound * their, _LEAST_MS.get(metric, _LEAST))
    spread = not reached and _overlap(theirs.values(metric), ours.values(metric))
    return [*cells, ratio, f"{bound:.0%}", "yes" if reached else "no; ranges overlap" if spread else "no"]


def _briefly(loads: Loads) -> str:
    """The medians, for a person who waits."""
    return ", ".join(
        f"{metric} {statistics.median(loads.values(metric)):.5g}" for metric in METRICS if loads.has(metric)
    )


def _overlap(some: list[float], others: list[float]) -> bool:
    return max(min(some), min(others)) <= min(max(some), max(others))


def _pace(theirs: Loads, ours: Loads, cost_s: float | None) -> list[object]:
    pace = ours.loads_a_minute / theirs.loads_a_minute
    cost = "never settled" if cost_s is None else f"{cost_s:.2f}"
    return [f"{theirs.loads_a_minute:.1f}", f"{ours.loads_a_minute:.1f}", f"{pace:.2f}", cost]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
