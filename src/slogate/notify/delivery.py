"""Delivers letters: each channel in a thread of its own, again and again with growing pauses, and all of it within a
bounded time. Nothing is raised: a channel that fails changes no verdict.
"""

import queue
import random
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from slogate.notify.channels.attempt import Letter, Send, UndeliveredError

WITHIN_S = 60.0
_ATTEMPT_S = 15.0
_FIRST_PAUSE_S = 1.0
_TOO_LITTLE_S = 0.05  # to begin another attempt


@dataclass(frozen=True)
class Sending:
    """A letter on its way through a channel; `key` is how the caller knows it."""

    key: int
    channel: str
    send: Send
    letter: Letter


@dataclass(frozen=True)
class Delivered:
    """How it ended: `error` says why it did not arrive, empty: it has. `attempts` counts how often it was tried."""

    key: int
    error: str
    attempts: int


def deliver(
    sendings: Sequence[Sending], *, within_s: float = WITHIN_S, first_pause_s: float = _FIRST_PAUSE_S
) -> Iterator[Delivered]:
    """Delivers, and tells of each letter as soon as it is known how that ended. The letters of a channel go one after
    the other. After `within_s` those that are left have not arrived, also where a channel does not come back.
    """
    deadline_s = time.monotonic() + within_s
    endings: queue.SimpleQueue[Delivered] = queue.SimpleQueue()
    by_channel: dict[str, list[Sending]] = {}
    for sending in sendings:
        by_channel.setdefault(sending.channel, []).append(sending)
    for name, line in by_channel.items():
        # A daemon: one that hangs must not keep the command from ending.
        threading.Thread(
            target=_work_off, args=(line, endings, deadline_s, first_pause_s), name=f"tell {name}", daemon=True
        ).start()
    left = {sending.key for sending in sendings}
    while left:
        try:
            ending = endings.get(timeout=max(0.0, deadline_s - time.monotonic()))
        except queue.Empty:
            break
        left.discard(ending.key)
        yield ending
    for key in sorted(left):
        yield Delivered(key, f"no answer within {within_s:g} s", 1)


def _work_off(
    line: Sequence[Sending], endings: "queue.SimpleQueue[Delivered]", deadline_s: float, first_pause_s: float
) -> None:
    for sending in line:
        endings.put(_try(sending, deadline_s, first_pause_s))


def _try(sending: Sending, deadline_s: float, first_pause_s: float) -> Delivered:
    attempts, pause_s, error = 0, first_pause_s, "there was no time left for it"
    while (left_s := deadline_s - time.monotonic()) > _TOO_LITTLE_S:
        attempts += 1
        try:
            sending.send(sending.letter, min(_ATTEMPT_S, left_s))
        except UndeliveredError as undelivered:
            error, asked_s = str(undelivered), undelivered.retry_after_s
            if undelivered.lasting or undelivered.unanswered:  # who reads it twice within a minute trusts neither
                break
        except Exception as defect:  # noqa: BLE001  # of a library: it costs this message, and not the night
            error, asked_s = f"{type(defect).__name__}: {defect}", None
        else:
            return Delivered(sending.key, "", attempts)
        # Jitter, so that those who failed together do not come back together.
        wait_s = max(pause_s * random.uniform(0.5, 1.5), asked_s or 0.0)  # noqa: S311  # a pause is no secret
        if wait_s > deadline_s - time.monotonic():
            break
        time.sleep(wait_s)
        pause_s *= 2
    return Delivered(sending.key, error, attempts)
