"""A resource that failed: the stretch of its highest average, and what else moved in it."""

from collections.abc import Sequence

import numpy as np
import pytest
from synthetic import BEGAN_S, Numbers, evidence, objective, samples

from slogate.analyzer.evidence import Evidence, Phase
from slogate.analyzer.explain_host import explain_host
from slogate.analyzer.explanation import Explanation
from slogate.analyzer.grid import Grid
from slogate.analyzer.together import Series, series_of
from slogate.slo.model import Objective

SECONDS = np.arange(1, 301)
HIGH = (SECONDS > 100) & (SECONDS <= 160)
CPU = objective("resources: {cpu: < 70%}")


def run(seconds: int = 300, **columns: float | Numbers) -> Evidence:
    phases = (
        Phase("warm-up", BEGAN_S - 5, BEGAN_S, judged=False),
        Phase("load", BEGAN_S, BEGAN_S + seconds, judged=True),
    )
    return evidence(phases=phases, host=samples(SECONDS[:seconds], columns))


def grid(seconds: int = 300) -> Grid:
    return Grid(BEGAN_S, 1.0, seconds)


def explained(item: Objective, measured: Evidence, bins: Grid, beside: Sequence[Series]) -> Explanation:
    found = explain_host(item, measured, bins, beside)
    assert found is not None
    return found


def test_the_peak_counts_from_the_start_of_the_load_with_its_warm_up() -> None:
    found = explained(CPU, run(cpu=np.where(HIGH, 0.9, 0.2)), grid(), ())
    assert (found.objective, found.endpoints, found.moved_together) == ("resources.cpu", (), ())
    assert found.when is not None
    assert (found.when.kind, found.when.start_s, found.when.end_s) == ("peak", 105, 165)


def test_what_else_moved_then_is_told_and_not_the_resource_itself() -> None:
    noise = np.random.default_rng(1).random(300) / 100
    measured = run(cpu=np.where(HIGH, 0.9, 0.2) + noise, disk_utilization=np.where(HIGH, 0.6, 0.1) + noise, memory=0.5)
    found = explained(CPU, measured, grid(), list(series_of(measured, grid())))
    [told] = found.moved_together or ()
    assert told.name == "disk utilization"
    assert (told.during, told.otherwise) == pytest.approx((0.6, 0.1), abs=0.02)


def test_in_a_load_of_one_window_the_seconds_beyond_the_limit_stand_against_the_others() -> None:
    high = SECONDS[:60] > 20
    arrivals = Series("arrivals a second", "count", np.where(high, 80.0, 20.0), least=0.5)
    found = explained(CPU, run(60, cpu=np.where(high, 0.95, 0.3)), grid(60), [arrivals])
    assert found.when is not None
    assert (found.when.start_s, found.when.end_s) == (5, 65)
    [told] = found.moved_together or ()
    assert (told.during, told.otherwise) == (80, 20)


def test_a_disk_that_rested_has_no_bins_where_it_did_and_limits_are_in_their_own_unit() -> None:
    waits = np.where(HIGH, 40.0, 2.0)
    waits[200:210] = np.nan
    operations = np.where(np.isnan(waits), 0.0, 5.0)
    measured = run(disk_await_ms=waits, disk_iops=operations)
    busy = Series("arrivals a second", "count", np.where(HIGH, 80.0, 20.0), least=0.5)
    found = explained(objective("resources: {disk_await: < 20ms}"), measured, grid(), [busy])
    assert found.when is not None
    assert found.when.start_s == 105
    [told] = found.moved_together or ()
    assert told.bins == 290


def test_a_normal_range_has_no_limit_and_a_restart_no_average() -> None:
    high = SECONDS[:60] > 20
    measured = run(60, cpu=np.where(high, 0.95, 0.3))
    assert explained(objective("resources: {cpu: normal}"), measured, grid(60), ()).when is not None
    restarts = objective("host: {processes: {api: {name: node}}}\nresources: {processes: {api: {restarts: < 1}}}")
    assert explain_host(restarts, measured, grid(60), ()) is None
