"""One test of plain Locust, from its start to its verdict.

Locust makes the load and says when it begins and ends. This keeps the folder of the run true all the while, takes in
what the generators record, waits for the last word of each, and has the run judged.
"""

import os
import sys
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import gevent
from gevent.event import Event
from locust.runners import MasterRunner

from slogate import verify
from slogate.analyzer.evidence import RunState
from slogate.errors import CutShortError, MeasurementError, SlogateError
from slogate.host.address import is_this_machine
from slogate.load.intake import Intake
from slogate.load.members import Members
from slogate.load.messages import Close, Message, Ready, Watch
from slogate.load.self_observation import describe_generator
from slogate.load.sink import Sink
from slogate.load.witness import Witness
from slogate.redact import without_credentials
from slogate.runs.folder import RunFolder
from slogate.runs.record import Record
from slogate.slo.file import SloFile
from slogate.slo.model import Area

_LOCAL = "local"  # what Locust's local runner calls its only node
_POLL_S = 0.02
_TICK_S = 1.0
_JOIN_TIMEOUT_S = 6.0  # they are connected already, and ask once a second
_FINAL_TIMEOUT_S = 15.0
_EARLY_S = 1.0  # Locust's own timer may be a little early


@dataclass(frozen=True)
class Order:
    """What was asked for on the command line: judge by this file, keep the run there, and call it so."""

    file: SloFile
    out: Path
    release: str

    @property
    def patience_s(self) -> float:
        """The longest latency limit: what has waited so long is slower than any. 1 s where there is no limit."""
        limits = [
            item.limit.value / 1e6 for item in self.file.slo.objectives() if item.metric == "latency" and item.limit
        ]
        return max(limits, default=1.0)

    def watch(self, worker: str) -> Watch:
        """What the generator of that name is to do."""
        return Watch(worker, self.patience_s, self.file.slo.verify_tls)


