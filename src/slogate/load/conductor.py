"""Conducts a load: gathers the generators, starts them together, keeps what they tell, notices those that are lost, and
ends with the last word of each.

It follows the command (`channel`) and makes no request itself. Where one process makes the load it is in that process,
else in Locust's master.
"""

import json
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import gevent
import gevent.os
from gevent.event import Event

from slogate.channel import Channel
from slogate.load import crowd
from slogate.load.arrivals import WHOLE, count_of
from slogate.load.intake import Intake
from slogate.load.members import Member, Members
from slogate.load.messages import Begin, Close, Deal, Message, PlanFor, Ready, Users
from slogate.load.plan import LoadPlan
from slogate.load.sink import Sink

BROKEN = 4  # the exit code of a generator that did not come to its end
_STOP_GRACE_S = 2.0  # for requests in flight when the command says stop: someone is waiting at the terminal
_FINAL_TIMEOUT_S = 15.0
_LEAD_S = 0.5  # between telling generators on other machines to begin or share anew, and that time
_SIGN_OF_LIFE_S = 1.0
_POLL_S = 0.02
_WATCH_S = 0.2  # under load, where each look takes time from the users


class Conductor:
    """One load from the first command to the last row. Times inside are monotonic seconds of this process."""

    def __init__(
        self, plan: LoadPlan, channel: Channel | None, environment: Any, tell: Callable[[str, Message], None]
    ) -> None:
        environment.process_exit_code = BROKEN
        self._plan = plan
        self._channel = channel
        self._environment = environment
        self._tell = tell
        self._sink = Sink(Path(plan.requests_path), Path(plan.generator_path))
        self._members = Members(expected=plan.workers)
        self._intake = Intake(
            self._members,
            self._sink,
            plan.wall_offset_us,
            tell,
            lambda member: PlanFor(plan.as_dict(), member.name),
            self._fail,
        )
        self._go, self._stop = Event(), Event()
        self._early_end = ""
        self._start_s: float | None = None
        self._end_s = float("inf")
        self._said_s = 0.0
        environment.dispatcher_class = lambda worker_nodes, user_classes: crowd.Dispatch(
            self._users_of, worker_nodes, user_classes
        )
        environment.events.quitting.add_listener(lambda **_: self._sink.close())

    def hold_until_go(self) -> None:
        """Gathers the generators and says ready, and holds Locust's start until the command says go."""
        if self._channel is not None:
            self._spawn(self._follow_commands, self._channel.commands_fd)
        self._gather()
        if self._stop.is_set():
            raise SystemExit(BROKEN)
        options = self._environment.parsed_options
        options.num_users = sum(sum(self._users_of(member.id).values()) for member in self._members.living)
        self._emit("ready", users=options.num_users)
        if self._channel is not None:
            self._go.wait()
        if self._stop.is_set():
            raise SystemExit(BROKEN)
        self._spawn(self._conduct)

    def hear(self, sender: str, message: Message) -> None:
        """What a generator says, by its Locust id."""
        member = self._intake.hear(sender, message)
        if member is None:
            return
        match message:
            case Ready() if self._start_s is not None:
                self._take_in_late(member)
            case Users():
                member.users = message
                if member.is_waiting_for_a_share and self._has_its_users(member):
                    member.is_waiting_for_a_share = False
                    self._deal()

    # Generators

    def _gather(self) -> None:
        deadline_s = time.monotonic() + self._plan.workers_timeout_s
        told = -1
        expected = max(1, self._plan.workers)
        while (joined := len(self._members.admitted)) < expected and not self._stop.is_set():
            if joined != told and self._plan.workers:
                told = joined
                self._emit("gathering", joined=joined, expected=expected)
            if time.monotonic() > deadline_s:
                self._fail(
                    f"{joined} of {expected} generators joined within {self._plan.workers_timeout_s:.0f} s",
                    "start them with `slogate worker --master HOST`, and see whether the port is open",
                )
                return
            gevent.sleep(_POLL_S)

    def _users_of(self, sender: str) -> dict[str, int]:
        member = self._members.get(sender)
        if member is None or not member.admitted:
            return {}
        classes, generators = self._environment.user_classes, max(1, self._plan.workers)
        if self._plan.stretches is None:
            return crowd.users_of_a_closed_load(classes, self._plan.users, member.index, generators)
        return crowd.users_of_an_open_load(classes, self._plan.users, generators)

    def _has_its_users(self, member: Member) -> bool:
        users = member.users
        return users is not None and users.ready + users.failed >= sum(self._users_of(member.id).values())

    def _take_in_late(self, member: Member) -> None:
        """One that joins when the load runs: it gets users, and a share as soon as they are there."""
        assert self._start_s is not None  # noqa: S101  # asked by the caller
        member.joined_s = max(0.0, time.monotonic() - self._start_s)
        self._tell(member.id, Begin(self._epoch_us(self._start_s), 0, 0))
        if self._plan.stretches is not None and time.monotonic() < self._end_s:
            member.is_waiting_for_a_share = True
            runner = self._environment.runner
            gevent.spawn(runner.start, sum(sum(self._users_of(one.id).values()) for one in self._members.living), 1.0)

    def _deal(self) -> None:
        """Shares the schedule anew among those that are there."""
        assert self._start_s is not None  # noqa: S101  # nothing is dealt before the start
        from_s = time.monotonic() + 2 * _LEAD_S
        for member, share in self._members.deal(from_s - self._start_s):
            self._tell(member.id, Deal(self._epoch_us(from_s), share.index, share.count))

    def _look_after_generators(self) -> None:
        if not self._plan.workers:
            return
        for member in self._intake.lost_among(self._environment.runner.clients, self._start_s):
            self._emit("generator_lost", worker=member.name, host=member.host)
            if self._start_s is not None:
                self._deal()

    # The load

    def _conduct(self) -> None:
        if not self._wait_for_users():
            return
        self._start_s = start_s = time.monotonic() + (_LEAD_S if self._plan.workers else 0.0)
        judged_s = start_s + self._plan.warmup_s
        self._end_s = judged_s + self._plan.duration_s
        self._emit(
            "started",
            start_s=self._epoch_us(start_s) / 1e6,
            judged_s=self._epoch_us(judged_s) / 1e6,
            end_s=self._epoch_us(self._end_s) / 1e6,
        )
        for member, share in self._members.deal(0.0):
            self._tell(member.id, Begin(self._epoch_us(start_s), share.index, share.count))
        while (left_s := self._end_s - time.monotonic()) > 0 and not self._stop.wait(min(left_s, _WATCH_S)):
            self._say_that_it_goes_on()
            self._look_after_generators()
            if self._sink.failure is not None or not self._members.living:
                self._stop.set()
        self._await_finals(self._close())
        self._finish(start_s)

    def _close(self) -> float:
        """Ends the load where it is to end earlier than planned. How long requests in flight may take, in seconds."""
        if not self._stop.is_set():
            return self._plan.grace_s
        grace_s = self._plan.grace_s if self._early_end else _STOP_GRACE_S
        self._end_s = min(self._end_s, time.monotonic())
        for member in self._members.living:
            self._tell(member.id, Close(self._epoch_us(self._end_s), grace_s))
        return grace_s

    def _await_finals(self, grace_s: float) -> None:
        until_s = self._end_s + grace_s + _FINAL_TIMEOUT_S
        while any(member.final is None for member in self._members.living) and time.monotonic() < until_s:
            gevent.sleep(_POLL_S)
            self._say_that_it_goes_on()
            self._look_after_generators()

    def _tell_of_users(self) -> None:
        now_s = time.monotonic()
        if now_s - self._said_s >= _SIGN_OF_LIFE_S:
            self._said_s = now_s
            told = [member.users for member in self._members.living if member.users is not None]
            self._emit(
                "signing_in",
                ready=sum(users.ready for users in told),
                failed=sum(users.failed for users in told),
                of=sum(sum(self._users_of(member.id).values()) for member in self._members.living),
            )

    def _say_that_it_goes_on(self) -> None:
        now_s = time.monotonic()
        if now_s - self._said_s >= _SIGN_OF_LIFE_S:
            self._said_s = now_s
            self._emit("alive")

    def _wait_for_users(self) -> bool:
        """Waits until every user has run its on_start or failed in it; False when there is nothing to go on with."""
        members = self._members
        while not self._stop.is_set() and not all(map(self._has_its_users, members.living)):
            gevent.sleep(_POLL_S)
            self._tell_of_users()
            self._look_after_generators()
        lost = [member for member in members.admitted if member.lost_s is not None]
        if lost:
            self._fail(f"generator {lost[0].name} ({lost[0].host}) was lost before the load began", "see what ended it")
            return False
        if self._stop.is_set() or any(member.users is not None and member.users.ready for member in members.living):
            return True
        reason = next((member.users.first_failure for member in members.living if member.users is not None), "")
        self._fail(
            f"every user of the scenario ended in its on_start: {reason}", "usually a sign-in that the target refused"
        )
        return False

    def _finish(self, start_s: float) -> None:
        plan = self._plan
        self._sink.close()
        if self._sink.failure is not None:
            self._fail(
                f"the requests could not be written: {self._sink.failure}",
                "free space where --out points, and run it again",
            )
            return
        if not self._members.living:
            self._fail("every generator was lost", "look at the machines that they ran on")
            return
        window = (plan.warmup_s, self._until_s(start_s))
        planned = None
        if (rates := plan.rate_plan) is not None:
            planned = count_of(rates, plan.arrivals, plan.seed, [WHOLE], *window)
        self._emit(
            "finished",
            end_s=self._epoch_us(self._end_s) / 1e6,
            planned_arrivals=planned,
            ended_early=self._early_end,
            **self._members.account(plan, window, planned),
        )
        self._leave(0)

    def _until_s(self, start_s: float) -> float:
        """Where the schedule ended, in its own seconds: as planned to the last digit, unless it ended earlier."""
        planned_s = self._plan.warmup_s + self._plan.duration_s
        return self._end_s - start_s if self._stop.is_set() else planned_s

    # The command

    def _follow_commands(self, fd: int) -> None:
        """Obeys go, end and stop. The end of the pipe means that the command died: then nobody waits for the rest."""
        os.set_blocking(fd, False)
        text = b""
        while chunk := gevent.os.nb_read(fd, 4096):
            text += chunk
            *lines, text = text.split(b"\n")
            for line in lines:
                told = json.loads(line)
                if told["command"] == "go":
                    self._go.set()
                else:
                    self._early_end = told.get("reason", "")
                    self._stop.set()
                    self._go.set()  # it may still be held
        self._early_end = ""
        self._stop.set()
        self._go.set()

    def _fail(self, message: str, cure: str) -> None:
        self._emit("failed", message=message, cure=cure)
        self._stop.set()
        self._leave(BROKEN)

    def _spawn(self, work: Callable[..., None], *arguments: object) -> None:
        """Work in the background whose failure is told: the command would wait for ever otherwise."""

        def fail(greenlet: Any) -> None:
            self._fail(f"slogate's part in Locust broke: {greenlet.exception!r}", "report it with the kept locust.log")

        gevent.spawn(work, *arguments).link_exception(fail)

    def _leave(self, code: int) -> None:
        self._environment.process_exit_code = code
        gevent.spawn(self._environment.runner.quit)

    def _emit(self, kind: str, **fields: object) -> None:
        if self._channel is not None:
            self._channel.emit(kind, **fields)

    def _epoch_us(self, monotonic_s: float) -> int:
        return round(monotonic_s * 1e6) + self._plan.wall_offset_us
