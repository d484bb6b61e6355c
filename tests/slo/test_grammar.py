"""The grammar as tables: what a piece of text means, or the sentence that says what would have been right."""

import re
from decimal import Decimal

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from slogate.slo.grammar import (
    Dimension,
    GrammarError,
    parse_allowance,
    parse_limit,
    parse_quantity,
    parse_statistic,
)

DURATION, RATIO, RATE = Dimension.DURATION, Dimension.RATIO, Dimension.RATE
SIZE, COUNT, SCORE = Dimension.SIZE, Dimension.COUNT, Dimension.SCORE


@pytest.mark.parametrize(
    ("text", "dimension", "value"),
    [
        ("500ms", DURATION, 500_000.0),
        ("1.5s", DURATION, 1_500_000.0),
        ("250us", DURATION, 250.0),
        ("250µs", DURATION, 250.0),
        ("5m", DURATION, 300_000_000.0),
        ("1h", DURATION, 3_600_000_000.0),
        ("0s", DURATION, 0.0),
        (" 500  ms ", DURATION, 500_000.0),
        ("0.1s", DURATION, 100_000.0),  # exactly: decimal, not binary, arithmetic
        ("1%", RATIO, 0.01),
        ("99.9%", RATIO, 0.999),
        ("0.07%", RATIO, 0.0007),
        ("100%", RATIO, 1.0),
        ("50/s", RATE, 50.0),
        ("0.5/s", RATE, 0.5),
        ("90/m", RATE, 1.5),
        ("0B", SIZE, 0.0),
        ("512B", SIZE, 512.0),
        ("300kB", SIZE, 300_000.0),
        ("1.5MB", SIZE, 1_500_000.0),
        ("1.1 MB", SIZE, 1_100_000.0),  # exactly
        ("2GB", SIZE, 2e9),
        ("1KiB", SIZE, 1024.0),
        ("0.5MiB", SIZE, 524_288.0),
        ("1GiB", SIZE, 1_073_741_824.0),
        ("60", COUNT, 60.0),
        ("0", COUNT, 0.0),
        ("60.0", COUNT, 60.0),
        ("0.1", SCORE, 0.1),
        ("2", SCORE, 2.0),
    ],
)
def test_a_quantity_is_in_base_units(text: str, dimension: Dimension, value: float) -> None:
    assert parse_quantity(text, dimension) == value


