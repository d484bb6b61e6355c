"""What the conductor does with generators that are late, lost, refused or silent; the generators are played here."""

import contextlib
import json
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import gevent
import pyarrow as pa
import pytest

from slogate.channel import Channel
from slogate.load.arrivals import WHOLE, Share, count_of
from slogate.load.conductor import Conductor
from slogate.load.messages import (
    Begin,
    ClockAnswer,
    ClockQuestion,
    Close,
    Deal,
    Final,
    Hello,
    Message,
    PlanFor,
    Ready,
    Rows,
    Users,
)
from slogate.load.plan import LoadPlan
from slogate.load.recorder import Recorder
from slogate.load.versions import versions_that_must_agree
from slogate.runs.chunks import read_batches
from slogate.runs.schema import HOST, REQUESTS
from slogate.slo.rates import Stretch

USERS = 4


class Stage:
    """A conductor, its command at the other end of two pipes, and what it told to whom."""

    def __init__(self, tmp_path: Path, *, workers: int = 2, duration_s: float = 0.6, timeout_s: float = 5.0) -> None:
        self.plan = LoadPlan(
            stretches=(Stretch(0.2 + duration_s, 100, 100),),
            users=USERS,
            arrivals="poisson",
            seed=3,
            warmup_s=0.2,
            duration_s=duration_s,
            grace_s=0.1,
            allowed_hosts=("127.0.0.1",),
            requests_path=str(tmp_path / "requests"),
            generator_path=str(tmp_path / "generator"),
            wall_offset_us=10**15,
            workers=workers,
            workers_timeout_s=timeout_s,
        )
        events_read, events_write = os.pipe()
        commands_read, self._commands_write = os.pipe()
        os.set_blocking(events_read, False)
        self._events_read = events_read
        self._open = [events_read, events_write, commands_read]
        self.nodes: dict[str, Any] = {}
        self._quitting: list[Callable[[], None]] = []
        self.quits = 0
        self.environment = SimpleNamespace(
            user_classes=[SimpleNamespace(__name__="Shopper", weight=1, fixed_count=0)],
            parsed_options=SimpleNamespace(),
            events=SimpleNamespace(quitting=SimpleNamespace(add_listener=self._quitting.append)),
            runner=SimpleNamespace(clients=self.nodes, start=self._start, quit=self._quit),
        )
        self.told: list[tuple[str, Message]] = []
        self.started_again = 0
        self.conductor = Conductor(
            self.plan,
            Channel(events_write, commands_read),
            self.environment,
            lambda worker, message: self.told.append((worker, message)),
        )
        self.events: list[dict[str, Any]] = []

    def join(self, name: str, versions: dict[str, str] | None = None) -> None:
        self.nodes[name] = SimpleNamespace(state="ready")
        about = {"host": f"host-{name}", "pid": 7, "open_files_limit": 1024, "ports": 100}
        self.conductor.hear(name, Hello(versions or versions_that_must_agree(), about))
        self.conductor.hear(name, Ready())

    def users_are_there(self, name: str, ready: int = USERS, failed: int = 0) -> None:
        self.conductor.hear(name, Users(ready, failed, "refused" if failed else ""))

    def rows(self, name: str, count: int, told_before: int = 0) -> None:
        recorder = Recorder(name, 10**15)
        for _ in range(count):
            recorder.keep(1.0, 1.0, 0.01, 1, None, recorder.kind("/x", "GET", 200, "ok", "load"))
        batch = recorder.take()
        total = told_before + count
        self.conductor.hear(name, Rows(total, total, batch, {"time_us": 5, "cpu": 0.1}))

    def final(self, name: str, rows: int, started: int = 0) -> None:
        self.conductor.hear(name, Final(rows, started, 0, 0, 0, 0, "", "", "", 0, 0, []))

    def command(self, name: str, **fields: str) -> None:
        os.write(self._commands_write, json.dumps({"command": name, **fields}).encode() + b"\n")

    def messages(self, kind: type, to: str | None = None) -> list[Any]:
        return [message for worker, message in self.told if isinstance(message, kind) and to in {None, worker}]

    def event(self, kind: str, timeout_s: float = 20.0) -> dict[str, Any]:
        """The first event of that kind, awaited."""
        deadline_s = time.monotonic() + timeout_s
        while time.monotonic() < deadline_s:
            try:
                self.events += [json.loads(line) for line in os.read(self._events_read, 65536).splitlines()]
            except BlockingIOError:
                gevent.sleep(0.01)
            found = [item for item in self.events if item["event"] == kind]
            if found:
                return found[0]
        raise AssertionError(f"no {kind} among {self.events}")

    def hold(self) -> Any:
        """Lets the conductor gather its generators."""

        def hold() -> None:
            with contextlib.suppress(SystemExit):  # as Locust's main function would end
                self.conductor.hold_until_go()

        return gevent.spawn(hold)

    def begin(self, *names: str) -> None:
        """Everything up to the start of the load with these generators."""
        holding = self.hold()
        for name in names:
            self.join(name)
        self.event("ready")
        self.command("go")
        holding.join(timeout=20)
        for name in names:
            self.users_are_there(name)
        self.event("started")

    def await_close(self) -> None:
        """Until the generators are told to end."""
        deadline_s = time.monotonic() + 20
        while not self.messages(Close):
            assert time.monotonic() < deadline_s
            gevent.sleep(0.01)

    def close(self) -> None:
        """As when the command dies: the conductor comes to its end by itself."""
        os.close(self._commands_write)
        gevent.sleep(0.1)
        for listener in self._quitting:
            listener()
        for fd in self._open:
            os.close(fd)

    def _start(self, *_: object) -> None:
        self.started_again += 1

    def _quit(self) -> None:
        self.quits += 1


