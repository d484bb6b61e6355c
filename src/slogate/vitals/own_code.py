"""Runs what a team wrote, the functions of its journeys and logins, and ends one that never returns.

Killing the browser makes every call into it return. A loop or a sleep of the function's own goes on all the same, and
would hold up all other pages: a signal ends that, whose handler raises `LetGo` inside the function. While Playwright
waits, its own loop runs in place of the function, in the same thread: then it is thrown from there.
"""

import signal
import sys
import threading
from pathlib import Path
from types import FrameType

from greenlet import getcurrent, greenlet
from playwright.sync_api import Page

from slogate.vitals.journeys import Journey

_SIGNAL = signal.SIGUSR1
_running_in: greenlet | None = None  # that of the function which runs now, in the main thread


class LetGo(BaseException):
    """Raised in a function whose time is up. It is no `Exception`, so that most retries let it through."""


def run(function: Journey, page: Page) -> None:
    """Calls it; whatever it raises goes through. In the main thread `interrupt` can end it from another thread."""
    global _running_in  # noqa: PLW0603  # a signal handler is told nothing, and there is one main thread
    if threading.current_thread() is not threading.main_thread():
        function(page)
        return
    signal.signal(_SIGNAL, _let_go)  # for good: a signal that comes too late must find it
    _running_in = getcurrent()
    try:
        function(page)
    finally:
        _running_in = None


def interrupt() -> None:
    """Ends the function that runs now, if there is one. A call that blocks inside C may not notice."""
    if _running_in is not None:
        signal.pthread_kill(_main_thread_id(), _SIGNAL)


def where_it_is() -> str:
    """`file:line` at which the function is that runs now; empty if that cannot be said."""
    running_in = _running_in
    if running_in is None:
        return ""
    waiting = running_in.gr_frame  # None while it is not Playwright that runs
    own = _own_frame(waiting or sys._current_frames().get(_main_thread_id()))
    return f"{Path(own.f_code.co_filename).name}:{own.f_lineno}" if own is not None else ""


def _let_go(_number: int, frame: FrameType | None) -> None:
    running_in = _running_in
    if running_in is None:
        return
    if running_in is not getcurrent():
        running_in.throw(LetGo)
    elif _own_frame(frame) is not None:
        raise LetGo


def _own_frame(frame: FrameType | None) -> FrameType | None:
    """The function's own frame among those that led to `frame`; None where `run` calls no function there."""
    below = None
    while frame is not None and frame.f_code is not run.__code__:
        below, frame = frame, frame.f_back
    return None if frame is None else below


def _main_thread_id() -> int:
    ident = threading.main_thread().ident
    assert ident is not None  # noqa: S101 (it has been started)
    return ident
