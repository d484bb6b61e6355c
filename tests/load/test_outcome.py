"""How a request ended decides what it counts for."""

import pytest

from slogate.analyzer.evidence import Outcome
from slogate.load.outcome import classify, status_of


class ReadTimeoutError(OSError):
    """As client libraries name theirs."""


def caused(outer: Exception, inner: Exception) -> Exception:
    outer.__cause__ = inner
    return outer


@pytest.mark.parametrize(
    ("status", "exception", "outcome"),
    [
        (200, None, Outcome.OK),
        (404, None, Outcome.OK),  # the scenario's check called it a success
        (0, None, Outcome.OK),
        (429, RuntimeError("too many"), Outcome.RATE_LIMITED),
        (500, RuntimeError("boom"), Outcome.HTTP_ERROR),
        (403, RuntimeError("no"), Outcome.HTTP_ERROR),
        (200, RuntimeError("no items in the answer"), Outcome.CHECK_FAILED),
        (0, ConnectionRefusedError(), Outcome.CONNECTION),
        (0, TimeoutError(), Outcome.SLOW_TIMEOUT),
        (0, ReadTimeoutError("x"), Outcome.SLOW_TIMEOUT),
        (0, caused(OSError("wrapped"), TimeoutError()), Outcome.SLOW_TIMEOUT),
        (0, OSError("read operation timed out"), Outcome.SLOW_TIMEOUT),
        (0, "timed out", Outcome.SLOW_TIMEOUT),
        (200, TimeoutError(), Outcome.SLOW_TIMEOUT),  # in the middle of a body
        (200, ConnectionResetError(), Outcome.CONNECTION),
        (0, "reset", Outcome.CONNECTION),
    ],
)
def test_outcomes(status: int, exception: Exception | str | None, outcome: Outcome) -> None:
    assert classify(status, exception) is outcome


class Answer:
    def __init__(self, status_code: object) -> None:
        self.status_code = status_code


@pytest.mark.parametrize(
    ("status", "found"), [(200, 200), ("404", 404), (None, 0), (0, 0), (40_000, 0), ("gone", 0), ([], 0), (-1, 0)]
)
def test_what_stands_for_a_status(status: object, found: int) -> None:
    assert status_of(Answer(status)) == found
    assert status_of(None) == 0
