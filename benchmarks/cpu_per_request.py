"""How much CPU one request costs: slogate beside k6, Locust and wrk.

    python -m benchmarks.cpu_per_request [--rate 1000] [--seconds 15] [--repeat 3] [--user fast] [--only open]

nginx answers 70 bytes over 20 keep-alive connections. Each tool makes first a fixed rate of arrivals, then as many
requests as it can. CPU is user and system time of a tool's processes, by the system's account, and requests are
counted in nginx's log. "Steady" is from two seconds after the first request to one second before the last; "whole" is
from the start of the program to its end, imports and report included, over all of its requests. Medians of the repeats,
in which the tools take turns.
"""

import argparse
import sys
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass

from benchmarks.support import nginx, table, tools
from benchmarks.support.nginx import NginxLog, running_nginx
from benchmarks.support.processes import Finished
from benchmarks.support.tools import Load

CONNECTIONS = 20
_GOAL_OF_K6, _GOAL_OF_FAST = 0.6, 0.3


@dataclass(frozen=True)
class Cost:
    """Microseconds of CPU a request, and how many requests there were a second."""

    steady_us: float
    generator_us: float
    whole_us: float
    per_s: float


def cost_of(finished: Finished, log: NginxLog) -> Cost:
    """What a tool cost. `generator_us` is of the steady time too, and leaves out all but Locust itself of slogate."""
    first, last = finished.between(log.sent_s[0] + 2.0, log.sent_s[-1] - 1.0)
    requests = log.count_between(first.at_s, last.at_s)
    word = "locust" if any("locust" in command for command in finished.commands.values()) else ""
    return Cost(
        finished.cpu_s_between(first, last) / requests * 1e6,
        finished.cpu_s_between(first, last, word) / requests * 1e6,
        finished.cpu_s / len(log) * 1e6,
        requests / (last.at_s - first.at_s),
    )


Tool = Callable[[str, Load], tuple[Finished, int] | None]


def measure(tool: Tool, load: Load, name: str, account: table.Account) -> Cost | None:
    """One run of one tool on an nginx of its own."""
    with running_nginx() as server:
        made = tool(server.url, load)
    if made is None:
        return None
    finished, requests = made
    # wrk throws away what is in flight when its time is over.
    in_flight = range(load.users + 1) if name.endswith("wrk") else range(1)
    if len(server.log) - requests not in in_flight:
        account.agree(name, told=requests, nginx=len(server.log))
    return cost_of(finished, server.log)


def ours(user: str) -> Tool:
    """`slogate run`; what it tells is how many rows it kept."""

    def tool(target: str, load: Load) -> tuple[Finished, int]:
        run = tools.run_slogate(target, load, user=user)
        return run.finished, len(run.requests)

    return tool


def theirs(run: Callable[[str, Load], tools.Told | None]) -> Tool:
    """A peer."""

    def tool(target: str, load: Load) -> tuple[Finished, int] | None:
        told = run(target, load)
        return None if told is None else (told.finished, told.requests)

    return tool


def main(arguments: list[str]) -> int:
    """Measures and prints; 1 when counts do not agree."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rate", type=float, default=1000.0, help="arrivals a second of the open part")
    parser.add_argument("--seconds", type=int, default=15)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--user", choices=["slogate", "fast", "http"], default=tools.our_user())
    parser.add_argument("--only", choices=["open", "closed"])
    asked = parser.parse_args(arguments)
    slogate = f"slogate run, {tools.user_name(asked.user)}"
    subjects: dict[str, Tool] = {
        slogate: ours(asked.user),
        "k6": theirs(tools.run_k6),
        "Locust FastHttpUser": theirs(lambda target, load: tools.run_locust(target, load, user="fast")),
        "Locust HttpUser": theirs(lambda target, load: tools.run_locust(target, load, user="http")),
        "wrk": theirs(lambda target, load: None if load.rate_per_s is not None else tools.run_wrk(target, load)),
    }
    account = table.Account()
    print(f"{tools.versions()}, nginx {nginx.version()}")
    loads = {
        "open": (f"Open, {asked.rate:g} arrivals/s", Load(CONNECTIONS, asked.seconds, asked.rate)),
        "closed": (f"Closed, {CONNECTIONS} users as fast as they can", Load(CONNECTIONS, asked.seconds)),
    }
    for title, load in loads.values() if asked.only is None else [loads[asked.only]]:
        costs: dict[str, list[Cost]] = defaultdict(list)
        for _ in range(asked.repeat):
            for name, tool in subjects.items():
                cost = measure(tool, load, f"{title}, {name}", account)
                if cost is not None:
                    costs[name].append(cost)
        show(title, slogate, costs)
    return account.exit_code


def show(title: str, slogate: str, costs: dict[str, list[Cost]]) -> None:
    """The table: steady cost, its ratio to k6 and to FastHttpUser, the least and the most of the repeats."""
    steady = {name: table.median(cost.steady_us for cost in of) for name, of in costs.items()}
    rows = []
    for name, of in costs.items():
        rows.append(
            [
                name,
                f"{steady[name]:.1f}",
                f"{min(cost.steady_us for cost in of):.1f} .. {max(cost.steady_us for cost in of):.1f}",
                f"{table.median(cost.generator_us for cost in of):.1f}" if name == slogate else "",
                f"{table.median(cost.whole_us for cost in of):.1f}",
                f"{table.median(cost.per_s for cost in of):,.0f}",
                *(
                    f"{steady[name] / steady[peer]:.2f}" if peer in steady else ""
                    for peer in ("k6", "Locust FastHttpUser")
                ),
            ]
        )
    head = [
        "tool",
        "steady µs/request",
        "least .. most",
        "Locust's process only",
        "whole",
        "requests/s",
        "/ k6",
        "/ Fast",
    ]
    table.show(title, head, rows)
    print(f"goal for slogate: / k6 <= {_GOAL_OF_K6}, / Fast <= {_GOAL_OF_FAST}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
