"""The response of a Locust session: it reports its request to Locust, at once or at the end of a with-block."""

from types import TracebackType
from typing import Any, Self

from locust.exception import (
    CatchResponseError,
    InterruptTaskSet,
    LocustError,
    RescheduleTask,
    RescheduleTaskImmediately,
    ResponseError,
    StopTest,
    StopUser,
)

from slogate.load.http.response import Response
from slogate.load.http.wire import WireRequest

# What Locust steers tasks with. It says nothing of the response, so the status decides then.
_STEERING = (InterruptTaskSet, RescheduleTask, RescheduleTaskImmediately, StopTest, StopUser)


class Blocks:
    """How many responses of this process promised a with-block (`catch_response=True`), and how many had theirs."""

    promised = 0
    entered = 0


class CheckedResponse(Response):
    """With `catch_response=True` a with-block decides: `success()`, `failure(why)`, or else the status.

    Locust forgets a request whose with-block raises. Here it is recorded as a failure and the exception goes on, so
    that no request that was sent is missing from the result.
    """

    __slots__ = ("_entered", "_event", "_facts", "_outcome", "js")

    def __init__(self, request: WireRequest) -> None:
        super().__init__(request)
        self._event: Any = None
        self._facts: dict[str, Any] | None = None
        self._entered = False
        self._outcome: Exception | bool | None = None

    def report(self, event: Any, facts: dict[str, Any]) -> None:
        """Fires Locust's request event now."""
        if self.error is not None:
            facts["exception"] = self.error
        elif self.status_code >= 400:
            facts["exception"] = self.status_error(facts["name"])
        event.fire(**facts)

    def report_after_block(self, event: Any, facts: dict[str, Any]) -> None:
        """Keeps what `report` needs until the end of the with-block."""
        self._event, self._facts = event, facts
        Blocks.promised += 1

    @property
    def request_meta(self) -> dict[str, Any]:
        """What the event will carry; a with-block may change it, such as its name."""
        if self._facts is None:
            raise LocustError("request_meta is there with catch_response=True only")
        return self._facts

    def __enter__(self) -> Self:
        if self._facts is None:
            raise LocustError("a with-block around a request needs catch_response=True")
        Blocks.entered += not self._entered
        self._entered = True
        return self

    def __exit__(
        self, kind: type[BaseException] | None, raised: BaseException | None, trace: TracebackType | None
    ) -> bool:
        facts = self.request_meta
        if raised is not None and not isinstance(raised, Exception):
            return False  # the greenlet is killed: the check was not made
        handled = self._outcome is None and isinstance(raised, ResponseError)  # which is there to say failure
        if self._outcome is None and raised is not None and not isinstance(raised, _STEERING):
            self._outcome = raised
        if self._outcome is None:
            self.report(self._event, facts)
        else:
            facts["exception"] = None if self._outcome is True else self._outcome
            self._event.fire(**facts)
        return handled

    def success(self) -> None:
        """The request counts as a success, whatever its status."""
        self._within_block("success")
        self._outcome = True

    def failure(self, why: Any) -> None:
        """The request counts as a failure. What is no exception is wrapped in a `CatchResponseError`."""
        self._within_block("failure")
        self._outcome = why if isinstance(why, Exception) else CatchResponseError(why)

    def raise_for_status(self) -> None:
        """Raises what `failure` was given; nothing after `success`; else as the status has it."""
        if isinstance(self._outcome, Exception):
            raise self._outcome
        if self._outcome is None:
            super().raise_for_status()

    def _within_block(self, method: str) -> None:
        if not self._entered:
            raise LocustError(f"{method}() is for a with-block: with self.client.get(..., catch_response=True) as r:")
