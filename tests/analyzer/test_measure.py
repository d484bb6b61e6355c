"""On which scale a metric is compared."""

import pytest

from slogate.analyzer.measure import Family, Number, bound, comparable, measure, relative, scaled, settled, spread_among
from slogate.analyzer.units import Unit
from slogate.slo.model import Area


@pytest.mark.parametrize(
    ("metric", "unit", "reference", "where_zero"),
    [
        ("latency", "ms", None, None),
        ("lcp", "ms", None, None),
        ("cpu", "ratio", None, None),
        ("iowait", "ratio", 0.2, None),
        ("swap", "ratio", 0.2, None),
        ("errors", "ratio", 0.01, None),
        ("cls", "score", 0.1, None),
        ("tbt", "ms", 200.0, None),
        ("requests", "count", None, 20.0),
        ("js_bytes", "bytes", None, 100_000.0),
    ],
)
def test_references(metric: str, unit: Unit, reference: float | None, where_zero: float | None) -> None:
    of = measure(Family.PAGES, Area.WEB, "id", metric, "median", "home", unit)
    assert (of.reference, of.where_zero) == (reference, where_zero)


LATENCY = measure(Family.OBJECTIVES, Area.API, "id", "latency", "p95", None, "ms")
ERRORS = measure(Family.OBJECTIVES, Area.API, "id", "errors", "rate", None, "ratio")
COUNT = measure(Family.PAGES, Area.WEB, "id", "requests", "median", "home", "count")


def test_a_change_there_and_back() -> None:
    assert relative(LATENCY, scaled(LATENCY, 110.0) - scaled(LATENCY, 100.0)) == pytest.approx(0.1)
    assert relative(LATENCY, bound(LATENCY, 0.05)) == pytest.approx(0.05)
    assert relative(ERRORS, scaled(ERRORS, 0.003) - scaled(ERRORS, 0.001)) == pytest.approx(0.2)


def test_zero_has_no_ratio() -> None:
    assert comparable(LATENCY, Number(0.0)).value is None
    assert comparable(LATENCY, Number(0.0)).missing
    assert comparable(ERRORS, Number(0.0)).value == 0.0
    assert comparable(COUNT, Number(0.0)).value == 0.0


def test_a_count_is_compared_by_difference_only_where_there_is_none() -> None:
    assert settled(COUNT, [Number(3.0), Number(1.0)]).reference is None
    assert settled(COUNT, [Number(3.0), Number(0.0)]).reference == 20.0
    assert settled(ERRORS, [Number(0.0)]) == ERRORS


def test_the_spread_of_earlier_runs_leaves_out_what_has_no_ratio() -> None:
    assert spread_among(LATENCY, [0.0, *[100.0] * 9]) is None
    found = spread_among(ERRORS, [0.0] * 10)
    assert found is not None
    assert found.deviation == 0.0
