"""The metrics that there are, and the objectives that slo.yaml takes, are the same ones in the same units."""

import pytest
from synthetic import page, slo

from slogate.analyzer.result import unit_of
from slogate.analyzer.web import METRICS
from slogate.analyzer.web.facts import LoadOutcome
from slogate.analyzer.web.metric import MissingReason, missing
from slogate.slo.model import PageObjectives

LIMITS = {"ms": "< 1s", "bytes": "< 1MB", "count": "< 60", "score": "< 0.1", "ratio": "< 1%"}


def test_there_is_an_objective_for_every_metric() -> None:
    assert list(METRICS) == list(PageObjectives.model_fields)
    assert all(name == metric.name for name, metric in METRICS.items())
    assert len({metric.title for metric in METRICS.values()}) == len(METRICS)


@pytest.mark.parametrize("name", METRICS)
def test_an_objective_is_in_the_unit_of_its_metric(name: str) -> None:
    [objective] = slo(f"web: {{{name}: {LIMITS[METRICS[name].unit]}}}").objectives()
    assert unit_of(objective.limit) == METRICS[name].unit


@pytest.mark.parametrize("name", METRICS)
@pytest.mark.parametrize("outcome", [outcome for outcome in LoadOutcome if outcome is not LoadOutcome.OK])
def test_no_metric_speaks_of_a_load_that_did_not_end_well(name: str, outcome: LoadOutcome) -> None:
    assert METRICS[name].measure(page(outcome=outcome)) == missing(MissingReason.NOT_MEASURED)


@pytest.mark.parametrize("name", METRICS)
def test_no_metric_speaks_of_a_page_that_painted_nothing(name: str) -> None:
    found = METRICS[name].measure(page(fcp_ms=None, lcp_ms=None))
    assert found == missing(MissingReason.NO_LCP if name == "lcp" else MissingReason.NO_FCP)
