"""How long it takes to judge runs of millions of requests, and how much memory.

    python -m benchmarks.judge_scale [--millions 1 10 100] [--repeat 3] [--folder PATH]

Each run folder is made first, of an open load with several endpoints and 13 objectives. Then `slogate judge` and
`slogate report --format html` are run on it, each as a process of its own, and beside them a program that only reads
the file with pandas and takes three percentiles: what reading costs whoever does it with arrays. Times are from the
start of the process to its end, imports included; the file is in the page cache of the system. Memory is the largest
resident set of the process. Medians of the repeats, and the largest memory.
"""

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks.support import big_run, table

_GOALS = {10: "10 million: < 4 s and < 1 GiB", 100: "100 million: < 1.5 GiB"}
_MOST_FOR_PANDAS = 10
_PANDAS = """
import sys
import pandas as pd
rows = pd.read_parquet(sys.argv[1], columns=["started_at_us", "intended_at_us", "latency_us"])
response = rows.started_at_us - rows.intended_at_us.fillna(rows.started_at_us) + rows.latency_us
print(response.quantile([0.5, 0.95, 0.99]).tolist())
"""


@dataclass(frozen=True)
class Measured:
    """One process: wall and CPU time, and its largest resident set."""

    wall_s: float
    cpu_s: float
    peak_mib: float


def main(arguments: list[str]) -> int:
    """Measures and prints; 1 when a program did not end as it should."""
    parser = argparse.ArgumentParser(
        prog="benchmarks.judge_scale", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--millions", type=int, nargs="+", default=[1, 10, 100])
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--folder", type=Path, help="where the runs are made, and kept; else they are removed")
    asked = parser.parse_args(arguments)
    rows: list[list[object]] = []
    with tempfile.TemporaryDirectory() as temporary:
        for millions in asked.millions:
            run = (asked.folder or Path(temporary)) / f"{millions}m"
            if not run.exists():
                big_run.make(run, millions * 1_000_000)
            for name, command in commands(run, millions).items():
                found = [measure(command) for _ in range(asked.repeat)]
                rows.append(
                    [
                        f"{millions} million",
                        name,
                        f"{table.median(item.wall_s for item in found):.1f}",
                        f"{table.median(item.cpu_s for item in found):.1f}",
                        f"{max(item.peak_mib for item in found):,.0f}",
                    ]
                )
    table.show("Judging many requests", ["requests", "program", "wall s", "CPU s", "peak MiB"], rows)
    for millions in asked.millions:
        if millions in _GOALS:
            print(f"goal for slogate: {_GOALS[millions]}")
    return 0


def commands(run: Path, millions: int) -> dict[str, list[str]]:
    """What is measured of a run."""
    slogate = [sys.executable, "-m", "slogate"]
    programs = {
        "slogate judge": [*slogate, "judge", str(run)],
        "slogate report --format html": [*slogate, "report", str(run), "--format", "html"],
    }
    if millions <= _MOST_FOR_PANDAS:
        programs["pandas: read, three percentiles"] = [sys.executable, "-c", _PANDAS, str(run / "requests.parquet")]
    return programs


def measure(command: list[str]) -> Measured:
    """Runs a program to its end."""
    began_s = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    wall_s = time.perf_counter() - began_s
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode in {0, 1, 3}, f"{command} ended with {process.returncode}"
    return Measured(wall_s, used.ru_utime + used.ru_stime, _mib(used))


def _mib(used: resource.struct_rusage) -> float:
    return used.ru_maxrss / 1024


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
