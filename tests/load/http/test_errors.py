"""Each error is one of the outcomes that a run counts."""

import pytest

from slogate.analyzer.evidence import Outcome
from slogate.load.http import errors
from slogate.load.http.errors import ConnectionLostError, HttpClientError
from slogate.load.outcome import classify

OUTCOMES = {
    "ConnectError": Outcome.CONNECTION,
    "NameResolutionError": Outcome.CONNECTION,
    "TlsError": Outcome.CONNECTION,
    "ConnectionLostError": Outcome.CONNECTION,
    "ProtocolError": Outcome.CONNECTION,
    "HeaderTooLargeError": Outcome.CONNECTION,
    "BodyTooLargeError": Outcome.CONNECTION,
    "ContentDecodingError": Outcome.CONNECTION,
    "TooManyRedirectsError": Outcome.CONNECTION,
    "ConnectTimeoutError": Outcome.SLOW_TIMEOUT,
    "ReadTimeoutError": Outcome.SLOW_TIMEOUT,
    "TotalTimeoutError": Outcome.SLOW_TIMEOUT,
}
RAISED = {"HttpClientError", "InvalidRequestError", "HttpStatusError"}  # the base, and those that have no status of 0


def test_none_is_left_out() -> None:
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type)]
    assert {kind.__name__ for kind in kinds if issubclass(kind, HttpClientError)} == set(OUTCOMES) | RAISED


@pytest.mark.parametrize(("name", "outcome"), OUTCOMES.items())
def test_outcomes(name: str, outcome: Outcome) -> None:
    kind = getattr(errors, name)
    error = ConnectionLostError("x", before_answer=True) if kind is ConnectionLostError else kind("x")
    assert classify(0, error) is outcome
    assert isinstance(error, TimeoutError if outcome is Outcome.SLOW_TIMEOUT else ConnectionError)


@pytest.mark.parametrize(
    ("status", "outcome"), [(404, Outcome.HTTP_ERROR), (503, Outcome.HTTP_ERROR), (429, Outcome.RATE_LIMITED)]
)
def test_a_status_is_an_outcome_of_its_own(status: int, outcome: Outcome) -> None:
    assert classify(status, errors.HttpStatusError("x")) is outcome
