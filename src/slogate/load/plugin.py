"""slogate inside Locust: schedules arrivals, records every request, and follows the command that started it.

An exception in a Locust event listener is swallowed there, so the exit code is a failure's from the start, and becomes
0 only when every row is with the operating system.
"""

import contextlib
import json
import os
import time
from pathlib import Path
from typing import Any

import gevent
import gevent.os
from gevent.event import Event
from locust import events

from slogate.analyzer.evidence import NO_ANSWER, RAISED, Outcome
from slogate.channel import Channel
from slogate.load.hosts import HostGuard
from slogate.load.outcome import classify
from slogate.load.pacing import Pacing
from slogate.load.plan import PLAN_VARIABLE, LoadPlan
from slogate.load.recorder import Recorder
from slogate.load.self_observation import SelfObservation
from slogate.redact import Redactor, secrets_in_environment

_BROKEN = 4  # the exit code of a generator that did not come to its end
_STOP_GRACE_S = 2.0  # for requests in flight when the command says stop: someone is waiting at the terminal
_POLL_S = 0.02


def install() -> None:
    """Hooks slogate into this Locust process, when `slogate run` started it."""
    if PLAN_VARIABLE not in os.environ:
        return
    plan = LoadPlan.read(Path(os.environ[PLAN_VARIABLE]))
    channel = Channel.from_environment(os.environ)
    guard = HostGuard(plan.allowed_hosts)
    guard.install()
    events.init.add_listener(lambda environment, **_: Generator(plan, channel, guard, environment).hold_until_go())


