"""Runs as the history has them, and how they are asked for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from slogate.analyzer.result import ObjectiveResult, State
from slogate.runs.info import RunInfo


@dataclass(frozen=True)
class JudgedRun:
    """A run with what was said of it: its folder, its run.json, and its verdict."""

    folder: Path
    info: RunInfo
    state: State
    reason: str
    exit_code: int
    objectives: tuple[ObjectiveResult, ...]


@dataclass(frozen=True)
class PastRun:
    """A run as the history has it. `confirms` is the id of the run that it repeats, made to confirm it."""

    run_id: str
    command: str
    confirms: str
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
    """Which runs are asked for; None is any. `complete` leaves out those that did not come to their end, and
    without `repeats` those that were made to confirm another.
    """

    service: str | None = None
    profile: str | None = None
    release: str | None = None
    fingerprint: str | None = None
    verdicts: Sequence[State] | None = None
    before: datetime | None = None
    command: str | None = None
    complete: bool = False
    repeats: bool = True
    limit: int | None = None


@dataclass(frozen=True)
class PastNight:
    """A run of a series with its results by id; `again` are those of the run that was made to confirm it, if any."""

    run: PastRun
    results: Mapping[str, ObjectiveResult]
    again: Mapping[str, ObjectiveResult]


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
