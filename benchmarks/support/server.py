"""A server of known latency, which keeps a record of what it did.

    python -m benchmarks.support.server BEHAVIOUR FOLDER

It prints its port, answers GET with 70 bytes until SIGTERM, and then writes FOLDER/log.npy: for every request for
/item, when it was received, when its answer was due and when it was sent, in microseconds since the epoch.
"""

import asyncio
import json
import signal
import sys
import time
from pathlib import Path

import numpy as np

from benchmarks.support.behaviour import BEHAVIOURS, Behaviour
from benchmarks.support.nginx import BODY

_ANSWER = (f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(BODY)}\r\n\r\n{BODY}").encode()
_END_OF_HEAD = b"\r\n\r\n"


class Record:
    """What was done, and the clock that all of it is told by."""

    def __init__(self, behaviour: Behaviour) -> None:
        self.behaviour = behaviour
        self.random = np.random.Generator(np.random.PCG64(1))
        self.offset_us = time.time() * 1e6 - time.monotonic() * 1e6
        self.origin_us = self.now_us()
        self.rows: list[tuple[float, float, float]] = []

    def now_us(self) -> float:
        """Microseconds since the epoch, by a clock that nobody sets."""
        return time.monotonic() * 1e6 + self.offset_us


class Connection(asyncio.Protocol):
    """One keep-alive connection. Requests on it come one after another, and have no body."""

    def __init__(self, record: Record) -> None:
        self._record = record
        self._loop = asyncio.get_running_loop()
        self._received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Called by asyncio."""
        assert isinstance(transport, asyncio.Transport)  # it is one for TCP
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Called by asyncio."""
        received_us = self._record.now_us()
        self._received += data
        while _END_OF_HEAD in self._received:
            head, _, self._received = self._received.partition(_END_OF_HEAD)
            self._answer_later(received_us, counts=head.startswith(b"GET /item "))

    def _answer_later(self, received_us: float, *, counts: bool) -> None:
        record = self._record
        work_us = record.behaviour.delay_us(record.random)
        due_us = record.behaviour.done_us(received_us, work_us, record.origin_us)
        wait_s = (due_us - record.now_us()) / 1e6
        if wait_s <= 0:
            self._answer(received_us, due_us, counts)
        else:
            self._loop.call_later(wait_s, self._answer, received_us, due_us, counts)

    def _answer(self, received_us: float, due_us: float, counts: bool) -> None:
        if counts:
            self._record.rows.append((received_us, due_us, self._record.now_us()))
        self._transport.write(_ANSWER)


async def serve(behaviour: Behaviour, folder: Path) -> None:
    """Serves until SIGTERM."""
    record = Record(behaviour)
    loop = asyncio.get_running_loop()
    ended = asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, ended.set)
    server = await loop.create_server(lambda: Connection(record), "127.0.0.1", 0, backlog=4096)
    sys.stdout.write(json.dumps({"port": server.sockets[0].getsockname()[1], "origin_us": record.origin_us}) + "\n")
    sys.stdout.flush()
    await ended.wait()
    np.save(folder / "log.npy", np.array(record.rows, np.float64).reshape(-1, 3))


if __name__ == "__main__":
    asyncio.run(serve(BEHAVIOURS[sys.argv[1]], Path(sys.argv[2])))
