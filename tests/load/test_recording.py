"""What Locust tells of requests becomes rows of the right phase, without secrets, and none is told twice."""

import time
from collections.abc import Callable
from typing import Any

import pytest

from slogate.load.messages import Rows
from slogate.load.recording import Phases, Recording
from slogate.load.self_observation import SelfObservation


class Hook:
    """An event of Locust."""

    def __init__(self) -> None:
        self.listeners: list[Callable[..., None]] = []

    def add_listener(self, listener: Callable[..., None]) -> None:
        self.listeners.append(listener)

    def remove_listener(self, listener: Callable[..., None]) -> None:
        self.listeners.remove(listener)

    def fire(self, **what: Any) -> None:
        for listener in self.listeners:
            listener(**what)


class Events:
    """The events of Locust that a recording listens to."""

    def __init__(self) -> None:
        self.request, self.user_error = Hook(), Hook()

    def asked(self, name: str = "/a", started_s: float | None = None, exception: Exception | None = None) -> None:
        self.request.fire(
            request_type="GET",
            name=name,
            response_time=12.5,
            response_length=7,
            response=None,
            exception=exception,
            start_time=time.time() if started_s is None else started_s,
            context={},
        )


class Recorded:
    """A recording, and what it is made of."""

    def __init__(self, *intended_s: float | None) -> None:
        self.events, self.phases = Events(), Phases("warm-up")
        offset_us = round((time.time() - time.monotonic()) * 1e6)
        intended = iter(intended_s)
        self.recording = Recording(
            self.events, "3", offset_us, self.phases, SelfObservation(), lambda _now_s: next(intended, None)
        )

    def rows(self) -> list[dict[str, Any]]:
        told: Rows = self.recording.tell_second(0)
        return [] if told.batch is None else told.batch.to_pylist()


def test_a_request_becomes_a_row() -> None:
    recorded = Recorded()
    recorded.events.asked()
    (row,) = recorded.rows()
    assert (row["endpoint"], row["method"], row["latency_us"], row["bytes"]) == ("/a", "GET", 12_500, 7)
    assert (row["worker"], row["phase"], row["outcome"], row["intended_at_us"]) == ("3", "warm-up", "ok", None)
    assert recorded.rows() == []
    assert recorded.recording.rows_told == 1


@pytest.mark.parametrize(
    ("arrival_s", "phase"), [(-1.0, "warm-up"), (0.0, "load"), (9.9, "load"), (10.0, "drain"), (11.0, "drain")]
)
def test_the_arrival_decides_on_the_phase(arrival_s: float, phase: str) -> None:
    phases = Phases("warm-up", judged_s=0.0, end_s=10.0)
    assert phases.of(arrival_s) == phase


def test_the_phase_is_that_of_the_intended_start() -> None:
    recorded = Recorded(100.0)
    recorded.phases.judged_s, recorded.phases.end_s = 50.0, 200.0
    recorded.events.asked()
    (row,) = recorded.rows()
    assert row["phase"] == "load"
    assert row["intended_at_us"] is not None


def test_an_iteration_that_raised_before_its_request_is_a_failed_row() -> None:
    recorded = Recorded(time.monotonic() - 1)
    recorded.events.user_error.fire(user_instance=None, exception=KeyError("token"), tb=None)
    (row,) = recorded.rows()
    assert (row["endpoint"], row["outcome"]) == ("(a task that raised)", "check_failed")
    assert recorded.recording.first_error == "KeyError: 'token'"


def test_one_that_raised_after_it_is_a_failed_row_too() -> None:
    recorded = Recorded()
    recorded.events.user_error.fire(user_instance=None, exception=KeyError("token"), tb=None)
    (row,) = recorded.rows()
    assert (row["outcome"], row["intended_at_us"]) == ("check_failed", None)


def test_a_request_that_cannot_be_kept_is_counted() -> None:
    recorded = Recorded()
    recorded.events.request.fire(request_type="GET", name="/a", response_time="soon")
    assert recorded.rows() == []
    assert recorded.recording.unrecorded == 1
    assert recorded.recording.first_error.startswith("TypeError")


def test_a_request_without_an_answer_is_slower_than_any_limit() -> None:
    recorded = Recorded()
    now_s = time.monotonic()
    recorded.recording.no_answer(now_s - 3, None, now_s)
    (row,) = recorded.rows()
    assert (row["outcome"], row["latency_us"]) == ("slow-timeout", 3_000_000)


def test_what_comes_after_the_end_is_not_recorded() -> None:
    recorded = Recorded()
    recorded.recording.stop()
    recorded.events.asked()
    assert recorded.rows() == []


def test_names_carry_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOP_TOKEN", "t0ken-of-the-test-4711")
    recorded = Recorded()
    recorded.events.asked("/a?key=t0ken-of-the-test-4711")
    recorded.events.asked("/a?key=t0ken-of-the-test-4711")
    assert all("4711" not in row["endpoint"] for row in recorded.rows())


def test_arrivals_told_are_those_that_were_planned() -> None:
    recorded = Recorded(time.monotonic(), None)
    recorded.events.asked()
    recorded.events.asked()
    told = recorded.recording.tell_second(5)
    assert (told.rows_told, told.arrivals_told, told.sample["in_flight"]) == (2, 1, 5.0)


def test_a_listener_that_the_scenario_removed_is_told() -> None:
    recorded = Recorded()
    recorded.events.request.listeners.clear()
    recorded.recording.stop()
    assert recorded.recording.unrecorded == 1
    assert "removed the listener" in recorded.recording.first_error


def test_a_start_is_told_right_although_the_process_stood_still_between_two_clocks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    recorded = Recorded()
    own_time, held_up = time.time, [0.05]

    def wall_clock() -> float:
        if held_up:
            time.sleep(held_up.pop())
        return own_time()

    started_s = own_time()
    monkeypatch.setattr(time, "time", wall_clock)
    recorded.events.asked(started_s=started_s)
    monkeypatch.undo()
    (row,) = recorded.rows()
    assert abs(row["started_at_us"] - started_s * 1e6) < 10_000
