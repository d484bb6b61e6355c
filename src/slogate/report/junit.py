"""junit.xml: one test case an objective, so that CI systems show the verdict as they show tests.

What is not decided is not green: an inconclusive objective is a failure of type `inconclusive`, one that cannot be
judged is an error, and one without a criterion is skipped.
"""

from datetime import datetime

from slogate.analyzer.result import State
from slogate.report import xunit
from slogate.report.model import AREA_TITLES, Report, Row
from slogate.runs.info import RunInfo
from slogate.slo.model import Area

_KINDS = {
    State.FAIL: ("failure", "slo"),
    State.INCONCLUSIVE: ("failure", "inconclusive"),
    State.ERROR: ("error", "not judgeable"),
    State.INFO: ("skipped", ""),
}


def render(report: Report) -> str:
    """The text of junit.xml. Its time is that of the whole run: objectives are measured together."""
    suites = (
        xunit.Suite(AREA_TITLES[area], tuple(_case(report, row) for row in report.rows_of(area)))
        for area in Area
        if report.rows_of(area)
    )
    return xunit.render(f"slogate {report.info.service}", suites, _seconds(report.info))


def _seconds(info: RunInfo) -> float | None:
    if info.ended_at is None:
        return None
    try:
        return (datetime.fromisoformat(info.ended_at) - datetime.fromisoformat(info.started_at)).total_seconds()
    except (ValueError, TypeError):  # no times, or one with a zone and one without: an edited run.json
        return None


def _case(report: Report, row: Row) -> xunit.Case:
    kind, sort = _KINDS.get(row.state, ("", ""))
    return xunit.Case(
        name=f"{row.name} {row.criterion}",
        classname=f"{report.info.service}.{row.area.value}",
        kind=kind,
        type=sort,
        told=(f"{row.word}: {row.reason}", *row.clues, row.cure),
    )
