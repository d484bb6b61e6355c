"""What a source of host samples is: asked once a second, it tells of that second or says why it cannot."""

from dataclasses import dataclass
from typing import Protocol


class SourceError(Exception):
    """A source has nothing to tell of this second; the message says why, as the end of a sentence about the source."""


@dataclass(frozen=True)
class Reading:
    """What a source told. `at_s` is when that was, on the monotonic clock of this machine; `values` are columns of
    host.parquet. What the source does not tell, or cannot tell of this second, is left out.
    """

    at_s: float
    values: dict[str, float]


class Source(Protocol):
    """Tells of the target's host. `name` is how messages call it, without credentials."""

    name: str

    def read(self) -> Reading:
        """What happened since the last reading. Raises `SourceError`, after which it may be asked again."""

    def close(self) -> None:
        """Gives back what it holds."""
