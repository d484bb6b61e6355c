"""Several processes are followed at once: no event is lost, and whatever becomes of one is noticed."""

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from slogate.channel import Event
from slogate.crew import Await, Conversation, Crew
from slogate.errors import ConfigError, CutShortError, EndedByHandError, MeasurementError
from slogate.process import Child

# Says what it is told to say, one line of events a command, until it is told to end.
ECHO = """
import json, os, sys
from slogate.channel import Channel
channel = Channel.from_environment(os.environ)
for line in os.fdopen(channel.commands_fd):
    told = json.loads(line)
    for kind in told.get("say", []):
        channel.emit(kind, by=sys.argv[1])
    if told["command"] == "end":
        sys.exit(told.get("code", 0))
    if told["command"] == "die":
        os.kill(os.getpid(), 9)
"""
Begin = Callable[[str], Child]


class Told:
    """A crew, and everything that it told nobody in particular."""

    def __init__(self) -> None:
        self.events: list[tuple[str, str]] = []
        self.end_because = ""
        self.ticks = 0
        self.crew = Crew(
            "test-of-the-crew", os.environ, asked_to_end=lambda: self.end_because, tick=self._tick, told=self._told
        )

    def _tick(self) -> None:
        self.ticks += 1

    def _told(self, event: Event) -> None:
        self.events.append((event["by"], event["event"]))


@pytest.fixture
def told() -> Iterator[Told]:
    told = Told()
    yield told
    told.crew.kill()


@pytest.fixture
def begin(told: Told, tmp_path: Path) -> Begin:
    def start(name: str) -> Child:
        arguments = [sys.executable, "-c", ECHO, name]
        return told.crew.add(Child(name, arguments, log_path=tmp_path / f"{name}.log", environ=told.crew.environ))

    return start


def rounds(child: Child, heard: list[str], count: int) -> Conversation:
    """Asks and is answered so many times, with other events between."""
    for _ in range(count):
        child.command("say", say=["aside", "answer", "aside"])
        heard.append((yield Await(("answer",)))["by"])


def awaits(*kinds: str, timeout_s: float = 60.0, silence_s: float = 60.0) -> Conversation:
    yield Await(kinds, timeout_s, silence_s)


def test_conversations_go_on_beside_each_other_and_no_event_is_lost(told: Told, begin: Begin) -> None:
    a, b = begin("a"), begin("b")
    heard: list[str] = []
    told.crew.follow({a: rounds(a, heard, 30), b: rounds(b, heard, 30)})
    assert sorted(heard) == ["a"] * 30 + ["b"] * 30
    assert heard != sorted(heard)  # neither had to wait for the other
    assert told.ticks > 0
    a.command("say", say=["last"])
    b.command("say", say=["last"])
    told.crew.follow({a: awaits("last"), b: awaits("last")})
    assert told.events.count(("a", "aside")) == told.events.count(("b", "aside")) == 60


def test_what_one_says_while_nobody_listens_is_there_later(told: Told, begin: Begin) -> None:
    a, b = begin("a"), begin("b")
    b.command("say", say=["first", "second"])
    a.command("say", say=["answer"])
    told.crew.follow({a: awaits("answer")})
    heard: list[str] = []

    def in_order() -> Conversation:
        heard.append((yield Await(("second", "first")))["event"])
        heard.append((yield Await(("second", "first")))["event"])

    told.crew.follow({b: in_order()})
    assert heard == ["first", "second"]


def test_one_that_says_its_last_word_and_ends_at_once_has_not_died(told: Told, begin: Begin) -> None:
    a, b = begin("a"), begin("b")

    def to_the_end() -> Conversation:
        a.command("end", say=["finished"])
        yield Await(("finished",))
        told.crew.release(a)

    def afterwards() -> Conversation:
        while a.exit_code is None:
            b.command("say", say=["answer"])
            yield Await(("answer",))
        b.command("say", say=["answer"])
        yield Await(("answer",))

    told.crew.follow({a: to_the_end(), b: afterwards()})
    told.crew.wait_for_released()
    assert a.exit_code == 0


@pytest.mark.parametrize("victim", ["a", "b"])
def test_when_one_is_killed_both_conversations_end(told: Told, begin: Begin, victim: str) -> None:
    children = {name: begin(name) for name in "ab"}
    left: list[str] = []

    def until_the_end(name: str) -> Conversation:
        try:
            if name == victim:
                children[name].command("die", say=["aside"])
            yield Await(("never",))
        finally:
            left.append(name)

    with pytest.raises(CutShortError, match=f"{victim} was killed by signal 9"):
        told.crew.follow({children[name]: until_the_end(name) for name in "ab"})
    assert sorted(left) == ["a", "b"]
    assert told.events == [(victim, "aside")]


def test_one_that_dies_after_its_conversation_is_noticed_during_that_of_another(told: Told, begin: Begin) -> None:
    a, b = begin("a"), begin("b")

    def short() -> Conversation:
        a.command("say", say=["ready"])
        yield Await(("ready",))
        a.command("end", code=7)

    with pytest.raises(MeasurementError, match=r"a ended before its time \(exit code 7\)"):
        told.crew.follow({a: short(), b: awaits("never")})


def test_what_one_tells_as_failed_ends_the_run(told: Told, begin: Begin, tmp_path: Path) -> None:
    program = (
        "import os\nfrom slogate.channel import Channel\n"
        "Channel.from_environment(os.environ).emit('failed', message='no such page', cure='mend it', exit_code=2)"
    )
    a = begin("a")
    b = told.crew.add(
        Child("b", [sys.executable, "-c", program], log_path=tmp_path / "b.log", environ=told.crew.environ)
    )
    with pytest.raises(ConfigError, match="no such page"):
        told.crew.follow({a: awaits("never"), b: awaits("never")})


def test_patience_has_an_end_for_each_by_itself(told: Told, begin: Begin) -> None:
    a, b = begin("a"), begin("b")
    with pytest.raises(MeasurementError, match="a was not ready or finished within 0 s"):
        told.crew.follow({a: awaits("ready", "finished", timeout_s=0.3), b: awaits("never")})
    heard: list[str] = []

    def talkative() -> Conversation:
        while True:
            b.command("say", say=["answer"])
            heard.append((yield Await(("answer",)))["by"])

    with pytest.raises(MeasurementError, match="a has given no sign of life for 1 s"):
        told.crew.follow({a: awaits("never", silence_s=0.6), b: talkative()})
    assert len(heard) > 2


@pytest.mark.parametrize(("reason", "error"), [("Ctrl-C", EndedByHandError), ("SIGTERM", CutShortError)])
def test_it_ends_when_it_is_asked_to(told: Told, begin: Begin, reason: str, error: type[CutShortError]) -> None:
    told.end_because = reason
    with pytest.raises(CutShortError, match=f"the run was ended by {reason}") as caught:
        told.crew.follow({begin("a"): awaits("never")})
    assert type(caught.value) is error
