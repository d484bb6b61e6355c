"""Arrivals go to free users in turn, and wait with their intended time when there is none."""

import time
from collections import Counter
from collections.abc import Callable, Iterator

import gevent
import pytest

from slogate.load.arrivals import WHOLE, Schedule, Share
from slogate.load.dispatcher import Dispatcher
from slogate.load.self_observation import SelfObservation
from slogate.slo.rates import constant


class Load:
    """Users that take arrivals and are busy for `busy_s` with each."""

    def __init__(
        self, users: int, busy_s: float, *, seconds: float = 0.5, kinds: int = 1, judged_from_s: float = 0.0
    ) -> None:
        self.seconds = seconds
        self.schedule = Schedule(constant(200, seconds), "uniform", 1, [1.0] * kinds)
        self.schedule.deal(WHOLE)
        self.observed = SelfObservation()
        self.dispatcher = Dispatcher(self.schedule, kinds, judged_from_s, self.observed)
        self.taken: list[tuple[int, float]] = []
        self.users = [gevent.spawn(self._live, number, number % kinds, busy_s) for number in range(users)]
        gevent.sleep(0)

    def run(self) -> float:
        """Runs the whole load; when it began."""
        start_s = time.monotonic()
        self.dispatcher.start(start_s, self.seconds)
        gevent.sleep(self.seconds + 0.3)
        return start_s

    def _live(self, number: int, kind: int, busy_s: float) -> None:
        while True:
            intended_s = self.dispatcher.next_arrival(kind)
            self.taken.append((number, intended_s))
            gevent.sleep(busy_s)


@pytest.fixture
def make_load() -> Iterator[Callable[..., Load]]:
    made: list[Load] = []

    def make(**options: float) -> Load:
        made.append(Load(**options))  # type: ignore[arg-type]  # each test passes what it is about
        return made[-1]

    yield make
    for load in made:
        gevent.killall(load.users)


MakeLoad = Callable[..., Load]


def test_every_arrival_is_taken_once_at_its_intended_time(make_load: MakeLoad) -> None:
    load = make_load(users=10, busy_s=0.001)
    start_s = load.run()
    offsets = sorted(intended_s - start_s for _, intended_s in load.taken)
    assert offsets == pytest.approx([number / 200 for number in range(1, 100)], abs=1e-6)
    assert load.dispatcher.untaken() == ([], 0)
    assert load.dispatcher.started_judged == 99


def test_the_one_that_has_been_free_longest_is_next(make_load: MakeLoad) -> None:
    load = make_load(users=5, busy_s=0.0001)
    load.run()
    assert max(Counter(number for number, _ in load.taken).values()) <= 99 / 5 + 5
    assert [number for number, _ in load.taken[:5]] == [0, 1, 2, 3, 4]


def test_an_arrival_without_a_free_user_waits_and_keeps_its_intended_start(make_load: MakeLoad) -> None:
    load = make_load(users=1, busy_s=0.05)
    start_s = load.run()
    offsets = [intended_s - start_s for _, intended_s in load.taken]
    assert offsets == sorted(offsets)
    assert offsets[0] == pytest.approx(0.005)
    assert offsets[1] == pytest.approx(0.010)  # though it was taken 50 ms later
    left, judged = load.dispatcher.untaken()
    assert len(left) + len(load.taken) == 99
    assert judged == len(left)
    assert load.observed.sample(0)["backlog"] == len(load.taken) - 1


def test_what_is_judged_is_told_by_the_schedules_own_time(make_load: MakeLoad) -> None:
    load = make_load(users=5, busy_s=0.0001, judged_from_s=0.25)
    load.run()
    assert load.dispatcher.started_judged == 50  # 0.250, 0.255, ... 0.495


def test_classes_have_arrivals_of_their_own(make_load: MakeLoad) -> None:
    load = make_load(users=4, busy_s=0.0001, kinds=2)
    start_s = load.run()
    expected = Schedule(constant(200, 0.5), "uniform", 1, [1.0, 1.0])
    expected.deal(WHOLE)
    kinds = {}
    while (arrival := expected.pop()) is not None:
        kinds[round(arrival.time_s * 1000)] = arrival.kind
    assert {round((at_s - start_s) * 1000): number % 2 for number, at_s in load.taken} == kinds


def test_nothing_is_handed_out_after_the_end(make_load: MakeLoad) -> None:
    load = make_load(users=5, busy_s=0.0001)
    start_s = time.monotonic()
    load.dispatcher.start(start_s, 0.5)
    gevent.sleep(0.1)
    load.dispatcher.close(0.2)
    gevent.sleep(0.5)
    assert max(intended_s - start_s for _, intended_s in load.taken) < 0.2
    assert load.dispatcher.untaken() == ([], 0)


def test_another_share_holds_from_its_time_on(make_load: MakeLoad) -> None:
    load = make_load(users=5, busy_s=0.0001)
    start_s = time.monotonic()
    load.dispatcher.start(start_s, 0.5)
    load.dispatcher.deal(Share(0.25, 0, 2))
    gevent.sleep(0.8)
    offsets = [intended_s - start_s for _, intended_s in load.taken]
    assert sum(offset < 0.2499 for offset in offsets) == 49
    assert sum(offset >= 0.2499 for offset in offsets) == 25


def test_a_user_that_is_stopped_while_it_waits_takes_no_arrival_with_it(make_load: MakeLoad) -> None:
    load = make_load(users=3, busy_s=0.0001)
    load.users[1].kill()
    load.run()
    assert {number for number, _ in load.taken} == {0, 2}
    assert len(load.taken) == 99


def test_nothing_arrives_before_the_start(make_load: MakeLoad) -> None:
    load = make_load(users=3, busy_s=0.0001)
    gevent.sleep(0.05)
    assert load.taken == []
