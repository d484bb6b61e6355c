"""How long each question to a history of 10,000 runs takes; the goal is under 200 ms.

    python -m benchmarks.history_scale [--runs 10000] [--objectives 15] [--url postgresql+psycopg://...]

The runs are recorded one after the other, as nights are: what one of those takes is printed too. Each question is put
seven times, on a connection that is opened for it, and the median and the slowest are printed. Without --url it is a
file of SQLite in a temporary folder. It exits with 1 when the slowest of a question took longer than the goal.
"""

import argparse
import hashlib
import io
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

from benchmarks.support import table
from benchmarks.support.table import median
from slogate.analyzer.result import ObjectiveResult, State
from slogate.history.database import open_history
from slogate.history.export import rows, write
from slogate.history.keeping import prunable
from slogate.history.past import JudgedRun, Kind, Selection
from slogate.history.queries import estimates, results_of, select_runs, series, set_baseline_of
from slogate.history.recording import record
from slogate.history.references import find_past_run
from slogate.runs.info import RunInfo
from slogate.slo.model import Area

GOAL_S = 0.2
TIMES = 7
FIRST = datetime(2020, 1, 1, tzinfo=UTC)


def main(arguments: list[str]) -> int:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=10_000)
    parser.add_argument("--objectives", type=int, default=15)
    parser.add_argument("--url", default="")
    asked = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        place = asked.url or str(Path(folder) / "history.db")
        taken = sorted(fill(place, asked.runs, asked.objectives))
        print(f"recorded {asked.runs:,} runs: {median(taken) * 1e3:.1f} ms each, the slowest {taken[-1] * 1e3:.0f} ms")
        answers = {name: sorted(time_of(place, question) for _ in range(TIMES)) for name, question in QUESTIONS.items()}
        if not asked.url:
            print(f"the file has {Path(place).stat().st_size / 1e6:.1f} MB")
    table.show(
        f"Questions to a history of {asked.runs:,} runs",
        ["question", "median", "slowest"],
        [[name, f"{median(took) * 1e3:.1f} ms", f"{took[-1] * 1e3:.1f} ms"] for name, took in answers.items()],
    )
    slow = [name for name, took in answers.items() if took[-1] > GOAL_S and name != EVERYTHING]
    print(f"over {GOAL_S * 1e3:.0f} ms: {', '.join(slow) or 'none'}; an export of all is no query, and only told")
    return 1 if slow else 0


def fill(place: str, count: int, objectives: int) -> list[float]:
    """Records so many runs of four kinds, and returns how long each took, in seconds."""
    took = []
    with open_history(place) as history:
        for number in range(count):
            run = judged(number, objectives)
            start = time.perf_counter()
            with history.begin() as connection:
                record(connection, run)
            took.append(time.perf_counter() - start)
    return took


def run_id(number: int) -> str:
    """As random as a real one, and known."""
    return hashlib.sha256(str(number).encode()).hexdigest()[:32]


def judged(number: int, objectives: int) -> JudgedRun:
    """A run with so many results."""
    started = FIRST + timedelta(hours=6 * number)
    info = RunInfo.model_validate(
        {
            "run_id": run_id(number),
            "service": "shop",
            "release": f"1.{number // 10}.0",
            "commit": f"{number:040x}",
            "command": "nightly",
            "profile": f"nightly-{number % 4}",
            "state": "complete",
            "started_at": started.isoformat(),
            "ended_at": (started + timedelta(minutes=3)).isoformat(),
            "areas": ["api"],
            "targets": {"api": "http://10.0.0.4"},
            "allow_inconclusive": False,
        }
    )
    found = tuple(result(f"api[GET /{place}].latency.p95", 100.0 + number % 17) for place in range(objectives))
    return JudgedRun(Path("/nowhere"), info, State.PASS, "all objectives are met", 0, found)


def result(objective: str, estimate: float) -> ObjectiveResult:
    """One result of usual length."""
    reason = (
        "p95 is 104 ms, between 98.2 ms and 112 ms with 95% confidence on each side; 12 of 6,000 requests are slower"
    )
    return ObjectiveResult(
        id=objective,
        area=Area.API,
        metric="latency",
        statistic="p95",
        subject=None,
        criterion="< 500ms",
        unit="ms",
        limit=500.0,
        warn=None,
        state=State.PASS,
        reason=reason,
        estimate=estimate,
        low=estimate * 0.95,
        high=estimate * 1.05,
        n=6000,
        n_effective=4000.0,
        exceedances=12,
    )


def kind(connection: sa.Connection) -> Kind:
    """That of the newest run."""
    return select_runs(connection, Selection(limit=1))[0].kind


EVERYTHING = "export of all"
QUESTIONS: dict[str, Callable[[sa.Connection], object]] = {
    "list 20 runs": lambda connection: select_runs(connection, Selection(limit=20)),
    "list the failed runs of a release": lambda connection: select_runs(
        connection, Selection(release="1.500.0", verdicts=[State.FAIL], limit=20)
    ),
    "find a run by the beginning of its id": lambda connection: find_past_run(connection, run_id(4321)[:8]),
    "show a run": lambda connection: results_of(connection, run_id(4321)),
    "60 nights with all results": lambda connection: series(connection, kind(connection), 60),
    "estimates of 500 runs": lambda connection: estimates(connection, kind(connection), 500),
    "the baseline of a kind": lambda connection: set_baseline_of(connection, kind(connection)),
    "what may be pruned": lambda connection: prunable(connection, Path("/nowhere"), FIRST + timedelta(days=2000)),
    EVERYTHING: lambda connection: write(rows(connection), "csv", io.BytesIO()),
}


def time_of(place: str, question: Callable[[sa.Connection], object]) -> float:
    """Seconds from opening the history to the answer."""
    start = time.perf_counter()
    with open_history(place) as history, history.begin() as connection:
        question(connection)
    return time.perf_counter() - start


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
