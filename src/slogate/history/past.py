"""Runs as the history has them, and how they are asked for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from slogate.analyzer.result import State


@dataclass(frozen=True)
class PastRun:
    """A run as the history has it."""

    run_id: str
    folder: str
    service: str
    release: str
    commit: str
    profile: str
    fingerprint: str
    started_at: datetime
    ended_at: datetime | None
    run_state: str
    verdict: State
    exit_code: int
    reason: str

    @property
    def kind(self) -> "Kind":
        """The runs that it may be held against."""
        return Kind(self.service, self.profile, self.fingerprint)


@dataclass(frozen=True)
class Kind:
    """Runs that were measured in the same way, and may be compared."""

    service: str
    profile: str
    fingerprint: str


@dataclass(frozen=True)
class Selection:
    """Which runs are asked for; None is any. `complete` leaves out those that did not come to their end."""

    service: str | None = None
    profile: str | None = None
    release: str | None = None
    fingerprint: str | None = None
    verdicts: Sequence[State] | None = None
    before: datetime | None = None
    complete: bool = False
    limit: int | None = None


@dataclass(frozen=True)
class PastEstimates:
    """What a complete run had: estimates by the id of an objective, each in the unit of its result."""

    run_id: str
    started_at: datetime
    passed: bool
    values: Mapping[str, float]


@dataclass(frozen=True)
class SetBaseline:
    """What a person said that runs of a kind are held against."""

    run: PastRun
    set_at: datetime
    set_by: str
    note: str
