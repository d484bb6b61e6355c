"""Asks a source of host samples once a second, in a thread, and writes what it tells.

A second in which the source told nothing has no row. Whatever a source does, it costs only the samples: the run goes
on, and `trouble` says what is missing and why.
"""

import statistics
import threading
import time
from pathlib import Path

from slogate.host.rows import columns_of
from slogate.host.source import Source, SourceError
from slogate.runs.chunks import ChunkWriter
from slogate.runs.schema import HOST

_PERIOD_S = 1.0
_LONGEST_END_S = 5.0  # a source that sends a byte now and then is not waited for any longer


class HostSampler:
    """Writes one row a second to `path` until it is stopped.

    `wall_offset_us` is what turns the monotonic clock into microseconds since the epoch.
    """

    def __init__(self, source: Source, path: Path, wall_offset_us: int) -> None:
        self._source = source
        self._path = path
        self._wall_offset_us = wall_offset_us
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._follow, name="host sampler", daemon=True)
        self._asked = self._untold = 0
        self._reason = ""
        self._failure = ""
        self._ahead_s: list[float] = []
        self.latest: dict[str, float] = {}
        self._silence = ""
        self._silence_told = False

    @property
    def name(self) -> str:
        """How messages call the source."""
        return self._source.name

    @property
    def kind(self) -> str:
        """What of the source must be equal before two runs are compared."""
        return self._source.kind

    @property
    def clock_ahead_s(self) -> float | None:
        """By how much the host's clock is ahead of this machine's: the median, or None where it was not told."""
        return statistics.median(self._ahead_s) if self._ahead_s else None

    def start(self) -> None:
        """Begins sampling."""
        self._thread.start()

    def stop(self, *, patient: bool = True) -> None:
        """Ends sampling and the file. Unless `patient`, an answer that is on its way is not waited for."""
        self._stopped.set()
        self._thread.join(timeout=_LONGEST_END_S if patient else _PERIOD_S)
        if self._thread.is_alive():
            self._failure = f"{self._source.name} began an answer and did not end it"

    @property
    def trouble(self) -> str:
        """What is missing of the samples, and why; empty when nothing is."""
        if self._failure:
            return self._failure
        if self._untold:
            return f"{self._source.name} {self._reason} ({self._untold} of {self._asked} times)"
        return ""

    def silence(self) -> str:
        """Why nothing was told, as soon as that is known; once, and empty from then on."""
        if self._silence_told or not self._silence:
            return ""
        self._silence_told = True
        return self._silence

    def _follow(self) -> None:
        next_s = time.monotonic() + _PERIOD_S
        try:
            writer = ChunkWriter(self._path, HOST)
            try:
                self._begin()
                while not self._stopped.wait(max(0.0, next_s - time.monotonic())):
                    self._sample(writer)
                    # Seconds that an answer took are lost: asking at once for each of them would tell of none.
                    next_s = max(next_s + _PERIOD_S, time.monotonic())
            except OSError:
                writer.abandon()
                raise
            writer.close()
        except OSError as error:
            self._failure = f"the host was not sampled to the end: {error.strerror}"
        finally:
            self._source.close()

    def _begin(self) -> None:
        try:
            self._source.begin()
        except SourceError as error:
            self._silence = f"{self._source.name} {error}"

    def _sample(self, writer: ChunkWriter) -> None:
        self._asked += 1
        try:
            reading = self._source.read()
        except SourceError as error:
            self._untold += 1
            self._reason = str(error)
            self.latest = {}
            self._silence = f"{self._source.name} {error}"
            return
        self.latest = reading.values
        time_us = round(reading.at_s * 1e6) + self._wall_offset_us
        if reading.clock_s is not None:
            self._ahead_s.append(reading.clock_s - time_us / 1e6)
        if reading.values or reading.parts:
            writer.append(columns_of([(time_us, reading.values, reading.parts)]))
