"""Whether two workers lose anything, also when one of them is killed.

    python -m benchmarks.workers [--rate 400] [--seconds 20] [--user fast]

`slogate run --processes 2` and Locust with `--processes 2`, undisturbed and with one worker killed (signal 9) in the
middle. What the run folder, or Locust, has is held against the server's own record. After a kill the last second of
that worker is gone: then the run must say that it is not judgeable, and how many arrivals are missing.
"""

import os
import signal
import sys
import time
from collections.abc import Callable

import psutil

from benchmarks.support import asked, table, tools
from benchmarks.support.known import running_server
from benchmarks.support.tools import Load

WORKERS = 2
_START_LIMIT_S = 60.0


def main(arguments: list[str]) -> int:
    """Measures and prints; 1 when counts do not agree and the run does not say so."""
    wanted = asked.read(__doc__, arguments, rate_per_s=400.0, seconds=20)
    account = table.Account()
    rows: list[list[object]] = []
    for kill, how in ((None, "undisturbed"), (killer(wanted.load.seconds / 2), "one killed")):
        rows.append(ours(how, kill, wanted.load, wanted.user, account))
        rows.append(theirs(how, kill, wanted.load))
    head = ["tool", "workers", "planned", "kept", "server", "not told of", "missing, it says", "what it says"]
    table.show("Two workers", head, rows)
    return account.exit_code


def ours(how: str, kill: Callable[[int], None] | None, load: Load, user: str, account: table.Account) -> list[object]:
    """The row of slogate. Where a worker was lost, arrivals are missing that it never made, so more are missing than
    the server saw: all of the planned ones must be accounted for.
    """
    with running_server("constant") as server:
        run = tools.run_slogate(server.url, load, user=user, warmup_s=0, processes_=WORKERS, meanwhile=kill)
    planned = int(run.info["load"]["planned_arrivals"])
    missing = sum(worker["arrivals_missing"] for worker in run.info["load"]["workers"])
    kept, seen = len(run.requests), len(server.log)
    errors = run.findings("error")
    account.agree(f"slogate, {how}", planned=planned, accounted=kept + missing)
    if kept != seen and not (errors and missing >= seen - kept > 0):
        account.wrong(f"slogate, {how}: kept {kept:,}, server {seen:,}, and the run does not say so")
    says = f"exit {run.finished.code}" + (f": not judgeable, {', '.join(errors)}" if errors else "")
    return [
        f"slogate, {tools.user_name(user)}",
        how,
        f"{planned:,}",
        f"{kept:,}",
        f"{seen:,}",
        seen - kept,
        missing,
        says,
    ]


def theirs(how: str, kill: Callable[[int], None] | None, load: Load) -> list[object]:
    """The row of Locust."""
    with running_server("constant") as server:
        told = tools.run_locust(server.url, load, user="fast", workers=WORKERS, meanwhile=kill)
    seen = len(server.log)
    return [
        "Locust FastHttpUser",
        how,
        "",
        f"{told.requests:,}",
        f"{seen:,}",
        seen - told.requests,
        "",
        f"exit {told.finished.code}",
    ]


def killer(after_s: float) -> Callable[[int], None]:
    """Kills one worker below a process, `after_s` after the workers have begun."""

    def kill(pid: int) -> None:
        deadline_s = time.monotonic() + _START_LIMIT_S
        while time.monotonic() < deadline_s:
            workers = _workers_below(pid)
            if len(workers) == WORKERS:
                time.sleep(after_s + 3.0)  # they sign in first
                os.kill(workers[-1], signal.SIGKILL)
                return
            time.sleep(0.1)

    return kill


def _workers_below(pid: int) -> list[int]:
    """The children of Locust's master: it forks them."""
    try:
        tree = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
        for process in tree:
            if "locust" in process.cmdline():
                return sorted(child.pid for child in process.children() if "locust" in child.cmdline())
    except psutil.Error:
        pass
    return []


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
