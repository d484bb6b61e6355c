"""What a source of host samples is: asked once a second, it tells of that second or says why it cannot."""

from dataclasses import dataclass
from typing import Literal, Protocol


class SourceError(Exception):
    """A source has nothing to tell of this second; the message says why, as the end of a sentence about the source."""


@dataclass(frozen=True)
class Part:
    """What is told of one disk, by its device, or of one process, by its name in slo.yaml."""

    kind: Literal["disk", "process"]
    name: str
    values: dict[str, float]


@dataclass(frozen=True)
class Reading:
    """What a source told. `at_s` is when that was, on the monotonic clock of this machine; `values` are columns of
    host.parquet. What the source does not tell, or cannot tell of this second, is left out.

    `clock_s` is what the host's own clock said then, in seconds since the epoch, if it told.
    """

    at_s: float
    values: dict[str, float]
    parts: tuple[Part, ...] = ()
    clock_s: float | None = None


class Source(Protocol):
    """Tells of the target's host. `name` is how messages call it, without credentials; `kind` is what must be equal
    before two runs are compared.
    """

    name: str
    kind: str

    def begin(self) -> None:
        """Looks for the first time, so that the first reading has rates. Raises `SourceError` for one that is not
        there; it may be asked all the same.
        """

    def read(self) -> Reading:
        """What happened since the last reading. Raises `SourceError`, after which it may be asked again."""

    def close(self) -> None:
        """Gives back what it holds."""
