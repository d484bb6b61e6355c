"""What is known of a failure, in words: one sentence each for where, when and what else moved."""

import pytest

from slogate.analyzer.explain import SlowRequest
from slogate.analyzer.explanation import Carrier, Explanation, When
from slogate.analyzer.marks import Mark
from slogate.analyzer.together import Companion
from slogate.report.explanation import duration_of, ending_of, sentences

ORDERS = Carrier("POST /orders", share=0.94, of_requests=0.11, broken=312, requests=1000)
CART = Carrier("GET /cart", share=0.055, of_requests=0.3, broken=60, requests=2900)
REST = Carrier("GET /", share=0.005, of_requests=0.5, broken=9, requests=5000)
CPU = Companion("CPU", "ratio", 0.71, bins=120, during=0.88, otherwise=0.24)


def said(*endpoints: Carrier, when: When | None = None, moved: tuple[Companion, ...] | None = ()) -> tuple[str, ...]:
    return sentences(Explanation("api.latency.p99", endpoints, when, moved))


def test_endpoints_are_named_with_their_part_of_the_excess() -> None:
    [where, *_] = said(ORDERS, CART, REST)
    assert where == (
        "Where: POST /orders carries 94 % of the excess (312 of its 1,000 requests break the limit; it makes 11 % of "
        "all requests), GET /cart 6 % (60 of 2,900)."
    )


@pytest.mark.parametrize(
    ("endpoints", "stands_out"),
    [
        ((Carrier("a", 0.6, 0.5, 30, 100), Carrier("b", 0.4, 0.5, 20, 100)), False),
        ((Carrier("a", 0.8, 0.5, 30, 100), Carrier("b", 0.2, 0.5, 20, 100)), True),
        ((Carrier("a", 1.0, 1.0, 30, 100),), True),  # the only one
    ],
)
def test_an_endpoint_stands_out_that_carries_more_than_its_requests(
    endpoints: tuple[Carrier, ...], stands_out: bool
) -> None:
    [where, *_] = said(*endpoints)
    assert ("none stands out" not in where) is stands_out


@pytest.mark.parametrize(
    ("when", "words"),
    [
        (When("stretch", 42.0, 45.0, None, None), "from 42 s to 45 s of the load; without it the limit would be kept"),
        (When("from", 130.0, 300.0, None, None), "from 130 s of the load to its end; before that the limit was kept"),
        (When("until", 5.0, 40.0, None, None), "until 40 s of the load; after that the limit was kept"),
        (When("bursts", None, None, 19, 6.04), "in 19 bursts, about 6.04 s apart"),
        (When("bursts", None, None, 3, None), "in 3 bursts"),
        (When("peak", 65.0, 125.0, None, None), "the highest average is that from 65 s to 125 s after the start"),
        (When("throughout", None, None, None, None), "all along; no stretch of the load stands out"),
    ],
)
def test_each_course_has_its_words(when: When, words: str) -> None:
    assert said(when=when)[0] == f"When: {words}."


def test_what_moved_together_is_never_called_a_cause() -> None:
    throughout = When("throughout", None, None, None, None)
    assert said(when=throughout, moved=(CPU,))[1] == (
        "Moved together with it, which need not be its cause: CPU (rank correlation +0.71, 88.0 % then and 24.0 % "
        "otherwise)."
    )
    assert said(when=throughout, moved=None) == said(when=throughout)[:1]  # where it is too short to tell
    assert said(when=throughout)[1] == "Moved together with it: nothing else that was measured."


def test_a_mark_shortly_before_is_a_coincidence_and_safe_to_print() -> None:
    began = When("from", 130.0, 300.0, None, None)
    told = Explanation("api.latency.p99", (), began, None, Mark(126.0, "deploy\x1b[31m 1.5.0\nPASS"))
    assert sentences(told)[1] == (
        "It began 4 s after the mark 'deploy [31m 1.5.0 PASS': a coincidence in time, which need not be its cause."
    )


@pytest.mark.parametrize(
    ("slow", "duration", "ending"),
    [
        (SlowRequest(1.0, "GET /", 1234.0, 200, "ok"), "1,234 ms", "200"),
        (SlowRequest(1.0, "GET /", 30_000.0, 0, "slow-timeout"), "timed out after 30.0 s", "slow-timeout"),
        (SlowRequest(1.0, "GET /", 1.0, 503, "http_error"), "1.0 ms", "503"),
        (SlowRequest(1.0, "GET /", 1.0, 200, "check_failed"), "1.0 ms", "200, check failed"),
        (SlowRequest(1.0, "GET /", 1.0, 0, "connection"), "1.0 ms", "connection"),
    ],
)
def test_a_slow_request_says_how_it_ended(slow: SlowRequest, duration: str, ending: str) -> None:
    assert (duration_of(slow), ending_of(slow)) == (duration, ending)
