from collections.abc import Callable

import pytest

from slogate.analyzer.web.facts import LoadOutcome, NavigationTiming, PageLoad
from slogate.analyzer.web.metric import Metric, MissingReason, missing
from slogate.analyzer.web.ttfb import ttfb

ANSWERED = NavigationTiming(response_start_ms=42.5, dcl_end_ms=200.0)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"timing": ANSWERED}, Metric(42.5)),
        ({"timing": NavigationTiming(dcl_end_ms=200.0)}, missing(MissingReason.NO_RESPONSE_START)),
        ({"timing": ANSWERED, "fcp_ms": None}, missing(MissingReason.NO_FCP)),
        ({"timing": ANSWERED, "end_ms": None}, missing(MissingReason.NOT_MEASURED)),
        ({"timing": ANSWERED, "outcome": LoadOutcome.HTTP_ERROR}, missing(MissingReason.NOT_MEASURED)),
    ],
)
def test_is_the_start_of_the_response_of_a_page_that_was_shown(
    page_load: Callable[..., PageLoad], facts: dict[str, object], expected: Metric
) -> None:
    assert ttfb(page_load(**facts)) == expected
