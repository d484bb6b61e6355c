"""The history for programs."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from pydantic import BaseModel

from slogate.analyzer.result import ObjectiveResult, State
from slogate.history.past import PastRun

SCHEMA_VERSION = 1


class RunRow(BaseModel):
    """One run. Times are in UTC."""

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


class RunsDocument(BaseModel):
    """`slogate history list --json`: the newest first."""

    schema_version: int = SCHEMA_VERSION
    runs: list[RunRow]


class RunDocument(BaseModel):
    """`slogate history show --json`. `facts` are those that the fingerprint is of; the numbers of an objective are as
    in verdict.json.
    """

    schema_version: int = SCHEMA_VERSION
    run: RunRow
    facts: dict[str, str]
    objectives: list[ObjectiveResult]


def render_runs(runs: Sequence[PastRun]) -> str:
    """The text of `slogate history list --json`."""
    return RunsDocument(runs=[_row(run) for run in runs]).model_dump_json(indent=2) + "\n"


def render_run(run: PastRun, results: Sequence[ObjectiveResult], facts: Mapping[str, str]) -> str:
    """The text of `slogate history show --json`."""
    document = RunDocument(run=_row(run), facts=dict(facts), objectives=list(results))
    return document.model_dump_json(indent=2) + "\n"


def _row(run: PastRun) -> RunRow:
    return RunRow.model_validate(run, from_attributes=True)
