"""What earlier runs of a kind had: as the history knows it, and as folders tell it that are in no history."""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from pathlib import Path

from pydantic import BaseModel, ValidationError

from slogate.errors import HistoryError
from slogate.history.past import Kind, PastEstimates
from slogate.history.place import location, may_be_there
from slogate.known_runs import KnownRun, know_readable
from slogate.runs.fingerprint import Fingerprint, alike, fingerprint_of
from slogate.runs.info import RunInfo
from slogate.runs.references import all_runs

_MOST = 500  # of a kind, the newest ones
_PASSED = frozenset({"pass", "warning"})


class _Estimate(BaseModel):
    id: str
    unit: str
    estimate: float | None = None


class _Verdict(BaseModel):
    state: str
    objectives: list[_Estimate]


def earlier_estimates(
    like: RunInfo,
    reports: Path,
    without: Collection[str],
    environ: Mapping[str, str],
    *,
    passed: bool = False,
    before: datetime | None = None,
) -> dict[str, list[float]]:
    """What complete runs of the same kind had, the oldest first: estimates by the id of an objective, from their
    verdicts as they were given then. The runs `without` (ids) are left out; so is what cannot be read, what did not
    pass, if only `passed` ones are asked for, and what did not begin `before` a moment, if one is given.
    """
    found: dict[str, list[float]] = {}
    for run in _earlier(like, reports, environ):
        in_time = before is None or run.started_at < before
        if run.run_id not in without and (run.passed or not passed) and in_time:
            for objective, value in run.values.items():
                found.setdefault(objective, []).append(value)
    return found


def _earlier(like: RunInfo, reports: Path, environ: Mapping[str, str]) -> list[PastEstimates]:
    fingerprint = fingerprint_of(like)
    known = {run.run_id: run for run in _in_history(like, fingerprint, location(reports, environ))}
    for run in _in_folders(like, fingerprint, reports):
        known.setdefault(run.run_id, run)
    return sorted(known.values(), key=lambda run: run.started_at)


def _in_history(like: RunInfo, fingerprint: Fingerprint, place: str) -> list[PastEstimates]:
    """A history that cannot be read is no reason to stop: who writes to it is told."""
    if not may_be_there(place):
        return []
    from slogate.history.database import open_history  # noqa: PLC0415  # who only judges does not wait for a database library
    from slogate.history.queries import estimates  # noqa: PLC0415  # as above

    try:
        with open_history(place, create=False) as history, history.begin() as connection:
            return estimates(connection, Kind(like.service, like.profile, fingerprint.digest), _MOST)
    except HistoryError:
        return []


def _in_folders(like: RunInfo, fingerprint: Fingerprint, reports: Path) -> Iterator[PastEstimates]:
    for run in know_readable(ref for ref in all_runs(reports) if ref.complete):
        if alike(run.fingerprint, fingerprint) and run.info.profile == like.profile:
            yield from _of_folder(run)


def _of_folder(run: KnownRun) -> Iterator[PastEstimates]:
    try:
        verdict = _Verdict.model_validate_json((run.ref.path / "verdict.json").read_bytes())
        started = datetime.fromisoformat(run.info.started_at)
    except (OSError, ValueError, ValidationError):
        return
    values = {item.id: item.estimate for item in verdict.objectives if item.unit != "change"}
    yield PastEstimates(
        run.info.run_id,
        started,
        verdict.state in _PASSED,
        {objective: value for objective, value in values.items() if value is not None},
    )
