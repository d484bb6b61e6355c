"""One generator: the users of this process, what they ask, and every request, told to the conductor once a second.

It knows neither files nor the command: where it runs alone the conductor is in the same process, else in Locust's
master.
"""

import contextlib
import os
import time
from collections.abc import Callable
from typing import Any

import gevent
from gevent.event import Event
from locust import events

from slogate.analyzer.evidence import NO_ANSWER, RAISED, Outcome
from slogate.load.arrivals import Share
from slogate.load.hosts import HostGuard
from slogate.load.messages import Final, Message, Ready, Rows, Users
from slogate.load.outcome import classify
from slogate.load.pacing import Pacing
from slogate.load.plan import LoadPlan
from slogate.load.recorder import Recorder
from slogate.load.self_observation import SelfObservation
from slogate.redact import Redactor, secrets_in_environment

_POLL_S = 0.02
_TICK_S = 1.0
_MOST_NAMES = 10_000
_LABELS = {outcome: outcome.label for outcome in Outcome}
_OK = Outcome.OK.label


class Generator:
    """Makes a share of the load. Times inside are monotonic seconds of this process."""

    def __init__(
        self, environment: Any, plan: LoadPlan, worker: str, offset_us: int, tell: Callable[[Message], None]
    ) -> None:
        self._plan = plan
        self._offset_us = offset_us
        self._tell = tell
        self._redact = Redactor(secrets_in_environment(os.environ))
        self._names: dict[str, str] = {}
        self._guard = HostGuard(plan.allowed_hosts)
        self._guard.install()
        self._observed = SelfObservation()
        self._recorder = Recorder(worker, offset_us)
        self._keep = self._recorder.keep
        self._pacing = Pacing(plan, environment.user_classes, self._observed)
        self._start_s = self._judged_s = self._end_s = float("inf")
        self._ended = Event()
        self._grace_s = plan.grace_s
        self._first_error = ""
        self._arrivals_told = 0
        self._told_users: Users | None = None
        events.request.add_listener(self._on_request)
        events.user_error.add_listener(self._on_user_error)
        with contextlib.suppress(OSError):
            os.nice(-10)  # where we may: a generator that must queue for the CPU measures its own queue
        self._ticking = gevent.spawn(self._tick_to_the_end)
        tell(Ready())

    # What the conductor says

    def begin(self, start_us: int, index: int, count: int) -> None:
        """The load begins."""
        start_s = self._monotonic_s(start_us)
        self._judged_s = start_s + self._plan.warmup_s
        self._end_s = self._judged_s + self._plan.duration_s
        self._start_s = start_s
        self._pacing.deal(Share(0.0, index, count))
        gevent.spawn(self._make_load)

    def deal(self, from_us: int, index: int, count: int) -> None:
        """Takes another share of the arrivals from then on."""
        self._pacing.deal(Share(self._monotonic_s(from_us) - self._start_s, index, count))

    def close(self, end_us: int, grace_s: float) -> None:
        """The load ends earlier than planned."""
        self._end_s, self._grace_s = min(self._end_s, self._monotonic_s(end_us)), grace_s
        self._pacing.close(self._end_s)

    # The load

    def _make_load(self) -> None:
        gevent.sleep(max(0.0, self._start_s - time.monotonic()))
        self._pacing.release(self._start_s, self._judged_s, self._plan.warmup_s + self._plan.duration_s)
        while (left_s := self._end_s - time.monotonic()) > 0:  # looked at again and again: it may be brought forward
            gevent.sleep(min(left_s, _POLL_S))
        while self._pacing.in_flight and time.monotonic() < self._end_s + self._grace_s:
            gevent.sleep(_POLL_S)
        self._finish()

    def _finish(self) -> None:
        """Arrivals that had no answer, or found no free user to the end, become rows too: slower than any limit."""
        self._ended.set()
        self._ticking.join()
        unanswered, (untaken, untaken_judged) = self._pacing.unanswered(), self._pacing.untaken()
        now_s = time.monotonic()
        for since_s, intended_s in (*unanswered, *((arrival_s, arrival_s) for arrival_s in untaken)):
            self._record(since_s, intended_s, now_s - since_s, NO_ANSWER, "", 0, Outcome.SLOW_TIMEOUT, 0, None)
        events.request.remove_listener(self._on_request)
        self._tick()
        self._tell(
            Final(
                rows_told=self._recorder.rows_taken,
                started_arrivals=self._pacing.started_arrivals,
                untaken_arrivals=untaken_judged,
                without_request=self._pacing.without_request,
                unfinished=len(unanswered) + len(untaken),
                failed_users=len(self._pacing.failures),
                first_error=self._first_error,
                own_error=self._observed.own_error,
                refused_hosts=sorted(self._guard.refused)[:20],
            )
        )

    # Once a second

    def _tick_to_the_end(self) -> None:
        next_s = time.monotonic()
        while not self._ended.is_set():
            self._tell_of_users()
            if time.monotonic() >= next_s:
                next_s = time.monotonic() + _TICK_S
                self._tick()
            begun = self._judged_s < float("inf")
            self._ended.wait(max(_POLL_S, next_s - time.monotonic()) if begun else _POLL_S)

    def _tell_of_users(self) -> None:
        failures = self._pacing.failures
        first = self._redact(f"{type(failures[0]).__name__}: {failures[0]}")[:500] if failures else ""
        users = Users(self._pacing.ready, len(failures), first)
        if users != self._told_users:
            self._told_users = users
            self._tell(users)

    def _tick(self) -> None:
        batch = self._recorder.take()
        if batch is not None:
            self._arrivals_told += batch.num_rows - batch["intended_at_us"].null_count
        sample = {"time_us": self._epoch_us(time.monotonic()), **self._observed.sample(self._pacing.in_flight)}
        self._tell(Rows(self._recorder.rows_taken, self._arrivals_told, batch, sample))

    # Each request

    def _on_request(
        self,
        request_type: str,
        name: str,
        response_time: float,
        response_length: int | None,
        response: Any,
        exception: Any,
        start_time: float,
        **_: Any,
    ) -> None:
        # This runs inside every request, where the processor's caches are full of other code: each call that it makes
        # costs several times what it would in a loop of its own. So it is written out, and does what `_record` does.
        now_s = time.monotonic()
        intended_s = self._pacing.intended_start(now_s)
        # Locust tells the wall clock; the difference of the two clocks now brings it onto the one clock of the run.
        started_s = start_time - time.time() + now_s
        status = getattr(response, "status_code", None) or 0
        outcome = _OK
        if exception is not None:
            self._observed.failed(exception)
            outcome = _LABELS[classify(status, exception)]
        self._keep(
            (
                started_s,
                intended_s,
                response_time / 1000,
                self._names.get(name) or self._named(name),
                request_type,
                status,
                outcome,
                response_length or 0,
                getattr(response, "connect_us", None),
                self._phase(started_s if intended_s is None else intended_s),
            )
        )

    def _on_user_error(self, exception: BaseException, **_: Any) -> None:
        now_s = time.monotonic()
        intended_s = self._pacing.intended_start(now_s)
        if intended_s is not None:
            latency_s = now_s - intended_s
            self._record(intended_s, intended_s, latency_s, RAISED, "", 0, Outcome.CHECK_FAILED, 0, None)
        self._first_error = self._first_error or self._redact(f"{type(exception).__name__}: {exception}")[:300]

    def _record(
        self,
        started_s: float,
        intended_s: float | None,
        latency_s: float,
        endpoint: str,
        method: str,
        status: int,
        outcome: Outcome,
        size: int,
        connect_us: int | None,
    ) -> None:
        name = self._names.get(endpoint) or self._named(endpoint)
        phase = self._phase(started_s if intended_s is None else intended_s)
        self._keep((started_s, intended_s, latency_s, name, method, status, _LABELS[outcome], size, connect_us, phase))

    def _named(self, endpoint: str) -> str:
        """The endpoint without secrets. Kept: most scenarios have few names, and masking costs more than a request."""
        name = self._redact(endpoint)
        if len(self._names) < _MOST_NAMES:
            self._names[endpoint] = name
        return name

    def _phase(self, arrival_s: float) -> str:
        if arrival_s >= self._end_s:
            return "drain"
        if arrival_s >= self._judged_s:
            return "load"
        return "warm-up" if self._judged_s < float("inf") else "sign-in"

    def _epoch_us(self, monotonic_s: float) -> int:
        return round(monotonic_s * 1e6) + self._offset_us

    def _monotonic_s(self, epoch_us: int) -> float:
        return (epoch_us - self._offset_us) / 1e6
