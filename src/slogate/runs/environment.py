"""The machine and the tools of a run: what must be equal before two runs may be compared."""

import os
import platform
from importlib import metadata
from pathlib import Path
from typing import Any

import psutil

_TOOLS = ("slogate", "locust", "playwright", "numpy", "scipy", "pyarrow")


def describe_machine() -> dict[str, Any]:
    """Processor, cores, memory and system of this machine."""
    return {
        "system": f"{platform.system()} {platform.release()}",
        "machine": platform.machine(),
        "processor": _processor(),
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "memory_bytes": psutil.virtual_memory().total,
        "python": platform.python_version(),
    }


def describe_tools() -> dict[str, str]:
    """Versions of what measures and judges."""
    versions = {}
    for name in _TOOLS:
        try:
            versions[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            versions[name] = "not installed"
    return versions


def _processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.is_file():
        for line in cpuinfo.read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor()
