"""Every request of this process, from Locust's events to the rows that the conductor is told once a second.

It knows neither who paces the users nor where the rows go.
"""

import math
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from slogate.analyzer.evidence import NO_ANSWER, RAISED, Outcome
from slogate.load.messages import Rows
from slogate.load.outcome import classify, status_of
from slogate.load.recorder import NOTHING, PACK, Recorder
from slogate.load.self_observation import SelfObservation
from slogate.redact import Redactor, secrets_in_environment

_MOST_NAMES = 10_000
_CLOCK_SLACK_S = 0.0002
_CLOCK_READINGS = 5
_LABELS = {outcome: outcome.label for outcome in Outcome}
_OK = Outcome.OK.label


@dataclass
class Phases:
    """Which phase an arrival belongs to. Times are monotonic seconds of this process, infinite until they are known;
    `first` is the phase of all that comes before the judged one.
    """

    first: str
    judged_s: float = math.inf
    end_s: float = math.inf

    def of(self, arrival_s: float) -> str:
        """The name of the phase."""
        if arrival_s >= self.end_s:
            return "drain"
        return "load" if arrival_s >= self.judged_s else self.first


class Recording:
    """Listens to Locust until `stop`. `intended_start` tells, as of some time, when the iteration that asks was
    meant to start, `observed` hears what went wrong on this side, and `failed` of every failure: method, name, and why.

    `unrecorded` counts requests that were told in a way that could not be kept, and `first_error` is the first
    exception of a task, or of that. `offset_us` turns monotonic seconds of this process into microseconds since the
    epoch, on the clock of the run.
    """

    def __init__(
        self,
        events: Any,
        worker: str,
        offset_us: int,
        phases: Phases,
        observed: SelfObservation,
        intended_start: Callable[[float], float | None],
        failed: Callable[[str, str, BaseException], object] = lambda _method, _name, _exception: None,
    ) -> None:
        self._events = events
        self._offset_us = offset_us
        self._phases = phases
        self._observed = observed
        self._intended_start = intended_start
        self._failed = failed
        self._recorder = Recorder(worker, offset_us)
        self._keep = self._recorder.keep
        self._keep_row = self._recorder.cells.extend
        self._redact = Redactor(secrets_in_environment(os.environ))
        self._names: dict[str, str] = {}
        self._kinds: dict[tuple[str, str, int, str, str], int] = {}  # of this second, by what the client calls it
        self._arrivals_told = 0
        self._clock_lead_s = _clock_lead_s()
        self.first_error = ""
        self.unrecorded = 0
        events.request.add_listener(self._on_request)
        events.user_error.add_listener(self._on_user_error)

    @property
    def rows_told(self) -> int:
        """How many rows all messages together held."""
        return self._recorder.rows_taken

    def tell_second(self, in_flight: int) -> Rows:
        """What has gathered since the last time, with one sample of this generator itself."""
        batch = self._recorder.take()
        self._kinds.clear()
        if batch is not None:
            self._arrivals_told += batch.num_rows - batch["intended_at_us"].null_count
        time_us = round(time.monotonic() * 1e6) + self._offset_us
        sample = {"time_us": time_us, **self._observed.sample(in_flight)}
        return Rows(self._recorder.rows_taken, self._arrivals_told, batch, sample)

    def no_answer(self, since_s: float, intended_s: float | None, now_s: float) -> None:
        """A request whose answer had not come by `now_s`: slower than any limit."""
        self._record(since_s, intended_s, now_s - since_s, NO_ANSWER, Outcome.SLOW_TIMEOUT)

    def missed(self, why: str, count: int) -> None:
        """Requests that were sent and are in no row."""
        self.unrecorded += count
        self.first_error = self.first_error or why

    def stop(self) -> None:
        """What Locust tells from now on is not recorded."""
        for event, listener in (
            (self._events.request, self._on_request),
            (self._events.user_error, self._on_user_error),
        ):
            try:
                event.remove_listener(listener)
            except ValueError:  # not among them
                self.missed("the scenario has removed the listener that records requests", 1)

    def in_words(self, error: BaseException) -> str:
        """What kind of error it is and what it says, without secrets."""
        return self.masked(f"{type(error).__name__}: {error}")

    def masked(self, text: str) -> str:
        """The text without secrets, and not endless."""
        return self._redact(text)[:500]

    def _on_request(
        self,
        request_type: Any = None,
        name: Any = None,
        response_time: Any = None,
        response_length: Any = None,
        response: Any = None,
        exception: Any = None,
        start_time: Any = None,
        context: Any = None,  # noqa: ARG002 (see below)
        url: Any = None,  # noqa: ARG002 (see below)
        **_: Any,
    ) -> None:
        # This runs inside every request, where the processor's caches are full of other code: each call that it makes
        # costs several times what it would in a loop of its own. So it is written out, and does what `_record` does.
        # What Locust tells beside this has a name here too: it would be gathered into a dict otherwise.
        try:
            now_s, latency_s = time.monotonic(), response_time / 1000
            started_s = now_s - latency_s
            if start_time is not None:
                # Locust tells the wall clock; what it is ahead brings it onto the one clock of the run.
                told_s = start_time - self._clock_lead_s
                if not -_CLOCK_SLACK_S < started_s - told_s < _CLOCK_SLACK_S:
                    told_s = start_time - self._clock_lead_s_now(now_s)
                started_s = told_s
            intended_s = self._intended_start(now_s)
            status = getattr(response, "status_code", 0)
            if status.__class__ is not int or not 100 <= status <= 999:
                status = status_of(response)
            outcome = _OK
            if exception is not None:
                self._observed.failed(exception)
                self._failed(request_type, name, exception)
                outcome = _LABELS[classify(status, exception)]
            phases, arrival_s = self._phases, started_s if intended_s is None else intended_s
            phase = "load" if phases.judged_s <= arrival_s < phases.end_s else phases.of(arrival_s)
            key = name, request_type, status, outcome, phase
            kind = self._kinds.get(key)
            if kind is None:
                label = self._names.get(name) or self._named(name)
                kind = self._kinds[key] = self._recorder.kind(label, str(request_type), status, outcome, phase)
            self._keep_row(
                PACK(
                    started_s,
                    NOTHING if intended_s is None else intended_s,
                    latency_s,
                    response_length or 0,
                    getattr(response, "connect_us", None) or NOTHING,
                    kind,
                )
            )
        except Exception as error:  # noqa: BLE001  # whatever a client of somebody else's tells; Locust would swallow it
            self.missed(self.in_words(error), 1)

    def _on_user_error(self, exception: BaseException, **_: Any) -> None:
        """An iteration that an exception ended is a failed row of its own: what it did not ask any more is missing."""
        now_s = time.monotonic()
        intended_s = self._intended_start(now_s)
        began_s = now_s if intended_s is None else intended_s
        self._record(began_s, intended_s, now_s - began_s, RAISED, Outcome.CHECK_FAILED)
        self.first_error = self.first_error or self.in_words(exception)

    def _record(
        self, started_s: float, intended_s: float | None, latency_s: float, endpoint: str, outcome: Outcome
    ) -> None:
        """A row of something that has no answer."""
        phase = self._phases.of(started_s if intended_s is None else intended_s)
        kind = self._recorder.kind(endpoint, "", 0, _LABELS[outcome], phase)
        self._keep(started_s, intended_s, latency_s, 0, None, kind)

    def _clock_lead_s_now(self, now_s: float) -> float:
        """For a request that began when its clock says it did not: its scenario held it back, or this process stood
        still, or somebody has set the clock.
        """
        if abs(time.time() - now_s - self._clock_lead_s) > _CLOCK_SLACK_S:
            self._clock_lead_s = _clock_lead_s()
        return self._clock_lead_s

    def _named(self, endpoint: str) -> str:
        """The endpoint without secrets. Kept: most scenarios have few names, and masking costs more than a request."""
        name = self._redact(str(endpoint))
        if len(self._names) < _MOST_NAMES:
            self._names[endpoint] = name
        return name


def _clock_lead_s() -> float:
    """How far the wall clock is ahead of the monotonic one. Of several readings the one in which least time went by
    between the two clocks: a process that is held up there would see them apart.
    """
    readings = []
    for _ in range(_CLOCK_READINGS):
        before_s, wall_s, after_s = time.monotonic(), time.time(), time.monotonic()
        readings.append((after_s - before_s, wall_s - (before_s + after_s) / 2))
    return min(readings)[1]