@pytest.fixture
def make_stage(tmp_path: Path) -> Iterator[Callable[..., Stage]]:
    stages: list[Stage] = []

    def make(**options: float) -> Stage:
        stages.append(Stage(tmp_path, **options))  # type: ignore[arg-type]  # each test passes what it is about
        return stages[-1]

    yield make
    for stage in stages:
        stage.close()


MakeStage = Callable[..., Stage]


def test_two_generators_share_the_schedule_and_all_they_tell_is_kept(make_stage: MakeStage) -> None:
    stage = make_stage()
    stage.begin("a", "b")
    assert stage.environment.parsed_options.num_users == 2 * USERS
    assert [message.worker for message in stage.messages(PlanFor)] == ["1", "2"]
    begins = {worker: (begin.index, begin.count) for worker, begin in stage.told if isinstance(begin, Begin)}
    assert begins == {"a": (0, 2), "b": (1, 2)}
    assert len({begin.start_us for begin in stage.messages(Begin)}) == 1
    stage.rows("a", 3)
    stage.rows("b", 2)
    stage.final("a", 3, started=40)
    stage.final("b", 2, started=41)
    finished = stage.event("finished")
    assert finished["rows_sent"] == 5
    assert finished["started_arrivals"] == 81
    rates = stage.plan.rate_plan
    assert rates is not None
    assert finished["planned_arrivals"] == count_of(rates, "poisson", 3, [WHOLE], 0.2, 0.2 + 0.6)
    assert [worker["state"] for worker in finished["workers"]] == ["finished", "finished"]
    rows = pa.Table.from_batches(read_batches(Path(stage.plan.requests_path), REQUESTS))
    assert sorted(rows["worker"].to_pylist()) == ["a", "a", "a", "b", "b"]
    samples = pa.Table.from_batches(read_batches(Path(stage.plan.generator_path), HOST))
    assert samples["worker"].to_pylist() == ["1", "2"]
    gevent.sleep(0.05)
    assert (stage.environment.process_exit_code, stage.quits) == (0, 1)


def test_a_lost_generator_is_noticed_replaced_and_accounted_for(make_stage: MakeStage) -> None:
    stage = make_stage(duration_s=2.5)
    stage.begin("a", "b")
    stage.rows("b", 7)
    gevent.sleep(0.6)
    stage.nodes["b"].state = "missing"
    assert stage.event("generator_lost")["host"] == "host-b"
    gevent.sleep(0.1)
    (deal,) = stage.messages(Deal, to="a")
    assert (deal.index, deal.count) == (0, 1)
    assert not stage.messages(Deal, to="b")
    stage.final("a", 10, started=100)
    finished = stage.event("finished")
    lost = finished["workers"][1]
    assert (lost["state"], lost["rows_received"]) == ("lost", 7)
    rates = stage.plan.rate_plan
    assert rates is not None
    from_s = (deal.from_us - stage.messages(Begin)[0].start_us) / 1e6
    assert lost["arrivals_missing"] == count_of(rates, "poisson", 3, [Share(0.0, 1, 2)], 0.0, from_s) - 7
    assert finished["rows_sent"] == 17


