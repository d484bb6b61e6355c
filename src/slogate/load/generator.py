"""One generator: the users of this process, what they ask, and every request, told to the conductor once a second.

It knows neither files nor the command: where it runs alone the conductor is in the same process, else in Locust's
master.
"""

import contextlib
import gc
import os
import time
from collections.abc import Callable
from typing import Any

import gevent
from gevent.event import Event

from slogate.load.arrivals import Share
from slogate.load.hosts import HostGuard
from slogate.load.http.user import verify_by_default
from slogate.load.listeners import ListenerErrors
from slogate.load.messages import Final, Message, Ready, Refusal, Users
from slogate.load.pacing import Pacing
from slogate.load.plan import LoadPlan
from slogate.load.recording import Phases, Recording
from slogate.load.self_observation import SelfObservation
from slogate.load.statistics import Statistics
from slogate.load.unchecked import Unchecked

_POLL_S = 0.02
_TICK_S = 1.0


class Generator:
    """Makes a share of the load. Times inside are monotonic seconds of this process."""

    def __init__(
        self, environment: Any, plan: LoadPlan, worker: str, offset_us: int, tell: Callable[[Message], None]
    ) -> None:
        self._plan = plan
        self._offset_us = offset_us
        self._tell = tell
        self._guard = HostGuard(plan.allowed_hosts)
        self._guard.install()
        verify_by_default(plan.verify_tls)
        self._observed = SelfObservation()
        self._unchecked = Unchecked()
        self._listener_errors = ListenerErrors()
        self._phases = Phases("sign-in")
        self._pacing = Pacing(plan, environment.user_classes, self._observed)
        self._statistics = Statistics(environment.events.request, environment.stats)
        self._recording = Recording(
            environment.events,
            worker,
            offset_us,
            self._phases,
            self._observed,
            self._pacing.intended_start,
            self._statistics.failed,
        )
        self._start_s = float("inf")
        self._until_s = plan.warmup_s + plan.duration_s  # in seconds of the schedule, to the last digit as planned
        self._ended, self._brought_forward = Event(), Event()
        self._grace_s = plan.grace_s
        self._told_users: Users | None = None
        with contextlib.suppress(OSError):
            os.nice(-10)  # where we may: a generator that must queue for the CPU measures its own queue
        self._ticking = self._spawn(self._tick_to_the_end)
        tell(Ready())

    # What the conductor says

    def begin(self, start_us: int, index: int, count: int) -> None:
        """The load begins."""
        self._start_s = self._monotonic_s(start_us)
        self._phases.first = "warm-up"
        self._phases.judged_s = self._start_s + self._plan.warmup_s
        self._phases.end_s = self._phases.judged_s + self._plan.duration_s
        self._pacing.deal(Share(0.0, index, count))
        self._spawn(self._make_load)

    def deal(self, from_us: int, index: int, count: int) -> None:
        """Takes another share of the arrivals from then on."""
        self._pacing.deal(Share(self._monotonic_s(from_us) - self._start_s, index, count))

    def close(self, end_us: int, grace_s: float) -> None:
        """The load ends earlier than planned."""
        self._phases.end_s, self._grace_s = min(self._phases.end_s, self._monotonic_s(end_us)), grace_s
        self._until_s = min(self._until_s, self._phases.end_s - self._start_s)
        self._pacing.close(self._until_s)
        self._brought_forward.set()

    def _spawn(self, work: Callable[[], None]) -> Any:
        """Work in the background whose failure is told: nobody would notice it otherwise."""

        def fail(greenlet: Any) -> None:
            self._tell(Refusal(f"it broke: {self._recording.in_words(greenlet.exception)}"))

        spawned = gevent.spawn(work)
        spawned.link_exception(fail)
        return spawned

    # The load

    def _make_load(self) -> None:
        # What is there by now stays to the end. Python's garbage collector would look at all of it again and again, for
        # tens of milliseconds in which no arrival starts. (To collect first would take as long, just before the first.)
        gc.freeze()
        gevent.sleep(max(0.0, self._start_s - time.monotonic()))
        self._pacing.release(self._start_s, self._phases.judged_s, self._until_s)
        while (left_s := self._phases.end_s - time.monotonic()) > 0:
            self._brought_forward.wait(left_s)
        while self._pacing.in_flight and time.monotonic() < self._phases.end_s + self._grace_s:
            gevent.sleep(_POLL_S)
        self._finish()

    def _finish(self) -> None:
        """Arrivals that had no answer, or found no free user to the end, become rows too: slower than any limit."""
        self._ended.set()
        self._ticking.join()
        unanswered, (untaken, untaken_judged) = self._pacing.unanswered(), self._pacing.untaken()
        now_s = time.monotonic()
        for since_s, intended_s in (*unanswered, *((arrival_s, arrival_s) for arrival_s in untaken)):
            self._recording.no_answer(since_s, intended_s, now_s)
        self._recording.stop()
        self._unchecked.stop(self._recording.missed)
        self._listener_errors.stop()
        self._tick()
        self._statistics.stop()
        self._tell(
            Final(
                rows_told=self._recording.rows_told,
                started_arrivals=self._pacing.started_arrivals,
                untaken_arrivals=untaken_judged,
                without_request=self._pacing.without_request,
                unfinished=len(unanswered) + len(untaken),
                failed_users=len(self._pacing.failures),
                first_error=self._recording.first_error,
                own_error=self._observed.own_error,
                listener_error=self._recording.masked(self._listener_errors.told),
                unrecorded=self._recording.unrecorded,
                ended_users=self._pacing.ended_users,
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
            begun = self._start_s < float("inf")
            self._ended.wait(max(_POLL_S, next_s - time.monotonic()) if begun else _POLL_S)

    def _tell_of_users(self) -> None:
        failures = self._pacing.failures
        first = self._recording.in_words(failures[0]) if failures else ""
        users = Users(self._pacing.ready, len(failures), first)
        if users != self._told_users:
            self._told_users = users
            self._tell(users)

    def _tick(self) -> None:
        second = self._recording.tell_second(self._pacing.in_flight)
        self._tell(second)
        self._statistics.add(second.batch)

    def _monotonic_s(self, epoch_us: int) -> float:
        return (epoch_us - self._offset_us) / 1e6
