"""A load that is sure to fail is noticed from its rows, and the verdict later says the same."""

from pathlib import Path

import numpy as np
import pytest
from synthetic import BEGAN_S, evidence, rows, slo, summary_of_load

from slogate.analyzer.evidence import Outcome, Requests
from slogate.analyzer.result import State
from slogate.analyzer.verdict import judge
from slogate.runs.chunks import ChunkWriter
from slogate.runs.early_end import EarlyEnd
from slogate.runs.schema import REQUESTS

SLO = "api: {latency: {p95: < 100ms, p99: < 200ms}, errors: < 1%, endpoints: {'GET /b': ignore}}"
RATE = 100.0


def told(path: Path, requests: Requests) -> None:
    """The rows as a generator hands them on, second by second of their ends."""
    ends = (requests.started_us + requests.latency_us) // 1_000_000
    with ChunkWriter(path, REQUESTS) as writer:
        for second in np.unique(ends).tolist():
            of_it = requests.where(ends == second)
            n = len(of_it)
            writer.append(
                {
                    "started_at_us": of_it.started_us.tolist(),
                    "intended_at_us": of_it.intended_us.tolist(),
                    "latency_us": of_it.latency_us.tolist(),
                    "endpoint": [requests.endpoints[index].removeprefix("GET ") for index in of_it.endpoint],
                    "method": ["GET"] * n,
                    "status": of_it.status.tolist(),
                    "outcome": [Outcome(item).label for item in of_it.outcome],
                    "bytes": [1] * n,
                    "worker": ["0"] * n,
                    "phase": ["load"] * n,
                }
            )


def watch(path: Path, settle_s: float = 1.0) -> EarlyEnd:
    file = slo(SLO)
    return EarlyEnd(path, file.objectives(), file.ignored_endpoints(), 0.05, settle_s)


def load(slow_share: float, seconds: int = 60, **facts: object) -> Requests:
    source = np.random.default_rng(5)
    n = int(seconds * RATE)
    latencies = np.where(source.random(n) < slow_share, 500.0, 5.0)
    return rows(latencies, rate_per_s=RATE, **facts)  # type: ignore[arg-type]  # what the test is about


def test_a_load_that_is_sure_to_fail_is_noticed_long_before_its_end(tmp_path: Path) -> None:
    told(tmp_path / "rows", load(0.2))
    early = watch(tmp_path / "rows")
    noticed = next(second for second in range(60) if early.sure_to_fail(BEGAN_S + second))
    assert 20 <= noticed < 35
    assert "p95 < 100ms is already sure to fail" in early.sure_to_fail(BEGAN_S + noticed)


def test_a_load_that_holds_goes_on(tmp_path: Path) -> None:
    told(tmp_path / "rows", load(0.0))
    early = watch(tmp_path / "rows")
    assert not any(early.sure_to_fail(BEGAN_S + second) for second in range(70))


def test_where_it_is_to_last_until_it_is_decided_a_sure_pass_ends_it(tmp_path: Path) -> None:
    told(tmp_path / "rows", load(0.0))
    early = watch(tmp_path / "rows")
    assert not early.all_decided(BEGAN_S + 15)
    assert early.all_decided(BEGAN_S + 65) == "every objective is already sure to pass"


def test_ignored_endpoints_and_other_phases_are_no_evidence(tmp_path: Path) -> None:
    told(tmp_path / "rows", load(1.0, endpoint=1))
    assert not watch(tmp_path / "rows").sure_to_fail(BEGAN_S + 100)


def test_seconds_whose_requests_may_be_open_are_not_weighed(tmp_path: Path) -> None:
    told(tmp_path / "rows", load(0.5, seconds=30))
    assert not watch(tmp_path / "rows", settle_s=20.0).sure_to_fail(BEGAN_S + 30)
    assert watch(tmp_path / "rows", settle_s=1.0).sure_to_fail(BEGAN_S + 40)


@pytest.mark.parametrize(("slow", "state"), [(0.2, State.FAIL), (0.0, State.PASS)])
def test_the_verdict_on_what_was_recorded_is_the_same(slow: float, state: State) -> None:
    requests = load(slow, seconds=45)
    n = len(requests)
    summary = summary_of_load(planned_arrivals=n, started_arrivals=n, rows_sent=n, ended_early="p95 is sure to fail")
    found = judge(slo(SLO), evidence(requests, load=summary), allow_inconclusive=False)
    p95 = next(item for item in found.objectives if item.statistic == "p95")
    assert p95.state is state
    assert f"already sure to {state.value}" in p95.reason
    assert "ended_early" in {item.code for item in found.findings}
