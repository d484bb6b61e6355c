"""Makes Locust users start together and then begin their iterations when the schedule says, with no change in their
locustfile.

Each user class's `on_start` is wrapped, because the first task of a Locust user runs at once, before any `wait_time`:
now a user that is ready waits for all others. `wait_time` is wrapped too. In an open model it comes back when an
arrival is due (`dispatcher`); in a closed model it waits as the locustfile says.
"""

import inspect
import math
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import gevent
from gevent.event import Event
from locust import TaskSet, User

from slogate.load.arrivals import Schedule, Share
from slogate.load.dispatcher import Dispatcher
from slogate.load.plan import LoadPlan
from slogate.load.self_observation import SelfObservation

_FOR_EVER_S = 10**8
_MOST_ANCESTORS = 4
_SIGN_INS_PER_S = 50  # what on_start asks comes before the warm-up, and must not come as a wall


class Iteration:
    """The iteration that one user is in. `intended_s` is when it was meant to start; None in a closed model, and once
    its first request was told. `since_s` is since when something in it has no answer; None between two iterations.
    Monotonic seconds. One object a user, for it is written twice a request.
    """

    __slots__ = ("intended_s", "since_s")

    def __init__(self) -> None:
        self.intended_s: float | None = None
        self.since_s: float | None = None


