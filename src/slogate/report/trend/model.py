"""What is said of the nights, once for all formats: a headline, one row an objective, and every change of level."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from slogate.analyzer.change_point import LEAST_NIGHTS
from slogate.analyzer.level_change import ChangePoint, End, Size
from slogate.analyzer.measure import Measure
from slogate.analyzer.nights import Night
from slogate.analyzer.trend import Trend
from slogate.analyzer.units import counted, say
from slogate.report.comparison.model import name_of, say_shift
from slogate.slo.model import Area

_SHORT_COMMIT = 8
_MOST_NAMED = 3


_METHOD = (
    """Each night is held against those before it. Of the last 60 nights of the current level every split into an
    earlier and a later part of at least three is tested by the ranks (Mann and Whitney, exact). A change is told where
    the most unlikely split is one that nights without a change have in one of 1,000 looks, and where it is 5 % or more,
    of an error rate 5 % of its limit.""",
    """A change is dated to the first night of the new level; where that night might as well be of the other level and
    the release changed beside it, to the first night of the release. Its size is the median of all differences between
    the nights after and before (Hodges and Lehmann), with its 95 % interval. Later nights never change what was told,
    but for the size.""",
    """Normal is the level before a regression, until three nights in a row are nearer to it than to the regression, or
    somebody accepts the new one with `slogate history baseline set`.""",
)


class Course(StrEnum):
    """What became of an objective, the worst first. RECOVERED and IMPROVED are told while the level is new."""

    REGRESSED = "regressed"
    UNKNOWN = "unknown"
    RECOVERED = "recovered"
    IMPROVED = "improved"
    STEADY = "steady"


WORDS = {
    Course.REGRESSED: "REGRESSED",
    Course.UNKNOWN: "TOO FEW NIGHTS",
    Course.RECOVERED: "RECOVERED",
    Course.IMPROVED: "IMPROVED",
    Course.STEADY: "STEADY",
}


@dataclass(frozen=True)
class ChangeRow:
    """One change of level as it is shown: since when, how much, and what became of it."""

    objective: str
    worse: bool
    open: bool
    since: str
    date: str
    size: str
    interval: str
    levels: str
    found: str
    status: str
    change: ChangePoint

    @property
    def sentence(self) -> str:
        """`since 1.5.0 (abc1234), 2026-11-18: +23 % (+18 % .. +28 %)`."""
        return f"since {self.since}, {self.date}: {self.size} ({self.interval})"


@dataclass(frozen=True)
class Row:
    """One objective as it is shown. `last` and `normal` are of the last night and of the baseline's median; `said` is
    the one line on it, and `notes` are worth knowing.
    """

    name: str
    area: Area
    course: Course
    word: str
    last: str
    normal: str
    limit: str
    said: str
    notes: tuple[str, ...]
    changes: tuple[ChangeRow, ...]
    trend: Trend


@dataclass(frozen=True)
class TrendReport:
    """A finished trend of all objectives of one kind of runs, ready to be rendered."""

    service: str
    profile: str
    kind: str
    period: str
    course: Course
    word: str
    headline: str
    rows: tuple[Row, ...]
    notes: tuple[str, ...]
    method: tuple[str, ...]

    @property
    def changes(self) -> tuple[ChangeRow, ...]:
        """Every change of every objective: those that are open first, then the newest."""
        found = [change for row in self.rows for change in row.changes]
        return tuple(sorted(found, key=lambda row: (not row.open, -row.change.began)))

    def of(self, area: Area) -> tuple[Row, ...]:
        """The rows of one area."""
        return tuple(row for row in self.rows if row.area is area)


def build(
    service: str,
    profile: str,
    kind: str,
    trends: Sequence[tuple[Trend, str]],
    notes: Sequence[str] = (),
) -> TrendReport:
    """The report of trends, each with its criterion as slo.yaml last had it. `kind` is the fingerprint of the runs."""
    rows = tuple(_row(found, criterion) for found, criterion in trends)
    nights = max((found.series.nights for found, _ in trends), key=len, default=())
    course = _whole(rows)
    return TrendReport(
        service=service,
        profile=profile,
        kind=kind,
        period=f"{counted(len(nights), 'night')}, {nights[0].date} to {nights[-1].date}" if nights else "no night",
        course=course,
        word=WORDS[course],
        headline=_headline(rows, course),
        rows=rows,
        notes=tuple(notes),
        method=tuple(" ".join(text.split()) for text in _METHOD),
    )


def release_of(night: Night) -> str:
    """The release of a night, and its commit where it is known."""
    return f"{night.release} ({night.commit[:_SHORT_COMMIT]})" if night.commit else night.release


def _row(found: Trend, criterion: str) -> Row:
    course, of, known = _course(found), found.measure, found.known
    nights = found.series.nights
    changes = tuple(_change(found, change) for change in found.changes)
    last = nights[known[-1]] if known else None
    return Row(
        name=name_of(of),
        area=of.area,
        course=course,
        word=WORDS[course],
        last=say(last.value, of.unit) if last is not None else "-",
        normal=say(found.normal.median, of.unit) if found.normal is not None else "-",
        limit=criterion,
        said=_said(found, course, changes),
        notes=tuple(_notes(found)),
        changes=changes,
        trend=found,
    )


def _course(found: Trend) -> Course:
    if found.open is not None:
        return Course.REGRESSED
    if len(found.known) < LEAST_NIGHTS:
        return Course.UNKNOWN
    last = found.changes[-1] if found.changes else None
    if last is None or last.worse or len(found.level) >= LEAST_NIGHTS:
        return Course.STEADY
    return Course.RECOVERED if any(change.ended == last.found for change in found.changes) else Course.IMPROVED


def _change(found: Trend, change: ChangePoint) -> ChangeRow:
    nights, of, size = found.series.nights, found.measure, change.size
    began = nights[change.began]
    return ChangeRow(
        objective=name_of(of),
        worse=change.worse,
        open=change.open,
        since=release_of(began),
        date=began.date,
        size=say_shift(of, size.estimate),
        interval=_interval(of, size),
        levels=f"{say(size.before, of.unit)} to {say(size.after, of.unit)}",
        found=nights[change.found].date,
        status=_status(found, change),
        change=change,
    )


def _status(found: Trend, change: ChangePoint) -> str:
    if change.open:
        return "open"
    if change.end is None or change.ended is None:
        return "better"
    if change.end is End.ACCEPTED:
        return "accepted as the baseline"
    return f"resolved on {found.series.nights[change.ended].date}"


def _said(found: Trend, course: Course, changes: Sequence[ChangeRow]) -> str:
    if course is Course.UNKNOWN:
        return f"{len(found.known)} of {LEAST_NIGHTS} nights: fewer cannot show a change"
    opened = [change for change in changes if change.open]
    if not opened:
        if course is Course.STEADY:
            return f"no change in {counted(len(found.level), 'night')}"
        return changes[-1].sentence
    more = ""
    if found.standing is not None and found.changes[-1] is not opened[0].change:
        more = f"; now {say_shift(found.measure, found.standing.estimate)} ({_interval(found.measure, found.standing)})"
    return opened[0].sentence + more


def _notes(found: Trend) -> list[str]:
    notes = []
    if missing := len(found.series.nights) - len(found.known):
        notes.append(f"{counted(missing, 'night')} without a number left out")
    if found.changes and found.lacking:
        have = LEAST_NIGHTS - found.lacking
        notes.append(f"{have} of {LEAST_NIGHTS} nights since the last change: a further one cannot be told yet")
    return notes


def _interval(of: Measure, size: Size) -> str:
    return f"{say_shift(of, size.low)} .. {say_shift(of, size.high)}"


def _whole(rows: Sequence[Row]) -> Course:
    """The worst there is; too few nights only where no objective has enough."""
    courses = {row.course for row in rows}
    if Course.REGRESSED in courses:
        return Course.REGRESSED
    if not courses - {Course.UNKNOWN}:
        return Course.UNKNOWN
    return next((course for course in (Course.RECOVERED, Course.IMPROVED) if course in courses), Course.STEADY)


def _headline(rows: Sequence[Row], course: Course) -> str:
    if not rows:
        return "there is no run of this kind with a result"
    of_them = [row for row in rows if row.course is course]
    names = ", ".join(row.name for row in of_them[:_MOST_NAMED])
    more = f" and {len(of_them) - _MOST_NAMED} more" if len(of_them) > _MOST_NAMED else ""
    share = f"{len(of_them)} of {counted(len(rows), 'objective')}"
    match course:
        case Course.REGRESSED:
            return f"{share} {_are(of_them)} worse than normal: {names}{more}"
        case Course.RECOVERED:
            return f"nothing is worse than normal; {share} {_are(of_them)} back: {names}{more}"
        case Course.IMPROVED:
            return f"nothing is worse than normal; {share} {_are(of_them)} better than before: {names}{more}"
        case Course.UNKNOWN:
            return max(rows, key=lambda row: len(row.trend.known)).said
        case _:
            return f"nothing is worse than normal: {counted(len(rows), 'objective')}"


def _are(rows: Sequence[Row]) -> str:
    return "is" if len(rows) == 1 else "are"
