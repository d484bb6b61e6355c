"""Two releases: each state, its laws, what is missing, and how often the whole is wrong."""

import math

import pytest
from simulated_runs import LATENCIES, SLOWER, counts, run_of

from slogate.analyzer.compare import Change, Comparison, Rules, compare
from slogate.analyzer.measure import Family, Measure, Number, measure
from slogate.analyzer.measures import QUANTILES, RunMeasures
from slogate.analyzer.pair_looks import PairLooks
from slogate.slo.model import Area

STEADY = [run_of(value, 300.0, 700.0) for value in (100.0, 100.5, 99.5, 100.2, 99.8)]
ERRORS = measure(Family.OBJECTIVES, Area.API, "api.errors", "errors", "rate", None, "ratio")
COUNT = measure(Family.OBJECTIVES, Area.WEB, "web[home].requests", "requests", "median", "home", "count")


def times(factor: float) -> list[RunMeasures]:
    return [run_of(*(number.value * factor for number in run.numbers.values() if number.value)) for run in STEADY]


def mean_of(found: Comparison) -> Change:
    return next(row.change for row in found.rows if row.measure == LATENCIES[0])


@pytest.mark.parametrize(
    ("factor", "state"),
    [
        (1.2, Change.REGRESSED),
        (1 / 1.2, Change.IMPROVED),
        (1.0, Change.UNCHANGED),
        (1.03, Change.UNCHANGED),  # surely there, and too small to matter
        (1.049, Change.INCONCLUSIVE),  # surely there, and perhaps large enough
    ],
)
def test_states(factor: float, state: Change) -> None:
    found = compare(STEADY, times(factor), Rules())
    assert mean_of(found) is state
    row = found.rows[0]
    assert row.estimate == pytest.approx(factor - 1)
    assert row.base == pytest.approx(100.0, rel=1e-4)
    assert row.candidate == pytest.approx(100.0 * factor, rel=1e-4)


def test_the_threshold_is_settable() -> None:
    assert mean_of(compare(STEADY, times(1.1), Rules(threshold=0.2))) is Change.UNCHANGED
    assert mean_of(compare(STEADY, times(1.03), Rules(threshold=0.01))) is Change.REGRESSED


@pytest.mark.parametrize("factor", [1.3, 1.03, 1.0])
def test_swapping_the_sides_swaps_the_state(factor: float) -> None:
    mirror = {Change.REGRESSED: Change.IMPROVED, Change.IMPROVED: Change.REGRESSED}
    there, back = compare(STEADY, times(factor), Rules()), compare(times(factor), STEADY, Rules())
    assert [row.change for row in back.rows] == [mirror.get(row.change, row.change) for row in there.rows]


def test_scaling_all_runs_changes_nothing() -> None:
    def states(scale: float) -> list[tuple[Change, float]]:
        found = compare(times(scale), times(1.1 * scale), Rules())
        return [(row.change, round(row.estimate or 0, 9)) for row in found.rows]

    assert states(1.0) == states(0.001)


def test_one_run_a_side_is_indicative_and_decides_nothing() -> None:
    found = compare([run_of(100.0, 300.0, 700.0)], [run_of(400.0, 300.0, 700.0)], Rules())
    assert found.change is Change.INCONCLUSIVE
    assert all(row.indicative for row in found.rows)
    assert found.rows[0].estimate == pytest.approx(3.0)


def test_one_run_a_side_decides_by_how_much_earlier_ones_differ() -> None:
    earlier = {item.id: [100 * math.exp(0.01 * (-1) ** index) for index in range(12)] for item in LATENCIES}
    base, slow = [run_of(100.0, 300.0, 700.0)], [run_of(140.0, 300.0, 700.0)]
    assert compare(base, slow, Rules(), earlier).change is Change.REGRESSED
    nine = {name: values[:9] for name, values in earlier.items()}
    assert compare(base, slow, Rules(), nine).change is Change.INCONCLUSIVE


@pytest.mark.parametrize("side", ["base", "candidate"])
def test_what_is_missing_on_a_side_is_not_judgeable_and_told(side: str) -> None:
    broken = [*STEADY[:4], run_of(100.0, None, 700.0, name="the fifth")]
    sides = (broken, STEADY) if side == "base" else (STEADY, broken)
    found = compare(*sides, Rules())
    assert found.change is Change.ERROR
    row = found.rows[1]
    assert (row.change, row.estimate) == (Change.ERROR, None)
    assert row.missing == "the fifth has no number: it was not reached"


def test_a_metric_that_one_side_never_had_is_not_judgeable() -> None:
    without = [run_of(100.0, 300.0, measures=LATENCIES[:2]) for _ in range(5)]
    found = compare(STEADY, without, Rules())
    assert {row.measure.id: row.change for row in found.rows}["api.latency.p99"] is Change.ERROR
    assert "was not measured" in found.rows[-1].missing


def test_nothing_in_common_is_not_judgeable() -> None:
    assert compare([run_of(measures=())], [run_of(measures=())], Rules()).change is Change.ERROR