class Run:
    """Begins with the test: raises `RunFolderError` when it cannot. `tell` reaches a generator by its Locust id.

    `failure` says why the run is not complete, if it is not; `outcome` is there once it is judged. Times inside are
    monotonic seconds of this process.
    """

    def __init__(self, environment: Any, order: Order, tell: Callable[[str, Message], None]) -> None:
        self._environment = environment
        self._order = order
        self._tell = tell
        self._distributed = isinstance(environment.runner, MasterRunner)
        self._wall_offset_us = round((time.time() - time.monotonic()) * 1e6)
        self._start_s = time.monotonic()
        self._judged_s: float | None = None
        self._end_s: float | None = None
        self._users = 0
        self._gathering = True
        self._ending = False
        self._ended = Event()
        self.failure: SlogateError | None = None
        self.outcome: verify.Outcome | None = None
        self.folder = RunFolder.create(order.out, order.release, datetime.now(UTC))
        self._record = Record.begin(self._fields(), uuid.uuid4().hex, self.folder)
        self._record.load_planned(None, 0, "closed", 0, 0.0, 0.0)
        self._record.phase("warm-up", self._epoch_s(self._start_s), self._epoch_s(self._start_s))
        remote = next((host for host in self._hosts() if not is_this_machine(host)), None)
        if remote is not None:
            self._record.host_is_elsewhere(without_credentials(remote))
        self.folder.write_text("slo.yaml", order.file.text)
        self._record.write()
        self._members = Members(expected=int(self._distributed))
        self._sink = Sink(self.folder.parts / "requests.arrows", self.folder.parts / "generator.arrows")
        self._intake = Intake(
            self._members,
            self._sink,
            self._wall_offset_us,
            tell,
            lambda member: order.watch(member.name),
            lambda message, cure: self._fail(MeasurementError(message, cure=cure)),
        )
        self._witness: Witness | None = None
        gevent.spawn(self._tick_to_the_end)

    @property
    def is_judged_so_far(self) -> bool:
        """Whether there is something on disk that the verdict looks at, and it is not final yet."""
        return self._judged_s is not None and not self._ending and time.monotonic() > self._judged_s + 2 * _TICK_S

    def begin(self) -> None:
        """Holds Locust's start until everything that it will make is going to be recorded."""
        if self._distributed:
            self._gather()
        else:
            task = self._order.watch(self._members.add(_LOCAL, describe_generator()).name)
            self._witness = Witness(
                self._environment, task, self._wall_offset_us, lambda message: self.hear(_LOCAL, message)
            )
        self._gathering = False
        if self.failure is not None:
            stop_soon(self._environment)

    def hear(self, sender: str, message: Message) -> None:
        """What a generator says, by its Locust id."""
        member = self._intake.hear(sender, message)
        if member is not None and isinstance(message, Ready) and not self._gathering:
            member.joined_s = time.monotonic() - self._start_s
        if self._sink.failure is not None:
            self._fail(
                MeasurementError(
                    f"the requests could not be written: {self._sink.failure}",
                    cure="free space where --slo-out points, and run it again",
                )
            )

    def all_users_are_there(self, user_count: int) -> None:
        """Locust has started as many users as it was asked for: what they ask from now on is judged."""
        self._users = max(self._users, user_count)
        self._record.load_users(self._users)
        if self._judged_s is None:
            self._judged_s = time.monotonic()
            self._record.phase_reaches(self._epoch_s(self._judged_s))
            self._record.phase("load", self._epoch_s(self._judged_s), self._epoch_s(self._judged_s), judged=True)
        self._keep_record()

    def stopping(self) -> None:
        """Locust is about to stop the users."""
        self._end_s = time.monotonic()
        self._notice_strangers()

    def end(self) -> None:
        """Takes the last words of the generators, settles the folder and judges it. Whoever comes second waits here."""
        if self._ending:
            self._ended.wait()
            return
        self._ending = True
        try:
            self._await_last_words()
            self._settle()
            self.outcome = verify.conclude(self.folder, self._order.file, self.failure, _note, os.environ)
        except SlogateError as error:
            self.failure = self.failure or error
        finally:
            self._ended.set()

    # Generators

    def _gather(self) -> None:
        """Waits until every worker of Locust takes part."""
        deadline_s = time.monotonic() + _JOIN_TIMEOUT_S
        while (strangers := self._strangers()) and self.failure is None:
            if time.monotonic() > deadline_s:
                self._fail(_not_taking_part(strangers))
            gevent.sleep(_POLL_S)

    def _strangers(self) -> list[str]:
        """Workers that may make a part of the load and do not take part here, by their Locust id."""
        admitted = {member.id for member in self._members.admitted}
        clients = self._environment.runner.clients
        return [node.id for node in clients.ready + clients.spawning + clients.running if node.id not in admitted]

    def _notice_strangers(self) -> None:
        if self._distributed and (strangers := self._strangers()):
            self.failure = self.failure or _not_taking_part(strangers)

    def _look_after_generators(self) -> None:
        if self._distributed:
            for member in self._intake.lost_among(self._environment.runner.clients, self._start_s):
                _note(f"load generator {member.name} ({member.host}) was lost; the others go on")

    def _await_last_words(self) -> None:
        if self._witness is not None:
            self._witness.close()
        now_us = round(self._epoch_s(time.monotonic()) * 1e6)
        for member in self._members.living if self._distributed else ():
            self._tell(member.id, Close(now_us, 0.0))
        until_s = time.monotonic() + self._environment.stop_timeout + _FINAL_TIMEOUT_S
        while any(member.final is None for member in self._members.living) and time.monotonic() < until_s:
            gevent.sleep(_POLL_S)
            self._look_after_generators()

    # The end

    def _fail(self, error: SlogateError) -> None:
        """Keeps the first failure, and ends the test: nothing that comes later could be judged."""
        if self.failure is None:
            self.failure = error
            if not self._gathering:
                stop_soon(self._environment)

    def _settle(self) -> None:
        self._sink.close()
        end_s = self._end_s if self._end_s is not None else time.monotonic()
        judged_s = self._judged_s if self._judged_s is not None else end_s
        self._record.load_finished(
            {
                **self._members.account(None, (0.0, end_s - self._start_s), None),
                "end_s": self._epoch_s(end_s),
                "warmup_s": judged_s - self._start_s,
                "duration_s": end_s - judged_s,
            }
        )
        self.failure = self.failure or self._cut_short(end_s)
        if self.failure is None:
            self._record.state = RunState.COMPLETE
        else:
            cut_short = isinstance(self.failure, CutShortError)
            self._record.state = RunState.INTERRUPTED if cut_short else RunState.FAILED
            self._record.reason = self.failure.message
        self.folder.release_reserve()
        self._record.end(self._epoch_s(time.monotonic()))
        self.folder.settle()

    def _cut_short(self, end_s: float) -> CutShortError | None:
        """Why the test is not all that was asked for. One that has no run time lasts until somebody ends it, and so
        does one in the web interface.
        """
        options = self._environment.parsed_options
        lasted_s = end_s - self._start_s
        if not options.headless or not options.run_time or lasted_s > options.run_time - _EARLY_S:
            return None
        return CutShortError(f"the test was ended after {lasted_s:.0f} s of the {options.run_time} s of its --run-time")

    # run.json while the test lasts

    def _tick_to_the_end(self) -> None:
        while not self._ending:
            gevent.sleep(_TICK_S)
            if self._end_s is None and not self._ending:
                self._look_after_generators()
                self._record.phase_reaches(self._epoch_s(time.monotonic()))
                self._keep_record()

    def _keep_record(self) -> None:
        try:
            self._record.write()
        except SlogateError as error:
            self._fail(error)

    def _hosts(self) -> list[str]:
        """The addresses that the users ask."""
        hosts = [self._environment.host] if self._environment.host else [c.host for c in self._environment.user_classes]
        return list(dict.fromkeys(host for host in hosts if host))

    def _fields(self) -> dict[str, Any]:
        slo = self._order.file.slo
        return {
            "command": "locust",
            "service": slo.service,
            "release": self._order.release,
            "profile": "locust",
            "areas": [Area.API.value],
            "targets": {Area.API.value: ", ".join(map(without_credentials, self._hosts()))},
            "allow_inconclusive": slo.policy.inconclusive == "allow",
            "verify_tls": slo.verify_tls,
            "variables": self._order.file.judging_variables,
        }

    def _epoch_s(self, monotonic_s: float) -> float:
        return monotonic_s + self._wall_offset_us / 1e6


def stop_soon(environment: Any) -> None:
    """Has Locust end the test, and itself where nobody could start another one."""
    runner = environment.runner
    gevent.spawn(runner.quit if environment.parsed_options.headless else runner.stop)


def _not_taking_part(workers: list[str]) -> MeasurementError:
    return MeasurementError(
        f"{len(workers)} of Locust's workers tell nothing of their requests: {', '.join(workers)}",
        cure="let the locustfile import slogate.locust there too, with slogate installed",
    )


def _note(message: str) -> None:
    sys.stderr.write(f"{message}\n")
