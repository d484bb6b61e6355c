"""What the load adds to a page: each metric under load beside the idle one."""

from dataclasses import replace

import pytest
from synthetic import objective

from slogate.analyzer.contrast import Contrast, contrasts
from slogate.analyzer.result import ObjectiveResult, State, blank
from slogate.slo.conditions import Condition


def result(when: Condition, estimate: float | None, page: str = "home", metric: str = "lcp") -> ObjectiveResult:
    item = objective(f"web: {{{metric}: < 2s}}")
    return replace(blank(item, State.PASS, "", subject=page, when=when), estimate=estimate)


def test_the_two_of_each_page_and_metric_are_set_beside_each_other() -> None:
    results = [
        *(result("idle", 800.0), result("loaded", 1200.0)),
        *(result("idle", 100.0, "cart"), result("loaded", 50.0, "cart")),
        *(result("idle", 90.0, metric="fcp"), result("loaded", None, metric="fcp")),
        blank(objective("api: {errors: < 1%}"), State.PASS, ""),
    ]
    assert list(contrasts(results)) == [
        Contrast("home", "lcp", "ms", 800.0, 1200.0),
        Contrast("cart", "lcp", "ms", 100.0, 50.0),
        Contrast("home", "fcp", "ms", 90.0, None),
    ]


@pytest.mark.parametrize("when", ["idle", "loaded"])
def test_one_alone_has_nothing_beside_it(when: Condition) -> None:
    assert list(contrasts([result(when, 800.0)])) == []


@pytest.mark.parametrize(
    ("idle", "loaded", "difference", "ratio"),
    [
        (800.0, 1200.0, 400.0, 1.5),
        (800.0, 400.0, -400.0, 0.5),
        (0.0, 0.3, 0.3, None),
        (800.0, 0.0, -800.0, 0.0),
        (None, 800.0, None, None),
        (800.0, None, None, None),
    ],
)
def test_what_the_load_adds(
    idle: float | None, loaded: float | None, difference: float | None, ratio: float | None
) -> None:
    found = Contrast("home", "lcp", "ms", idle, loaded)
    assert (found.difference, found.ratio) == (difference, ratio)
