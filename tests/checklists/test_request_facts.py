"""What the load shows of an item: endpoints that answer, and a limiter that refuses."""

import pytest
from lists import load_of, request
from synthetic import Stream, evidence, rows

from slogate.analyzer.evidence import Outcome
from slogate.checklists.proof import Mark
from slogate.checklists.request_facts import Asked, answers, asked, rate_limited

OK, ERROR, REFUSED = int(Outcome.OK), int(Outcome.HTTP_ERROR), int(Outcome.RATE_LIMITED)
MIXED = rows([10.0] * 6, endpoint=[0, 0, 0, 1, 1, 1], outcome=[OK, ERROR, OK, REFUSED, OK, REFUSED], judged=False)


def test_every_row_counts_whether_judged_or_not() -> None:
    expected = {"GET /a": Asked(3, 2, 0), "GET /b": Asked(3, 1, 2)}
    assert asked(evidence(MIXED)) == expected
    assert asked(evidence().__class__(**{**vars(evidence(MIXED)), "requests": Stream(MIXED, 2)})) == expected


def test_without_requests_nothing_was_asked() -> None:
    assert asked(evidence()) == {}


@pytest.mark.parametrize(
    ("known", "mark", "code"),
    [
        ({"GET /health": Asked(5, 5, 0)}, Mark.TICKED, "endpoint.answers"),
        ({"GET /health": Asked(5, 4, 0)}, Mark.UNDECIDED, "endpoint.fails"),
        ({"GET /health": Asked(5, 0, 0)}, Mark.CROSSED, "endpoint.fails"),
        ({"GET /a": Asked(5, 5, 0)}, Mark.OPEN, "endpoint.unseen"),
    ],
)
def test_an_endpoint_is_shown_if_it_always_answered(known: dict[str, Asked], mark: Mark, code: str) -> None:
    [proof] = answers(["GET /health"], known)
    assert (proof.mark, proof.code) == (mark, code)


def test_a_limiter_is_shown_by_its_refusals_or_its_headers_and_never_crossed() -> None:
    told = load_of(request("api", "Fetch", headers={"x-ratelimit-limit": "100"}))
    [refused] = rate_limited(evidence(MIXED), asked(evidence(MIXED)))
    assert (refused.code, refused.values) == ("rate_limited.refused", {"endpoint": "GET /b", "requests": 2})
    [by_header] = rate_limited(evidence(pages=(told,)), {})
    assert (by_header.mark, by_header.code) == (Mark.TICKED, "rate_limited.told")
    [unseen] = rate_limited(evidence(), {})
    assert (unseen.mark, unseen.code) == (Mark.OPEN, "rate_limited.unseen")
