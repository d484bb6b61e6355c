"""The processes of one run: starts them, follows them, notices when one dies, and leaves none behind."""

import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from slogate.channel import Event
from slogate.errors import ConfigError, CutShortError, MeasurementError, SlogateError
from slogate.process import Child, environment_for, remove_scratch, sweep
from slogate.redact import Redactor, secrets_in_environment

_POLL_S = 0.05
_STOP_TIMEOUT_S = 10.0


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

    def wait_for(
        self, child: Child, kind: str, timeout_s: float = float("inf"), silence_s: float = float("inf")
    ) -> Event:
        """The next event of that kind from that child, within `timeout_s`, and never silent for `silence_s` until then.

        Raises `CutShortError` when the run should end or a process was killed, and what a child told as `failed`.
        """
        deadline_s, heard_s = time.monotonic() + timeout_s, time.monotonic()
        while time.monotonic() < deadline_s:
            gone = child.exit_code is not None  # asked before reading, so that its last words are read
            for event in child.events():
                heard_s = time.monotonic()
                if event["event"] == kind:
                    return event
                self._attend(event)
            if gone:
                raise self._death_of(child)
            if time.monotonic() - heard_s > silence_s:
                raise MeasurementError(
                    f"{child.name} has given no sign of life for {silence_s:.0f} s: something in it never lets go",
                    cure="look for a loop or a blocking call in the scenario; it holds up all users of its process",
                )
            self.pause()
        raise MeasurementError(
            f"{child.name} was not {kind} within {timeout_s:.0f} s", cure="look at its log in the run folder"
        )

    def pause(self) -> None:
        """Waits a moment; raises when the run cannot go on."""
        if reason := self._asked_to_end():
            raise CutShortError(f"the run was ended by {reason}")
        for child in self._children:
            if child.exit_code is not None:
                raise self._death_of(child)
        if self._guardian is not None and self._guardian.poll() is not None:
            raise CutShortError("the guardian of the run was killed")
        self._tick()
        time.sleep(_POLL_S)

    def release(self, child: Child) -> None:
        """Lets a child go that has finished."""
        child.wait(_STOP_TIMEOUT_S)
        child.close()
        self._children.remove(child)

    def stop(self) -> None:
        """Ends every process in order: first asked, then made to, with all that they started."""
        for child in self._children:
            child.command("stop")
        for child in self._children:
            child.wait(_STOP_TIMEOUT_S)
            child.close()
        sweep(self._run_id)
        remove_scratch(self._run_id)

    def kill(self) -> None:
        """Ends every process at once."""
        for child in self._children:
            child.close()
        sweep(self._run_id, patience_s=0)

    def dismiss_guardian(self) -> None:
        """Tells the guardian that all is in order."""
        if self._guardian is not None:
            self._guardian.communicate(b"done")

    def logs(self) -> dict[str, str]:
        """What the processes that are still here wrote, by name, without secrets."""
        return {child.log_path.stem: self._redact(child.log()) for child in self._children}

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


def _last_line(log: str) -> str:
    lines = log.strip().splitlines()
    return lines[-1].strip() if lines else "it said nothing"
