import numpy as np
import pytest
from synthetic import BEGAN_S, evidence, rows, samples

from slogate.analyzer.evidence import Outcome, Phase


def test_the_outcomes_are_spelled_as_in_the_run_folder() -> None:
    assert [outcome.label for outcome in Outcome] == [
        "ok",
        "slow-timeout",
        "http_error",
        "check_failed",
        "connection",
        "rate_limited",
    ]


def test_a_response_counts_from_the_intended_arrival() -> None:
    late = rows([100.0, 100.0], late_ms=[0.0, 700.0])
    assert late.response_us.tolist() == [100_000, 800_000]
    assert late.arrival_us.tolist() == late.intended_us.tolist()


def test_without_a_plan_a_response_counts_from_its_start() -> None:
    closed = rows([100.0, 100.0], late_ms=[0.0, 700.0], planned=False)
    assert closed.response_us.tolist() == [100_000, 100_000]
    assert closed.arrival_us.tolist() == closed.started_us.tolist()


def test_everything_but_ok_failed() -> None:
    assert rows([1.0] * 6, outcome=list(Outcome)).failed.tolist() == [False] + [True] * 5


def test_rows_can_be_taken_by_mask_and_by_position() -> None:
    three = rows([1.0, 2.0, 3.0], endpoint=[0, 1, 0])
    assert three.where(np.array([True, False, True])).latency_us.tolist() == [1000, 3000]
    assert three.where(np.array([1])).endpoint.tolist() == [1]
    assert len(three.where(np.zeros(3, bool))) == 0


def test_samples_between_two_times_hold_the_first_and_not_the_last() -> None:
    some = samples([0, 1, 2, 3], {"cpu": [0.1, 0.2, 0.3, 0.4]}).between(BEGAN_S + 1, BEGAN_S + 3)
    assert some.columns["cpu"].tolist() == [0.2, 0.3]


@pytest.mark.parametrize(
    ("phases", "name"),
    [
        ([Phase("pages", 0, 1, True), Phase("warm-up", 1, 2, False), Phase("load", 2, 3, True)], "load"),
        ([Phase("pages", 0, 1, True)], "pages"),
        ([Phase("warm-up", 0, 1, False)], None),
        ([], None),
    ],
)
def test_the_judged_phase_is_the_load_or_else_the_pages(phases: list[Phase], name: str | None) -> None:
    found = evidence(phases=tuple(phases)).judged_phase()
    assert (None if found is None else found.name) == name
