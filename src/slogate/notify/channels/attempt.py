"""One attempt to deliver: what is sent, what may come of it, and the HTTP that channels share."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import requests

from slogate.history.incidents import Incident
from slogate.history.outbox import Event
from slogate.notify.message import Message

_TOO_MANY, _TIMEOUT = 429, 408
_MOST_OF_AN_ANSWER = 200


@dataclass(frozen=True)
class Letter:
    """What is delivered: a message with the incident that it is about."""

    event: Event
    incident: Incident
    message: Message


class UndeliveredError(Exception):
    """It did not arrive. `lasting`: it will not either if it is sent again as it is. `unanswered`: it was sent, and may
    have arrived. `retry_after_s` is how long the service wants to be left alone.
    """

    def __init__(
        self, why: str, *, lasting: bool = False, unanswered: bool = False, retry_after_s: float | None = None
    ) -> None:
        super().__init__(why)
        self.lasting = lasting
        self.unanswered = unanswered
        self.retry_after_s = retry_after_s


Send = Callable[[Letter, float], None]  # within so many seconds; raises `UndeliveredError`


def post(url: str, content: object, timeout_s: float) -> None:
    """Sends JSON, which must be taken with a 2xx. Raises `UndeliveredError`, without the address."""
    try:
        # No redirect is followed: it would take what is secret to another host.
        answer = requests.post(url, json=content, timeout=(min(timeout_s, 5), timeout_s), allow_redirects=False)
    except requests.exceptions.Timeout:
        raise UndeliveredError(f"no answer within {timeout_s:.2g} s") from None
    except requests.exceptions.RequestException as error:
        raise UndeliveredError(f"the connection failed: {_reason(error)}") from None
    if not 200 <= answer.status_code < 300:
        lasting = answer.status_code < 500 and answer.status_code not in {_TOO_MANY, _TIMEOUT}
        raise UndeliveredError(
            f"answered {answer.status_code}: {' '.join(answer.text.split())[:_MOST_OF_AN_ANSWER]}",
            lasting=lasting,
            retry_after_s=_retry_after_s(answer.headers),
        )


def _reason(error: BaseException) -> str:
    """The innermost cause, such as `Connection refused`; the outer ones repeat the address."""
    seen = error
    while (cause := seen.__cause__ or seen.__context__) is not None:
        seen = cause
    text = getattr(seen, "strerror", None)
    return text if isinstance(text, str) and text else type(seen).__name__


def _retry_after_s(headers: Mapping[str, str]) -> float | None:
    """Seconds, or a date."""
    text = headers.get("Retry-After", "").strip()
    if text.isdigit():
        return float(text)
    try:
        until = parsedate_to_datetime(text)
    except ValueError:
        return None
    return max(0.0, (until.astimezone(UTC) - datetime.now(UTC)).total_seconds())
