"""Processes of the target on this machine, as psutil tells of them: CPU, memory, threads, and how often they ended.

A process is known by its number and the moment of its birth, so a number that is used again is another process, and no
counter that begins anew makes a spike.
"""

import os
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from slogate.host.process_finder import roots_of
from slogate.host.process_table import ProcessTable
from slogate.host.source import Part, Reading, SourceError
from slogate.slo.host import Process

Identity = tuple[int, float]


@dataclass(frozen=True)
class _Use:
    cpu_s: float
    rss_bytes: float
    threads: int


@dataclass(frozen=True)
class _Family:
    """A target as it was at one moment: its roots, and what each of its processes has used."""

    roots: frozenset[Identity] = frozenset()
    uses: Mapping[Identity, _Use] = field(default_factory=dict)
    whole: bool = True  # whether the system told of each of them


class ProcessSource:
    """Tells of each of `processes`, by their names in slo.yaml; each is its roots and all that descend from them.

    What descends from the process `own_pid` makes the measurement, and is never counted. PM2 keeps its files in
    `pm2_home`.
    """

    kind = "local"

    def __init__(self, processes: Mapping[str, Process], pm2_home: Path, own_pid: int) -> None:
        self.name = "this machine"
        self._processes = processes
        self._pm2_home = pm2_home
        self._own_pid = own_pid
        self._cores = os.cpu_count() or 1
        self._table = ProcessTable()
        self._families: Mapping[str, _Family] = {}
        self._at_s = 0.0

    def begin(self) -> None:
        """Looks for the first time. Raises `SourceError` when a process is not there, which may still come."""
        self._look()
        absent = [f"{name} ({self._processes[name]})" for name, it in self._families.items() if not it.roots]
        if absent:
            raise SourceError(f"does not run {' nor '.join(absent)}")

    def read(self) -> Reading:
        """What happened since the last reading."""
        before, began_s = self._families, self._at_s
        self._look()
        seconds = self._at_s - began_s
        parts = (
            Part("process", name, self._told(before.get(name), family, seconds))
            for name, family in self._families.items()
        )
        return Reading(self._at_s, {}, tuple(parts))

    def close(self) -> None:
        """It holds nothing."""

    def _look(self) -> None:
        self._table.refresh()
        own = self._table.family([self._own_pid])
        self._families = {name: self._family(process, own) for name, process in self._processes.items()}
        self._at_s = time.monotonic()

    def _family(self, process: Process, own: set[int]) -> _Family:
        roots = roots_of(process, self._table, self._pm2_home, own)
        uses: dict[Identity, _Use] = {}
        whole = True
        for pid in self._table.family(roots) - own:
            try:
                found = psutil.Process(pid)
                with found.oneshot():
                    if found.status() == psutil.STATUS_ZOMBIE:
                        continue  # it has ended, and its parent has not looked yet
                    times, memory = found.cpu_times(), found.memory_info()
                    uses[pid, found.create_time()] = _Use(times.user + times.system, memory.rss, found.num_threads())
            except psutil.NoSuchProcess:
                continue
            except psutil.AccessDenied:
                whole = False
        return _Family(frozenset(identity for identity in uses if identity[0] in roots), uses, whole)

    def _told(self, before: _Family | None, now: _Family, seconds: float) -> dict[str, float]:
        values = {"processes": float(len(now.uses))}
        if before is None:
            return values
        values["restarts"] = float(len(before.roots - now.uses.keys()))
        if not now.uses or not now.whole or seconds <= 0:
            return values
        cpu = self._cpu_s(before, now) / seconds
        return values | {
            "cpu": cpu,
            "cpu_of_machine": cpu / self._cores,
            "rss_bytes": _sum(use.rss_bytes for use in now.uses.values()),
            "threads": _sum(use.threads for use in now.uses.values()),
        }

    def _cpu_s(self, before: _Family, now: _Family) -> float:
        """What the family used meanwhile; of one that was there before and joins it only now, nobody knows."""
        used = 0.0
        for identity, use in now.uses.items():
            earlier = before.uses.get(identity)
            if earlier is not None:
                used += max(0.0, use.cpu_s - earlier.cpu_s)
            elif identity[0] in self._table.born:
                used += use.cpu_s
        return used


def _sum(values: Iterable[float]) -> float:
    return float(sum(values))
