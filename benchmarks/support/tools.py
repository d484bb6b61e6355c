"""The tools that are measured, each sending GET /item to one target in the way its manual says."""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pandas as pd

from benchmarks.support import nginx, processes
from benchmarks.support.processes import Finished

SCENARIOS = Path(__file__).parents[1] / "scenarios"
_PATIENCE_S = 120.0
_PERCENTILES_AS_LOCUST_PRINTS = """
import json, sys
from locust.stats import calculate_response_time_percentile as percentile
times = {int(key): count for key, count in json.loads(sys.argv[1]).items()}
print(json.dumps([percentile(times, sum(times.values()), part) for part in (0.5, 0.95, 0.99)]))
"""


@dataclass(frozen=True)
class Load:
    """What a tool is asked for. `rate_per_s` None is a closed load, in which each of the users asks again as soon as it
    has been answered; else `users` is how many requests may be in flight.
    """

    users: int
    seconds: int
    rate_per_s: float | None = None


@dataclass(frozen=True)
class Told:
    """What a tool says of the load it made. Latencies are milliseconds; None is what it does not tell."""

    tool: str
    finished: Finished
    requests: int
    mean_ms: float | None
    p50_ms: float | None
    p95_ms: float | None
    p99_ms: float | None
    dropped: int = 0


@dataclass(frozen=True)
class SlogateRun:
    """A finished `slogate run`: its process, its exit code, and its folder as pandas and plain data."""

    finished: Finished
    requests: pd.DataFrame
    info: Mapping[str, Any]
    verdict: Mapping[str, Any]

    @property
    def judged(self) -> pd.DataFrame:
        """The requests after the warm-up, with `response_us`: how long a caller waits who does not know of the
        schedule.
        """
        rows = self.requests[self.requests.phase == "load"].copy()
        late = (rows.started_at_us - rows.intended_at_us).fillna(0)
        rows["response_us"] = rows.latency_us + late
        return rows

    @property
    def judged_from_s(self) -> float:
        """When the warm-up ended, in seconds since the epoch."""
        return float(next(phase["start_s"] for phase in self.info["phases"] if phase["name"] == "load"))

    def findings(self, severity: str) -> list[str]:
        """The codes of what the run says against itself."""
        return [finding["code"] for finding in self.verdict["findings"] if finding["severity"] == severity]


def our_user() -> str:
    """The cheapest user class that this slogate has."""
    looked = subprocess.run([sys.executable, "-c", "from slogate import HttpUser"], capture_output=True, check=False)
    return "slogate" if looked.returncode == 0 else "fast"


def user_name(user: str) -> str:
    """The class behind a word, as the tables call it."""
    return {"slogate": "slogate.HttpUser", "fast": "FastHttpUser", "http": "HttpUser"}[user]


def run_slogate(
    target: str,
    load: Load,
    *,
    user: str,
    arrivals: str = "uniform",
    warmup_s: int = 2,
    processes_: int | None = None,
    meanwhile: Callable[[int], None] | None = None,
) -> SlogateRun:
    """`slogate run` on a folder of its own, without pages."""
    profile: dict[str, Any] = {"warmup": f"{warmup_s}s", "duration": f"{load.seconds}s"}
    if load.rate_per_s is None:
        profile["users"] = load.users
    else:
        profile |= {"rate": f"{load.rate_per_s:g}/s", "max_users": load.users, "arrivals": arrivals}
    slo = {
        "version": 1,
        "service": "benchmark",
        "targets": {"api": target},
        "api": {"latency": {"mean": "< 1s", "p95": "< 2s", "p99": "< 2s"}, "errors": "< 1%"},
        "profiles": {"benchmark": profile},
    }
    with tempfile.TemporaryDirectory(prefix="bench-slogate-") as name:
        folder = Path(name)
        (folder / "slo.yaml").write_text(json.dumps(slo), encoding="utf-8")  # JSON is YAML too
        (folder / "loadtests").mkdir()
        shutil.copy(SCENARIOS / "item.py", folder / "loadtests")
        more = [] if processes_ is None else ["--processes", processes_]
        finished = processes.run(
            [sys.executable, "-m", "slogate", "run", "--slo", folder / "slo.yaml", "--out", folder / "runs", *more],
            timeout_s=warmup_s + load.seconds + _PATIENCE_S,
            meanwhile=meanwhile,
            favoured=False,  # it sees to that itself
            environ={"BENCH_USER": user},
        )
        runs = list((folder / "runs").glob("*/requests.parquet"))
        if not runs:
            raise RuntimeError(f"slogate left no requests: {finished.stderr}")
        run = runs[0].parent
        return SlogateRun(
            finished,
            pd.read_parquet(run / "requests.parquet"),
            json.loads((run / "run.json").read_text(encoding="utf-8")),
            json.loads((run / "verdict.json").read_text(encoding="utf-8")),
        )