def test_one_that_joins_late_gets_users_and_then_a_share(make_stage: MakeStage) -> None:
    stage = make_stage(workers=1, duration_s=2.0)
    stage.begin("a")
    gevent.sleep(0.7)
    stage.join("b")
    gevent.sleep(0.05)
    assert stage.started_again == 1  # Locust gives it its users
    (begin,) = stage.messages(Begin, to="b")
    assert begin.count == 0  # nothing yet
    assert not stage.messages(Deal)
    stage.users_are_there("b", ready=USERS)
    assert [(deal.index, deal.count) for deal in stage.messages(Deal)] == [(0, 2), (1, 2)]
    stage.final("a", 0)
    stage.final("b", 0)
    assert [worker["joined_s"] > 0 for worker in stage.event("finished")["workers"]] == [False, True]


def test_other_versions_are_refused(make_stage: MakeStage) -> None:
    stage = make_stage()
    stage.hold()
    stage.join("a", versions={"slogate": "0.0.1", "numpy": "1"})
    failed = stage.event("failed")
    assert "slogate 0.0.1" in failed["message"]
    assert "same versions" in failed["cure"]


def test_generators_that_never_join(make_stage: MakeStage) -> None:
    stage = make_stage(timeout_s=0.3)
    holding = stage.hold()
    stage.join("a")
    assert "1 of 2 generators joined" in stage.event("failed")["message"]
    holding.join(timeout=20)
    assert stage.environment.process_exit_code == 4


def test_users_that_all_fail_to_sign_in(make_stage: MakeStage) -> None:
    stage = make_stage(workers=1)
    holding = stage.hold()
    stage.join("a")
    stage.event("ready")
    stage.command("go")
    holding.join(timeout=20)
    stage.users_are_there("a", ready=0, failed=USERS)
    assert "every user of the scenario ended in its on_start: refused" in stage.event("failed")["message"]


def test_one_that_is_lost_before_the_start(make_stage: MakeStage) -> None:
    stage = make_stage()
    holding = stage.hold()
    stage.join("a")
    stage.join("b")
    stage.event("ready")
    stage.command("go")
    holding.join(timeout=20)
    stage.users_are_there("a")
    del stage.nodes["b"]
    assert "lost before the load began" in stage.event("failed")["message"]


def test_an_early_end_lets_requests_finish_and_says_why(make_stage: MakeStage) -> None:
    stage = make_stage(workers=1, duration_s=30.0)
    stage.begin("a")
    stage.command("end", reason="p99 is sure to fail")
    stage.event("started")
    stage.await_close()
    (close,) = stage.messages(Close)
    assert close.grace_s == stage.plan.grace_s
    stage.final("a", 0, started=5)
    finished = stage.event("finished")
    assert finished["ended_early"] == "p99 is sure to fail"
    assert finished["end_s"] == pytest.approx(close.end_us / 1e6)
    assert finished["planned_arrivals"] < 3000


def test_stop_waits_for_nobody_long(make_stage: MakeStage) -> None:
    stage = make_stage(workers=1, duration_s=30.0)
    stage.begin("a")
    stage.command("stop")
    stage.await_close()
    assert stage.messages(Close)[0].grace_s == 2.0
    stage.final("a", 0)
    assert stage.event("finished")["ended_early"] == ""


def test_the_clock_of_the_run_is_told(make_stage: MakeStage) -> None:
    stage = make_stage()
    stage.hold()
    stage.join("a")
    before_us = round(time.monotonic() * 1e6) + 10**15
    stage.conductor.hear("a", ClockQuestion(5.0))
    (answer,) = stage.messages(ClockAnswer)
    assert answer.asked_s == 5.0
    assert before_us <= answer.epoch_us <= round(time.monotonic() * 1e6) + 10**15


def test_strangers_are_not_heard(make_stage: MakeStage) -> None:
    stage = make_stage(workers=1)
    stage.rows("stranger", 5)
    assert list(read_batches(Path(stage.plan.requests_path), REQUESTS)) == []
