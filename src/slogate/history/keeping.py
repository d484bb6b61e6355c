"""What is kept of the past: which run folders may go, and which rows."""

import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa

from slogate.errors import HistoryError
from slogate.history.past import PastRun
from slogate.history.tables import baselines, runs

_NEWEST = 2  # of a kind: what @latest and @previous mean


@dataclass(frozen=True)
class Prunable:
    """Run folders that may go, the oldest first; and how many older ones stay, for they are a baseline or the newest
    of their kind.
    """

    folders: tuple[Path, ...]
    kept: int


def prunable(connection: sa.Connection, reports: Path, before: datetime) -> Prunable:
    """The folders under `reports` of recorded runs that began before that time. What is in no history is none of them:
    nothing goes that is known from nowhere else.
    """
    base, spared = reports.resolve(), _spared()
    query = sa.select(runs.c.folder, runs.c.run_id.in_(spared).label("stays")).order_by(runs.c.started_at)
    old = [row for row in connection.execute(query.where(runs.c.started_at < before)) if _is_there(row.folder, base)]
    return Prunable(tuple(Path(row.folder) for row in old if not row.stays), sum(row.stays for row in old))


def delete(folder: Path) -> None:
    """Deletes a run folder. Raises `HistoryError` where that is not allowed."""
    try:
        shutil.rmtree(folder)
    except OSError as error:
        raise HistoryError(f"{folder} cannot be deleted: {error.strerror}", cure="look who owns it") from None


def forget(connection: sa.Connection, before: datetime) -> int:
    """Takes the runs that began before that time out of the history, but for baselines and the newest of each kind.
    Returns how many they were.
    """
    gone = connection.execute(sa.delete(runs).where(runs.c.started_at < before, runs.c.run_id.not_in(_spared())))
    return int(gone.rowcount)


def set_baseline(connection: sa.Connection, run: PastRun, now: datetime, by: str, note: str) -> None:
    """From now on runs of this kind are held against `run`."""
    connection.execute(sa.insert(baselines).values(run_id=run.run_id, set_at=now, set_by=by, note=note))


def unset_baselines(connection: sa.Connection, ids: Iterable[str]) -> int:
    """Takes back that these runs are baselines. Returns how often that had been said."""
    return int(connection.execute(sa.delete(baselines).where(baselines.c.run_id.in_(list(ids)))).rowcount)


def _spared() -> sa.CompoundSelect[str]:
    """The ids of the runs that stay whatever their age."""
    kind = (runs.c.service, runs.c.profile, runs.c.fingerprint)
    place = sa.func.row_number().over(partition_by=kind, order_by=(runs.c.started_at.desc(), runs.c.run_id.desc()))
    numbered = sa.select(runs.c.run_id, place.label("place")).subquery()
    return sa.union(sa.select(numbered.c.run_id).where(numbered.c.place <= _NEWEST), sa.select(baselines.c.run_id))


def _is_there(folder: str, base: Path) -> bool:
    path = Path(folder)
    return path.parent == base and (path / "run.json").is_file()
