"""What every run does with what its generators tell: greets them, answers what time it is, keeps their rows and their
last words, and notices who was lost.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from slogate.load.members import Member, Members
from slogate.load.messages import ClockAnswer, ClockQuestion, Final, Hello, Message, Ready, Refusal, Rows
from slogate.load.sink import Sink
from slogate.load.versions import versions_that_must_agree


class Intake:
    """Hears the generators of one run.

    `task_for` is what a new one is told to do; `refuse` is called with the reason, and a cure that may be empty, when
    one cannot take part.
    """

    def __init__(
        self,
        members: Members,
        sink: Sink,
        wall_offset_us: int,
        tell: Callable[[str, Message], None],
        task_for: Callable[[Member], Message],
        refuse: Callable[[str, str], None],
    ) -> None:
        self._members = members
        self._sink = sink
        self._wall_offset_us = wall_offset_us
        self._tell = tell
        self._task_for = task_for
        self._refuse = refuse

    def hear(self, sender: str, message: Message) -> Member | None:
        """Does what any run does with a message, and says from whom it is; None for one of another run, or refused."""
        if isinstance(message, Hello):
            return self._greet(sender, message)
        member = self._members.get(sender)
        if member is None:
            return None
        match message:
            case ClockQuestion():
                now_us = round(time.monotonic() * 1e6) + self._wall_offset_us
                self._tell(sender, ClockAnswer(message.asked_s, now_us))
            case Refusal():
                self._refuse(f"generator {member.name} ({member.host}) cannot make its load: {message.reason}", "")
            case Ready():
                member.admitted = True
            case Rows():
                member.heard(message)
                self._sink.rows(member.name, message)
            case Final():
                member.final = message
        return member

    def lost_among(self, nodes: Mapping[str, Any], since_s: float | None) -> Iterator[Member]:
        """Marks and yields those that Locust's master has lost before their last word. `since_s` is when the load
        began, in monotonic seconds; None when it has not.
        """
        for member in self._members.living:
            node = nodes.get(member.id)
            if member.final is None and (node is None or node.state == "missing"):
                member.lost_s = 0.0 if since_s is None else time.monotonic() - since_s
                yield member

    def _greet(self, sender: str, hello: Hello) -> Member | None:
        if self._members.get(sender) is not None:
            return None  # it has asked twice
        own = versions_that_must_agree()
        member = self._members.add(sender, hello.about)
        if hello.versions != own:
            self._refuse(
                f"generator {member.name} ({member.host}) runs {_said(hello.versions)} and this one {_said(own)}",
                "install the same versions everywhere",
            )
            return None
        self._tell(sender, self._task_for(member))
        return member


def _said(versions: dict[str, str]) -> str:
    return ", ".join(f"{name} {version}" for name, version in versions.items())
