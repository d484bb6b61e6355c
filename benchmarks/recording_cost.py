"""What recording every request adds to Locust's own FastHttpUser.

    python -m benchmarks.recording_cost [--seconds 7] [--pairs 10]

20 users ask nginx as fast as they can: with plain Locust, and with the same locustfile under `slogate run` in a closed
profile. The two take turns, each pair in the other order than the one before, so that a machine that gets slower
favours neither. CPU is that of Locust's process alone, in the middle of its run, over the requests in nginx's log.
"""

import argparse
import sys

from benchmarks.support import nginx, table, tools
from benchmarks.support.nginx import running_nginx
from benchmarks.support.tools import Load

USERS = 20
_GOAL = 0.03


def main(arguments: list[str]) -> int:
    """Measures and prints; 1 when counts do not agree."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=int, default=7)
    parser.add_argument("--pairs", type=int, default=10)
    asked = parser.parse_args(arguments)
    load = Load(USERS, asked.seconds)
    account = table.Account()
    print(f"{tools.versions()}, nginx {nginx.version()}")
    plain: list[float] = []
    recorded: list[float] = []
    for pair in range(asked.pairs):
        for is_recorded in (False, True) if pair % 2 == 0 else (True, False):
            (recorded if is_recorded else plain).append(cost_us(load, account, is_recorded=is_recorded))
    ratios = [with_us / without_us for with_us, without_us in zip(recorded, plain, strict=True)]
    without_us, with_us = table.median(plain), table.median(recorded)
    low, high = table.interval_of_median(ratios)
    head = ["", "CPU µs/request", "least .. most", "ratio of pairs", "95 % interval"]
    said = [f"{table.median(ratios):.3f}", f"{low:.3f} .. {high:.3f}"]
    rows = [
        ["plain Locust", f"{without_us:.1f}", f"{min(plain):.1f} .. {max(plain):.1f}", "", ""],
        ["recorded by slogate", f"{with_us:.1f}", f"{min(recorded):.1f} .. {max(recorded):.1f}", *said],
    ]
    table.show("Locust's process, FastHttpUser, closed", head, rows)
    print(f"goal: at most {_GOAL:.0%} more")
    return account.exit_code


def cost_us(load: Load, account: table.Account, *, is_recorded: bool) -> float:
    """Microseconds of CPU a request, of one run."""
    with running_nginx() as server:
        if is_recorded:
            run = tools.run_slogate(server.url, load, user="fast", warmup_s=0)
            finished, requests = run.finished, len(run.requests)
        else:
            told = tools.run_locust(server.url, load, user="fast")
            finished, requests = told.finished, told.requests
    log = server.log
    account.agree("recorded" if is_recorded else "plain", told=requests, nginx=len(log))
    first, last = finished.between(log.sent_s[0] + 1.0, log.sent_s[-1] - 1.0)
    return finished.cpu_s_between(first, last, "locust") / log.count_between(first.at_s, last.at_s) * 1e6


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
