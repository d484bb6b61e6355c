"""What recording every request adds to Locust's own FastHttpUser.

    python -m benchmarks.recording_cost [--slices 40] [--pairs 6] [--seconds 7]

20 users ask nginx as fast as they can, measured in two ways.

In one process: plain Locust runs, and for some slices of a second slogate records it, as `locust --slo` does, into
files; for others a listener hears of each request and does nothing, which is what Locust itself takes for that. CPU of
the process over its requests in each slice; a slice is compared with the one beside it, so that a machine that gets
slower favours none.

In processes of their own: plain Locust, and the same locustfile under `slogate run` in a closed profile, which also
paces the users. The two take turns. CPU is that of Locust's process alone, in the middle of its run, over the requests
in nginx's log.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.support import nginx, table, tools
from benchmarks.support.nginx import running_nginx
from benchmarks.support.tools import Load

USERS = 20
_GOAL = 0.03
_PLAIN, _RECORDED = "plain Locust", "recorded by slogate"
_SLICE_S = 1.2  # with the once-a-second work in it


def main(arguments: list[str]) -> int:
    """Measures and prints; 1 when counts do not agree."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--slices", type=int, default=40)
    parser.add_argument("--pairs", type=int, default=6)
    parser.add_argument("--seconds", type=int, default=7)
    parser.add_argument("--child", metavar="URL", help=argparse.SUPPRESS)
    asked = parser.parse_args(arguments)
    if asked.child is not None:
        print(json.dumps(slices(asked.child, asked.slices)))
        return 0
    print(f"{tools.versions()}, nginx {nginx.version()}")
    with running_nginx() as server:
        command = [sys.executable, "-m", "benchmarks.recording_cost", "--slices", str(asked.slices)]
        limit_s = 60 + 3 * asked.slices * _SLICE_S
        answer = subprocess.run(
            [*command, "--child", server.url], capture_output=True, text=True, check=True, timeout=limit_s
        )
    found = json.loads(answer.stdout.splitlines()[-1])
    names = {"plain": _PLAIN, "heard": "a listener that does nothing", "recorded": _RECORDED}
    show("In one process", {names[name]: costs_us for name, costs_us in found.items()})
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


def slices(url: str, rounds: int) -> dict[str, list[float]]:
    """Microseconds of CPU a request in the slices of one Locust process: without recording, with a listener that does
    nothing, and with recording.
    """
    import gevent  # noqa: PLC0415 (Locust has a process of its own)
    import locust  # noqa: PLC0415 (as above)
    from locust.env import Environment  # noqa: PLC0415 (as above)

    from slogate.load.messages import Message, Rows, Watch  # noqa: PLC0415 (as above)
    from slogate.load.sink import Sink  # noqa: PLC0415 (as above)
    from slogate.load.witness import Witness  # noqa: PLC0415 (as above)

    ask = locust.task(lambda user: user.client.get("/item"))
    body = {"host": url, "ask": ask, "wait_time": locust.constant(0)}
    environment = Environment(user_classes=[type("Visitor", (locust.FastHttpUser,), body)])
    runner: Any = environment.create_local_runner()
    runner.start(USERS, spawn_rate=USERS)
    gevent.sleep(2.0)

    def plain_us() -> float:
        before, before_s = runner.stats.total.num_requests, time.process_time()
        gevent.sleep(_SLICE_S)
        return float((time.process_time() - before_s) / (runner.stats.total.num_requests - before) * 1e6)

    def heard_us() -> float:
        environment.events.request.add_listener(_does_nothing)
        cost_us = plain_us()
        environment.events.request.remove_listener(_does_nothing)
        return cost_us

    def recorded_us() -> float:
        with tempfile.TemporaryDirectory() as name:
            sink = Sink(Path(name, "requests"), Path(name, "generator"))

            def write(message: Message) -> None:
                if isinstance(message, Rows):
                    sink.rows("w1", message)

            Witness(environment, Watch("w1", 1.0), 0, write)
            cost_us = plain_us()
            environment.events.test_stop.fire(environment=environment)
            sink.close()
        return cost_us

    measures = {"plain": plain_us, "heard": heard_us, "recorded": recorded_us}
    found: dict[str, list[float]] = {name: [] for name in measures}
    for number in range(rounds):
        for name in list(measures) if number % 2 else reversed(measures):
            found[name].append(measures[name]())
    runner.quit()
    assert runner.stats.total.num_failures == 0
    return found


def _does_nothing(
    request_type: str, name: str, response_time: float, response_length: int, response: object, **_: object
) -> None:
    """What Locust's event alone costs."""


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