@pytest.mark.parametrize(
    ("text", "dimension", "message"),
    [
        ("", DURATION, "'' is not a duration; write it as 500ms or 1.5s"),
        ("fast", DURATION, "'fast' is not a duration"),
        ("-5ms", DURATION, "'-5ms' is not a duration"),
        ("+5ms", DURATION, "'+5ms' is not a duration"),
        (".5s", DURATION, "'.5s' is not a duration"),
        ("5.s", DURATION, "'5.s' is not a duration"),
        ("1e3ms", DURATION, "'1e3ms' is not a duration"),
        ("1,000ms", DURATION, "'1,000ms' is not a duration"),
        ("1_000ms", DURATION, "'1_000ms' is not a duration"),
        ("1 000ms", DURATION, "'1 000ms' is not a duration"),
        # Digits of other scripts, which the JSON Schema does not take either.
        ("\u0665\u0660\u0660ms", DURATION, "is not a duration"),
        ("\uff15\uff10\uff10ms", DURATION, "is not a duration"),
        ("nan", DURATION, "'nan' is not a duration"),
        ("500", DURATION, "'500' has no unit; write it as 500ms or 500s"),
        ("1", RATIO, "'1' has no unit; write it as 1%"),
        ("0.01", RATIO, "write it as '1%' if you mean 1 in 100, or as '0.01%' if you mean 0.01 in 100"),
        ("0.5", DURATION, "'0.5' has no unit; write it as 0.5ms or 0.5s"),
        ("50", RATE, "'50' has no unit; write it as 50/s"),
        ("500sec", DURATION, "has the unknown unit 'sec'; did you mean 's'?"),
        ("500msec", DURATION, "did you mean 'ms'?"),
        ("500MS", DURATION, "did you mean 'ms'?"),
        ("2min", DURATION, "did you mean 'm'?"),
        ("5w", DURATION, "has the unknown unit 'w'; a duration takes us, ms, s, m, h, d"),
        ("50rps", RATE, "did you mean '/s'?"),
        ("5%%", RATIO, "has the unknown unit '%%'"),
        ("5%", DURATION, "'5%' is a ratio, and a duration is needed here, such as 500ms or 1.5s"),
        ("5ms", RATIO, "'5ms' is a duration, and a ratio is needed here, such as 1%"),
        ("5s", RATE, "'5s' is a duration, and a rate is needed here, such as 50/s"),
        ("big", SIZE, "'big' is not a size; write it as 300kB or 1.5MB"),
        ("300", SIZE, "'300' has no unit; write it as 300kB or 300B"),
        ("300KB", SIZE, "has the unknown unit 'KB'; did you mean 'kB'?"),
        ("300kb", SIZE, "did you mean 'kB'?"),
        ("2mb", SIZE, "did you mean 'MB'?"),
        ("2M", SIZE, "did you mean 'MB'?"),
        ("2mib", SIZE, "did you mean 'MiB'?"),
        ("300 bytes", SIZE, "did you mean 'B'?"),
        ("5x", SIZE, "has the unknown unit 'x'; a size takes B, kB, MB, GB, KiB, MiB, GiB"),
        ("5M", DURATION, "did you mean 'm'?"),
        ("5m", SIZE, "'5m' is a duration, and a size is needed here, such as 300kB or 1.5MB"),
        ("5kB", DURATION, "'5kB' is a size, and a duration is needed here, such as 500ms or 1.5s"),
        ("many", COUNT, "'many' is not a count; write it as 60"),
        ("-60", COUNT, "'-60' is not a count"),
        ("60 requests", COUNT, "'60 requests' has the unit 'requests', and a count has none; write it as 60"),
        ("60ms", COUNT, "'60ms' is a duration, and a count is needed here, such as 60"),
        ("60.5", COUNT, "'60.5' is not a whole number, and a count is one; write it as 61"),
        ("small", SCORE, "'small' is not a score; write it as 0.1"),
        ("10%", SCORE, "'10%' is a ratio, and a score is needed here, such as 0.1"),
        ("0.1pt", SCORE, "'0.1pt' has the unit 'pt', and a score has none; write it as 0.1"),
        ("0.1", SIZE, "'0.1' has no unit; write it as 0.1kB or 0.1B"),
        ("9" * 30, COUNT, "is larger than anything that can be measured"),
        ("9" * 400 + "GB", SIZE, "is larger than anything that can be measured"),
        ("9" * 30 + "ms", DURATION, "is larger than anything that can be measured"),
        ("9" * 400 + "h", DURATION, "is larger than anything that can be measured"),
    ],
)
def test_a_quantity_that_is_refused(text: str, dimension: Dimension, message: str) -> None:
    with pytest.raises(GrammarError) as caught:
        parse_quantity(text, dimension)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("text", "value", "strict"),
    [
        ("< 500ms", 500_000.0, True),
        ("<= 500ms", 500_000.0, False),
        ("<500ms", 500_000.0, True),
        ("<=1.5s", 1_500_000.0, False),
        ("  <   500 ms ", 500_000.0, True),
    ],
)
def test_a_limit(text: str, value: float, strict: bool) -> None:
    limit = parse_limit(text, DURATION)
    assert (limit.value, limit.strict, limit.dimension) == (value, strict, DURATION)


def test_a_limit_keeps_what_the_file_says() -> None:
    assert parse_limit("  <   500 ms ", DURATION).text == "< 500 ms"


