"""An alarm in gevent's event loop, as exact as the system is.

gevent's own timers go off in whole milliseconds, because its loop waits with epoll, and late rather than early: half a
millisecond at the median, which would be added to every response time. Linux has timers that are file descriptors
(timerfd_create(2)), and for these the loop waits as it does for a socket. Elsewhere gevent's timers have to do.
"""

import contextlib
import ctypes
import math
import os
import sys
import time
from collections.abc import Callable
from typing import Any

import gevent

_CLOCK_MONOTONIC = 1  # what time.monotonic() tells on Linux
_TFD_TIMER_ABSTIME = 1
_READABLE = 1


class LoopAlarm:
    """Calls `ring` in the event loop at the time that `set` names, once. Times are monotonic seconds."""

    def __init__(self, ring: Callable[[], None]) -> None:
        self._ring = ring
        self._loop = gevent.get_hub().loop
        self._timer: Any = None

    def set(self, at_s: float) -> None:
        """Rings then, and at no time that was set before."""
        self.clear()
        self._timer = self._loop.timer(max(0.0, at_s - time.monotonic()))
        # `update`, because the loop's own clock stands still while it runs callbacks, and the alarm would come early.
        self._timer.start(self._ring, update=True)

    def clear(self) -> None:
        """Does not ring."""
        if self._timer is not None:
            self._timer.close()
            self._timer = None


class _Moment(ctypes.Structure):
    _fields_ = (("s", ctypes.c_long), ("ns", ctypes.c_long))


class _TimerSetting(ctypes.Structure):
    _fields_ = (("interval", _Moment), ("value", _Moment))


class DescriptorAlarm:
    """The same with a Linux timer. Raises `OSError` where the system has none."""

    def __init__(self, ring: Callable[[], None]) -> None:
        self._ring = ring
        system = ctypes.CDLL(None, use_errno=True)
        self._fd = system.timerfd_create(_CLOCK_MONOTONIC, os.O_NONBLOCK | os.O_CLOEXEC)
        if self._fd < 0:
            raise OSError(ctypes.get_errno(), "timerfd_create")
        # Set for each arrival, so all that can be made ready is.
        self._settime = system.timerfd_settime
        self._settime.argtypes = [ctypes.c_int, ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p]
        setting = _TimerSetting()
        self._value, self._setting = setting.value, ctypes.byref(setting)
        self._at_s = math.inf
        self._readable = gevent.get_hub().loop.io(self._fd, _READABLE)
        self._readable.start(self._wake)

    def set(self, at_s: float) -> None:
        """Rings then, and at no time that was set before."""
        self._at_s = at_s
        whole_s = int(at_s)
        self._settle(whole_s, max(1, int((at_s - whole_s) * 1e9)))  # 0 and 0 would clear it

    def clear(self) -> None:
        """Does not ring."""
        self._at_s = math.inf
        self._settle(0, 0)

    def _settle(self, s: int, ns: int) -> None:
        self._value.s, self._value.ns = s, ns
        if self._settime(self._fd, _TFD_TIMER_ABSTIME, self._setting, None) != 0:
            raise OSError(ctypes.get_errno(), "timerfd_settime")

    def _wake(self) -> None:
        if time.monotonic() < self._at_s:
            return  # it was set anew after it had gone off
        self._at_s = math.inf
        self._ring()
        # The descriptor is readable until its timer is set: almost always `ring` has done so, and saves a read.
        if self._at_s == math.inf:
            self.clear()


def alarm(ring: Callable[[], None]) -> LoopAlarm | DescriptorAlarm:
    """The most exact alarm that there is here."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            return DescriptorAlarm(ring)
    return LoopAlarm(ring)
