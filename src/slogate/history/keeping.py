"""What is kept of the past: which run folders may go, and which rows."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa

from slogate.history.past import Kind, PastRun, Selection
from slogate.history.queries import baseline_runs, select_runs
from slogate.history.tables import baselines, runs

_NEWEST = 2  # of a kind: what @latest and @previous mean


@dataclass(frozen=True)
class Prunable:
    """Run folders that may go, the oldest first; and how many older ones stay, for they are a baseline or the newest
    of their kind.
    """

    folders: tuple[PastRun, ...]
    kept: int


def prunable(connection: sa.Connection, reports: Path, before: datetime) -> Prunable:
    """The recorded runs that began before that time, and of which a folder under `reports` is still there. What is in
    no history is none of them: nothing goes that is known from nowhere else.
    """
    every = select_runs(connection, Selection())
    spared = _spared(connection, every)
    base = reports.resolve()
    old = [run for run in reversed(every) if run.started_at < before and _is_there(run, base)]
    return Prunable(tuple(run for run in old if run.run_id not in spared), sum(run.run_id in spared for run in old))


def forget(connection: sa.Connection, before: datetime) -> int:
    """Takes the runs that began before that time out of the history, but for baselines and the newest of each kind.
    Returns how many they were.
    """
    spared = _spared(connection, select_runs(connection, Selection()))
    gone = connection.execute(sa.delete(runs).where(runs.c.started_at < before, runs.c.run_id.not_in(spared)))
    return int(gone.rowcount)


def set_baseline(connection: sa.Connection, run: PastRun, now: datetime, by: str, note: str) -> None:
    """From now on runs of this kind are held against `run`."""
    connection.execute(sa.insert(baselines).values(run_id=run.run_id, set_at=now, set_by=by, note=note))


def unset_baselines(connection: sa.Connection, ids: Iterable[str]) -> int:
    """Takes back that these runs are baselines. Returns how often that had been said."""
    return int(connection.execute(sa.delete(baselines).where(baselines.c.run_id.in_(list(ids)))).rowcount)


def _spared(connection: sa.Connection, every: Sequence[PastRun]) -> set[str]:
    """The ids of those of `every`, the newest first, that stay whatever their age."""
    seen = Counter[Kind]()
    newest = set()
    for run in every:
        seen[run.kind] += 1
        if seen[run.kind] <= _NEWEST:
            newest.add(run.run_id)
    return newest | baseline_runs(connection)


def _is_there(run: PastRun, base: Path) -> bool:
    folder = Path(run.folder)
    return folder.parent == base and (folder / "run.json").is_file()