def run_locust(
    target: str,
    load: Load,
    *,
    user: str,
    workers: int = 0,
    meanwhile: Callable[[int], None] | None = None,
) -> Told:
    """Locust as it comes: with a rate, every user keeps `constant_throughput`."""
    environ = {"BENCH_USER": user}
    if load.rate_per_s is not None:
        environ["BENCH_PER_USER"] = str(load.rate_per_s / load.users)
    command = [sys.executable, "-m", "locust", "-f", SCENARIOS / "item.py", "--headless", "--host", target]
    command += ["--users", load.users, "--spawn-rate", 100, "--run-time", load.seconds, "--stop-timeout", 10]
    command += ["--only-summary", "--loglevel", "WARNING"]
    if workers:
        port = nginx.free_port()  # Locust's own choice may be taken, and would listen to the whole network
        command += ["--processes", workers, "--master-bind-host", "127.0.0.1", "--master-bind-port", port]
        command += ["--master-host", "127.0.0.1", "--master-port", port]
    with tempfile.TemporaryDirectory(prefix="bench-locust-") as folder:
        finished = processes.run(
            [*command, "--json-file", f"{folder}/stats"],
            timeout_s=load.seconds + _PATIENCE_S,
            meanwhile=meanwhile,
            environ=environ,
        )
        path = Path(folder) / "stats.json"
        if not path.is_file():
            raise RuntimeError(f"Locust left no statistics: {finished.stderr}")
        stats = next(iter(json.loads(path.read_text(encoding="utf-8"))), None)
    if stats is None:
        raise RuntimeError(f"Locust made no request: {finished.stderr}")
    printed = subprocess.run(
        [sys.executable, "-c", _PERCENTILES_AS_LOCUST_PRINTS, json.dumps(stats["response_times"])],
        capture_output=True,
        text=True,
        check=True,
    )
    p50, p95, p99 = json.loads(printed.stdout)
    made = stats["num_requests"]
    return Told(f"Locust {user_name(user)}", finished, made, stats["total_response_time"] / made, p50, p95, p99)


def run_k6(target: str, load: Load) -> Told | None:
    """k6 with a constant arrival rate, or constant VUs; None where it is not installed."""
    program = _beside_python_or_on_path("k6")
    if program is None:
        return None
    with tempfile.TemporaryDirectory(prefix="bench-k6-") as folder:
        summary = Path(folder) / "summary.json"
        settings = {"TARGET": target, "VUS": load.users, "DURATION": f"{load.seconds}s"}
        if load.rate_per_s is not None:
            settings["RATE"] = round(load.rate_per_s)
        options = [item for name, value in settings.items() for item in ("-e", f"{name}={value}")]
        command = [program, "run", "--quiet", "--no-usage-report", "--address", "127.0.0.1:0"]
        finished = processes.run(
            [*command, "--summary-export", summary, *options, SCENARIOS / "item.js"],
            timeout_s=load.seconds + _PATIENCE_S,
            environ={},
        )
        if not summary.is_file():
            raise RuntimeError(f"k6 left no summary: {finished.stderr}")
        metrics = json.loads(summary.read_text(encoding="utf-8"))["metrics"]
    took = metrics["http_req_duration"]
    return Told(
        f"k6, {load.users} VUs",
        finished,
        metrics["http_reqs"]["count"],
        took["avg"],
        took["med"],
        took["p(95)"],
        took["p(99)"],
        metrics.get("dropped_iterations", {}).get("count", 0),
    )


def run_wrk(target: str, load: Load) -> Told | None:
    """wrk with one thread, closed; None where it is not installed."""
    program = shutil.which("wrk")
    if program is None:
        return None
    command = [program, "-t", 1, "-c", load.users, "-d", load.seconds, f"{target}/item"]
    finished = processes.run(command, timeout_s=load.seconds + _PATIENCE_S, environ={})
    found = re.search(r"(\d+) requests in", finished.stdout)
    if found is None:
        raise RuntimeError(f"wrk made no request: {finished.stdout}{finished.stderr}")
    return Told("wrk", finished, int(found[1]), None, None, None, None)


def versions() -> str:
    """What was measured, on what."""
    k6 = _beside_python_or_on_path("k6")
    told = None if k6 is None else subprocess.run([k6, "version"], capture_output=True, text=True, check=True).stdout
    named = {
        "slogate": version("slogate"),
        "Locust": version("locust"),
        "gevent": version("gevent"),
        "k6": "not here" if told is None else told.split()[1].lstrip("v"),
        "Python": sys.version.split()[0],
    }
    return f"{', '.join(f'{name} {number}' for name, number in named.items())}; {os.cpu_count()} cores"


def _beside_python_or_on_path(name: str) -> str | None:
    return shutil.which(name, path=str(Path(sys.executable).parent)) or shutil.which(name)
