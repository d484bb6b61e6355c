"""The trend for programs: `slogate history trend --json`."""

from pydantic import BaseModel

from slogate.analyzer.change_point import LEAST_NIGHTS
from slogate.analyzer.level_change import Band, ChangePoint, End, Size
from slogate.analyzer.result import State
from slogate.analyzer.units import Unit
from slogate.report.trend.model import Course, Row, TrendReport
from slogate.slo.model import Area

SCHEMA_VERSION = 1


class NightRow(BaseModel):
    """One run. `value` and `limit` are in the unit of the objective; null is "there is none", never zero."""

    run: str
    release: str
    commit: str
    date: str
    value: float | None
    limit: float | None
    state: State
    counted: bool


class Change(BaseModel):
    """A change of level, found with the run `found`, which began with the run `began`, whose release and commit are
    told. `size` is relative, of an error rate or a score in shares of `reference`; `end` is null while it is open, and
    for a change for the better.
    """

    began: str
    release: str
    commit: str
    date: str
    found: str
    worse: bool
    open: bool
    size: Size
    end: End | None
    ended: str | None


class Objective(BaseModel):
    """One objective over the nights, the oldest first. `standing` is the level now beside the normal one, where a
    regression is open; `nights_needed` is how many more it takes before a change can be found.
    """

    id: str
    name: str
    area: Area
    metric: str
    statistic: str
    subject: str | None
    unit: Unit
    reference: float | None
    criterion: str
    course: Course
    said: str
    notes: list[str]
    normal: Band | None
    standing: Size | None
    least_nights: int
    nights_needed: int
    changes: list[Change]
    nights: list[NightRow]


class TrendDocument(BaseModel):
    """The whole of it."""

    schema_version: int = SCHEMA_VERSION
    service: str
    profile: str
    fingerprint: str
    course: Course
    headline: str
    notes: list[str]
    objectives: list[Objective]


def render(report: TrendReport) -> str:
    """The text of the document."""
    document = TrendDocument(
        service=report.service,
        profile=report.profile,
        fingerprint=report.kind,
        course=report.course,
        headline=report.headline,
        notes=list(report.notes),
        objectives=[_objective(row) for row in report.rows],
    )
    return document.model_dump_json(indent=2) + "\n"


def _objective(row: Row) -> Objective:
    found, of, known = row.trend, row.trend.measure, set(row.trend.known)
    return Objective(
        id=of.id,
        name=row.name,
        area=of.area,
        metric=of.metric,
        statistic=of.statistic,
        subject=of.subject,
        unit=of.unit,
        reference=of.reference,
        criterion=row.limit,
        course=row.course,
        said=row.said,
        notes=list(row.notes),
        normal=found.normal,
        standing=found.standing,
        least_nights=LEAST_NIGHTS,
        nights_needed=found.lacking,
        changes=[_change(row, change) for change in found.changes],
        nights=[
            NightRow(
                run=night.run,
                release=night.release,
                commit=night.commit,
                date=night.date,
                value=night.value,
                limit=night.limit,
                state=night.state,
                counted=at in known,
            )
            for at, night in enumerate(found.series.nights)
        ],
    )


def _change(row: Row, change: ChangePoint) -> Change:
    nights = row.trend.series.nights
    began = nights[change.began]
    return Change(
        began=began.run,
        release=began.release,
        commit=began.commit,
        date=began.date,
        found=nights[change.found].run,
        worse=change.worse,
        open=change.open,
        size=change.size,
        end=change.end,
        ended=None if change.ended is None else nights[change.ended].run,
    )
