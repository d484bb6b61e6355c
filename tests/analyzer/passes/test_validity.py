"""The facts that passes gather are those of arrays."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from synthetic import Stream, rows, samples

from slogate.analyzer.evidence import HostSamples, Outcome, Requests
from slogate.analyzer.passes.part import Part, Which
from slogate.analyzer.passes.stream import answer
from slogate.analyzer.passes.validity import facts, failures, quantile
from slogate.analyzer.validity_requests import facts_of, failures_of_service

NAMES = ("GET /a", "GET /b", "GET /ignored")
IGNORED = frozenset({"GET /ignored"})


def drawn(seed: int, n: int, refused: float, late_ms: float) -> Requests:
    """Of two workers, with refusals of two kinds, and some that began before their time."""
    random = np.random.default_rng(seed)
    limited, denied = random.random(n) < refused, random.random(n) < refused
    outcome = np.where(limited, Outcome.RATE_LIMITED, np.where(denied, Outcome.HTTP_ERROR, Outcome.OK))
    made = rows(
        random.lognormal(3, 1, n),
        endpoint=random.integers(0, len(NAMES), n).tolist(),
        outcome=outcome.tolist(),
        status=np.where(limited, 429, np.where(denied, random.choice([401, 403, 500], n), 200)).tolist(),
        late_ms=random.normal(late_ms, 5, n),
    )
    return replace(
        made, judged=random.random(n) < 0.9, endpoints=NAMES, worker=random.integers(0, 2, n), workers=("0", "1")
    )


def generators(stopped_s: float, backlog: float) -> tuple[HostSamples, ...]:
    seconds = np.arange(1, 61)
    columns = {"lag_ms": np.where(seconds == 3, stopped_s * 1000, 1.0), "backlog": np.where(seconds % 3, 0.0, backlog)}
    return tuple(samples(seconds, columns, source=worker) for worker in ("0", "1"))


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    n=st.integers(0, 300),
    refused=st.sampled_from([0.0, 0.005, 0.3]),
    late_ms=st.sampled_from([-3.0, 2.0, 40.0]),
    stopped_s=st.sampled_from([0.0, 2.0]),
    backlog=st.sampled_from([0.0, 2.0]),
    window=st.integers(1, 100),
)
def test_facts_are_those_of_arrays(
    seed: int, n: int, refused: float, late_ms: float, stopped_s: float, backlog: float, window: int
) -> None:
    requests, told = drawn(seed, n, refused, late_ms), generators(stopped_s, backlog)
    judged = requests.where(requests.judged & ~requests.on(IGNORED))
    found = answer(Stream(requests, window), facts(requests.workers, IGNORED, told, 100_000.0))
    expected = facts_of(requests, judged, told, 100_000.0)
    if expected.lateness is not None and expected.lateness.late_us <= expected.lateness.allowed_us:
        expected = replace(expected, lateness=replace(expected.lateness, late_us=0.0))
    assert found == expected


def test_failures_of_the_service_leave_out_refusals_and_other_endpoints() -> None:
    requests = drawn(3, 500, 0.2, 0.0)
    rest = requests.where(requests.judged & ~requests.on({"GET /a"}))
    assert answer(Stream(requests, 60), failures(frozenset({"GET /a"}))) == (failures_of_service(rest), len(rest))


@pytest.mark.parametrize("at", [0.5, 0.99])
def test_a_quantile_is_an_order_statistic_and_of_nothing_there_is_none(at: float) -> None:
    requests = drawn(4, 500, 0.0, 0.0)
    found = answer(Stream(requests, 60), quantile(lambda part: part.rows.latency_us, at))
    assert found == np.quantile(requests.latency_us, at, method="inverted_cdf")

    def of_none(part: Part) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
        return part.rows.latency_us[part.chosen(Which(frozenset()))]

    assert answer(Stream(requests, 60), quantile(of_none, at)) is None
