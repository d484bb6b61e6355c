"""Where what the generators tell goes: the two streams of the run folder."""

from pathlib import Path

from slogate.load.messages import Rows
from slogate.runs.chunks import ChunkWriter
from slogate.runs.schema import HOST, REQUESTS


class Sink:
    """Writes each message as it comes, so a kill loses at most the last second.

    `failure` holds the first error of the disk. What comes after it is dropped, because the load must end in order: the
    run ends with what is on disk, and says so.
    """

    def __init__(self, requests: Path, generator: Path) -> None:
        self._requests = ChunkWriter(requests, REQUESTS)
        self._generator = ChunkWriter(generator, HOST)
        self._closed = False
        self.failure: OSError | None = None

    def rows(self, worker: str, rows: Rows) -> None:
        """One second of one generator."""
        if self.failure is not None or self._closed:
            return
        try:
            if rows.batch is not None:
                self._requests.append_batch(rows.batch)
            sample = {name: [value] for name, value in rows.sample.items()}
            self._generator.append({"source": ["generator"], "worker": [worker], **sample})
        except OSError as error:
            self.failure = error

    def close(self) -> None:
        """Ends both streams; a second time does nothing."""
        if self._closed:
            return
        self._closed = True
        for writer in (self._requests, self._generator):
            try:
                writer.close()
            except OSError as error:
                self.failure = self.failure or error
