"""Writes a judged run into the history. The same run is never there twice."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from slogate.analyzer.result import ObjectiveResult
from slogate.history.past import JudgedRun
from slogate.history.tables import results, runs
from slogate.runs.fingerprint import fingerprint_of


def record(connection: sa.Connection, run: JudgedRun) -> bool:
    """Adds a run, or puts this verdict in the place of what was said of it before. Returns whether it is new."""
    known = connection.execute(sa.select(runs.c.run_id).where(runs.c.run_id == run.info.run_id)).first()
    row = _clean(_run_row(run))
    if known is None:
        connection.execute(sa.insert(runs).values(row))
    else:  # not deleted and added: what points at it stays
        connection.execute(sa.update(runs).where(runs.c.run_id == run.info.run_id).values(row))
        connection.execute(sa.delete(results).where(results.c.run_id == run.info.run_id))
    rows = [_clean(_result_row(run.info.run_id, place, item)) for place, item in enumerate(run.objectives)]
    if rows:
        connection.execute(sa.insert(results), rows)
    return known is None


def known_runs(connection: sa.Connection, run_ids: Iterable[str]) -> set[str]:
    """Those of `run_ids` that are in the history."""
    return set(connection.execute(sa.select(runs.c.run_id).where(runs.c.run_id.in_(list(run_ids)))).scalars())


def _run_row(run: JudgedRun) -> dict[str, Any]:
    info, fingerprint = run.info, fingerprint_of(run.info)
    return {
        "run_id": info.run_id,
        "command": info.command,
        "confirms": info.confirms,
        "folder": str(run.folder.resolve()),
        "service": info.service,
        "release": info.release,
        "commit": info.commit,
        "profile": info.profile,
        "fingerprint": fingerprint.digest,
        "facts": [list(fact) for fact in fingerprint.facts],
        "started_at": _moment(info.started_at),
        "ended_at": None if info.ended_at is None else _moment(info.ended_at),
        "run_state": info.state.value,
        "verdict": run.state.value,
        "exit_code": int(run.exit_code),
        "reason": run.reason,
    }


def _result_row(run_id: str, position: int, item: ObjectiveResult) -> dict[str, Any]:
    return {
        "run_id": run_id,
        "objective": item.id,
        "position": position,
        "area": item.area.value,
        "metric": item.metric,
        "statistic": item.statistic,
        "subject": item.subject,
        "condition": item.when,
        "criterion": item.criterion,
        "unit": item.unit,
        "limit": item.limit,
        "warn": item.warn,
        "estimate": item.estimate,
        "low": item.low,
        "high": item.high,
        "n": item.n,
        "n_effective": item.n_effective,
        "exceedances": item.exceedances,
        "state": item.state.value,
        "reason": item.reason,
        "cure": item.cure,
    }


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


def _clean(row: Mapping[str, Any]) -> dict[str, Any]:
    """The row without what no database takes as text: NUL, and halves of characters."""
    return {key: _storable(value) if isinstance(value, str) else value for key, value in row.items()}


def _storable(text: str) -> str:
    return text.replace("\0", "\N{REPLACEMENT CHARACTER}").encode("utf-8", "replace").decode()
