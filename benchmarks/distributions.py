"""Whether what each tool says of a steady server is what the server did.

    python -m benchmarks.distributions [--rate 200] [--seconds 30] [--user fast]

Three servers: one always takes 20 ms; one is lognormal around 50 ms; one takes 10 ms, and 1.5 s once in a hundred
times. Each keeps a record of when it had received and when it had answered each request. What a tool says is held
against the record of the same requests: p50, p95, p99 and the mean.
"""

import sys

import numpy as np

from benchmarks.support import asked, table, tools
from benchmarks.support.known import Floats, running_server
from benchmarks.support.tools import Load, Told

BEHAVIOURS = {
    "constant": "constant 20 ms",
    "lognormal": "lognormal around 50 ms",
    "rare": "10 ms, and 1 % at 1.5 s",
}
STATISTICS = ("p50", "p95", "p99", "mean")
_GOAL = "within 1 % or 1 ms"


def main(arguments: list[str]) -> int:
    """Measures and prints; 1 when counts do not agree."""
    wanted = asked.read(__doc__, arguments, rate_per_s=200.0, seconds=30)
    account = table.Account()
    rows: list[list[object]] = []
    for behaviour, title in BEHAVIOURS.items():
        rows += ours(behaviour, title, wanted.load, wanted.user, account)
        for run in (_locust, tools.run_k6):
            with running_server(behaviour) as server:
                told = run(server.url, wanted.load)
            if told is not None:
                account.agree(f"{title}, {told.tool}", told=told.requests, server=len(server.log))
                said = [told.p50_ms, told.p95_ms, told.p99_ms, told.mean_ms]
                rows.append([title, told.tool, *beside(said, of(server.log.took_us / 1000)), f"{told.requests:,}"])
    head = ["server", "tool", *(cell for name in STATISTICS for cell in (f"{name} ms", "server")), "requests"]
    table.show("Steady servers of known latency", head, rows)
    print(f"goal for slogate: {_GOAL}; * is what is not")
    return account.exit_code


def _locust(target: str, load: Load) -> Told | None:
    return tools.run_locust(target, load, user="fast")


def ours(behaviour: str, title: str, load: Load, user: str, account: table.Account) -> list[list[object]]:
    """Two rows: what slogate judges by, which counts from the intended arrival, and the service time."""
    with running_server(behaviour) as server:
        run = tools.run_slogate(server.url, load, user=user, arrivals="poisson")
    judged = run.judged
    account.agree(f"{title}, slogate", kept=len(run.requests), server=len(server.log))
    account.agree(f"{title}, slogate", planned=run.info["load"]["planned_arrivals"], judged=len(judged))
    # The judged part of the server's record: it is in the order in which requests came, and so are the arrivals.
    record = np.sort(server.log.received_us).searchsorted(judged.intended_at_us.min())
    took_ms = server.log.took_us[np.argsort(server.log.received_us)][record:] / 1000
    return [
        [
            title,
            f"slogate, {name}",
            *beside(of(judged[column].to_numpy(np.float64) / 1000), of(took_ms)),
            f"{len(judged):,}",
        ]
        for name, column in (("response time", "response_us"), ("service time", "latency_us"))
    ]


def of(values_ms: Floats) -> list[float]:
    """p50, p95, p99 (values that occur) and the mean."""
    return [*map(float, np.quantile(values_ms, [0.5, 0.95, 0.99], method="inverted_cdf")), float(values_ms.mean())]


def beside(said: "list[float] | list[float | None]", true: list[float]) -> list[str]:
    """What was said, marked where it is off by more than the goal, and what is true."""
    cells = []
    for value, truth in zip(said, true, strict=True):
        assert value is not None  # only wrk tells none
        off = abs(value - truth) > max(1.0, 0.01 * truth)
        cells += [f"{value:.2f}{'*' if off else ''}", f"{truth:.2f}"]
    return cells


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
