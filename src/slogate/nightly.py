"""One night from start to finish: make up for earlier ones, measure, judge, compare, look at the trend, measure again
where that seems to have changed, tell people, and tidy up.

Once the verdict is there it stands: whatever fails after it is a note.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from slogate import telling, verify
from slogate.analyzer.result import State
from slogate.comparing import CompareOptions, compare_named
from slogate.errors import ConfigError, EndedByHandError, SlogateError, UsageError
from slogate.history.database import History, open_history
from slogate.history.keeping import delete, prunable
from slogate.history.past import Kind
from slogate.history.place import location
from slogate.nightly_lock import only_one
from slogate.nights import night_of, night_without_a_run, shifts_in
from slogate.notify.posting import Means, Told
from slogate.report.comparison import html as comparison_html
from slogate.report.comparison import json as comparison_json
from slogate.report.comparison.model import ComparisonReport
from slogate.report.progress import Progress
from slogate.report.trend import html as trend_html
from slogate.report.trend.model import TrendReport
from slogate.runs.environment import commit_of
from slogate.runs.fingerprint import fingerprint_of
from slogate.runs.folder import RunFolder
from slogate.setup import RunOptions
from slogate.slo.file import SloFile
from slogate.suite_files import read_slo
from slogate.trending import TrendOptions, report_links, trend_report
from slogate.unfinished import make_up_for

TRENDS_PAGE = "trends.html"
_SHORT_COMMIT = 8
_NOBODY_TOLD = "nobody is told of a night that was ended by Ctrl-C"


@dataclass(frozen=True)
class NightlyOptions:
    """What the command line asks for. `keep` is how long run folders are kept. Without `confirm` no second run is made
    where the trend seems to have changed.
    """

    run: RunOptions
    keep: timedelta = timedelta(days=30)
    confirm: bool = True


@dataclass
class NightOutcome:
    """What a night left: its run, the one that was made to confirm it, and what was found beside the verdict.
    `unconfirmed` tells that the trend asks for a second run and got none that can be judged: then nobody hears of the
    trend tonight.
    """

    outcome: verify.Outcome
    again: verify.Outcome | None = None
    comparison: ComparisonReport | None = None
    trend: TrendReport | None = None
    told: Sequence[Told] = field(default_factory=list)
    unconfirmed: bool = False


Measure = Callable[[RunOptions, Progress, Mapping[str, str]], verify.Outcome]


def night(
    options: NightlyOptions,
    progress: Progress,
    environ: Mapping[str, str],
    now: Callable[[], datetime],
    measure: Measure = verify.run,
) -> NightOutcome:
    """Runs one night; `measure` is what makes and judges a run. Raises `SlogateError` where nothing could be measured;
    people are told of that too, but not of a night that somebody ended by Ctrl-C.
    """
    reports = options.run.out
    asked = replace(options.run, command="nightly", release=options.run.release or _release(options.run, environ))
    with only_one(reports):
        with _kept_from_the_verdict(progress.note, "earlier nights were not made up for"):
            make_up_for(reports, progress.note, environ, now().timestamp())
        try:
            found = NightOutcome(measure(asked, progress, environ))
        except SlogateError as error:
            _tell_of_no_run(error, asked, progress.note, environ, now)
            raise
        with _kept_from_the_verdict(progress.note, "not compared with a baseline"):
            found.comparison = _compare(found.outcome, reports, environ)
        undone = "the trend was not looked at, nobody was told, and no folder was deleted"
        with _kept_from_the_verdict(progress.note, undone), open_history(location(reports, environ)) as history:
            _settle(found, options, asked, history, progress, environ, now, measure)
        return found


def _settle(
    found: NightOutcome,
    options: NightlyOptions,
    asked: RunOptions,
    history: History,
    progress: Progress,
    environ: Mapping[str, str],
    now: Callable[[], datetime],
    measure: Measure,
) -> None:
    note = progress.note
    with _kept_from_the_verdict(note, "the trend was not looked at"):
        found.trend = _trend(found.outcome, history, asked.out)
        if options.confirm and found.outcome.failure is None and _seems_worse(found.trend):
            note("the trend seems to have changed for the worse: one more run is to confirm that")
            found.unconfirmed = True
            again = replace(asked, confirms=found.outcome.report.info.run_id)
            found.again = measure(again, progress, environ)
            found.unconfirmed = found.again.document.state is State.ERROR
            found.trend = _trend(found.outcome, history, asked.out)
    with _kept_from_the_verdict(note, "nobody was told"):
        if isinstance(found.outcome.failure, EndedByHandError):
            note(_NOBODY_TOLD)
        else:
            found.told = _tell(found, history, Means(found.outcome.file.slo.notify, environ, now, note))
    with _kept_from_the_verdict(note, "old folders were not deleted"):
        _prune(history, asked.out, now() - options.keep, note)


def _tell(found: NightOutcome, history: History, means: Means) -> list[Told]:
    with history.begin() as connection:
        shifts = None if found.trend is None or found.unconfirmed else shifts_in(found.trend, connection)
        tonight = night_of(connection, found.outcome, means.notify, means.environ, shifts)
    return telling.tell(history, tonight, means)


def _release(options: RunOptions, environ: Mapping[str, str]) -> str | None:
    """Each night is of some release: where nobody names it, the commit does."""
    commit = options.commit or commit_of(options.slo_path.resolve().parent, environ)
    return environ.get("SLOGATE_RELEASE") or commit[:_SHORT_COMMIT] or None


def _compare(outcome: verify.Outcome, reports: Path, environ: Mapping[str, str]) -> ComparisonReport | None:
    """This run beside the baseline; its report is kept in the run folder."""
    if outcome.failure is not None:
        return None
    report = compare_named(CompareOptions("@baseline", str(outcome.folder.path), reports), environ)
    folder = RunFolder(outcome.folder.path)
    folder.write_text("comparison.json", comparison_json.render(report))
    folder.write_text("comparison.html", comparison_html.render(report))
    return report


def _trend(outcome: verify.Outcome, history: History, reports: Path) -> TrendReport:
    """The trend with this night in it; its page is kept beside the run folders."""
    info, asked, page = outcome.report.info, TrendOptions(), reports / TRENDS_PAGE
    kind = Kind(info.service, info.profile, fingerprint_of(info).digest)
    with history.begin() as connection:
        report = trend_report(connection, kind, asked)
        links = report_links(connection, kind, asked, page)
    RunFolder(reports).write_text(TRENDS_PAGE, trend_html.render(report, links))
    return report


def _seems_worse(report: TrendReport) -> bool:
    return any(change.open for row in report.rows for change in row.trend.news)


def _tell_of_no_run(
    error: SlogateError,
    asked: RunOptions,
    note: Callable[[str], None],
    environ: Mapping[str, str],
    now: Callable[[], datetime],
) -> None:
    """A target that does not answer is a night that nobody can judge, and no silence."""
    if isinstance(error, EndedByHandError):
        note(_NOBODY_TOLD)
        return
    if isinstance(error, ConfigError | UsageError):
        return  # whoever changed the files sees it; and who is told is written in one of them
    with _kept_from_the_verdict(note, "nobody was told"):
        file: SloFile = read_slo(asked.slo_path, environ)
        profile = asked.profile or next(iter(file.slo.profiles))
        tonight = night_without_a_run(file.slo.service, profile, asked.release or "", error, environ, now())
        with open_history(location(asked.out, environ)) as history:
            telling.tell(history, tonight, Means(file.slo.notify, environ, now, note))


def _prune(history: History, reports: Path, before: datetime, note: Callable[[str], None]) -> None:
    with history.begin() as connection:
        found = prunable(connection, reports, before)
    for folder in found.folders:
        delete(folder)
    if found.folders:
        note(f"{len(found.folders)} run folders from before {before.astimezone(UTC):%Y-%m-%d} deleted")


@contextmanager
def _kept_from_the_verdict(note: Callable[[str], None], undone: str) -> Iterator[None]:
    """What goes wrong inside is told with what is `undone` then, and costs nothing else."""
    try:
        yield
    except SlogateError as error:
        note(f"{undone}: {error.message.splitlines()[0]}")
    except OSError as error:
        note(f"{undone}: {error}")
    except Exception as error:  # noqa: BLE001  # a defect of ours, too, must not take the verdict with it
        note(f"{undone}, for a defect of slogate: {type(error).__name__}: {error}")
