"""What the cores of a host did between two readings, as ratios. It is the same for every source."""

from collections.abc import Iterable, Mapping

_NO_WORK = ("idle", "iowait")  # as psutil and top have it: a CPU that waits for a disk could do other work
_JITTER_S = 1.0  # the kernel corrects its account of rest, which then goes back a little

Modes = Mapping[str, float]


def cpu_rates(cores: Iterable[tuple[Modes, Modes]]) -> dict[str, float]:
    """Columns of host.parquet from the seconds of each core by mode, then and now.

    A core whose work went back takes them all: without it, neither the whole nor the busiest is known.
    """
    total_s = busy_s = busiest = 0.0
    of_mode = dict.fromkeys(("iowait", "steal"), 0.0)
    told: set[str] = set()
    for before, now in cores:
        grown = _grown(before, now)
        if grown is None or "idle" not in grown:
            return {}
        told |= grown.keys()
        core_s = sum(grown.values())
        if core_s <= 0:
            continue
        core_busy_s = core_s - sum(grown.get(mode, 0.0) for mode in _NO_WORK)
        total_s, busy_s, busiest = total_s + core_s, busy_s + core_busy_s, max(busiest, core_busy_s / core_s)
        for mode in of_mode:
            of_mode[mode] += grown.get(mode, 0.0)
    if total_s <= 0:
        return {}
    modes = {mode: seconds / total_s for mode, seconds in of_mode.items() if mode in told}
    return {"cpu": busy_s / total_s, "cpu_busiest_core": busiest, **modes}


def _grown(before: Modes, now: Modes) -> dict[str, float] | None:
    grown = {}
    for mode in now.keys() & before.keys():
        more = now[mode] - before[mode]
        if more < 0:
            if mode not in _NO_WORK or more < -_JITTER_S:
                return None
            more = 0.0
        grown[mode] = more
    return grown
