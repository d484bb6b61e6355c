"""An alarm goes off once, not before its time, and only at the time that was set last."""

import sys
import time
from collections.abc import Callable

import gevent
import pytest

from slogate.load.alarm import DescriptorAlarm, LoopAlarm

Make = Callable[[Callable[[], None]], LoopAlarm | DescriptorAlarm]
ON_LINUX = pytest.mark.skipif(sys.platform != "linux", reason="only Linux has timers that are file descriptors")
KINDS = pytest.mark.parametrize("make", [LoopAlarm, pytest.param(DescriptorAlarm, marks=ON_LINUX)])


@KINDS
def test_it_rings_once_and_not_before_its_time(make: Make) -> None:
    rung: list[float] = []
    alarm = make(lambda: rung.append(time.monotonic()))
    for _ in range(20):
        rung.clear()
        at_s = time.monotonic() + 0.0037
        alarm.set(at_s)
        gevent.sleep(0.02)
        while not rung:
            gevent.sleep(0.01)
        assert len(rung) == 1
        assert rung[0] >= at_s - 0.001  # gevent's loop allows itself that much


@KINDS
def test_a_time_that_is_over_rings_at_once(make: Make) -> None:
    rung: list[float] = []
    make(lambda: rung.append(1)).set(time.monotonic() - 5)
    while not rung:
        gevent.sleep(0.01)
    gevent.sleep(0.02)
    assert len(rung) == 1


@KINDS
def test_only_the_time_that_was_set_last_rings(make: Make) -> None:
    rung: list[float] = []
    alarm = make(lambda: rung.append(time.monotonic()))
    alarm.set(time.monotonic() + 0.01)
    later_s = time.monotonic() + 0.1
    alarm.set(later_s)
    while not rung:
        gevent.sleep(0.01)
    assert len(rung) == 1
    assert rung[0] >= later_s - 0.001


@KINDS
def test_a_cleared_alarm_stays_silent(make: Make) -> None:
    rung: list[float] = []
    alarm = make(lambda: rung.append(1))
    alarm.set(time.monotonic() + 0.01)
    alarm.clear()
    gevent.sleep(0.05)
    assert not rung


@KINDS
def test_it_can_be_set_again_while_it_rings(make: Make) -> None:
    rung: list[float] = []

    def ring() -> None:
        rung.append(1)
        if len(rung) < 3:
            alarm.set(time.monotonic())

    alarm = make(ring)
    alarm.set(time.monotonic())
    while len(rung) < 3:
        gevent.sleep(0.01)
    gevent.sleep(0.02)
    assert len(rung) == 3


@ON_LINUX
def test_an_alarm_that_was_set_anew_after_it_had_gone_off_is_not_lost() -> None:
    rung: list[float] = []
    alarm = DescriptorAlarm(lambda: rung.append(1))
    alarm.set(time.monotonic())
    time.sleep(0.02)  # the loop stands still: the timer has gone off, and nobody has heard it
    alarm.set(time.monotonic() + 0.02)
    while not rung:
        gevent.sleep(0.01)
    gevent.sleep(0.05)
    assert len(rung) == 1
