"""junit.xml: one test case an objective. Inconclusive and not judgeable are failures of some kind, never green."""

from datetime import datetime

from junitparser import Error, Failure, JUnitXml, Skipped, TestCase, TestSuite

from slogate.analyzer.result import State
from slogate.report.model import AREA_TITLES, Report, Row
from slogate.report.text import printable
from slogate.runs.info import RunInfo
from slogate.slo.model import Area


def render(report: Report) -> str:
    """The text of junit.xml."""
    document = JUnitXml(f"slogate {printable(report.info.service)}")
    for area in Area:
        rows = report.rows_of(area)
        if rows:
            suite = TestSuite(AREA_TITLES[area])
            for row in rows:
                suite.add_testcase(_case(report, row))
            document.add_testsuite(suite)
    document.update_statistics()  # type: ignore[no-untyped-call]  # junitparser is typed in part
    seconds = _seconds(report.info)
    if seconds is not None:  # of the whole run: objectives are measured together, and have no time of their own
        document.time = seconds
        for suite in document:
            suite.time = seconds
    text: bytes = document.tostring()  # type: ignore[no-untyped-call]  # as above
    return text.decode("utf-8")


def _seconds(info: RunInfo) -> float | None:
    if info.ended_at is None:
        return None
    try:
        return (datetime.fromisoformat(info.ended_at) - datetime.fromisoformat(info.started_at)).total_seconds()
    except (ValueError, TypeError):  # no times, or one with a zone and one without: an edited run.json
        return None


def _case(report: Report, row: Row) -> TestCase:
    case = TestCase(
        printable(f"{row.name} {row.criterion}"), classname=printable(f"{report.info.service}.{row.area.value}")
    )
    message = printable(f"{row.word}: {row.reason}{f' - {row.cure}' if row.cure else ''}")
    match row.state:
        case State.FAIL:
            case.result = [Failure(message, "slo")]
        case State.INCONCLUSIVE:
            case.result = [Failure(message, "inconclusive")]
        case State.ERROR:
            case.result = [Error(message, "not judgeable")]
        case State.INFO:
            case.result = [Skipped(message)]
        case _:
            case.system_out = message
    return case
