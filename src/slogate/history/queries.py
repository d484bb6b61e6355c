"""What the history knows: runs, their results, and the course of one objective."""

from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from slogate.analyzer.result import ObjectiveResult, State
from slogate.analyzer.units import Unit
from slogate.history.past import Kind, PastEstimates, PastNight, PastRun, Selection, SetBaseline
from slogate.history.tables import baselines, results, runs
from slogate.slo.model import Area

_COMPLETE = "complete"
_NO_NIGHTS = ("versus", "capacity")
_PASSED = (State.PASS.value, State.WARNING.value)


def select_runs(connection: sa.Connection, selection: Selection) -> list[PastRun]:
    """The runs that are asked for, the newest first."""
    query = sa.select(*_RUN).order_by(runs.c.started_at.desc(), runs.c.run_id.desc()).limit(selection.limit)
    for column, value in (
        (runs.c.service, selection.service),
        (runs.c.profile, selection.profile),
        (runs.c.release, selection.release),
        (runs.c.fingerprint, selection.fingerprint),
        (runs.c.command, selection.command),
    ):
        if value is not None:
            query = query.where(column == value)
    if selection.verdicts is not None:
        query = query.where(runs.c.verdict.in_([state.value for state in selection.verdicts]))
    if selection.before is not None:
        query = query.where(runs.c.started_at < selection.before)
    if not selection.repeats:
        query = query.where(runs.c.confirms == "")
    if selection.complete:
        query = query.where(runs.c.run_state == _COMPLETE)
    return [_run(row) for row in connection.execute(query)]


def run_of(connection: sa.Connection, run_id: str) -> PastRun | None:
    """The run of this id."""
    row = connection.execute(sa.select(*_RUN).where(runs.c.run_id == run_id)).first()
    return None if row is None else _run(row)


def facts_of(connection: sa.Connection, run_id: str) -> dict[str, str]:
    """What the fingerprint of a run is of, by name."""
    found = connection.execute(sa.select(runs.c.facts).where(runs.c.run_id == run_id)).scalar()
    return {str(name): str(value) for name, value in found or ()}


def results_of(connection: sa.Connection, run_id: str) -> list[ObjectiveResult]:
    """The results of a run, in the order of its verdict."""
    query = sa.select(results).where(results.c.run_id == run_id).order_by(results.c.position)
    return [_result(row) for row in connection.execute(query)]


def series(connection: sa.Connection, kind: Kind, last: int) -> list[PastNight]:
    """The `last` nights of a kind, the oldest first: the runs of `slogate nightly`, each with the run that was made to
    confirm it. Where that command never ran, every other run is a night but for those that are part of a series.
    """
    of_kind = Selection(kind.service, kind.profile, None, kind.fingerprint, repeats=False, limit=last)
    chosen = select_runs(connection, replace(of_kind, command="nightly")) or [
        run for run in select_runs(connection, of_kind) if run.command not in _NO_NIGHTS
    ]
    repeats = sa.select(runs.c.run_id, runs.c.confirms).where(runs.c.confirms.in_([run.run_id for run in chosen]))
    repeated = {row.confirms: row.run_id for row in connection.execute(repeats.order_by(runs.c.started_at))}
    by_run: dict[str, dict[str, ObjectiveResult]] = {}
    query = sa.select(results).where(results.c.run_id.in_([*(run.run_id for run in chosen), *repeated.values()]))
    for row in connection.execute(query.order_by(results.c.run_id, results.c.position)):
        by_run.setdefault(row.run_id, {})[row.objective] = _result(row)
    return [
        PastNight(run, by_run.get(run.run_id, {}), by_run.get(repeated.get(run.run_id, ""), {}))
        for run in reversed(chosen)
    ]


def estimates(connection: sa.Connection, kind: Kind, last: int) -> list[PastEstimates]:
    """What the `last` complete runs of a kind had, the oldest first. A change beside a baseline is no estimate."""
    query = (
        sa.select(runs.c.run_id, runs.c.started_at, runs.c.verdict)
        .where(runs.c.service == kind.service, runs.c.profile == kind.profile, runs.c.fingerprint == kind.fingerprint)
        .where(runs.c.run_state == _COMPLETE)
        .order_by(runs.c.started_at.desc())
        .limit(last)
    )
    chosen = query.subquery()
    values: dict[str, dict[str, float]] = {}
    for run_id, objective, estimate in connection.execute(
        sa.select(results.c.run_id, results.c.objective, results.c.estimate)
        .join(chosen, chosen.c.run_id == results.c.run_id)
        .where(results.c.estimate.is_not(None), results.c.unit != "change")
    ):
        values.setdefault(run_id, {})[objective] = estimate
    return [
        PastEstimates(row.run_id, row.started_at, row.verdict in _PASSED, values.get(row.run_id, {}))
        for row in reversed(connection.execute(query).all())
    ]


def set_baseline_of(connection: sa.Connection, kind: Kind) -> SetBaseline | None:
    """The run that a person set as the baseline of a kind, if one did."""
    query = (
        sa.select(*_RUN, baselines.c.set_at, baselines.c.set_by, baselines.c.note)
        .join(baselines, baselines.c.run_id == runs.c.run_id)
        .where(runs.c.service == kind.service, runs.c.profile == kind.profile, runs.c.fingerprint == kind.fingerprint)
        .order_by(baselines.c.id.desc())
        .limit(1)
    )
    row = connection.execute(query).first()
    return None if row is None else SetBaseline(_run(row), row.set_at, row.set_by, row.note)


def baseline_runs(connection: sa.Connection) -> set[str]:
    """The ids of all runs that somebody set as a baseline, now or before."""
    return set(connection.execute(sa.select(baselines.c.run_id)).scalars())


_RUN = [column for column in runs.c if column.name != "facts"]


def _run(row: Any) -> PastRun:
    return PastRun(
        row.run_id,
        row.command,
        row.confirms,
        row.folder,
        row.service,
        row.release,
        row.commit,
        row.profile,
        row.fingerprint,
        row.started_at,
        row.ended_at,
        row.run_state,
        State(row.verdict),
        row.exit_code,
        row.reason,
    )


def _result(row: Any) -> ObjectiveResult:
    unit: Unit = row.unit
    return ObjectiveResult(
        id=row.objective,
        area=Area(row.area),
        metric=row.metric,
        statistic=row.statistic,
        subject=row.subject,
        criterion=row.criterion,
        unit=unit,
        limit=row.limit,
        warn=row.warn,
        state=State(row.state),
        reason=row.reason,
        cure=row.cure,
        estimate=row.estimate,
        low=row.low,
        high=row.high,
        n=row.n,
        n_effective=row.n_effective,
        exceedances=row.exceedances,
        when=row.condition,
    )
