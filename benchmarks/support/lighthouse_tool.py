"""Lighthouse from npm, in a folder of the user's cache, on the browser that slogate finds too.

It needs a newer Node than many systems have, so npm installs one beside it. npm itself comes from Debian where it is
missing and the system lets us.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from platformdirs import user_cache_path

from benchmarks.support import processes
from benchmarks.support.page_loads import Loaded, Loads
from slogate.vitals.browser import find_browser
from slogate.vitals.running import ARGUMENTS

PACKAGES = ("node@22", "lighthouse@13.5")
# Desktop: the screen and the network as they are. Lighthouse's default would be a phone's screen on a real network.
MODES = {
    "none": ("--preset=desktop", "--throttling-method=provided"),
    "mobile": ("--throttling-method=devtools",),
}
_PATIENCE_S = 180.0
_AUDITS = {
    "FCP": "first-contentful-paint",
    "LCP": "largest-contentful-paint",
    "TTI": "interactive",
    "TBT": "total-blocking-time",
    "CLS": "cumulative-layout-shift",
}


def _folder() -> Path:
    return user_cache_path("slogate-benchmarks") / "lighthouse"


def ensure() -> None:
    """Installs npm on Debian, as root, and Lighthouse by npm; else says how."""
    if shutil.which("npm") is None and os.geteuid() == 0 and shutil.which("apt-get") is not None:
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(["apt-get", "install", "--quiet", "--yes", "nodejs", "npm"], check=False, env=quiet)
    if shutil.which("npm") is None:
        sys.exit("npm is not here; install it: sudo apt-get install nodejs npm")
    if not _program().is_file():
        _folder().mkdir(parents=True, exist_ok=True)
        install = ["npm", "install", "--prefix", str(_folder()), "--no-package-lock", "--no-fund", "--no-audit"]
        subprocess.run([*install, *PACKAGES], check=True, stdout=sys.stderr)


def _program() -> Path:
    return _folder() / "node_modules" / "lighthouse" / "cli" / "index.js"


def version() -> str:
    """Lighthouse's version."""
    described = json.loads((_folder() / "node_modules" / "lighthouse" / "package.json").read_text(encoding="utf-8"))
    return str(described["version"])


def run(url: str, throttle: str, loads: int) -> Loads:
    """Loads `url` so many times, each in a browser of its own, as Lighthouse does."""
    began_s = time.monotonic()
    made = [_load(url, throttle) for _ in range(loads)]
    return Loads(made, time.monotonic() - began_s)


def _load(url: str, throttle: str) -> Loaded:
    flags = ["--headless", *ARGUMENTS, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    with tempfile.TemporaryDirectory(prefix="bench-lighthouse-") as folder:
        output = Path(folder) / "report.json"
        command = [_folder() / "node_modules" / ".bin" / "node", _program(), url, *MODES[throttle], "--quiet"]
        command += ["--only-categories=performance", "--output=json", f"--output-path={output}"]
        finished = processes.run(
            [*command, f"--chrome-flags={' '.join(flags)}"],
            timeout_s=_PATIENCE_S,
            favoured=False,
            environ={"CHROME_PATH": str(find_browser().path)},
        )
        if not output.is_file():
            raise RuntimeError(f"Lighthouse left no report: {finished.stderr}")
        report: dict[str, Any] = json.loads(output.read_text(encoding="utf-8"))
    values = {metric: report["audits"][audit].get("numericValue") for metric, audit in _AUDITS.items()}
    return Loaded(report.get("runtimeError", {}).get("code", "ok"), values)


if __name__ == "__main__":
    ensure()
