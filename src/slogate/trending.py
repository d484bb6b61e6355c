"""The trend of every objective of a kind of runs, from what the history knows."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from slogate.analyzer.measure import of_result
from slogate.analyzer.nights import Night, Series
from slogate.analyzer.result import ObjectiveResult, State
from slogate.analyzer.trend import trend
from slogate.analyzer.units import counted
from slogate.errors import UsageError
from slogate.history.past import Kind, PastNight, Selection
from slogate.history.queries import select_runs, series, set_baseline_of
from slogate.report.trend.model import TrendReport, build

MOST_NIGHTS = 180
_COMPLETE = "complete"


@dataclass(frozen=True)
class TrendOptions:
    """What is asked for; None is all objectives, and the service and profile of the newest run."""

    service: str | None = None
    profile: str | None = None
    objective: str | None = None
    nights: int = MOST_NIGHTS


def newest_kind(connection: sa.Connection, asked: TrendOptions) -> Kind:
    """The kind of the newest night asked for, else of the newest run. Raises `UsageError` where there is none."""
    chosen = Selection(asked.service, asked.profile, repeats=False, limit=1)
    nights = Selection(asked.service, asked.profile, command="nightly", repeats=False, limit=1)
    for selection in (nights, chosen):
        for run in select_runs(connection, selection):
            return run.kind
    raise UsageError("no such run is in the history", cure="`slogate history list` shows what is")


def trend_report(connection: sa.Connection, kind: Kind, asked: TrendOptions) -> TrendReport:
    """The trend of the last nights of a kind. Raises `UsageError` for an objective that it does not have."""
    nights = series(connection, kind, asked.nights)
    latest = _latest(nights)
    if asked.objective is not None:
        if asked.objective not in latest:
            raise UsageError(
                f"{asked.objective!r} is no objective of these runs",
                cure=f"name one of {', '.join(latest)}" if latest else "they have no result at all",
            )
        latest = {asked.objective: latest[asked.objective]}
    held = set_baseline_of(connection, kind)
    accepted = None if held is None else held.run.run_id
    trends = [
        (trend(Series(of_result(result), tuple(_nights(nights, name)), accepted=accepted)), result.criterion)
        for name, result in latest.items()
    ]
    return build(kind.service, kind.profile, kind.fingerprint, trends, list(_notes(connection, kind, asked)))


def report_links(connection: sa.Connection, kind: Kind, asked: TrendOptions, page: Path) -> dict[str, str]:
    """By run the address of its report.html as seen from `page`: of those that lie beside the page or below it, which
    are published with it.
    """
    base, links = page.resolve().parent, {}
    for night in series(connection, kind, asked.nights):
        report = Path(night.run.folder) / "report.html"
        if report.is_relative_to(base) and report.is_file():
            links[night.run.run_id] = report.relative_to(base).as_posix()
    return links


def _latest(nights: Sequence[PastNight]) -> dict[str, ObjectiveResult]:
    """The objectives of the newest run that has results. A change beside a baseline is no course of its own."""
    found = next((night.results for night in reversed(nights) if night.results), {})
    return {name: result for name, result in found.items() if result.unit != "change"}


def _nights(nights: Sequence[PastNight], objective: str) -> Iterator[Night]:
    """From the first night that has the objective."""
    first = next(at for at, night in enumerate(nights) if objective in night.results)
    for night in nights[first:]:
        run, result, again = night.run, night.results.get(objective), night.again.get(objective)
        whole = result is not None and run.run_state == _COMPLETE
        yield Night(
            run=run.run_id,
            release=run.release,
            commit=run.commit,
            date=f"{run.started_at:%Y-%m-%d}",
            value=result.estimate if result is not None and whole else None,
            state=result.state if result is not None and whole else State.ERROR,
            limit=None if result is None else result.limit,
            again=None if again is None or again.state is State.ERROR else again.estimate,
        )


def _notes(connection: sa.Connection, kind: Kind, asked: TrendOptions) -> Iterator[str]:
    recent = select_runs(connection, Selection(kind.service, kind.profile, repeats=False, limit=asked.nights))
    others = [run for run in recent if run.fingerprint != kind.fingerprint]
    if others:
        kinds = ", ".join(sorted({run.fingerprint for run in others}))
        yield (
            f"{counted(len(others), 'run')} of this profile not measured in the same way left out, of the kinds "
            f"{kinds}; `slogate history show` tells what a run's kind is made of"
        )
