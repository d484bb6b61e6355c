"""Runs that are judged once, at their end: percentiles, means and error rates, and medians of page loads."""

from collections.abc import Callable

import numpy as np
from scipy import special
from simulated import AR_P99, P99, Draw, autoregressive, independent, queue, queue_quantile
from simulation import Demand, Simulation, at_the_limit, values_to_us
from synthetic import BEGAN_S, objective

from slogate.analyzer.evidence import Bools, Ints, Outcome, Phase, Requests
from slogate.analyzer.judge_requests import judge
from slogate.analyzer.quantile import check_independent

_MEAN_MS = 50.0
_ALPHA = 0.05
_PHASE = Phase("load", BEGAN_S, BEGAN_S + 600, judged=True)
_REPETITIONS = 2000


def requests(latency_us: Ints, failed: Bools | None = None) -> Requests:
    """Requests of an open load at 50/s, in time order, whose responses took so long."""
    n = len(latency_us)
    started_us = np.round((BEGAN_S + np.arange(n) / 50) * 1e6).astype(np.int64)
    zeros = np.zeros(n, np.int64)
    outcome = zeros if failed is None else np.where(failed, Outcome.HTTP_ERROR, Outcome.OK).astype(np.int64)
    return Requests(
        started_us=started_us,
        intended_us=started_us,
        planned=np.ones(n, np.bool_),
        latency_us=latency_us,
        endpoint=zeros,
        endpoints=("GET /a",),
        status=np.where(outcome == Outcome.OK, 200, 500),
        outcome=outcome,
        connect_us=zeros,
        worker=zeros,
        workers=("0",),
        judged=np.ones(n, np.bool_),
    )


def latency(draw: Draw, n: int, statistic: str, limit: float) -> Callable[[np.random.Generator], str]:
    """Judges `statistic` of n responses against a limit in units of their mean."""
    asked = objective(f"api: {{latency: {{{statistic}: < {limit * _MEAN_MS:.6f}ms}}}}")

    def judge_one(random: np.random.Generator) -> str:
        _, response = draw(random, n)
        rows = requests(values_to_us(response, _MEAN_MS).astype(np.int64))
        return judge(asked, rows, _PHASE, _ALPHA).state.value

    return judge_one


def errors(share: float, n: int, memory: float = 0.0) -> Callable[[np.random.Generator], str]:
    """Judges an error rate of which the limit is the true value; failures come in bursts where there is `memory`."""
    asked = objective(f"api: {{errors: < {share:.4%}}}")
    threshold = special.ndtri(1 - share)

    def judge_one(random: np.random.Generator) -> str:
        series = np.log(autoregressive(memory)(random, n)[1])
        rows = requests(np.full(n, 50_000), series > threshold)
        return judge(asked, rows, _PHASE, _ALPHA).state.value

    return judge_one


def page_median(loads: int) -> Callable[[np.random.Generator], str]:
    """Judges the median of page loads of which the limit is the true value."""

    def judge_one(random: np.random.Generator) -> str:
        test = check_independent(random.lognormal(0, 0.1, loads), 0.5, 1.0, strict=True, alpha=_ALPHA)
        return "pass" if test.below else "fail" if test.above else "inconclusive"

    return judge_one


_Q70, _Q90 = queue_quantile(0.7, 0.99), queue_quantile(0.9, 0.99)
_MEAN_OF_Q70 = 1 / (1 / 0.7 - 1)

SIMULATIONS = [
    # What the design demands
    Simulation(
        "p99, independent, 20k, limit at it", latency(independent, 20_000, "p99", P99), at_the_limit(0.06), _REPETITIONS
    ),
    Simulation(
        "p99, M/M/1 at 70 %, 30k, limit at it",
        latency(queue(0.7), 30_000, "p99", _Q70),
        at_the_limit(0.08),
        _REPETITIONS,
    ),
    Simulation(
        "p99, M/M/1 at 90 %, 30k, limit at it",
        latency(queue(0.9), 30_000, "p99", _Q90),
        (Demand("inconclusive", at_least=0.90),),
        _REPETITIONS,
    ),
    Simulation(
        "p99, n = 298, limit far above it",
        latency(independent, 298, "p99", 100.0),
        (Demand("pass", at_most=0.0),),
        _REPETITIONS,
    ),
    Simulation(
        "p99, M/M/1 at 70 %, 30k, limit 30 % above it",
        latency(queue(0.7), 30_000, "p99", 1.3 * _Q70),
        (Demand("pass", at_least=0.75), Demand("fail", at_most=0.001)),
        _REPETITIONS,
    ),
    Simulation(
        "p99, M/M/1 at 70 %, 30k, limit 30 % below it",
        latency(queue(0.7), 30_000, "p99", 0.7 * _Q70),
        (Demand("fail", at_least=0.75), Demand("pass", at_most=0.001)),
        _REPETITIONS,
    ),
    # What holds beside it
    Simulation(
        "p99, AR(.9), 20k, limit at it",
        latency(autoregressive(0.9), 20_000, "p99", AR_P99),
        at_the_limit(0.06),
        _REPETITIONS,
    ),
    Simulation(
        "p95, independent, 5k, limit at it",
        latency(independent, 5_000, "p95", float(-np.log(0.05))),
        at_the_limit(0.06),
        _REPETITIONS,
    ),
    Simulation(
        "p50, independent, 5k, limit at it",
        latency(independent, 5_000, "p50", float(np.log(2))),
        at_the_limit(0.06),
        _REPETITIONS,
    ),
    Simulation(
        "mean, independent, 5k, limit at it", latency(independent, 5_000, "mean", 1.0), at_the_limit(0.06), _REPETITIONS
    ),
    Simulation(
        "mean, M/M/1 at 70 %, 30k, limit at it",
        latency(queue(0.7), 30_000, "mean", _MEAN_OF_Q70),
        at_the_limit(0.08),
        _REPETITIONS,
    ),
    Simulation("errors 1 %, independent, 20k, limit at it", errors(0.01, 20_000), at_the_limit(0.06), _REPETITIONS),
    Simulation("errors 1 %, in bursts, 20k, limit at it", errors(0.01, 20_000, 0.9), at_the_limit(0.08), _REPETITIONS),
    *(
        Simulation(f"median of {loads} page loads, limit at it", page_median(loads), at_the_limit(0.06), _REPETITIONS)
        for loads in (5, 7, 11)
    ),
]
