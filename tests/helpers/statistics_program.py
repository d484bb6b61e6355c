"""Locust's statistics are the same whether its own listener fills them or slogate does, once a second. A program:
Locust patches the process.

statistics_program.py fails with a traceback, or prints "held".
"""

import random
import sys
import time
from typing import Any

import locust  # noqa: F401  # it patches the process, and wants to be first
from locust.env import Environment
from locust.exception import CatchResponseError

from slogate.load.recording import Phases, Recording
from slogate.load.self_observation import SelfObservation
from slogate.load.statistics import Statistics

SECONDS = 3
ERRORS = (None, None, None, CatchResponseError("empty"), ConnectionRefusedError(111, "refused"), TimeoutError())


def seen(stats: Any) -> dict[str, Any]:
    """What a reader of Locust's statistics finds, but for the moments, which differ by the second."""
    entries = {key: entry for key, entry in stats.entries.items() if entry.num_requests}
    return {
        "entries": {key: numbers(entry) for key, entry in (*entries.items(), ("total", stats.total))},
        "errors": {key: error.occurrences for key, error in stats.errors.items()},
        "median": stats.total.get_response_time_percentile(0.5),
    }


def numbers(entry: Any) -> dict[str, Any]:
    """The counts and times of one entry."""
    return {
        "requests": entry.num_requests,
        "per second": sum(entry.num_reqs_per_sec.values()),
        "failures": entry.num_failures,
        "response times": dict(sorted(entry.response_times.items())),
        "sum": round(entry.total_response_time, 3),
        "range": (entry.min_response_time, entry.max_response_time),
        "bytes": entry.total_content_length,
    }


theirs, ours = Environment(), Environment()
for environment in (theirs, ours):
    environment.create_local_runner()
own_listeners = list(ours.events.request._handlers)
statistics = Statistics(ours.events.request, ours.stats)
assert ours.events.request._handlers == []
recording = Recording(ours.events, "1", 0, Phases("load"), SelfObservation(), lambda _now_s: None, statistics.failed)
draw = random.Random(7)  # noqa: S311 (data of a test)
for _ in range(SECONDS):
    for _ in range(500):
        told: dict[str, Any] = {
            "request_type": draw.choice(("GET", "POST")),
            "name": draw.choice(("/", "/api/items", "/über")),
            "response_time": draw.randrange(1, 30_000_000) / 1000,
            "response_length": draw.randrange(10_000),
            "response": None,
            "exception": draw.choice(ERRORS),
            "context": {},
            "start_time": time.time(),
        }
        theirs.events.request.fire(**told)
        ours.events.request.fire(**told)
    recording.no_answer(time.monotonic(), None, time.monotonic())  # Locust does not tell of it
    assert ours.stats.total.num_failures / max(1, ours.stats.num_requests) < 0.6  # never failures without requests
    statistics.add(recording.tell_second(0).batch)
assert seen(theirs.stats) == seen(ours.stats)
assert ours.stats.num_requests == SECONDS * 500

recording.stop()
statistics.stop()
assert ours.events.request._handlers == own_listeners
ours.events.request.fire(**told)
assert ours.stats.num_requests == SECONDS * 500 + 1

ours.events.request._handlers[:] = [lambda **_: None]  # a Locust whose listener has another name
statistics = Statistics(ours.events.request, ours.stats)
statistics.failed("GET", "/", TimeoutError())
statistics.add(None)
statistics.stop()
assert len(ours.events.request._handlers) == 1
assert ours.stats.num_requests == SECONDS * 500 + 1
sys.stdout.write("held\n")