@pytest.mark.parametrize(
    ("text", "dimension", "message"),
    [
        ("", DURATION, "the limit is empty"),
        ("  ", RATIO, "the limit is empty"),
        ("500ms", DURATION, "'500ms' does not begin with < or <=; write it as '< 500ms'"),
        ("500", DURATION, "write it as '< 500ms'"),
        ("70", RATIO, "write it as '< 70%'"),
        ("0.01", RATIO, "write it as '< 1%' if you mean 1 in 100, or as '< 0.01%' if you mean 0.01 in 100"),
        ("0.125", RATIO, "write it as '< 12.5%' if you mean 12.5 in 100, or as '< 0.125%'"),
        ("0", RATIO, "write it as '< 0%'"),
        ("fast", DURATION, "write it as '< 500ms'"),
        ("≤ 500ms", DURATION, "write it as '< 500ms'"),
        ("= 500ms", DURATION, "write it as '< 500ms'"),
        ("=< 500ms", DURATION, "write it as '< 500ms'"),
        ("-1%", RATIO, "write it as '< 1%'"),
        ("< ", DURATION, "does not begin with < or <="),
        ("< 70", RATIO, "'70' has no unit; write it as 70%"),
        ("< -1%", RATIO, "'< -1%' can never be held: no ratio is below zero; write the most that is acceptable, such"),
        ("<= - 1", COUNT, "'<= - 1' can never be held"),
        ("< -1", COUNT, "can never be held: no count is below zero; write '<= 0' if there may be none, or the most"),
        ("<< 5ms", DURATION, "'< 5ms' is not a duration"),
        ("< 5ms and more", DURATION, "is not a duration"),
        ("> 5%", RATIO, "'> 5%' asks for more, and this metric is better the smaller it is; write '< 5%'"),
        (">= 500ms", DURATION, "write '< 500ms'"),
        ("> 5", RATIO, "'5' has no unit"),
        ("< 150%", RATIO, "'< 150%' could never fail"),
        ("<= 100%", RATIO, "'<= 100%' could never fail"),
        ("< 0%", RATIO, "'< 0%' can never be shown"),
        ("<= 0%", RATIO, "'<= 0%' can never be shown, however long the run"),
        ("<= 0ms", DURATION, "such as '< 500ms'"),
        ("300kB", SIZE, "'300kB' does not begin with < or <=; write it as '< 300kB'"),
        ("300", SIZE, "write it as '< 300kB'"),
        ("60", COUNT, "'60' does not begin with < or <=; write it as '< 60'"),
        ("60 requests", COUNT, "write it as '< 60'"),
        ("0.1", SCORE, "write it as '< 0.1'"),
        ("good", SCORE, "write it as '< 0.1'"),
        ("> 60", COUNT, "'> 60' asks for more, and this metric is better the smaller it is; write '< 60'"),
        ("< 0", COUNT, "'< 0' can never be held: no count is below zero; write '<= 0' if there may be none"),
        ("< 0B", SIZE, "'< 0B' can never be held"),
        ("< 0.0", SCORE, "such as '< 0.1'"),
    ],
)
def test_a_limit_that_is_refused(text: str, dimension: Dimension, message: str) -> None:
    with pytest.raises(GrammarError) as caught:
        parse_limit(text, dimension)
    assert message in str(caught.value)


@pytest.mark.parametrize(("text", "dimension"), [("<= 0", COUNT), ("<= 0B", SIZE), ("<= 0", SCORE), ("<= 0.0", SCORE)])
def test_of_some_things_there_may_be_none(text: str, dimension: Dimension) -> None:
    limit = parse_limit(text, dimension)
    assert (limit.value, limit.strict) == (0.0, False)


def test_every_request_may_not_fail() -> None:
    assert parse_limit("< 100%", RATIO).value == 1.0


