"""Trends from what a history knows: which nights, which objectives, and what is left out."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from past_runs import FIRST_NIGHT, folder_of, judged, result

from slogate.analyzer.result import State
from slogate.errors import UsageError
from slogate.history.database import open_history
from slogate.history.keeping import set_baseline
from slogate.history.past import JudgedRun, Kind
from slogate.history.queries import run_of
from slogate.history.recording import record
from slogate.report.trend.model import Course, TrendReport
from slogate.trending import TrendOptions, newest_kind, report_links, trend_report

SLOWER_FROM, NIGHTS = 24, 30


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[sa.Connection]:
    with open_history(str(tmp_path / "history.db")) as history, history.begin() as opened:
        yield opened


def night(at: int, estimate: float | None = None, run_state: str = "complete") -> JudgedRun:
    """A night of a shop that is slower since 1.5.0."""
    slower = at >= SLOWER_FROM
    value = (130.0 if slower else 100.0) + at % 5 if estimate is None else estimate
    return judged(at, result(estimate=value), release="1.5.0" if slower else "1.4.0", run_state=run_state)


def fill(connection: sa.Connection, *others: JudgedRun, nights: int = NIGHTS) -> None:
    for at in range(nights):
        record(connection, night(at))
    for run in others:
        record(connection, run)


ALL = TrendOptions()


def report_of(connection: sa.Connection, asked: TrendOptions = ALL) -> TrendReport:
    return trend_report(connection, newest_kind(connection, asked), asked)


def test_a_regression_is_found_with_its_release_commit_and_date(connection: sa.Connection) -> None:
    fill(connection)
    report = report_of(connection)
    [row] = report.rows
    assert (row.name, row.course) == ("p95 latency", Course.REGRESSED)
    assert row.said.startswith("since 1.5.0 (0000018), 2026-09-25: +30.0 % (")
    assert (report.service, report.profile) == ("shop", "nightly")


def test_what_a_person_set_as_the_baseline_is_normal(connection: sa.Connection) -> None:
    fill(connection)
    accepted = run_of(connection, night(SLOWER_FROM + 1).info.run_id)
    assert accepted is not None
    set_baseline(connection, accepted, FIRST_NIGHT, "ann", "more work a request")
    assert [change.status for change in report_of(connection).changes] == ["accepted as the baseline"]


def test_the_runs_that_were_made_again_confirm_and_are_no_nights(connection: sa.Connection) -> None:
    fill(connection, nights=SLOWER_FROM + 6)
    found = next(c.change.found for c in report_of(connection).changes)
    again = judged(found, result(estimate=101.0), confirms=night(found).info.run_id)
    record(connection, again)
    report = report_of(connection)
    assert len(report.rows[0].trend.series.nights) == SLOWER_FROM + 6
    assert [c.change.found for c in report.changes] == [found + 1]


def test_a_run_that_was_cut_short_or_could_not_be_judged_has_no_number(connection: sa.Connection) -> None:
    fill(
        connection,
        night(NIGHTS, 900.0, run_state="interrupted"),
        judged(NIGHTS + 1, result(estimate=900.0, state=State.ERROR), state=State.ERROR),
    )
    [row] = report_of(connection).rows
    assert row.notes[0] == "2 nights without a number left out"


def test_objectives_are_those_of_the_newest_run_each_from_its_first_night(connection: sa.Connection) -> None:
    gone, new = result("api.latency.p50"), result("api.latency.p99", estimate=300.0)
    for at in range(10):
        record(connection, judged(at, result(), gone))
    for at in range(10, 13):
        record(connection, judged(at, result(), new))
    record(connection, judged(13, replace(result("api.vs"), unit="change"), result(), new))
    rows = report_of(connection).rows
    assert [(row.name, len(row.trend.series.nights)) for row in rows] == [("p95 latency", 14), ("p99 latency", 4)]
    [only] = report_of(connection, TrendOptions(objective="api.latency.p99")).rows
    assert only.name == "p99 latency"


def test_runs_that_were_measured_otherwise_are_left_out_and_told(connection: sa.Connection) -> None:
    fill(connection, judged(-1, rate=80), judged(-2, rate=80), nights=8)
    report = report_of(connection)
    assert len(report.rows[0].trend.series.nights) == 8
    assert report.notes[0].startswith("2 runs of this profile not measured in the same way left out, of the kinds ")


def test_no_run_and_no_such_objective_are_refused(connection: sa.Connection) -> None:
    with pytest.raises(UsageError, match="no such run"):
        newest_kind(connection, TrendOptions())
    fill(connection, nights=2)
    with pytest.raises(UsageError, match="no such run"):
        newest_kind(connection, TrendOptions(service="other"))
    with pytest.raises(UsageError, match=r"'api\.errors' is no objective") as refused:
        report_of(connection, TrendOptions(objective="api.errors"))
    assert refused.value.cure == "name one of api.latency.p95"


def test_a_run_without_a_result_shows_those_before_it(connection: sa.Connection) -> None:
    fill(connection, replace(judged(8, state=State.ERROR, run_state="failed"), objectives=()), nights=8)
    [row] = report_of(connection).rows
    assert [night.value is None for night in row.trend.series.nights] == [False] * 8 + [True]


def test_a_history_of_runs_without_any_result_says_so(connection: sa.Connection) -> None:
    record(connection, replace(judged(0, state=State.ERROR), objectives=()))
    assert report_of(connection).headline == "there is no run of this kind with a result"


def test_only_reports_that_are_published_with_the_page_are_linked(connection: sa.Connection, tmp_path: Path) -> None:
    runs = [judged(at) for at in range(3)]
    for run, base in zip(runs, (tmp_path / "reports", tmp_path / "elsewhere", tmp_path / "reports"), strict=True):
        folder = folder_of(base, run)
        record(connection, replace(run, folder=folder))
        if run is not runs[2]:
            (folder / "report.html").write_text("")
    asked = TrendOptions()
    kind: Kind = newest_kind(connection, asked)
    links = report_links(connection, kind, asked, tmp_path / "reports" / "trends.html")
    assert links == {runs[0].info.run_id: "20260901T020000Z-1.4.0/report.html"}
