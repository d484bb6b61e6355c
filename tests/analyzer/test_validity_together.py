"""A browser and a generator on one machine: said, and blamed where it may be why a generator was busy."""

import numpy as np
import pytest
from synthetic import calm_generator, evidence, findings, page, rows, summary_of_load

from slogate.analyzer.evidence import Evidence, Worker
from slogate.analyzer.finding import Severity
from slogate.slo.conditions import Condition

HERE, THERE = "host-a", "host-b"


def run(
    *,
    browser: str = HERE,
    generators: tuple[str, ...] = (HERE,),
    when: Condition = "loaded",
    cpu: float = 0.3,
    late_ms: float = 0.0,
) -> Evidence:
    workers = tuple(Worker(str(number), host) for number, host in enumerate(generators))
    counts = dict.fromkeys(("planned_arrivals", "started_arrivals", "rows_sent"), 3000)
    return evidence(
        rows(np.full(3000, 5.0), late_ms=late_ms),
        load=summary_of_load(workers=workers, **counts),
        generators=(calm_generator(60.0, cpu=cpu),),
        pages=(page(when=when),),
        conditions=("idle", "loaded"),
        browser_host=browser,
    )


def found(measured: Evidence) -> dict[str, str]:
    """The cure of each finding."""
    return {item.code: item.cure for item in findings(measured, measured.requests, 500_000.0)}


@pytest.mark.parametrize(
    ("facts", "there"),
    [
        ({}, True),
        ({"generators": (THERE, HERE)}, True),
        ({"generators": (THERE,)}, False),
        ({"generators": ()}, False),
        ({"browser": THERE}, False),
        ({"browser": ""}, False),
        ({"when": "idle"}, False),
    ],
)
def test_a_browser_beside_a_generator_is_warned_of(facts: dict[str, object], there: bool) -> None:
    assert ("browser_beside_generator" in found(run(**facts))) is there  # type: ignore[arg-type]  # the facts of a run


def test_the_warning_changes_nothing_and_names_the_cure() -> None:
    measured = run()
    [item] = [one for one in findings(measured, measured.requests, None) if one.code == "browser_beside_generator"]
    assert item.severity is Severity.WARNING
    assert "--expect-workers" in item.cure
    assert "--cdp" in item.cure


@pytest.mark.parametrize(
    ("columns", "code"), [({"cpu": 0.95}, "generator_saturated"), ({"late_ms": 30.0}, "late_arrivals")]
)
@pytest.mark.parametrize(("when", "blamed"), [("loaded", True), ("idle", False)])
def test_a_busy_generator_names_the_browser_where_there_was_one(
    columns: dict[str, float], code: str, when: Condition, blamed: bool
) -> None:
    measured = run(when=when, **columns)  # type: ignore[arg-type]  # as above
    assert ("the browser that loaded pages meanwhile" in found(measured)[code]) is blamed
