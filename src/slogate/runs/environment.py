"""The machine and the tools of a run: what must be equal before two runs may be compared."""

import os
import platform
import subprocess
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path
from typing import Any

import psutil

_TOOLS = ("slogate", "locust", "playwright", "numpy", "scipy", "pyarrow")
_COMMIT_VARIABLES = ("SLOGATE_COMMIT", "GITHUB_SHA", "CI_COMMIT_SHA")
_GIT_S = 5.0


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


def commit_of(folder: Path, variables: Mapping[str, str]) -> str:
    """The commit that is measured, as whoever starts the run says; else that of the checkout that `folder` is in, and
    empty where it is in none.
    """
    told = next((variables[name] for name in _COMMIT_VARIABLES if variables.get(name)), "")
    if told:
        return told
    try:
        asked = subprocess.run(
            ["git", "-C", str(folder), "rev-parse", "--verify", "HEAD"],
            capture_output=True,
            text=True,
            timeout=_GIT_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return asked.stdout.strip() if asked.returncode == 0 else ""


def _processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.is_file():
        for line in cpuinfo.read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor()