@pytest.mark.parametrize(
    ("base", "candidate", "state"),
    [
        (0.0, 0.0, Change.UNCHANGED),
        (0.0001, 0.0002, Change.UNCHANGED),  # twice as many, of nearly none
        (0.001, 0.02, Change.REGRESSED),
        (0.02, 0.001, Change.IMPROVED),
    ],
)
def test_error_rates_compare_by_their_difference(base: float, candidate: float, state: Change) -> None:
    def runs(share: float) -> list[RunMeasures]:
        values = [share * factor for factor in (0.99, 1.0, 1.01)]
        numbers = [{ERRORS: Number(value, sampling_variance=1e-9)} for value in values]
        return [RunMeasures("run", item, (None,) * len(QUANTILES)) for item in numbers]

    assert compare(runs(base), runs(candidate), Rules()).change is state


def test_no_error_in_few_requests_is_not_yet_no_change() -> None:
    numbers = {ERRORS: Number(0.0, sampling_variance=0.001**2)}
    runs = [RunMeasures("run", numbers, (None,) * len(QUANTILES))] * 3
    assert compare(runs, runs, Rules()).change is Change.INCONCLUSIVE


@pytest.mark.parametrize(
    ("base", "candidate", "state"), [(0, 0, Change.UNCHANGED), (0, 3, Change.REGRESSED), (50, 60, Change.REGRESSED)]
)
def test_counts_compare_also_where_there_is_none(base: int, candidate: int, state: Change) -> None:
    sides = ([run_of(float(count), measures=(COUNT,))] * 2 for count in (base, candidate))
    first, second = sides
    found = compare(first, second, Rules())
    assert found.change is state
    assert (found.rows[0].measure.reference is None) is (base > 0)


def test_only_objectives_decide_and_each_family_is_corrected_by_itself() -> None:
    extra = tuple(
        Measure(f"api[GET /{index}].latency.p95", Family.ENDPOINTS, Area.API, "latency", "p95", f"GET /{index}", "ms")
        for index in range(9)
    )
    values, measures = (100.0, 101.0, 99.0, 100.0), (LATENCIES[0], *extra)
    steady = [run_of(value, *(value for _ in extra), measures=measures) for value in values]
    slow = [run_of(value, *(2 * value for _ in extra), measures=measures) for value in values]
    found = compare(steady, slow, Rules())
    assert found.change is Change.UNCHANGED
    assert {row.change for row in found.of(Family.ENDPOINTS)} == {Change.REGRESSED}
    assert [row.family_size for row in found.rows] == [1] + [9] * 9
    assert found.rows[0].p_adjusted == found.rows[0].p_value


def test_what_has_no_direction_is_information() -> None:
    rate = Measure("api.throughput", Family.INFORMATION, Area.API, "throughput", "rate", None, "count", directed=False)
    runs, more = ([run_of(float(value + extra), measures=(rate,)) for value in (50, 51)] for extra in (0, 50))
    found = compare(runs, more, Rules())
    assert (found.rows[0].change, found.change) == (Change.INFO, Change.ERROR)


def test_the_worst_of_the_objectives_is_the_whole() -> None:
    mixed = [run_of(130.0 + index, 200.0 + index, 700.0) for index in range(5)]
    found = compare(STEADY, mixed, Rules())
    assert [row.change for row in found.rows] == [Change.REGRESSED, Change.IMPROVED, Change.UNCHANGED]
    assert found.change is Change.REGRESSED
    assert found.decided


def test_improved_and_inconclusive_is_inconclusive_and_not_decided() -> None:
    noisy = [run_of(50.0 + index / 10, 300.0 * math.exp((-1) ** index), 700.0) for index in range(5)]
    found = compare(STEADY, noisy, Rules())
    assert found.change is Change.INCONCLUSIVE
    assert not found.decided


def test_looks_make_the_same_pairs_less_sure() -> None:
    slower = times(1.1)
    once = compare(STEADY, slower, Rules(pairs=True)).rows[0]
    looked = compare(STEADY, slower, Rules(pairs=True, looks=PairLooks(3, 8))).rows[0]
    assert once.p_value is not None
    assert looked.p_value is not None
    assert looked.p_value > once.p_value


def test_quantiles_that_all_runs_have_are_set_beside_each_other() -> None:
    def runs(factor: float) -> list[RunMeasures]:
        known = [factor * 10.0 * (1 + index) for index in range(len(QUANTILES) - 1)]
        return [RunMeasures("run", {}, (*(value * noise for value in known), None)) for noise in (0.99, 1.0, 1.01)]

    found = compare(runs(1.0), runs(2.0), Rules()).quantiles
    assert [item.quantile for item in found] == list(QUANTILES[:-1])  # and not the last, which no run has
    assert all(item.ratio == pytest.approx(2.0) for item in found)
    assert all(item.low is not None and item.high is not None and item.low < 2 < item.high for item in found)


def test_pairs_find_what_drift_hides_from_runs_side_by_side() -> None:
    by_pairs, apart = (counts(case, 100, seed=20261124) for case in SLOWER[-2:])
    assert by_pairs.regressed > apart.regressed + 10, (by_pairs.says(), apart.says())