class Pacing:
    """All users of one Locust process. Times are monotonic seconds."""

    def __init__(self, plan: LoadPlan, user_classes: Sequence[type[User]], observed: SelfObservation) -> None:
        self._start_s = self._judged_s = self._end_s = math.inf
        self._released = Event()
        self._sign_in_s = 0.0
        self._iterations: dict[Any, Iteration] = {}  # by greenlet
        self._asked_nothing = 0
        self.ready = 0
        self.ended_users = 0
        self.failures: list[BaseException] = []
        kinds = [kind for kind in user_classes if kind.weight > 0]
        rates = plan.rate_plan
        self._dispatcher: Dispatcher | None = None
        if rates is not None:
            schedule = Schedule(rates, plan.arrivals, plan.seed, [float(kind.weight) for kind in kinds])
            self._dispatcher = Dispatcher(schedule, len(kinds), plan.warmup_s, observed)
        self._wrap_users({kind: kinds.index(kind) if kind in kinds else None for kind in user_classes})
        self._wrap_task_sets({task_set for kind in user_classes for task_set in _task_sets(kind.tasks)})
        _do_not_sleep_for_nothing()

    # What the generator does

    def release(self, start_s: float, judged_s: float, until_s: float) -> None:
        """Lets all users go; the schedule counts from `start_s`, and no iteration begins at or after its `until_s`."""
        self._start_s, self._judged_s, self._end_s = start_s, judged_s, start_s + until_s
        if self._dispatcher is not None:
            self._dispatcher.start(start_s, until_s)
        self._released.set()

    def deal(self, share: Share) -> None:
        """Takes another share of the schedule."""
        if self._dispatcher is not None:
            self._dispatcher.deal(share)

    def close(self, until_s: float) -> None:
        """No iteration begins at or after `until_s` of the schedule."""
        self._end_s = min(self._end_s, self._start_s + until_s)
        if self._dispatcher is not None:
            self._dispatcher.close(until_s)

    @property
    def in_flight(self) -> int:
        """How many users are inside an iteration."""
        return sum(item.since_s is not None for item in self._iterations.values())

    @property
    def started_arrivals(self) -> int:
        """Judged arrivals that a user took; 0 in a closed model, which plans none."""
        return self._dispatcher.started_judged if self._dispatcher is not None else 0

    @property
    def without_request(self) -> int:
        """Judged iterations that came to their end and asked nothing."""
        return self._asked_nothing

    def unanswered(self) -> list[tuple[float, float | None]]:
        """What is still in flight: since when, and the intended start of an iteration whose first request it is."""
        return [
            (item.since_s if item.intended_s is None else item.intended_s, item.intended_s)
            for item in self._iterations.values()
            if item.since_s is not None
        ]

    def untaken(self) -> tuple[list[float], int]:
        """The intended starts for which no user ever became free, and how many of them are judged."""
        return self._dispatcher.untaken() if self._dispatcher is not None else ([], 0)

    # What a request asks

    def intended_start(self, now_s: float) -> float | None:
        """When the current iteration was meant to start; once, for its first request, and None for the later ones."""
        greenlet = gevent.getcurrent()
        iteration = self._iterations.get(greenlet) or self._iteration_of_ancestor(greenlet)
        if iteration is None or iteration.since_s is None:
            return None
        intended_s, iteration.intended_s = iteration.intended_s, None
        iteration.since_s = now_s
        return intended_s

    def _iteration_of_ancestor(self, greenlet: Any) -> Iteration | None:
        """A task may ask from greenlets that it has spawned; gevent knows which one spawned which."""
        for _ in range(_MOST_ANCESTORS):
            parent = getattr(greenlet, "spawning_greenlet", None)
            greenlet = parent() if parent is not None else None
            if greenlet is None or greenlet in self._iterations:
                return self._iterations.get(greenlet)
        return None

    # What a user does

    def _wait(self, kind: int | None, own_wait_time: Callable[[Any], float], waiting: Any) -> float:
        """Stands in for `wait_time` of a user or a task set: comes back when the next iteration of this user begins."""
        greenlet = gevent.getcurrent()
        iteration = self._iterations.get(greenlet)
        if iteration is None:
            iteration = self._iterations[greenlet] = Iteration()
        elif iteration.intended_s is not None:
            self._had_no_request(iteration)
        iteration.since_s = None
        if self._dispatcher is not None and kind is not None:
            iteration.intended_s = self._dispatcher.next_arrival(kind)
            iteration.since_s = time.monotonic()
        else:
            gevent.sleep(float(own_wait_time(waiting)))
            now_s = time.monotonic()
            if now_s >= self._end_s:
                gevent.sleep(_FOR_EVER_S)  # until Locust stops the user
            iteration.since_s = now_s
        return 0.0

    def _had_no_request(self, iteration: Iteration) -> None:
        if iteration.intended_s is not None and iteration.intended_s >= self._judged_s:
            self._asked_nothing += 1
        iteration.intended_s = None

    def _left(self, greenlet: Any) -> None:
        """A task may end its user (StopUser); Locust ends all of them after the end."""
        iteration = self._iterations.pop(greenlet, None)
        if iteration is not None:
            self._had_no_request(iteration)
        self.ended_users += time.monotonic() < self._end_s

    def _await_turn_to_sign_in(self) -> None:
        now_s = time.monotonic()
        self._sign_in_s = max(now_s, self._sign_in_s + 1 / _SIGN_INS_PER_S)
        gevent.sleep(self._sign_in_s - now_s)

    # How users are taken over

    def _wrap_users(self, indices: Mapping[type[User], int | None]) -> None:
        # All originals are read before any is replaced: a class may inherit from another one that is wrapped too.
        originals = {kind: (kind.on_start, kind.wait_time) for kind in indices}
        for kind, (own_on_start, own_wait_time) in originals.items():
            kind.on_start = self._on_start(own_on_start)
            kind.wait_time = self._wait_time(own_wait_time)
            kind.slogate_kind = indices[kind]

    def _on_start(self, own: Callable[[User], None]) -> Callable[[User], None]:
        def on_start(user: User) -> None:
            try:
                if own is not User.on_start:
                    self._await_turn_to_sign_in()
                own(user)
            except BaseException as error:
                self.failures.append(error)
                raise
            self.ready += 1
            user.greenlet.link(self._left)
            self._released.wait()
            user.wait()

        return on_start

    def _wait_time(self, own: Callable[[User], float]) -> Callable[[User], float]:
        return lambda user: self._wait(user.slogate_kind, own, user)

    def _wrap_task_sets(self, task_sets: Iterable[Any]) -> None:
        """A task set may have a `wait_time` of its own, which would go round the schedule."""
        originals = {task_set: task_set.wait_time for task_set in task_sets}
        for task_set, own in originals.items():
            if own is not TaskSet.wait_time:
                task_set.wait_time = lambda itself, own=own: self._wait(itself.user.slogate_kind, own, itself)


def _task_sets(tasks: Iterable[Any]) -> Iterator[Any]:
    """The task sets among these tasks, and those inside them."""
    task_sets: list[Any] = [task for task in tasks if inspect.isclass(task)]
    for task_set in task_sets:
        yield task_set
        yield from _task_sets(task_set.tasks)


def _do_not_sleep_for_nothing() -> None:
    """Locust sleeps for what `wait_time` gives. Ours has waited already and gives 0, and a sleep of 0 s still costs a
    round through the event loop, for each iteration.
    """
    own_sleep = TaskSet._sleep  # the hook that Locust's own task sets override

    def sleep(task_set: TaskSet, seconds: float) -> None:
        if seconds > 0:
            own_sleep(task_set, seconds)

    TaskSet._sleep = sleep  # as above
