"""From a judged run to what people are told of it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

import sqlalchemy as sa

from slogate.analyzer.result import ObjectiveResult, State
from slogate.errors import SlogateError
from slogate.history.past import PastRun, Selection
from slogate.history.queries import run_of, select_runs
from slogate.notify.message import date, version
from slogate.notify.night import Broken, Night, Shift
from slogate.redact import Redactor, secrets_in_environment
from slogate.report.model import Row
from slogate.report.trend.model import TrendReport
from slogate.slo import variables
from slogate.slo.notify import RUN_PLACE, Notify
from slogate.verify import Outcome

_GOOD = frozenset({State.PASS, State.WARNING})
_LOOKED_BACK = 60


def night_of(
    connection: sa.Connection,
    outcome: Outcome,
    notify: Notify | None,
    environ: Mapping[str, str],
    shifts: Sequence[Shift] | None = None,
) -> Night:
    """What a run says to those who are told. `shifts` are the objectives that have got worse and have not come back;
    None: nobody looked.
    """
    info, report = outcome.report.info, outcome.report
    redact = Redactor(secrets_in_environment(environ))
    started = datetime.fromisoformat(info.started_at).astimezone(UTC)
    earlier = nights_before(connection, info.service, info.profile, started)
    broke = None if report.state is State.FAIL else outcome.failure  # what was seen to fail has failed
    cures = ["" if broke is None else broke.cure, *(finding.cure for finding in report.notes)]
    good = next((run for run in earlier if run.verdict in _GOOD), None)
    return Night(
        service=info.service,
        profile=info.profile,
        run_id=info.run_id,
        release=info.release,
        commit=info.commit,
        started_at=started,
        state=report.state if broke is None else State.ERROR,
        headline=redact(report.headline if broke is None else f"the measurement broke: {_first_line(broke)}"),
        broken=() if broke is not None else tuple(_broken(row, result, redact) for row, result in _not_met(outcome)),
        undecided=0 if broke is not None else _undecided(report.state, earlier),
        shifts=shifts,
        last_good="" if good is None else f"{version(good.release, good.commit)}, {date(good.started_at)}",
        link=redact(link_of(outcome, notify, environ)),
        cure=redact(next((cure for cure in cures if cure), "")),
    )


def night_without_a_run(
    service: str, profile: str, release: str, error: SlogateError, environ: Mapping[str, str], now: datetime
) -> Night:
    """What is said of a night that measured nothing at all: the target did not answer, or there was no browser."""
    redact = Redactor(secrets_in_environment(environ))
    return Night(
        service=service,
        profile=profile,
        run_id="",
        release=release,
        commit="",
        started_at=now,
        state=State.ERROR,
        headline=f"nothing was measured: {redact(_first_line(error))}",
        cure=redact(error.cure),
    )


def shifts_in(report: TrendReport, connection: sa.Connection) -> list[Shift]:
    """The regressions of a trend that are open."""
    found = []
    for row in report.rows:
        for change in row.changes:
            if change.open:
                measure, began = row.trend.series.measure, row.trend.series.nights[change.change.began]
                run = run_of(connection, began.run)
                if run is not None:
                    family = f"{measure.area}.{measure.metric}"
                    size = f"{change.size} ({change.interval})"
                    found.append(Shift(measure.id, family, row.name, size, run.release, run.commit, run.started_at))
    return found


def nights_before(connection: sa.Connection, service: str, profile: str, moment: datetime) -> list[PastRun]:
    """The latest nights before that time, the newest first: runs of `slogate nightly`, or all where it never ran."""
    asked = Selection(service=service, profile=profile, before=moment, repeats=False, limit=_LOOKED_BACK)
    return select_runs(connection, replace(asked, command="nightly")) or select_runs(connection, asked)


def link_of(outcome: Outcome, notify: Notify | None, environ: Mapping[str, str]) -> str:
    """Where the report is: where slo.yaml says, else the job of a CI service that ran it, else the file."""
    if notify is not None and notify.report_url is not None:
        try:
            url = variables.expand(notify.report_url, environ)
        except variables.VariableError:
            url = ""  # which `slogate check` tells, and is not worth a night
        if url:
            return url.replace(RUN_PLACE, outcome.folder.path.name)
    server, repository, number = (
        environ.get(name, "") for name in ("GITHUB_SERVER_URL", "GITHUB_REPOSITORY", "GITHUB_RUN_ID")
    )
    if server and repository and number:
        return f"{server}/{repository}/actions/runs/{number}"
    return environ.get("CI_JOB_URL") or str((outcome.folder.path / "report.html").resolve())


def _first_line(error: SlogateError) -> str:
    return error.message.splitlines()[0]


def _not_met(outcome: Outcome) -> Iterator[tuple[Row, ObjectiveResult]]:
    """The objectives that made the verdict what it is."""
    for row, result in zip(outcome.report.rows, outcome.report.results, strict=True):
        if row.state is outcome.report.state and row.state not in _GOOD:
            yield row, result


def _broken(row: Row, result: ObjectiveResult, redact: Redactor) -> Broken:
    detail = redact(row.reason)
    if row.state is State.FAIL and result.estimate is not None:
        over = ""
        if result.limit and result.unit != "change" and result.estimate > result.limit:
            over = f", {100 * (result.estimate / result.limit - 1):.0f} % over it"
        interval = f" ({row.interval})" if row.interval else ""
        detail = f"{row.estimate}{interval}, the limit is {row.criterion}{over}"
    return Broken(
        objective=result.id,
        family=f"{result.area}.{result.metric}",
        name=redact(row.name),
        detail=detail,
        look_first=redact(next(iter(row.clues), "") or row.cure),
    )


def _undecided(state: State, earlier: Sequence[PastRun]) -> int:
    """How many runs up to this one were inconclusive; one that was not judgeable neither counts nor ends it."""
    if state is not State.INCONCLUSIVE:
        return 0
    count = 1
    for run in earlier:
        if run.verdict is State.INCONCLUSIVE:
            count += 1
        elif run.verdict is not State.ERROR:
            break
    return count
