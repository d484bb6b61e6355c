import pytest
from synthetic import objective

from slogate.analyzer.result import State, base_units, blank, breaks
from slogate.slo.grammar import Dimension, parse_limit


def test_a_blank_result_has_no_numbers_and_shows_its_criterion() -> None:
    result = blank(objective("api: {latency: {p95: {pass: < 1.5s, warn: < 1s}}}"), State.ERROR, "why", cure="how")
    assert (result.id, result.criterion, result.unit, result.limit, result.warn) == (
        "api.latency.p95",
        "< 1.5s",
        "ms",
        1500.0,
        1000.0,
    )
    assert (result.estimate, result.low, result.high, result.n_effective, result.exceedances) == (None,) * 5
    assert (result.reason, result.cure, result.n) == ("why", "how", 0)


def test_ratios_stay_ratios() -> None:
    result = blank(objective("resources: {cpu: < 70%}"), State.PASS, "")
    assert (result.unit, result.limit, result.warn) == ("ratio", 0.7, None)


@pytest.mark.parametrize(
    ("text", "unit", "limit"),
    [
        ("web: {tbt: < 0.2s}", "ms", 200.0),
        ("web: {page_bytes: < 1.5MB}", "bytes", 1_500_000.0),
        ("web: {js_bytes: < 1KiB}", "bytes", 1024.0),
        ("web: {requests: <= 0}", "count", 0.0),
        ("web: {cls: < 0.1}", "score", 0.1),
    ],
)
def test_page_limits_are_shown_in_the_unit_of_their_metric(text: str, unit: str, limit: float) -> None:
    item = objective(text)
    result = blank(item, State.PASS, "")
    assert (result.unit, result.limit) == (unit, limit)
    assert item.limit is not None
    assert item.limit.value == limit * base_units(item.limit)


def test_normal_is_its_own_criterion() -> None:
    result = blank(objective("resources: {disk: normal}"), State.INFO, "")
    assert (result.criterion, result.limit) == ("normal", None)


@pytest.mark.parametrize(
    ("text", "subject", "name", "shown"),
    [
        ("web: {lcp: < 2s}", "home", "web[home].lcp", "home"),
        ("web: {pages: {cart: {lcp: < 2s}}}", "cart", "web[cart].lcp", "cart"),
        ("api: {endpoints: {GET /a: {errors: < 1%}}}", None, "api[GET /a].errors", "GET /a"),
    ],
)
def test_a_result_is_named_after_its_subject(text: str, subject: str | None, name: str, shown: str) -> None:
    result = blank(objective(text), State.PASS, "", subject=subject)
    assert (result.id, result.subject) == (name, shown)


@pytest.mark.parametrize(
    ("limit", "value", "broken"),
    [
        ("< 500ms", 499_999.9, False),
        ("< 500ms", 500_000.0, True),
        ("<= 500ms", 500_000.0, False),
        ("<= 500ms", 500_000.1, True),
        ("< 500ms", float("inf"), True),
    ],
)
def test_which_side_of_a_limit(limit: str, value: float, broken: bool) -> None:
    assert breaks(value, parse_limit(limit, Dimension.DURATION)) is broken
