from collections.abc import Callable

import pytest

from slogate.analyzer.web.facts import LoadOutcome, PageLoad, Paint
from slogate.analyzer.web.fcp import fcp
from slogate.analyzer.web.metric import Metric, MissingReason, missing


def test_is_the_contentful_paint_and_not_the_first_one(page_load: Callable[..., PageLoad]) -> None:
    paints = (
        Paint(name="first-paint", start_ms=50.0),
        Paint(name="first-contentful-paint", start_ms=80.0),
    )
    assert fcp(page_load(paints=paints)) == Metric(80.0)


def test_a_blank_page_has_none(page_load: Callable[..., PageLoad]) -> None:
    blank = page_load(paints=(Paint(name="first-paint", start_ms=50.0),))
    assert fcp(blank) == missing(MissingReason.NO_FCP)


@pytest.mark.parametrize("outcome", [outcome for outcome in LoadOutcome if outcome is not LoadOutcome.OK])
def test_a_load_that_did_not_end_well_has_none(page_load: Callable[..., PageLoad], outcome: LoadOutcome) -> None:
    assert fcp(page_load(outcome=outcome)) == missing(MissingReason.NOT_MEASURED)
