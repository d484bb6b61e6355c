"""Generators that were lost, joined late, ran short or lost requests; beside each, what must not bring it up."""

import numpy as np
import pytest
from synthetic import Numbers, evidence, findings, rows, samples, summary_of_load

from slogate.analyzer.evidence import HostSamples, LoadSummary, Worker
from slogate.analyzer.finding import Finding, Severity

FAST = np.full(3000, 5.0)


def generator(name: str = "0", /, **columns: float | Numbers) -> HostSamples:
    return samples(
        np.arange(1, 61), {"cpu": 0.3, "lag_ms": 1.0, "backlog": 0.0, "in_flight": 3.0, **columns}, source=name
    )


def of(load: LoadSummary, *generators: HostSamples) -> dict[str, Finding]:
    measured = evidence(rows(FAST), load=load, generators=generators or (generator(),))
    return {item.code: item for item in findings(measured, measured.requests, 500_000.0)}


def calm(**changes: object) -> LoadSummary:
    return summary_of_load(**{"planned_arrivals": 3000, "started_arrivals": 3000, "rows_sent": 3000, **changes})


def worker(name: str = "0", **changes: object) -> Worker:
    facts = {"host": "load-1", "rows_told": 3000, "rows_received": 3000, "open_files_limit": 1024, "ports": 28000}
    return Worker(name, **{**facts, **changes})  # type: ignore[arg-type]  # each test passes what it is about


def test_generators_that_came_to_their_end_are_no_finding() -> None:
    assert of(calm(workers=(worker("1"), worker("2"))), generator("1"), generator("2")) == {}


def test_a_lost_generator_makes_the_run_not_judgeable_and_says_what_is_missing() -> None:
    lost = worker("2", lost=True, lost_s=12.7, arrivals_missing=145)
    found = of(calm(workers=(worker("1"), lost), started_arrivals=2855))
    item = found["workers_lost"]
    assert item.severity is Severity.ERROR
    assert "1 of 2 load generators did not come to their end: 2 (load-1) 12.7 s after the start" in item.message
    assert "145 arrivals" in item.message
    assert "rate_missed" not in found
    assert "users_exhausted" not in found


def test_of_a_lost_generator_in_a_closed_model_no_arrivals_are_told() -> None:
    workers = (worker("1"), worker("2", lost=True, lost_s=12.7))
    item = of(calm(model="closed", planned_arrivals=None, workers=workers))["workers_lost"]
    assert "arrivals" not in item.message
    assert "what they asked after they last told of their requests is in no row" in item.message


@pytest.mark.parametrize(
    ("users", "rows_sent", "said"),
    [
        (20, 3000, "20 users waited for each answer"),
        (0, 3000, "users waited for each answer"),
        (0, 0, "there were no users, so nobody asked anything"),
        (0, None, "there were no users, so nobody asked anything"),
    ],
)
def test_a_closed_model_tells_of_the_users_it_had(users: int, rows_sent: int | None, said: str) -> None:
    item = of(calm(model="closed", planned_arrivals=None, users=users, rows_sent=rows_sent))["closed_model"]
    assert item.message.startswith(said)


def test_one_that_joined_late_is_said() -> None:
    item = of(calm(workers=(worker("1"), worker("2", joined_s=20.3))))["worker_late"]
    assert item.severity is Severity.WARNING
    assert "generator 2 (load-1) joined 20.3 s after the start" in item.message


def test_requests_that_this_side_could_not_send() -> None:
    load = calm(workers=(worker(),), own_error="no local port was left (EADDRNOTAVAIL)")
    errors = np.zeros(60)
    errors[10:12] = 40
    item = of(load, generator(own_errors=errors))["generator_refused"]
    assert item.severity is Severity.ERROR
    assert "80 requests failed because this side could not send them: no local port was left" in item.message
    assert "generator_refused" not in of(load, generator(own_errors=0.0))


@pytest.mark.parametrize(
    ("columns", "there"),
    [
        ({"open_files": 900.0}, True),
        ({"open_files": 800.0}, False),
        ({"tcp_ports": 25_000.0}, True),
        ({"tcp_ports": 20_000.0}, False),
        ({"open_files": np.full(60, np.nan)}, False),
    ],
)
def test_one_that_is_about_to_run_out(columns: dict[str, float | Numbers], there: bool) -> None:
    assert ("generator_short" in of(calm(workers=(worker(),)), generator(**columns))) is there
    unlimited = worker(open_files_limit=None, ports=None)
    assert "generator_short" not in of(calm(workers=(unlimited,)), generator(**columns))


def test_the_busiest_of_several_is_named_with_the_cure() -> None:
    found = of(calm(workers=(worker("1"), worker("2"))), generator("1"), generator("2", cpu=0.97))
    item = found["generator_saturated"]
    assert "core of worker 2 was 97% busy" in item.message
    assert "50 requests/s" in item.message
    assert "--processes 3" in item.cure


def test_a_backlog_of_one_generator_does_not_excuse_another() -> None:
    late = rows(FAST, late_ms=500.0)
    busy = (generator("0", backlog=5.0), generator("1", backlog=0.0))
    of_two = {"workers": ("0", "1"), "worker": np.arange(3000) % 2}
    measured = evidence(late.__class__(**{**late.__dict__, **of_two}), load=calm(), generators=busy)
    item = {finding.code: finding for finding in findings(measured, measured.requests, 500_000.0)}["late_arrivals"]
    assert "worker 1 is the latest, with 500.0 ms" in item.message


def test_connection_set_up_is_not_lateness() -> None:
    late = rows(FAST, late_ms=80.0)
    connecting = late.__class__(**{**late.__dict__, "connect_us": np.full(3000, 79_000)})
    assert "late_arrivals" not in {item.code for item in findings(evidence(connecting), connecting, 500_000.0)}
    assert "late_arrivals" in {item.code for item in findings(evidence(late), late, 500_000.0)}


def test_requests_that_could_not_be_kept_are_never_forgotten() -> None:
    item = of(calm(unrecorded=7, first_error="TypeError: no"))["requests_unrecorded"]
    assert item.severity is Severity.ERROR
    assert "7 requests could not be recorded: TypeError: no" in item.message


@pytest.mark.parametrize(("started", "severity"), [(3000, Severity.WARNING), (2990, Severity.ERROR)])
def test_users_that_end_themselves_matter_when_an_arrival_had_none(started: int, severity: Severity) -> None:
    item = of(calm(ended_users=4, started_arrivals=started))["users_ended"]
    assert item.severity is severity
    assert "4 of 100 users ended themselves" in item.message


def test_a_load_that_ended_early_is_said() -> None:
    item = of(calm(ended_early="p99 < 1s is already sure to fail: ..."))["ended_early"]
    assert item.severity is Severity.WARNING
