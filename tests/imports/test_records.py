"""How endpoints, pages and outcomes are called, whatever the tool."""

import pytest

from slogate.analyzer.evidence import Outcome
from slogate.imports import records


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("http://127.0.0.1:1/a/b?token=x#y", "/a/b"),
        ("https://shop.example", "/"),
        ("/products/[id]", "/products/[id]"),
        ("home page", "home page"),
        ("http://[broken/a?b", "http://[broken/a"),
    ],
)
def test_an_endpoint_is_the_path_of_its_address(name: str, path: str) -> None:
    assert records.path_of(name) == path


@pytest.mark.parametrize(
    ("label", "named"),
    [
        ("GET /a", ("GET", "/a")),
        ("POST http://h/a?b", ("POST", "/a")),
        ("Get it", ("HTTP", "Get it")),
        ("home", ("HTTP", "home")),
        ("http://h/a", ("HTTP", "/a")),
    ],
)
def test_a_label_is_a_method_and_a_name(label: str, named: tuple[str, str]) -> None:
    assert records.method_and_name(label) == named


@pytest.mark.parametrize(("url", "name"), [("http://h/", "home"), ("http://h", "home"), ("http://h/a/1?q", "a/1")])
def test_a_page_is_named_by_its_path(url: str, name: str) -> None:
    assert records.page_name(url) == name


def test_an_address_loses_its_credentials() -> None:
    assert records.origin_of("http://me:secret@h:1/a") == "http://h:1"


@pytest.mark.parametrize(
    ("status", "error", "outcome"),
    [
        (429, "", Outcome.RATE_LIMITED),
        (500, "timeout", Outcome.HTTP_ERROR),
        (0, "request timeout", Outcome.SLOW_TIMEOUT),
        (200, "time out", Outcome.SLOW_TIMEOUT),
        (0, "timed out", Outcome.SLOW_TIMEOUT),
        (0, "context deadline exceeded", Outcome.SLOW_TIMEOUT),
        (0, "connection reset", Outcome.CONNECTION),
        (200, "check", Outcome.CHECK_FAILED),
    ],
)
def test_how_a_failed_request_ended(status: int, error: str, outcome: Outcome) -> None:
    assert records.outcome_of(status, ok=False, error=error) is outcome


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (200, Outcome.OK),
        (404, Outcome.OK),
        (429, Outcome.RATE_LIMITED),
        (401, Outcome.HTTP_ERROR),
        (403, Outcome.HTTP_ERROR),
        (0, Outcome.CONNECTION),
    ],
)
def test_no_tool_can_call_a_refusal_or_no_answer_a_success(status: int, outcome: Outcome) -> None:
    assert records.outcome_of(status, ok=True, error="") is outcome


def test_a_file_that_tells_no_status_is_believed() -> None:
    assert records.outcome_of(0, ok=True, error="", status_told=False) is Outcome.OK


@pytest.mark.parametrize(
    ("text", "status"),
    [("200", 200), (" 200", 200), ("9" * 5000, 0), ("0", 0), ("1404", 0), ("Non HTTP", 0), ("", 0), ("-1", 0)],
)
def test_a_status_is_one_of_http(text: str, status: int) -> None:
    assert records.status_of(text) == status


@pytest.mark.parametrize("value", [-0.1, float("nan"), float("inf"), 1e15])
def test_what_is_no_length_of_time_is_refused(value: float) -> None:
    with pytest.raises(ValueError, match="no length of time"):
        records.microseconds(value, 1000)
