"""Whether arrivals come when they are meant to: 1,000 a second, from one process.

    python -m benchmarks.arrivals [--rate 1000] [--seconds 30] [--user fast]

Lateness is from the intended start of a request to the moment at which it really started, without the set-up of its
connection. It is also seen from the server: when a request was received, against an even schedule laid through the
earliest of them, which can be asked of k6 too. None may be lost: the rows kept, the arrivals planned and the server's
own record are one number.
"""

import sys

import numpy as np

from benchmarks.support import asked, table, tools
from benchmarks.support.known import Floats, running_server

_GOAL_MS = 5.0


def main(arguments: list[str]) -> int:
    """Measures and prints; 1 when counts do not agree."""
    wanted = asked.read(__doc__, arguments, rate_per_s=1000.0, seconds=30)
    account = table.Account()
    rows: list[list[object]] = []

    for arrivals in ("uniform", "poisson"):
        with running_server("quick") as server:
            run = tools.run_slogate(server.url, wanted.load, user=wanted.user, arrivals=arrivals, warmup_s=0)
        requests, planned = run.requests, int(run.info["load"]["planned_arrivals"])
        name = f"slogate, {tools.user_name(wanted.user)}, {arrivals}"
        account.agree(name, planned=planned, kept=len(requests), server=len(server.log))
        late_us = requests.started_at_us - requests.intended_at_us - requests.connect_us.fillna(0)
        rows.append(
            [name, "the run folder", *figures(late_us.to_numpy(np.float64)), f"{len(requests):,}", f"{planned:,}"]
        )
        if arrivals == "uniform":
            seen = off_the_grid(server.log.received_us, wanted.rate_per_s)
            rows.append([name, "the server", *figures(seen), f"{len(server.log):,}", f"{planned:,}"])

    with running_server("quick") as server:
        told = tools.run_k6(server.url, wanted.load)
    if told is not None:
        account.agree(told.tool, told=told.requests, server=len(server.log))
        seen = off_the_grid(server.log.received_us, wanted.rate_per_s)
        meant = round(wanted.rate_per_s * wanted.load.seconds)
        rows.append([told.tool, "the server", *figures(seen), f"{told.requests:,}", f"{meant:,}"])

    head = ["tool", "told by", "p50 ms", "p99 ms", "max ms", "requests", "planned"]
    table.show(f"Lateness at {wanted.rate_per_s:g} arrivals/s", head, rows)
    print(f"goal for slogate: p99 < {_GOAL_MS:g} ms, none lost")
    return account.exit_code


def off_the_grid(received_us: Floats, rate_per_s: float) -> Floats:
    """How long after its place in an even schedule each request came. Where the schedule lies nobody told the server:
    it is laid so that one request of a hundred is early.
    """
    came = np.sort(received_us)
    off = came - np.arange(len(came)) * 1e6 / rate_per_s
    late: Floats = np.maximum(off - np.quantile(off, 0.01), 0.0)
    return late


def figures(late_us: Floats) -> list[str]:
    """p50, p99 and max in milliseconds."""
    p50, p99 = np.quantile(late_us, [0.5, 0.99], method="inverted_cdf") / 1000
    return [f"{p50:.2f}", f"{p99:.2f}", f"{late_us.max() / 1000:.2f}"]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
