"""A generator whose users Locust paces by itself: slogate changes nothing of what they do, and records all of it.

Locust ends a test by killing its users, whatever they are waiting for. A request that is cut off so becomes a row only
when it had waited for `patience_s` already, which is the longest limit of the SLO file: it counts as slower than any
limit. Of one that is younger nobody knows what it would have been, and it is left out.
"""

import math
import time
from collections.abc import Callable
from typing import Any

import gevent
from gevent.event import Event
from locust import TaskSet

from slogate.load.http.user import verify_by_default
from slogate.load.listeners import ListenerErrors
from slogate.load.messages import Final, Message, Ready, Watch
from slogate.load.recording import Phases, Recording
from slogate.load.self_observation import SelfObservation
from slogate.load.unchecked import Unchecked

_TICK_S = 1.0


class Witness:
    """Records one test of this process. It ends, with its last word, when Locust stops the test here."""

    def __init__(self, environment: Any, task: Watch, offset_us: int, tell: Callable[[Message], None]) -> None:
        self._environment = environment
        self._patience_s = task.patience_s
        verify_by_default(task.verify_tls)
        self._tell = tell
        self._observed = SelfObservation()
        self._unchecked = Unchecked()
        self._listener_errors = ListenerErrors()
        self._phases = Phases("warm-up")
        self._in_task = _InTask()
        self._recording = Recording(
            environment.events, task.worker, offset_us, self._phases, self._observed, self._in_task.was_answered
        )
        self._cut_off: dict[Any, float] = {}
        self._ended = Event()
        self._told_last_word = Event()
        self._listeners = (
            (environment.events.spawning_complete, self._on_spawning_complete),
            (environment.events.test_stopping, self._on_test_stopping),
            (environment.events.test_stop, self._on_test_stop),
            (environment.events.quitting, self._on_quitting),
        )
        for event, listener in self._listeners:
            event.add_listener(listener)
        self._ticking = gevent.spawn(self._tick_to_the_end)
        tell(Ready())

    def close(self) -> None:
        """The test ends; where Locust has not stopped it here yet, this does."""
        self._environment.runner.stop()
        self._finish()

    def _on_spawning_complete(self, **_: Any) -> None:
        self._phases.judged_s = min(self._phases.judged_s, time.monotonic())  # it comes again when users are added

    def _on_test_stopping(self, **_: Any) -> None:
        self._phases.end_s = time.monotonic()
        self._cut_off = self._in_task.since(self._environment.runner.user_greenlets, self._phases.judged_s)

    def _on_test_stop(self, **_: Any) -> None:
        self._finish()

    def _on_quitting(self, **_: Any) -> None:
        self.close()

    def _tick_to_the_end(self) -> None:
        while not self._ended.wait(_TICK_S):
            self._in_task.forget_all_but(self._environment.runner.user_greenlets)
            self._tick()

    def _tick(self) -> None:
        in_flight = len(self._in_task.since(self._environment.runner.user_greenlets, math.inf))
        self._tell(self._recording.tell_second(in_flight))

    def _finish(self) -> None:
        """Whoever comes second waits for the last word: Locust may be about to end this process."""
        if self._ended.is_set():
            self._told_last_word.wait()
            return
        self._ended.set()
        try:
            self._tell_last_word()
        finally:
            self._told_last_word.set()
            for event, listener in self._listeners:
                event.remove_listener(listener)

    def _tell_last_word(self) -> None:
        self._ticking.join()
        self._recording.stop()
        self._unchecked.stop(self._recording.missed)
        self._listener_errors.stop()
        self._in_task.stop()
        now_s = time.monotonic()
        unanswered = [
            since_s
            for greenlet, since_s in self._cut_off.items()
            if now_s - since_s >= self._patience_s and not self._in_task.has_gone_on(greenlet, since_s)
        ]
        for since_s in unanswered:
            self._recording.no_answer(since_s, None, now_s)
        self._tick()
        self._tell(
            Final(
                rows_told=self._recording.rows_told,
                started_arrivals=0,
                untaken_arrivals=0,
                without_request=0,
                unfinished=len(unanswered),
                failed_users=0,
                first_error=self._recording.first_error,
                own_error=self._observed.own_error,
                listener_error=self._recording.masked(self._listener_errors.told),
                unrecorded=self._recording.unrecorded,
                ended_users=0,
                refused_hosts=[],
            )
        )


class _InTask:
    """Since when each user of this process has been inside a task without an answer, by greenlet.

    It is in Locust's `TaskSet.wait` until `stop`. Whether a user waits there is seen from its stack when somebody asks:
    writing it down would cost each task something.
    """

    def __init__(self) -> None:
        self._since: dict[Any, float] = {}
        self._own_wait = TaskSet.wait
        own_wait, since = self._own_wait, self._since

        def wait(task_set: TaskSet) -> None:
            own_wait(task_set)
            since[gevent.getcurrent()] = time.monotonic()

        self._waiting = wait.__code__
        TaskSet.wait = wait

    def stop(self) -> None:
        """Gives Locust its own `wait` back."""
        TaskSet.wait = self._own_wait

    def was_answered(self, now_s: float) -> None:
        """The user that calls has its answer, and goes on. Nothing is told: nobody planned when it was to ask."""
        self._since[gevent.getcurrent()] = now_s

    def since(self, users: Any, if_never_answered_s: float) -> dict[Any, float]:
        """Of those users that are inside a task: since when. One that never had an answer has waited for its first
        since before `if_never_answered_s`.
        """
        return {
            greenlet: self._since.get(greenlet, if_never_answered_s)
            for greenlet in list(users)
            if not self._is_waiting(greenlet)
        }

    def _is_waiting(self, greenlet: Any) -> bool:
        frame = greenlet.gr_frame
        while frame is not None:
            if frame.f_code is self._waiting:
                return True
            frame = frame.f_back
        return False

    def has_gone_on(self, greenlet: Any, since_s: float) -> bool:
        """Whether something has happened to the user since then."""
        return self._since.get(greenlet, since_s) != since_s

    def forget_all_but(self, users: Any) -> None:
        """Forgets greenlets that are gone, so that the table does not grow."""
        living = set(users)
        for greenlet in [greenlet for greenlet in self._since if greenlet not in living]:
            del self._since[greenlet]
