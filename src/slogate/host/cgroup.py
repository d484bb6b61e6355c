"""The limits of the container that this process runs in, and what of them is in use.

They are read at the root of the hierarchies that this process sees, of version 2 and 1 (https://docs.kernel.org, under
admin-guide/cgroup-v2 and admin-guide/cgroup-v1). There a container has its own limits, and a machine has none: so a
service whose unit limits it is not taken for a container, since the target need not be in the same unit.
"""

import time
from dataclasses import dataclass
from pathlib import Path

_ROOT = Path("/sys/fs/cgroup")
_GIB = 2**30


@dataclass(frozen=True)
class _Use:
    at_s: float
    cpu_s: float


class Cgroup:
    """A container's limits: `memory_bytes`, and `cpus`, the CPU time that it may use in a second; None: no limit.

    `machine_bytes` is the memory of the machine: a limit beyond it limits nothing.
    """

    def __init__(self, machine_bytes: float, root: Path = _ROOT) -> None:
        self._root = root
        self._of_version_2 = (root / "cgroup.controllers").is_file()
        memory = self._memory_limit()
        self.memory_bytes = memory if memory is not None and memory < machine_bytes else None
        self.cpus = self._cpu_limit()
        self._before = self._use()

    @property
    def limits(self) -> str:
        """The limits in words; empty where there is none."""
        memory = "" if self.memory_bytes is None else f"{self.memory_bytes / _GIB:.3g} GiB of memory"
        cpus = "" if self.cpus is None else f"{self.cpus:.3g} CPUs"
        return " and ".join(filter(None, (memory, cpus)))

    def read(self) -> dict[str, float]:
        """`cpu` and `memory` as ratios of their limits, where there are such; CPU since the last reading.

        Memory is the working set, as the kubelet counts it: without the file cache that would be given back first.
        """
        values = {}
        used = self._memory_in_use()
        if self.memory_bytes is not None and used is not None:
            values["memory"] = min(1.0, used / self.memory_bytes)
        before, self._before = self._before, self._use()
        if self.cpus is not None and before is not None and self._before is not None:
            seconds, cpu_s = self._before.at_s - before.at_s, self._before.cpu_s - before.cpu_s
            if seconds > 0 and cpu_s >= 0:
                values["cpu"] = min(1.0, cpu_s / seconds / self.cpus)
        return values

    def _memory_limit(self) -> float | None:
        return self._number("memory.max" if self._of_version_2 else "memory/memory.limit_in_bytes")

    def _cpu_limit(self) -> float | None:
        if self._of_version_2:
            quota, _, period = self._text("cpu.max").partition(" ")
        else:
            quota, period = self._text("cpu/cpu.cfs_quota_us"), self._text("cpu/cpu.cfs_period_us")
        if not quota.isdigit() or not period.isdigit() or int(period) == 0:  # `max`, and -1
            return None
        return int(quota) / int(period)

    def _memory_in_use(self) -> float | None:
        usage = self._number("memory.current" if self._of_version_2 else "memory/memory.usage_in_bytes")
        cache = (
            self._entry("memory.stat", "inactive_file")
            if self._of_version_2
            else self._entry("memory/memory.stat", "total_inactive_file")
        )
        return None if usage is None else max(0.0, usage - (cache or 0.0))

    def _use(self) -> _Use | None:
        if self.cpus is None:
            return None
        if self._of_version_2:
            used, scale = self._entry("cpu.stat", "usage_usec"), 1e-6
        else:
            used, scale = self._number("cpuacct/cpuacct.usage"), 1e-9
        return None if used is None else _Use(time.monotonic(), used * scale)

    def _text(self, name: str) -> str:
        try:
            return (self._root / name).read_text(encoding="ascii").strip()
        except (OSError, UnicodeDecodeError):
            return ""

    def _number(self, name: str) -> float | None:
        text = self._text(name)
        return float(text) if text.isdigit() else None

    def _entry(self, name: str, key: str) -> float | None:
        for line in self._text(name).splitlines():
            found, _, value = line.partition(" ")
            if found == key and value.isdigit():
                return float(value)
        return None
