"""Wakes free users when arrivals are due."""

import math
import time
from collections import deque
from collections.abc import Iterator
from typing import Any

import gevent

from slogate.load.alarm import alarm
from slogate.load.arrivals import Arrival, Schedule, Share
from slogate.load.self_observation import SelfObservation


class Dispatcher:
    """Hands the arrivals of a schedule to users of their class.

    A user that waits is free, and the one that has been free longest gets the next arrival of its class: so all of them
    take part, as different visitors would. An arrival that finds no free user is overdue, and the next user that
    becomes free takes it: late, but with its intended start.

    Intended starts are monotonic seconds. `judged_from_s` and `until_s` are seconds of the schedule, and compared with
    its times as they were drawn: so whoever counts the schedule elsewhere counts the same.
    """

    def __init__(self, schedule: Schedule, kinds: int, judged_from_s: float, observed: SelfObservation) -> None:
        self._schedule = schedule
        self._observed = observed
        self._judged_from_s = judged_from_s
        self._free: list[deque[Any]] = [deque() for _ in range(kinds)]
        self._overdue: list[deque[Arrival]] = [deque() for _ in range(kinds)]
        self._hub = gevent.get_hub()
        self._alarm = alarm(self._hand_out)
        self._start_s = math.inf
        self._until_s = math.inf
        self.started_judged = 0

    def start(self, start_s: float, until_s: float) -> None:
        """Begins: the schedule counts from `start_s`, and no arrival at or after its `until_s` is handed out."""
        self._start_s, self._until_s = start_s, min(self._until_s, until_s)
        self._set_alarm()

    def deal(self, share: Share) -> None:
        """Takes another share of the schedule from some time on."""
        self._schedule.deal(share)
        self._set_alarm()

    def close(self, until_s: float) -> None:
        """No arrival at or after `until_s` is handed out."""
        self._until_s = min(self._until_s, until_s)
        self._set_alarm()

    def next_arrival(self, kind: int) -> float:
        """The intended start of the next iteration of the user that calls, which waits here until it is due."""
        if self._overdue[kind] and self._overdue[kind][0].time_s < self._until_s:
            self._observed.was_overdue()
            return self._start(self._overdue[kind].popleft())
        user, free = gevent.getcurrent(), self._free[kind]
        free.append(user)
        try:
            intended_s: float = self._hub.switch()
        except BaseException:  # it is stopped while it waits
            if user in free:
                free.remove(user)
            raise
        return intended_s

    def untaken(self) -> tuple[list[float], int]:
        """The intended starts for which no user ever became free, and how many of them are judged."""
        waiting = [arrival for queue in self._overdue for arrival in queue if arrival.time_s < self._until_s]
        left = sorted([*waiting, *self._due_by(math.inf)])
        judged = sum(arrival.time_s >= self._judged_from_s for arrival in left)
        return [self._start_s + arrival.time_s for arrival in left], judged

    def _start(self, arrival: Arrival) -> float:
        self.started_judged += arrival.time_s >= self._judged_from_s
        return self._start_s + arrival.time_s

    def _due_by(self, now_s: float) -> Iterator[Arrival]:
        while (ahead := self._schedule.peek()) is not None:
            if ahead.time_s >= self._until_s or self._start_s + ahead.time_s > now_s:
                return
            self._schedule.pop()
            yield ahead

    def _hand_out(self) -> None:
        """Runs in the event loop: a user that is switched to runs until it waits for something."""
        for arrival in self._due_by(time.monotonic()):
            if self._free[arrival.kind]:
                user, intended_s = self._free[arrival.kind].popleft(), self._start(arrival)
                self._observed.woke(time.monotonic() - intended_s)
                user.switch(intended_s)
            else:
                self._overdue[arrival.kind].append(arrival)
        self._set_alarm()

    def _set_alarm(self) -> None:
        ahead = self._schedule.peek() if self._start_s < math.inf else None
        if ahead is None or ahead.time_s >= self._until_s:
            self._alarm.clear()
        else:
            self._alarm.set(self._start_s + ahead.time_s)
