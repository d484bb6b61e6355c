"""The kinds of value: what each reads, in which unit, and what it refuses."""

from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from slogate.slo.fields import (
    Duration,
    ErrorRatio,
    Latency,
    Number,
    PerSecond,
    Ratio,
    Score,
    Seconds,
    Share,
    Size,
    Statistic,
    http_url,
)


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [(Seconds, "5m", 300.0), (Seconds, "250ms", 0.25), (PerSecond, "90/m", 1.5), (Share, "95%", 0.95)],
)
def test_numbers_are_in_the_unit_of_their_field(kind: Any, text: str, value: float) -> None:
    assert TypeAdapter(kind).validate_python(text) == value


@pytest.mark.parametrize(
    ("kind", "example"),
    [
        (Seconds, "30s"),
        (PerSecond, "50/s"),
        (Share, "95%"),
        (Duration, "< 500ms"),
        (Size, "< 300kB"),
        (Number, "< 60"),
        (Score, r"< 0\.1"),
    ],
)
@pytest.mark.parametrize("value", [True, None, [1], {}])
def test_what_is_no_text_is_answered_with_an_example_of_the_field(kind: Any, example: str, value: object) -> None:
    if value == {} and kind in {Duration, Size, Number, Score}:
        return  # the long form of a limit
    with pytest.raises(ValidationError, match=f"cannot stand here; write it as '{example}'"):
        TypeAdapter(kind).validate_python(value)


@pytest.mark.parametrize(
    ("kind", "text"), [(Duration, "< 5ms"), (Ratio, "< 5%"), (Size, "< 5kB"), (Number, "< 5"), (Score, "< 0.5")]
)
def test_the_short_form_is_the_long_one_without_a_warning(kind: Any, text: str) -> None:
    adapter = TypeAdapter(kind)
    assert adapter.validate_python(text) == adapter.validate_python({"pass": text})
    assert adapter.validate_python(text).warn is None


@pytest.mark.parametrize(
    ("passes", "warns", "good"), [("< 5ms", "< 4ms", True), ("< 5ms", "<= 5ms", False), ("< 5ms", "< 1s", False)]
)
def test_a_warning_comes_before_a_fail(passes: str, warns: str, good: bool) -> None:
    if good:
        assert TypeAdapter(Duration).validate_python({"pass": passes, "warn": warns}).warn is not None
    else:
        with pytest.raises(ValidationError, match="must be tighter than pass"):
            TypeAdapter(Duration).validate_python({"pass": passes, "warn": warns})


@pytest.mark.parametrize(
    ("kind", "passes", "warns"), [(Size, "< 1kB", "< 1KiB"), (Number, "< 60", "< 60"), (Score, "< 0.1", "< 0.25")]
)
def test_a_warning_comes_before_a_fail_in_every_unit(kind: Any, passes: str, warns: str) -> None:
    with pytest.raises(ValidationError, match="must be tighter than pass"):
        TypeAdapter(kind).validate_python({"pass": passes, "warn": warns})


@pytest.mark.parametrize("name", ["p95", "p99.9", "mean", "max"])
def test_errors_have_no_statistic(name: str) -> None:
    with pytest.raises(ValidationError, match=f"which has no {name}; write 'errors: < 1%'"):
        TypeAdapter(ErrorRatio).validate_python({name: "< 1%"})


def test_latency_is_by_statistic() -> None:
    found = TypeAdapter(Latency).validate_python({"p95": "< 1s", "mean": {"pass": "< 5ms"}})
    assert {name: criterion.pass_.value for name, criterion in found.items()} == {"p95": 1e6, "mean": 5e3}
    assert TypeAdapter(Statistic).validate_python("p99.9") == "p99.9"


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("http://127.0.0.1:8710", "http://127.0.0.1:8710"),
        ("https://shop.example/", "https://shop.example"),
        ("http://[::1]:80", "http://[::1]:80"),
        ("http://user:pw@host", "http://user:pw@host"),
    ],
)
def test_a_web_address(url: str, kept: str) -> None:
    assert http_url(url) == kept


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("", "is not a web address"),
        ("localhost:8710", "is not a web address; write it as http://host:port"),
        ("ftp://host", "is not a web address"),
        ("http://", "is not a web address"),
        ("http://:80", "is not a web address"),
        ("http://[::1", "is not a web address"),
        ("http://ho st", "is not a web address"),
        ("http://host\n", "is not a web address"),
        ("http://host:http", "has a port that is not a number from 0 to 65535"),
        ("http://host:65536", "has a port that is not a number"),
        ("http://host/api", "has a path; a target ends with its port"),
        ("http://host?x=1", "has a path"),
        ("http://host/#top", "has a path"),
    ],
)
def test_what_is_no_target(url: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        http_url(url)
