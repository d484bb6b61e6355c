"""Starts and stops the server of known latency, and reads its record."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from benchmarks.support.behaviour import BEHAVIOURS, Behaviour

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class ServerLog:
    """Every request for /item, in microseconds since the epoch."""

    received_us: Floats
    due_us: Floats
    sent_us: Floats

    def __len__(self) -> int:
        return len(self.received_us)

    def since(self, start_s: float) -> "ServerLog":
        """What was received from then on."""
        later = self.received_us >= start_s * 1e6
        return ServerLog(self.received_us[later], self.due_us[later], self.sent_us[later])

    @property
    def took_us(self) -> Floats:
        """How long the server kept each request."""
        return self.sent_us - self.received_us


@dataclass(frozen=True)
class Known:
    """A running server. Its log can be read once the block of `running_server` has ended."""

    behaviour: Behaviour
    url: str
    origin_us: float
    _log: list[ServerLog]

    @property
    def log(self) -> ServerLog:
        """What it did."""
        return self._log[0]

    def truth_us(self, intended_us: Floats) -> Floats:
        """How long a caller waits who asks at these times, over a network that takes no time; for a stalling server."""
        work_us = self.behaviour.delay_us(np.random.default_rng(0))
        return np.array([self.behaviour.done_us(at, work_us, self.origin_us) - at for at in intended_us.tolist()])


@contextmanager
def running_server(behaviour: str) -> Iterator[Known]:
    """The server, for as long as the block lasts."""
    with tempfile.TemporaryDirectory(prefix="bench-server-") as folder:
        process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.support.server", behaviour, folder], stdout=subprocess.PIPE, text=True
        )
        try:
            assert process.stdout is not None  # it is a pipe
            told = json.loads(process.stdout.readline())
            known = Known(BEHAVIOURS[behaviour], f"http://127.0.0.1:{told['port']}", told["origin_us"], [])
            yield known
        finally:
            process.terminate()
            process.wait()
        rows = np.load(Path(folder) / "log.npy")
        known._log.append(ServerLog(rows[:, 0], rows[:, 1], rows[:, 2]))
