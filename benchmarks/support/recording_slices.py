"""One Locust process that is recorded in slices, in several ways in turn. A program: Locust patches the process.

python -m benchmarks.support.recording_slices URL USERS ROUNDS SLICE_S prints CPU microseconds a request in each slice,
by way, as JSON.
"""

import json
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import gevent
import locust
from locust.env import Environment

from slogate.load.messages import Message, Rows, Watch
from slogate.load.recording import Phases, Recording
from slogate.load.self_observation import SelfObservation
from slogate.load.sink import Sink
from slogate.load.statistics import Statistics
from slogate.load.witness import Witness


class Slices:
    """Each method is one slice, and gives CPU microseconds a request."""

    def __init__(self, environment: Any, slice_s: float) -> None:
        self._slice_s = slice_s
        self._environment = environment
        self._event = environment.events.request

    def plain(self) -> float:
        """Nobody listens but Locust."""
        total = self._environment.stats.total
        before, before_s = total.num_requests, time.process_time()
        gevent.sleep(self._slice_s)
        cost_s = time.process_time() - before_s
        return cost_s / int(total.num_requests - before) * 1e6

    def heard(self) -> float:
        """A listener does nothing: what Locust's event alone costs."""
        self._event.add_listener(_does_nothing)
        cost_us = self.plain()
        self._event.remove_listener(_does_nothing)
        return cost_us

    def by_locust_slo(self) -> float:
        """As `locust --slo` records; Locust keeps its statistics itself."""
        with _sink() as sink:

            def write(message: Message) -> None:
                if isinstance(message, Rows):
                    sink.rows("w1", message)

            Witness(self._environment, Watch("w1", 1.0), 0, write)
            cost_us = self.plain()
            self._environment.events.test_stop.fire(environment=self._environment)
        return cost_us

    def by_slogate_run(self) -> float:
        """As `slogate run` records, and fills Locust's statistics."""
        with _sink() as sink:
            statistics = Statistics(self._event, self._environment.stats)
            recording = Recording(
                self._environment.events,
                "w1",
                0,
                Phases("load"),
                SelfObservation(),
                lambda _now_s: None,
                statistics.failed,
            )
            before_s = time.process_time()
            gevent.sleep(self._slice_s)
            second = recording.tell_second(0)
            sink.rows("w1", second)
            statistics.add(second.batch)
            cost_us = (time.process_time() - before_s) / second.rows_told * 1e6
            recording.stop()
            statistics.stop()
        return cost_us


def main(url: str, users: int, rounds: int, slice_s: float) -> None:
    """Runs the load, and prints what the slices cost."""
    ask = locust.task(lambda user: user.client.get("/item"))
    body = {"host": url, "ask": ask, "wait_time": locust.constant(0)}
    environment = Environment(user_classes=[type("Visitor", (locust.FastHttpUser,), body)])
    runner: Any = environment.create_local_runner()
    runner.start(users, spawn_rate=users)
    gevent.sleep(2.0)
    slices = Slices(environment, slice_s)
    ways = [slices.plain, slices.heard, slices.by_locust_slo, slices.by_slogate_run]
    found: dict[str, list[float]] = {way.__name__: [] for way in ways}
    for number in range(rounds):
        for way in ways if number % 2 else reversed(ways):
            found[way.__name__].append(way())
    runner.quit()
    assert runner.stats.total.num_failures == 0
    print(json.dumps(found))


@contextmanager
def _sink() -> Iterator[Sink]:
    with tempfile.TemporaryDirectory() as name:
        sink = Sink(Path(name, "requests"), Path(name, "generator"))
        yield sink
        sink.close()


def _does_nothing(
    request_type: str, name: str, response_time: float, response_length: int, response: object, **_: object
) -> None:
    """A listener like any."""


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4]))
