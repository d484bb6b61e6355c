"""Makes Locust users start together and then begin their iterations when the schedule says, with no change in their
locustfile.

Each user class's `on_start` is wrapped, because the first task of a Locust user runs at once, before any `wait_time`:
now a user that is ready waits for all others. `wait_time` is wrapped too. In an open model it waits for the user's
next arrival; a free user always holds the earliest arrival of its class that nobody has taken, so an arrival is late
only when every user is busy. In a closed model it waits as the locustfile says.
"""

import inspect
import math
import time
from collections.abc import Callable, Iterable
from typing import Any

import gevent
from gevent.event import Event
from locust import TaskSet, User

from slogate.load.arrivals import Schedule
from slogate.load.plan import LoadPlan
from slogate.load.self_observation import SelfObservation

_FOR_EVER_S = 10**8
_LEAST_USERS_OF_A_CLASS = 2


class Pacing:
    """All users of one Locust process. Times are monotonic seconds."""

    def __init__(self, plan: LoadPlan, user_classes: list[type[User]], observed: SelfObservation) -> None:
        self._plan = plan
        self._observed = observed
        self._released = Event()
        self._start_s = 0.0
        self._judged_s = self._end_s = math.inf
        # By greenlet: the intended start of its iteration, until the first request of it is told.
        self._awaited: dict[Any, float] = {}
        # By greenlet inside an iteration: when it began, or when its last request was told.
        self._busy: dict[Any, float] = {}
        self.ready = 0
        self.failures: list[BaseException] = []
        self.judged_arrivals = 0  # that a user took
        self.without_request = 0  # judged iterations that came to their end and asked nothing
        weights = {kind: float(kind.weight) for kind in user_classes if kind.weight > 0}
        self._schedule = (
            None if plan.rate_per_s is None else Schedule(plan.rate_per_s, plan.arrivals, plan.seed, weights)
        )
        self.users = self._size_classes(weights) if self._schedule is not None else plan.users
        for kind in user_classes:
            self._wrap_user(kind)
            self._wrap_task_sets(kind.tasks)

    # What the conductor does

    def release(self, start_s: float, judged_s: float, end_s: float) -> None:
        """Lets all users go; the schedule counts from `start_s`, and no iteration begins at or after `end_s`."""
        self._start_s, self._judged_s, self._end_s = start_s, judged_s, end_s
        self._released.set()

    def close(self) -> None:
        """No further iteration begins."""
        self._end_s = min(self._end_s, time.monotonic())

    @property
    def in_flight(self) -> int:
        """How many users are inside an iteration."""
        return len(self._busy)

    def unanswered(self) -> list[tuple[float, float | None]]:
        """What is still in flight: since when, and the intended start of an iteration whose first request it is."""
        return [
            (self._awaited.get(greenlet, since_s), self._awaited.get(greenlet))
            for greenlet, since_s in self._busy.items()
        ]

    def untaken(self) -> list[float]:
        """The intended starts before the end for which no user ever became free."""
        if self._schedule is None:
            return []
        return [self._start_s + offset for offset in self._schedule.untaken(self._end_s - self._start_s)]

    # What a request asks

    def intended_start(self) -> float | None:
        """When the current iteration was meant to start; once, for its first request, and None for the later ones."""
        greenlet = gevent.getcurrent()
        if greenlet in self._busy:
            self._busy[greenlet] = time.monotonic()
        return self._awaited.pop(greenlet, None)

    # What a user does

    def _wait(self, own_wait_time: Callable[[], float]) -> float:
        """Stands in for `wait_time`: comes back when the next iteration of this user begins."""
        greenlet = gevent.getcurrent()
        self._busy.pop(greenlet, None)
        if self._awaited.pop(greenlet, -math.inf) >= self._judged_s:
            self.without_request += 1
        if self._schedule is None:
            gevent.sleep(own_wait_time())
            self._park_after_the_end(time.monotonic())
        else:
            user = greenlet.args[0]
            intended_s = self._start_s + self._schedule.next_for(type(user))
            self._park_after_the_end(intended_s)
            self.judged_arrivals += intended_s >= self._judged_s
            self._sleep_until(intended_s)
            self._awaited[greenlet] = intended_s
        self._busy[greenlet] = time.monotonic()
        return 0.0

    def _sleep_until(self, intended_s: float) -> None:
        left_s = intended_s - time.monotonic()
        if left_s <= 0:
            self._observed.was_overdue()
            return
        gevent.sleep(left_s)
        self._observed.woke(time.monotonic() - intended_s)

    def _park_after_the_end(self, intended_s: float) -> None:
        if intended_s >= self._end_s:
            gevent.sleep(_FOR_EVER_S)  # until Locust stops the user

    # How users are taken over

    def _size_classes(self, weights: dict[type[User], float]) -> int:
        """Gives each class its share of the users, and at least two: a class without a user could never take its
        arrivals.
        """
        total = sum(weights.values())
        for kind, weight in weights.items():
            kind.fixed_count = max(_LEAST_USERS_OF_A_CLASS, math.ceil(self._plan.users * weight / total))
        return sum(kind.fixed_count for kind in weights)

    def _wrap_user(self, kind: type[User]) -> None:
        own_on_start, own_wait_time = kind.on_start, kind.wait_time

        def on_start(user: User) -> None:
            try:
                own_on_start(user)
            except BaseException as error:
                self.failures.append(error)
                raise
            self.ready += 1
            self._released.wait()
            user.wait()

        kind.on_start = on_start
        kind.wait_time = lambda user: self._wait(lambda: float(own_wait_time(user)))

    def _wrap_task_sets(self, tasks: Iterable[Any]) -> None:
        """A task set may have a `wait_time` of its own, which would go round the schedule."""
        task_sets: list[Any] = [task for task in tasks if inspect.isclass(task)]
        for task_set in task_sets:
            own = task_set.wait_time
            if own is not TaskSet.wait_time:
                task_set.wait_time = lambda itself, own=own: self._wait(lambda: float(own(itself)))
            self._wrap_task_sets(task_set.tasks)
