"""Every run greets its generators, tells them the time, keeps what they say, and notices who is gone."""

import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from slogate.load.intake import Intake
from slogate.load.members import Members
from slogate.load.messages import (
    ClockAnswer,
    ClockQuestion,
    Final,
    Hello,
    Message,
    Ready,
    Refusal,
    Rows,
    Watch,
    decode,
    encode,
)
from slogate.load.sink import Sink
from slogate.load.versions import versions_that_must_agree
from slogate.runs.chunks import read_batches
from slogate.runs.schema import HOST

FINAL = Final(0, 0, 0, 0, 0, 0, "", "", "", 0, 0, [])


class Desk:
    """An intake, and all that it said."""

    def __init__(self, folder: Path) -> None:
        self.told: list[tuple[str, Message]] = []
        self.refused: list[tuple[str, str]] = []
        self.members = Members(expected=2)
        self.generator_path = folder / "generator.arrows"
        self.sink = Sink(folder / "requests.arrows", self.generator_path)
        self.intake = Intake(
            self.members,
            self.sink,
            5_000_000,
            lambda worker, message: self.told.append((worker, message)),
            lambda member: Watch(member.name, 2.0),
            lambda message, cure: self.refused.append((message, cure)),
        )

    def admit(self, *names: str) -> None:
        for name in names:
            self.intake.hear(name, Hello(versions_that_must_agree(), {"host": "h"}))
            self.intake.hear(name, Ready())


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path)
    yield desk
    desk.sink.close()


def test_a_generator_gets_its_task_once(desk: Desk) -> None:
    hello = Hello(versions_that_must_agree(), {"host": "h"})
    first, again = desk.intake.hear("a", hello), desk.intake.hear("a", hello)
    assert first is not None
    assert again is None
    assert desk.told == [("a", Watch("1", 2.0))]
    assert desk.members.admitted == []
    desk.intake.hear("a", Ready())
    assert desk.members.admitted == [first]


def test_another_version_is_refused(desk: Desk) -> None:
    assert desk.intake.hear("a", Hello({**versions_that_must_agree(), "slogate": "0.0.1"}, {"host": "h"})) is None
    (message, cure) = desk.refused[0]
    assert "slogate 0.0.1" in message
    assert "same versions" in cure
    assert desk.told == []


def test_a_generator_may_refuse(desk: Desk) -> None:
    desk.admit("a")
    desk.intake.hear("a", Refusal("TypeError: no"))
    assert "TypeError: no" in desk.refused[0][0]


def test_it_tells_the_time_of_the_run(desk: Desk) -> None:
    desk.admit("a")
    before_us = round(time.monotonic() * 1e6)
    desk.intake.hear("a", ClockQuestion(1.5))
    answer = desk.told[-1][1]
    assert isinstance(answer, ClockAnswer)
    assert answer.asked_s == 1.5
    assert before_us <= answer.epoch_us - 5_000_000 <= round(time.monotonic() * 1e6)


def test_it_keeps_rows_and_last_words(desk: Desk) -> None:
    desk.admit("a")
    member = desk.intake.hear("a", Rows(0, 0, None, {"time_us": 1, "cpu": 0.5}))
    desk.intake.hear("a", FINAL)
    assert member is not None
    assert member.final == FINAL
    (batch,) = read_batches(desk.generator_path, HOST)
    assert batch.to_pylist()[0]["worker"] == "1"


def test_strangers_are_not_heard(desk: Desk) -> None:
    assert desk.intake.hear("x", FINAL) is None
    assert desk.intake.hear("x", Ready()) is None


def test_those_that_locust_lost_before_their_last_word_are_lost(desk: Desk) -> None:
    desk.admit("here", "silent", "gone", "finished")
    desk.intake.hear("finished", FINAL)
    nodes = {"here": SimpleNamespace(state="running"), "silent": SimpleNamespace(state="missing")}
    lost = list(desk.intake.lost_among(nodes, time.monotonic() - 7))
    assert [member.id for member in lost] == ["silent", "gone"]
    assert [member.lost_s for member in lost] == [pytest.approx(7, abs=1), pytest.approx(7, abs=1)]
    assert list(desk.intake.lost_among(nodes, None)) == []


def test_what_to_record_travels_between_processes() -> None:
    assert decode(encode(Watch("2", 1.5))) == Watch("2", 1.5)
