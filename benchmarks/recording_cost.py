"""What recording every request adds to Locust's own FastHttpUser.

    python -m benchmarks.recording_cost [--slices 40] [--pairs 6] [--seconds 7]

20 users ask nginx as fast as they can, measured in two ways.

In one process: plain Locust runs, and for some slices of a second slogate records it into files, as `slogate run` does,
which also fills Locust's statistics once a second, or as `locust --slo` does, which leaves them to Locust; for others a
listener hears of each request and does nothing, which is what Locust itself takes for that. CPU of the process over its
requests in each slice; a slice is compared with the one beside it, so that a machine that gets slower favours none.

In processes of their own: plain Locust, and the same locustfile under `slogate run` in a closed profile, which also
paces the users. The two take turns. CPU is that of Locust's process alone, in the middle of its run, over the requests
in nginx's log.
"""

import argparse
import json
import subprocess
import sys

from benchmarks.support import nginx, table, tools
from benchmarks.support.nginx import running_nginx
from benchmarks.support.tools import Load

USERS = 20
SLICE_S = 1.2  # with the once-a-second work in it
_GOAL = 0.03
_PLAIN, _RECORDED = "plain Locust", "recorded by `slogate run`"
_WAYS = {
    "plain": _PLAIN,
    "heard": "a listener that does nothing",
    "by_locust_slo": "recorded by `locust --slo`",
    "by_slogate_run": _RECORDED,
}


def main(arguments: list[str]) -> int:
    """Measures and prints; 1 when counts do not agree."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--slices", type=int, default=40)
    parser.add_argument("--pairs", type=int, default=6)
    parser.add_argument("--seconds", type=int, default=7)
    asked = parser.parse_args(arguments)
    print(f"{tools.versions()}, nginx {nginx.version()}")
    with running_nginx() as server:
        told = map(str, (server.url, USERS, asked.slices, SLICE_S))
        command = [sys.executable, "-m", "benchmarks.support.recording_slices", *told]
        limit_s = 60 + len(_WAYS) * asked.slices * SLICE_S
        answer = subprocess.run(command, capture_output=True, text=True, check=True, timeout=limit_s)
    found = json.loads(answer.stdout.splitlines()[-1])
    show("In one process", {_WAYS[way]: costs_us for way, costs_us in found.items()})
    load, account = Load(USERS, asked.seconds), table.Account()
    plain: list[float] = []
    recorded: list[float] = []
    for pair in range(asked.pairs):
        for is_recorded in (False, True) if pair % 2 == 0 else (True, False):
            (recorded if is_recorded else plain).append(cost_us(load, account, is_recorded=is_recorded))
    show("In processes of their own, and with slogate's pacing", {_PLAIN: plain, _RECORDED: recorded})
    print(f"goal: at most {_GOAL:.0%} more")
    return account.exit_code


def show(title: str, costs_us: dict[str, list[float]]) -> None:
    """The table; each is held against the plain one that it took turns with."""
    plain = costs_us[_PLAIN]
    rows = []
    for name, costs in costs_us.items():
        row = [name, f"{table.median(costs):.1f}", f"{min(costs):.1f} .. {max(costs):.1f}", "", ""]
        if name != _PLAIN:
            ratios = [cost / without for cost, without in zip(costs, plain, strict=True)]
            low, high = table.interval_of_median(ratios)
            row[3:] = [f"{table.median(ratios):.3f}", f"{low:.3f} .. {high:.3f}"]
        rows.append(row)
    head = ["", "CPU µs/request", "least .. most", "ratio to plain", "95 % interval"]
    table.show(f"{title}: Locust's process, FastHttpUser, closed, {len(plain)} turns", head, rows)


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
