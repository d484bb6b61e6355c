from collections.abc import Callable

import pytest

from slogate.analyzer.web.facts import LoadOutcome, PageLoad
from slogate.analyzer.web.metric import MissingReason
from slogate.analyzer.web.painted import not_shown


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({}, None),
        ({"fcp_ms": None}, MissingReason.NO_FCP),
        ({"end_ms": None}, MissingReason.NOT_MEASURED),
        *(({"outcome": outcome}, MissingReason.NOT_MEASURED) for outcome in LoadOutcome if outcome != LoadOutcome.OK),
    ],
)
def test_a_load_that_shows_no_page(
    page_load: Callable[..., PageLoad], facts: dict[str, object], reason: MissingReason | None
) -> None:
    assert not_shown(page_load(**facts)) is reason