class Generator:
    """One Locust process from the first command to the last row."""

    def __init__(self, plan: LoadPlan, channel: Channel | None, guard: HostGuard, environment: Any) -> None:
        environment.process_exit_code = _BROKEN
        self._plan = plan
        self._channel = channel
        self._guard = guard
        self._environment = environment
        self._redact = Redactor(secrets_in_environment(os.environ))
        self._recorder = Recorder(Path(plan.requests_path), Path(plan.generator_path), worker="0")
        self._observed = SelfObservation()
        self._pacing = Pacing(plan, environment.user_classes, self._observed)
        self._go, self._stop = Event(), Event()
        self._judged_s = self._end_s = float("inf")
        self._first_error = ""
        self._next_tick_s = 0.0

    def hold_until_go(self) -> None:
        """Says ready, and holds Locust's start until the command says go."""
        options = self._environment.parsed_options
        options.num_users = self._pacing.users
        events.request.add_listener(self._on_request)
        events.user_error.add_listener(self._on_user_error)
        events.quitting.add_listener(lambda **_: self._recorder.close())
        with contextlib.suppress(OSError):
            os.nice(-10)  # where we may: a generator that must queue for the CPU measures its own queue
        if self._channel is not None:
            gevent.spawn(self._follow_commands, self._channel.commands_fd)
        self._emit("ready", users=self._pacing.users)
        if self._channel is not None:
            self._go.wait()
        if self._stop.is_set():
            raise SystemExit(_BROKEN)
        gevent.spawn(self._conduct)

    def _follow_commands(self, fd: int) -> None:
        """Obeys go and stop. The end of the pipe means that the command died: then nobody waits for the rest."""
        os.set_blocking(fd, False)
        text = b""
        while chunk := gevent.os.nb_read(fd, 4096):
            text += chunk
            *lines, text = text.split(b"\n")
            for line in lines:
                command = json.loads(line)["command"]
                (self._go if command == "go" else self._stop).set()
        self._stop.set()
        self._go.set()

    def _conduct(self) -> None:
        if not self._wait_for_users():
            return
        start_s = time.monotonic()
        self._judged_s = start_s + self._plan.warmup_s
        self._end_s = self._judged_s + self._plan.duration_s
        self._emit(
            "started",
            start_s=self._epoch_s(start_s),
            judged_s=self._epoch_s(self._judged_s),
            end_s=self._epoch_s(self._end_s),
        )
        self._pacing.release(start_s, self._judged_s, self._end_s)
        while (left_s := self._end_s - time.monotonic()) > 0 and not self._stop.wait(
            min(left_s, self._seconds_to_tick())
        ):
            self._tick_when_due()
        grace_s = self._plan.grace_s
        if self._stop.is_set():
            self._end_s, grace_s = time.monotonic(), _STOP_GRACE_S
        self._drain(self._end_s + grace_s)
        self._finish()

    def _wait_for_users(self) -> bool:
        """Waits until every user has run its on_start or failed in it; False when there is nothing to go on with."""
        pacing = self._pacing
        while pacing.ready + len(pacing.failures) < pacing.users and not self._stop.is_set():
            gevent.sleep(_POLL_S)
            self._tick_when_due()
        if pacing.ready or self._stop.is_set():
            return True
        reason = self._redact(f"{type(pacing.failures[0]).__name__}: {pacing.failures[0]}")[:500]
        self._emit(
            "failed",
            message=f"every user of the scenario ended in its on_start: {reason}",
            cure="usually a sign-in that the target refused",
        )
        self._leave(_BROKEN)
        return False

    def _drain(self, until_s: float) -> None:
        """Lets what is in flight come to its end."""
        self._pacing.close()
        while self._pacing.in_flight and time.monotonic() < until_s and self._recorder.failure is None:
            gevent.sleep(_POLL_S)
            self._tick_when_due()

    def _finish(self) -> None:
        """Arrivals that had no answer, or found no free user to the end, become rows too: slower than any limit."""
        unanswered, untaken = self._pacing.unanswered(), self._pacing.untaken()
        now_s = time.monotonic()
        for since_s, intended_s in (*unanswered, *((arrival_s, arrival_s) for arrival_s in untaken)):
            self._record(since_s, intended_s, now_s - since_s, NO_ANSWER, "", 0, Outcome.SLOW_TIMEOUT, 0)
        self._next_tick_s = 0.0
        self._tick_when_due()
        self._recorder.close()
        if self._recorder.failure is not None:
            self._emit(
                "failed",
                message=f"the requests could not be written: {self._recorder.failure}",
                cure="free space where --out points, and run it again",
            )
            self._leave(_BROKEN)
            return
        taken, missed = self._pacing.judged_arrivals, sum(time_s >= self._judged_s for time_s in untaken)
        is_open = self._plan.rate_per_s is not None
        self._emit(
            "finished",
            rows_sent=self._recorder.rows_recorded,
            planned_arrivals=taken + missed if is_open else None,
            started_arrivals=taken if is_open else None,
            without_request=self._pacing.without_request,
            unfinished=len(unanswered) + len(untaken),
            failed_users=len(self._pacing.failures),
            first_error=self._first_error,
            refused_hosts=sorted(self._guard.refused)[:20],
            end_s=self._epoch_s(self._end_s),
        )
        self._leave(0)

    def _leave(self, code: int) -> None:
        self._environment.process_exit_code = code
        self._environment.runner.quit()

    # Each request

    def _on_request(
        self,
        request_type: str,
        name: str,
        response_time: float,
        response_length: int | None,
        response: Any,
        exception: Any,
        start_time: float,
        **_: Any,
    ) -> None:
        status = getattr(response, "status_code", None) or 0
        # Locust tells the wall clock; the difference of the two clocks now brings it onto the one clock of the run.
        started_s = start_time - time.time() + time.monotonic()
        intended_s = self._pacing.intended_start()
        self._record(
            started_s,
            intended_s,
            response_time / 1000,
            name,
            request_type,
            status,
            classify(status, exception),
            response_length or 0,
        )

    def _on_user_error(self, exception: BaseException, **_: Any) -> None:
        intended_s = self._pacing.intended_start()
        if intended_s is not None:
            latency_s = time.monotonic() - intended_s
            self._record(intended_s, intended_s, latency_s, RAISED, "", 0, Outcome.CHECK_FAILED, 0)
        self._first_error = self._first_error or self._redact(f"{type(exception).__name__}: {exception}")[:300]

    def _record(
        self,
        started_s: float,
        intended_s: float | None,
        latency_s: float,
        endpoint: str,
        method: str,
        status: int,
        outcome: Outcome,
        size: int,
    ) -> None:
        arrival_s = started_s if intended_s is None else intended_s
        phase = self._phase(arrival_s)
        self._recorder.request(
            self._epoch_us(started_s),
            None if intended_s is None else self._epoch_us(intended_s),
            round(latency_s * 1e6),
            self._redact_name(endpoint),
            method,
            status,
            outcome.label,
            size,
            phase,
        )

    def _redact_name(self, name: str) -> str:
        return self._redact(name) if "?" in name or "@" in name or len(name) > 60 else name

    def _phase(self, arrival_s: float) -> str:
        if arrival_s >= self._end_s:
            return "drain"
        if arrival_s >= self._judged_s:
            return "load"
        return "warm-up" if self._judged_s < float("inf") else "sign-in"

    # Once a second

    def _seconds_to_tick(self) -> float:
        return max(0.0, self._next_tick_s - time.monotonic())

    def _tick_when_due(self) -> None:
        now_s = time.monotonic()
        if now_s < self._next_tick_s:
            return
        self._next_tick_s = now_s + 1.0
        self._recorder.flush()
        self._recorder.generator(time_us=self._epoch_us(now_s), **self._observed.sample(self._pacing.in_flight))
        if self._recorder.failure is not None:
            self._stop.set()

    def _epoch_us(self, monotonic_s: float) -> int:
        return round(monotonic_s * 1e6) + self._plan.wall_offset_us

    def _epoch_s(self, monotonic_s: float) -> float:
        return self._epoch_us(monotonic_s) / 1e6

    def _emit(self, kind: str, **fields: object) -> None:
        if self._channel is not None:
            self._channel.emit(kind, **fields)