@pytest.mark.parametrize(
    ("text", "quantile"),
    [
        ("mean", None),
        ("max", None),
        ("p50", 0.5),
        ("p75", 0.75),
        ("p90", 0.9),
        ("p91", 0.91),
        ("p95", 0.95),
        ("p99", 0.99),
        ("p99.9", 0.999),
        ("p99.99", 0.9999),
        ("p99.9999", 0.999999),
        ("p59.0", 0.59),
        ("p9.0", 0.09),
        ("p0.5", 0.005),
    ],
)
def test_a_statistic(text: str, quantile: float | None) -> None:
    assert parse_statistic(text) == quantile


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("p59", "'p59' is an unusual percentile; did you mean p95? (write p59.0 if it is meant)"),
        ("p09", "did you mean p90?"),
        ("p05", "did you mean p50?"),
        ("p33", "'p33' is an unusual percentile; write p33.0 if it is meant"),
        ("p9", "'p9' is an unusual percentile; write p9.0 if it is meant"),
        ("p0", "'p0' is the smallest value"),
        ("p00.0", "'p00.0' is the smallest value"),
        ("p100", "'p100' is the largest value; write max"),
        ("p999", "'p999' is not a statistic of latency"),
        ("p99.99999", "did you mean p99.9?"),
        ("p99.", "did you mean p99.9?"),
        ("P95", "did you mean p95?"),
        ("q95", "did you mean p95?"),
        ("95", "did you mean p95?"),
        ("average", "use mean, max or a percentile such as p95"),
        ("men", "did you mean mean?"),
        ("p\u0669\u0665", "is not a statistic of latency"),
        ("p95 ", "is not a statistic of latency"),
        ("", "'' is not a statistic of latency"),
    ],
)
def test_a_statistic_that_is_refused(text: str, message: str) -> None:
    with pytest.raises(GrammarError) as caught:
        parse_statistic(text)
    assert message in str(caught.value)


@given(st.decimals(min_value="0.001", max_value=10_000, places=3), st.sampled_from(["us", "ms", "s", "m"]))
@settings(max_examples=100, deadline=None)
def test_a_duration_means_its_decimal_value(number: Decimal, unit: str) -> None:
    scale = {"us": 1, "ms": 1_000, "s": 1_000_000, "m": 60_000_000}[unit]
    assert parse_limit(f"< {number:f}{unit}", DURATION).value == float(number * scale)


@given(st.decimals(min_value="0.001", max_value=10_000, places=3), st.sampled_from(["B", "kB", "MB", "KiB", "MiB"]))
@settings(max_examples=100, deadline=None)
def test_a_size_means_its_decimal_value(number: Decimal, unit: str) -> None:
    scale = {"B": 1, "kB": 1_000, "MB": 1_000_000, "KiB": 1024, "MiB": 1024**2}[unit]
    assert parse_limit(f"< {number:f}{unit}", SIZE).value == float(number * scale)


@given(st.text(alphabet=st.sampled_from("<>=0159.,% msµhpkBMi/-+e٣²\n"), max_size=12), st.sampled_from(Dimension))
@example("< 1" + "0" * 5000 + "s", DURATION)
@example("< 1" + "0" * 5000, COUNT)
@example("<= 0", COUNT)
@settings(max_examples=400, deadline=None)
def test_any_text_is_a_limit_that_can_be_met_or_a_grammar_error(text: str, dimension: Dimension) -> None:
    try:
        limit = parse_limit(text, dimension)
    except GrammarError:
        return
    assert limit.value <= 10**15
    assert limit.value > 0 or (limit.value == 0 and not limit.strict and dimension in {SIZE, COUNT, SCORE})


@given(st.text(max_size=8) | st.from_regex(r"p[0-9.]{0,6}", fullmatch=True))
@settings(max_examples=300, deadline=None)
def test_any_text_is_a_statistic_or_a_grammar_error(text: str) -> None:
    try:
        quantile = parse_statistic(text)
    except GrammarError:
        return
    assert quantile is None or 0 < quantile < 1


@pytest.mark.parametrize(
    ("text", "value", "strict"),
    [("<= +10%", 0.1, False), ("< 5%", 0.05, True), ("<=+0.5 %", 0.005, False), ("  <=  +1000%  ", 10.0, False)],
)
def test_an_allowance_is_a_ratio(text: str, value: float, strict: bool) -> None:
    found = parse_allowance(text)
    assert (found.value, found.strict, found.text) == (value, strict, " ".join(text.split()))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("10%", "write it as '<= +10%'"),
        (">= +10%", "write it as '<= +10%'"),
        ("<= -5%", "write it as '<= +10%'"),
        ("<= +10", "has no unit; write it as 10%"),
        ("<= +10ms", "'10ms' is a duration, and a ratio is needed here"),
        ("<= +0%", "can never be shown"),
        ("<= +2000%", "compares nothing"),
        ("", "write it as '<= +10%'"),
    ],
)
def test_what_is_no_allowance(text: str, message: str) -> None:
    with pytest.raises(GrammarError, match=re.escape(message)):
        parse_allowance(text)
