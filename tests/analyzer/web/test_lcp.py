from collections.abc import Callable

import pytest

from slogate.analyzer.web.facts import InputEvent, LcpCandidate, LoadOutcome, PageLoad
from slogate.analyzer.web.lcp import lcp, lcp_candidate
from slogate.analyzer.web.metric import Metric, MissingReason, missing

TEXT = LcpCandidate(start_ms=100.0, size=500, element="h1")
IMAGE = LcpCandidate(start_ms=900.0, size=90_000, element="img.hero", url="http://shop/hero.jpg")


def input_event(name: str, start_ms: float) -> InputEvent:
    return InputEvent(
        name=name,
        start_ms=start_ms,
        duration_ms=16.0,
        processing_start_ms=start_ms,
        processing_end_ms=start_ms + 1,
        interaction_id=1,
    )


def test_is_the_last_candidate(page_load: Callable[..., PageLoad]) -> None:
    load = page_load(lcp_candidates=(TEXT, IMAGE))
    assert lcp(load) == Metric(900.0)
    assert lcp_candidate(load) == IMAGE


@pytest.mark.parametrize(
    ("name", "expected_ms"),
    [("click", 100.0), ("keydown", 100.0), ("pointerdown", 100.0), ("mousedown", 100.0), ("pointerenter", 900.0)],
)
def test_a_candidate_after_the_first_input_does_not_count(
    page_load: Callable[..., PageLoad], name: str, expected_ms: float
) -> None:
    load = page_load(lcp_candidates=(TEXT, IMAGE), input_events=(input_event(name, 500.0),))
    assert lcp(load) == Metric(expected_ms)


def test_without_a_candidate_there_is_none(page_load: Callable[..., PageLoad]) -> None:
    assert lcp(page_load()) == missing(MissingReason.NO_LCP)


def test_an_error_page_has_none(page_load: Callable[..., PageLoad]) -> None:
    load = page_load(lcp_candidates=(TEXT,), outcome=LoadOutcome.HTTP_ERROR)
    assert lcp(load) == missing(MissingReason.NOT_MEASURED)
