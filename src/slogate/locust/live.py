"""The verdict of a test that still runs, judged in a process of its own that has a tenth of a core at most."""

import json
import sys
import time
from typing import Any

import gevent
import gevent.lock
import gevent.subprocess

from slogate.judging import View, view_of
from slogate.locust.run import Run

_LEAST_PERIOD_S = 3.0
_MOST_SHARE = 0.1  # of one core


class LiveVerdict:
    """Views of one run after another. Whoever asks while it is judged waits for that view."""

    def __init__(self) -> None:
        self._run: Run | None = None
        self._view: View | None = None
        self._due_s = 0.0
        self._turn = gevent.lock.BoundedSemaphore()
        self._judge: Any = None

    def follow(self, run: Run) -> None:
        """A new test has begun."""
        self._run, self._view, self._due_s = run, None, 0.0

    def latest(self) -> View | None:
        """The view that was made last, at once."""
        return self._view

    def view(self) -> View | None:
        """The final view once there is one; else one that is a few seconds old at most, or as old as its cost demands.
        None while there is nothing to judge.
        """
        with self._turn:
            run = self._run
            if run is not None and run.outcome is not None:
                if self._due_s < float("inf"):
                    self._view, self._due_s = view_of(run.outcome), float("inf")
                    self._dismiss()
            elif run is not None and run.is_judged_so_far and time.monotonic() >= self._due_s:
                self._hire()
                began_s = time.monotonic()
                self._view = self._judged(run) or self._view
                cost_s = time.monotonic() - began_s
                self._due_s = time.monotonic() + max(_LEAST_PERIOD_S, cost_s / _MOST_SHARE)
            return self._view

    def _hire(self) -> None:
        if self._judge is None or self._judge.poll() is not None:
            self._judge = gevent.subprocess.Popen(
                [sys.executable, "-m", "slogate.judging"],
                stdin=gevent.subprocess.PIPE,
                stdout=gevent.subprocess.PIPE,
                text=True,
                start_new_session=True,  # Ctrl-C at the terminal is not for it: it ends with its input
            )
            self._judge.stdout.readline()  # "ready"

    def _judged(self, run: Run) -> View | None:
        try:
            self._judge.stdin.write(f"{run.folder.path.resolve()}\n")
            self._judge.stdin.flush()
            line = self._judge.stdout.readline()
        except OSError:
            return None  # it was killed; the next one who asks has another
        answer: Any = json.loads(line) if line else {"error": "it was killed"}
        if "error" in answer or run is not self._run:
            return None
        view: View = answer
        return view

    def _dismiss(self) -> None:
        if self._judge is not None:
            self._judge.stdin.close()
            self._judge.wait()
            self._judge.stdout.close()
            self._judge = None
