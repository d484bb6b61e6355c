"""A run that is under way: what its sides (the load, the pages) and the one that conducts them share."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from slogate.crew import Crew
from slogate.report.progress import Progress
from slogate.runs.folder import RunFolder
from slogate.runs.record import Record
from slogate.setup import Setup


@dataclass
class RunUnderWay:
    """One run. `wall_offset_us` makes microseconds since the epoch of monotonic ones, for all its processes alike."""

    setup: Setup
    folder: RunFolder
    crew: Crew
    record: Record
    progress: Progress
    wall_offset_us: int
    measured_something: bool = False

    def now_s(self) -> float:
        """Seconds since the epoch, by the one clock of the run."""
        return time.monotonic() + self.wall_offset_us / 1e6

    @contextmanager
    def phase(self, name: str, *, judged: bool = True) -> Iterator[None]:
        """A phase that lasts as long as the block, and in which something is measured."""
        self.measured_something = True
        self.progress.phase(name, None)
        with self.record.phase_under_way(name, self.now_s, judged=judged):
            yield
