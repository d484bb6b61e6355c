"""How a conductor and its generators reach each other: inside one process, or through Locust's master and workers."""

import sys
import time
from collections.abc import Callable
from typing import Any

import gevent

from slogate.channel import Channel
from slogate.load.conductor import BROKEN, Conductor
from slogate.load.generator import Generator
from slogate.load.messages import (
    TYPE,
    Begin,
    ClockAnswer,
    ClockQuestion,
    Close,
    Deal,
    Final,
    Hello,
    Message,
    PlanFor,
    Refusal,
    Watch,
    decode,
    encode,
)
from slogate.load.plan import LoadPlan
from slogate.load.self_observation import describe_generator
from slogate.load.versions import versions_that_must_agree
from slogate.load.witness import Witness

_HELLO_PERIOD_S = 1.0
_CLOCK_QUESTIONS = 9
_MASTER_SILENT_S = 15.0  # Locust itself waits a minute, in which the load would go on with nobody to keep it


class Follower:
    """A generator's side: says hello, takes what it is to do, finds the clock of the run, and obeys.

    A `Generator` makes its share of one load. A `Witness` records one test of plain Locust, and its Follower is there
    for the next one.
    """

    def __init__(self, environment: Any, tell: Callable[[Message], None]) -> None:
        self._environment = environment
        self._tell = tell
        self._task: PlanFor | Watch | None = None
        self._answers: list[tuple[float, int]] = []  # round trip in seconds, and the offset that it gives
        self._part: Generator | Witness | None = None

    @property
    def has_task(self) -> bool:
        """Whether the conductor has answered."""
        return self._task is not None

    def say_hello(self) -> None:
        """Asks for something to do."""
        self._tell(Hello(versions_that_must_agree(), describe_generator()))

    def obey(self, message: Message) -> None:
        """What the conductor says."""
        match message, self._part:
            case ((PlanFor() | Watch()), None) if self._task is None:
                self._task = message
                self._tell(ClockQuestion(time.monotonic()))
            case ClockAnswer(), None if self._task is not None:
                self._learn_the_clock(message, self._task)
            case Begin(), Generator() as generator:
                generator.begin(message.start_us, message.index, message.count)
            case Deal(), Generator() as generator:
                generator.deal(message.from_us, message.index, message.count)
            case Close(), Generator() as generator:
                generator.close(message.end_us, message.grace_s)
            case Close(), Witness() as witness:
                witness.close()

    def _learn_the_clock(self, answer: ClockAnswer, task: PlanFor | Watch) -> None:
        """Of several answers the one that came back soonest is the least wrong: by half of its round trip at most
        (Cristian, Probabilistic Clock Synchronization, Distributed Computing 3, 1989).
        """
        now_s = time.monotonic()
        middle_s = (answer.asked_s + now_s) / 2
        self._answers.append((now_s - answer.asked_s, answer.epoch_us - round(middle_s * 1e6)))
        if len(self._answers) < _CLOCK_QUESTIONS:
            self._tell(ClockQuestion(time.monotonic()))
            return
        offset_us = min(self._answers)[1]
        if isinstance(task, Watch):
            self._part = Witness(self._environment, task, offset_us, self._tell_as_witness)
            return
        plan = LoadPlan.from_dict(task.plan)
        try:
            self._part = Generator(self._environment, plan, task.worker, offset_us, self._tell)
        except (TypeError, ValueError, AttributeError) as error:  # a scenario that cannot be taken over
            self._tell(Refusal(f"{type(error).__name__}: {error}"))

    def _tell_as_witness(self, message: Message) -> None:
        self._tell(message)
        if isinstance(message, Final):
            self._task, self._part, self._answers = None, None, []


def conduct_here(environment: Any, plan: LoadPlan, channel: Channel | None) -> None:
    """Conductor and generator in this process. Messages wait in a queue, so that neither runs inside the other."""
    name = "local"  # what Locust's local runner calls its only node
    to_conductor: gevent.queue.Queue[Message] = gevent.queue.Queue()
    to_generator: gevent.queue.Queue[Message] = gevent.queue.Queue()
    conductor = Conductor(plan, channel, environment, lambda _, message: to_generator.put(message))
    follower = Follower(environment, to_conductor.put)
    gevent.spawn(_forward, to_conductor, lambda message: conductor.hear(name, message))
    gevent.spawn(_forward, to_generator, follower.obey)
    follower.say_hello()
    conductor.hold_until_go()


def conduct_workers(environment: Any, plan: LoadPlan, channel: Channel | None) -> None:
    """The conductor in Locust's master; generators are its workers."""
    runner = environment.runner
    conductor = Conductor(
        plan, channel, environment, lambda worker, message: runner.send_message(TYPE, encode(message), worker)
    )
    runner.register_message(TYPE, lambda msg, **_: conductor.hear(msg.node_id, decode(msg.data)))
    conductor.hold_until_go()


def follow_master(environment: Any) -> None:
    """A generator in a Locust worker, if its master has something for it to do. To be called twice changes nothing."""
    runner = environment.runner
    if TYPE in runner.custom_messages:
        return

    def tell(message: Message) -> None:
        runner.send_message(TYPE, encode(message))
        if isinstance(message, Final):
            environment.process_exit_code = 0

    follower = Follower(environment, tell)

    def obey(message: Message) -> None:
        if isinstance(message, PlanFor | Watch):
            environment.process_exit_code = BROKEN  # until the last word is said
        follower.obey(message)

    runner.register_message(TYPE, lambda msg, **_: obey(decode(msg.data)))
    gevent.spawn(_say_hello_while_there_is_no_task, follower)


def leave_when_the_master_is_gone(environment: Any) -> None:
    """Ends this Locust worker when its master has been silent for a while."""
    gevent.spawn(_leave_when_the_master_is_gone, environment)


def _forward(queue: Any, take: Callable[[Message], None]) -> None:
    while True:
        take(queue.get())


def _say_hello_while_there_is_no_task(follower: Follower) -> None:
    while True:
        if not follower.has_task:
            follower.say_hello()
        gevent.sleep(_HELLO_PERIOD_S)


def _leave_when_the_master_is_gone(environment: Any) -> None:
    runner = environment.runner
    while True:
        gevent.sleep(_HELLO_PERIOD_S)
        heard_s = runner.last_heartbeat_timestamp
        if heard_s is not None and time.time() - heard_s > _MASTER_SILENT_S:
            sys.stderr.write(f"the master has been silent for {_MASTER_SILENT_S:.0f} s; this worker ends\n")
            environment.process_exit_code = BROKEN  # also after the last word: nobody has heard it
            runner.quit()
            return
