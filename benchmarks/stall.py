"""What each tool says of a server that freezes for a second once in six.

    python -m benchmarks.stall [--seconds 30] [--user fast]

The server answers in 2 ms but stands still for one second of every six, and 200 requests a second are meant to come.
The truth is how long each of them would have waited, had it come when it was meant to: computed from the server's own
times of freezing and the intended arrivals. Of slogate those are the arrivals that it scheduled, and of the others an
even 200 a second from their first request on. After a freeze 200 answers are due at once, which the truth takes for no
time: "server late" says how long the server took over them.
"""

import argparse
import sys
from collections.abc import Callable

import numpy as np

from benchmarks.support import table, tools
from benchmarks.support.known import Floats, Known, running_server
from benchmarks.support.tools import Load, Told

RATE_PER_S = 200
FEW, MANY = 20, 300
_GOAL = 0.02


def main(arguments: list[str]) -> int:
    """Measures and prints; 1 when counts do not agree."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=int, default=30, help="a multiple of six")
    parser.add_argument("--user", choices=["slogate", "fast", "http"], default=tools.our_user())
    asked = parser.parse_args(arguments)
    account = table.Account()
    print(tools.versions())
    rows = [ours(asked.user, asked.seconds, arrivals, account) for arrivals in ("uniform", "poisson")]
    few, many = Load(FEW, asked.seconds, RATE_PER_S), Load(MANY, asked.seconds, RATE_PER_S)
    for told, known in (
        peer(lambda url: tools.run_locust(url, few, user="fast")),
        peer(lambda url: tools.run_k6(url, few)),
        peer(lambda url: tools.run_k6(url, many)),
    ):
        if told is not None:
            rows.append(theirs(told, known, asked.seconds, account))
    head = [
        "tool",
        "p95 ms",
        "truth",
        "off",
        "p99 ms",
        "truth",
        "off",
        "requests",
        "meant",
        "left out",
        "server late ms",
    ]
    table.show("A second's stall once in six, 200 arrivals/s", head, rows)
    print(f"goal for slogate: within {_GOAL:.0%}")
    return account.exit_code


def ours(user: str, seconds: int, arrivals: str, account: table.Account) -> list[object]:
    """The row of slogate."""
    with running_server("stall") as known:
        run = tools.run_slogate(known.url, Load(MANY, seconds, RATE_PER_S), user=user, arrivals=arrivals, warmup_s=1)
    name = f"slogate, {tools.user_name(user)}, {arrivals}"
    judged = run.judged
    planned, kept = run.info["load"]["planned_arrivals"], len(run.requests)
    account.agree(name, kept=kept, server=len(known.log))
    account.agree(name, planned=planned, judged=len(judged))
    truth_ms = known.truth_us(judged.intended_at_us.to_numpy(np.float64)) / 1000
    said_ms = judged.response_us.to_numpy(np.float64) / 1000
    return [
        name,
        *beside(*at(said_ms), truth_ms),
        f"{len(judged):,}",
        f"{planned:,}",
        planned - len(judged),
        late(known),
    ]


def peer(run: Callable[[str], Told | None]) -> tuple[Told | None, Known]:
    """One run of a peer, on a server of its own."""
    with running_server("stall") as known:
        told = run(known.url)
    return told, known


def theirs(told: Told, known: Known, seconds: int, account: table.Account) -> list[object]:
    """The row of a peer."""
    meant = RATE_PER_S * seconds
    account.agree(told.tool, told=told.requests, server=len(known.log))
    intended_us = known.log.received_us.min() + np.arange(meant) * 1e6 / RATE_PER_S
    assert told.p95_ms is not None  # only wrk tells none
    assert told.p99_ms is not None
    figures = beside(told.p95_ms, told.p99_ms, known.truth_us(intended_us) / 1000)
    return [told.tool, *figures, f"{told.requests:,}", f"{meant:,}", max(0, meant - told.requests), late(known)]


def late(known: Known) -> str:
    """How long after their time the server sent its answers, at p99: what the truth leaves out."""
    return f"{np.quantile(known.log.sent_us - known.log.due_us, 0.99) / 1000:.1f}"


def at(values: Floats) -> tuple[float, float]:
    """p95 and p99: values that occur, with no interpolation."""
    p95, p99 = np.quantile(values, [0.95, 0.99], method="inverted_cdf")
    return float(p95), float(p99)


def beside(p95_ms: float, p99_ms: float, truth_ms: Floats) -> list[str]:
    """What was said, what is true, and how far it is off."""
    cells = []
    for said, true in zip((p95_ms, p99_ms), at(truth_ms), strict=True):
        cells += [f"{said:.1f}", f"{true:.1f}", f"{said / true - 1:+.1%}"]
    return cells


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
