"""The processes of one run: starts them, follows them, notices when one dies, and leaves none behind.

What is to be said to a process, and what it is to answer, is a *conversation*: a generator that yields what it waits
for (`Await`) and is sent the event. Conversations with several processes go on beside each other, so that none has to
wait for another to speak.
"""

import subprocess
import sys
import time
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass
from pathlib import Path

from slogate.channel import Event
from slogate.errors import ConfigError, CutShortError, EndedByHandError, MeasurementError, SlogateError
from slogate.interruption import CTRL_C
from slogate.process import Child, environment_for, remove_scratch, sweep
from slogate.redact import Redactor, secrets_in_environment

_POLL_S = 0.05
_STOP_TIMEOUT_S = 10.0


@dataclass(frozen=True)
class Await:
    """Waits for the next event of one of these kinds, within `timeout_s`, of a process that is never silent for
    `silence_s` until then.
    """

    kinds: tuple[str, ...]
    timeout_s: float = float("inf")
    silence_s: float = float("inf")


Conversation = Generator[Await, Event, None]


class Crew:
    """All processes of a run, watched over by a guardian that outlives this one.

    `asked_to_end` tells why the run should end, or is empty; `tick` is called many times a second while something is
    awaited; `told` gets every event that nobody awaits.
    """

    def __init__(
        self,
        run_id: str,
        environ: Mapping[str, str],
        *,
        asked_to_end: Callable[[], str],
        tick: Callable[[], None],
        told: Callable[[Event], None],
    ) -> None:
        self._run_id = run_id
        self._asked_to_end = asked_to_end
        self._tick = tick
        self._told = told
        self._redact = Redactor(secrets_in_environment(environ))
        self._children: list[Child] = []
        self._released: list[Child] = []
        self._followed: set[Child] = set()  # in a conversation, where their end is noticed after their last words
        self._guardian: subprocess.Popen[bytes] | None = None
        self.environ = environment_for(run_id, environ)

    def guard(self, folder: Path) -> None:
        """Starts the guardian of a run folder."""
        self._guardian = subprocess.Popen(
            [sys.executable, "-m", "slogate.runs.guardian", str(folder), self._run_id],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def add(self, child: Child) -> Child:
        """Takes a process in: from now on its death is noticed."""
        self._children.append(child)
        return child

    def follow(self, conversations: Mapping[Child, Conversation]) -> None:
        """Goes on with a conversation with each of these processes until all have come to their end.

        Raises `CutShortError` when the run should end or a process was killed, and what a process told as `failed`.
        """
        talks = [_Talk(child, conversation) for child, conversation in conversations.items()]
        try:
            for talk in talks:
                talk.begin()
            while talks := [talk for talk in talks if self._goes_on(talk)]:
                self._followed = {talk.child for talk in talks}
                self.pause()
        finally:
            self._followed = set()
            for talk in talks:
                talk.end()

    def pause(self) -> None:
        """Waits a moment; raises when the run cannot go on."""
        if reason := self._asked_to_end():
            raise (EndedByHandError if reason == CTRL_C else CutShortError)(f"the run was ended by {reason}")
        if self._guardian is not None and self._guardian.poll() is not None:
            raise CutShortError("the guardian of the run was killed")
        for child in self._children:
            if child not in self._followed and child.exit_code is not None:
                raise self._death_of(child)
        self._tick()
        time.sleep(_POLL_S)

    def release(self, child: Child) -> None:
        """Lets a child go that has finished: from now on its end is no death."""
        self._children.remove(child)
        self._released.append(child)

    def wait_for_released(self) -> None:
        """Waits until those that were let go are gone, with all that they started."""
        for child in self._released:
            child.wait(_STOP_TIMEOUT_S)
            child.close()
        self._released.clear()

    def stop(self) -> None:
        """Ends every process in order: first asked, then made to, with all that they started."""
        for child in self._children:
            child.command("stop")
        for child in self._children:
            child.wait(_STOP_TIMEOUT_S)
            child.close()
        self.wait_for_released()
        sweep(self._run_id)
        remove_scratch(self._run_id)

    def kill(self) -> None:
        """Ends every process at once."""
        for child in [*self._children, *self._released]:
            child.close()
        sweep(self._run_id, patience_s=0)

    def dismiss_guardian(self) -> None:
        """Tells the guardian that all is in order."""
        if self._guardian is not None:
            self._guardian.communicate(b"done")

    def logs(self) -> dict[str, str]:
        """What the processes that are still here wrote, by name, without secrets."""
        return {child.log_path.stem: self.log_of(child) for child in self._children}

    def log_of(self, child: Child) -> str:
        """What one of them wrote, without secrets, also when it is gone."""
        return self._redact(child.log())

    def _goes_on(self, talk: "_Talk") -> bool:
        """Takes in what a process has said; whether its conversation goes on."""
        child = talk.child
        gone = child.exit_code is not None  # asked before reading, so that its last words are read
        for event in child.events():
            if not talk.takes(event):
                self._attend(event)
            elif talk.awaits is None:
                return False
        if talk.awaits is not None and gone:
            raise self._death_of(child)
        talk.check_patience()
        return talk.awaits is not None

    def _attend(self, event: Event) -> None:
        if event["event"] != "failed":
            self._told(event)
            return
        message, cure = self._redact(str(event["message"])), self._redact(str(event.get("cure", "")))
        if event.get("exit_code") == ConfigError.exit_code:
            raise ConfigError(message, cure=cure)
        raise (CutShortError if event.get("cut_short") else MeasurementError)(message, cure=cure)

    def _death_of(self, child: Child) -> SlogateError:
        """Why a child is gone: its last words, the signal that ended it, or the last line of its log."""
        try:
            for event in child.events():
                self._attend(event)
        except SlogateError as told:
            return told
        code = child.exit_code
        if code is not None and code < 0:
            return CutShortError(f"{child.name} was killed by signal {-code}")
        return child.explain_death() or MeasurementError(
            f"{child.name} ended before its time (exit code {code}): {self._redact(_last_line(child.log()))}",
            cure="look at its log in the run folder",
        )


class _Talk:
    """A conversation with one process, and what it waits for; None once it has come to its end."""

    def __init__(self, child: Child, conversation: Conversation) -> None:
        self.child = child
        self._conversation = conversation
        self.awaits: Await | None = None
        self._since_s = self._heard_s = 0.0

    def begin(self) -> None:
        """Goes on to the first event that is awaited."""
        self._go_on(lambda: next(self._conversation))

    def takes(self, event: Event) -> bool:
        """Whether this was awaited; if so, the conversation has gone on with it."""
        self._heard_s = time.monotonic()
        if self.awaits is None or event["event"] not in self.awaits.kinds:
            return False
        self._go_on(lambda: self._conversation.send(event))
        return True

    def end(self) -> None:
        """Leaves the conversation where it is."""
        self._conversation.close()

    def check_patience(self) -> None:
        """Raises `MeasurementError` when the process has been waited for, or been silent, for too long."""
        now_s = time.monotonic()
        if self.awaits is None:
            return
        if now_s - self._since_s > self.awaits.timeout_s:
            raise MeasurementError(
                f"{self.child.name} was not {' or '.join(self.awaits.kinds)} within {self.awaits.timeout_s:.0f} s",
                cure="look at its log in the run folder",
            )
        if now_s - self._heard_s > self.awaits.silence_s:
            raise MeasurementError(
                f"{self.child.name} has given no sign of life for {self.awaits.silence_s:.0f} s: something in it never "
                "lets go",
                cure="look for a loop or a blocking call in the scenario; it holds up all users of its process",
            )

    def _go_on(self, step: Callable[[], Await]) -> None:
        try:
            self.awaits = step()
        except StopIteration:
            self.awaits = None
        self._since_s = self._heard_s = time.monotonic()


def _last_line(log: str) -> str:
    lines = log.strip().splitlines()
    return lines[-1].strip() if lines else "it said nothing"
