"""What is said of the nights: the worst first, since when, how much, and what became of it."""

import pytest
from simulated_nights import P95, nights, series_of
from trending_shop import shop

from slogate.analyzer.nights import Series
from slogate.analyzer.trend import trend
from slogate.report.trend.model import Course, TrendReport, build

NORMAL = [400.0 + at % 7 for at in range(30)]
SLOWER = [500.0 + at % 7 for at in range(6)]


def of(*values: float | None, accepted: int | None = None) -> TrendReport:
    return build("shop", "nightly", "3f9c21ab", [(trend(series_of(*values, accepted=accepted)), "< 500ms")])


def test_a_regression_is_told_by_release_commit_date_and_size() -> None:
    releases = ["1.4.0"] * 30 + ["1.5.0"] * 6
    series = Series(P95, nights([*NORMAL, *SLOWER], releases))
    report = build("shop", "nightly", "3f9c21ab", [(trend(series), "< 500ms")])
    [row] = report.rows
    assert (row.course, row.word) == (Course.REGRESSED, "REGRESSED")
    assert row.said == "since 1.5.0 (abc001e), 2026-11-01: +24.8 % (+24.1 % .. +25.4 %)"
    assert (row.last, row.normal, row.limit) == ("505 ms", "403 ms", "< 500ms")
    [change] = report.changes
    assert (change.status, change.levels, change.found) == ("open", "403 ms to 502 ms", "2026-11-04")
    assert report.headline == "1 of 1 objective is worse than normal: p95 latency"
    assert report.period == "36 nights, 2026-10-01 to 2026-11-06"


@pytest.mark.parametrize(
    ("values", "accepted", "course", "headline"),
    [
        (NORMAL, None, Course.STEADY, "nothing is worse than normal: 1 objective"),
        (NORMAL[:7], None, Course.UNKNOWN, "7 of 14 nights: fewer cannot show a change"),
        ([None] * 20, None, Course.UNKNOWN, "0 of 14 nights: fewer cannot show a change"),
        (
            [*NORMAL, *SLOWER, *NORMAL[:4]],
            None,
            Course.RECOVERED,
            "nothing is worse than normal; 1 of 1 objective is back: p95 latency",
        ),
        (
            [*SLOWER * 5, *NORMAL[:6]],
            None,
            Course.IMPROVED,
            "nothing is worse than normal; 1 of 1 objective is better than before: p95 latency",
        ),
        ([*NORMAL, *SLOWER], 32, Course.STEADY, "nothing is worse than normal: 1 objective"),
        ([*NORMAL, *SLOWER, *NORMAL], None, Course.STEADY, "nothing is worse than normal: 1 objective"),
    ],
)
def test_what_became_of_it_in_a_word(
    values: list[float | None], accepted: int | None, course: Course, headline: str
) -> None:
    report = of(*values, accepted=accepted)
    assert (report.course, report.headline) == (course, headline)


def test_how_a_regression_ended_is_told() -> None:
    mended = of(*NORMAL, *SLOWER, *NORMAL[:4]).changes
    assert [(row.worse, row.status) for row in mended] == [(False, "better"), (True, "resolved on 2026-11-09")]
    assert [row.status for row in of(*NORMAL, *SLOWER, accepted=32).changes] == ["accepted as the baseline"]


def test_a_regression_in_two_steps_says_how_much_it_is_by_now() -> None:
    [row] = of(*NORMAL, *[500.0 + at % 7 for at in range(20)], *[700.0 + at % 7 for at in range(6)]).rows
    assert row.said.startswith("since 1.4.0 (abc001e), 2026-11-01: +25.")
    assert "; now +74." in row.said


def test_nights_without_a_number_and_a_level_that_is_new_are_told() -> None:
    [row] = of(*NORMAL[:10], None, None, *NORMAL, *SLOWER).rows
    assert row.notes == (
        "2 nights without a number left out",
        "6 of 14 nights since the last change: a further one cannot be told yet",
    )


def test_too_few_nights_of_one_objective_do_not_hide_the_others() -> None:
    report = shop()
    assert [row.course.value for row in report.rows] == ["regressed", "steady", "regressed", "improved", "unknown"]
    assert report.headline == "2 of 5 objectives are worse than normal: p95 latency, error rate"
    assert [change.open for change in report.changes] == [True, True, False, False, False]


def test_an_error_rate_changes_by_points_and_not_by_a_ratio_of_nothing() -> None:
    [row] = [row for row in shop().rows if row.name == "error rate"]
    assert row.said.endswith("+2.00 pp (+2.00 pp .. +2.00 pp)")


def test_without_any_run_it_says_so() -> None:
    report = build("shop", "nightly", "", [])
    assert report.headline == "there is no run of this kind with a result"
    assert report.period == "no night"
