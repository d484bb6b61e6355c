"""The comparison as JUnit XML: one test case a metric with an objective. What is not known is never green."""

from junitparser import Error, Failure, JUnitXml, TestCase, TestSuite

from slogate.analyzer.compare import Change
from slogate.analyzer.measure import Family
from slogate.report.comparison.model import ComparisonReport, Row
from slogate.report.text import printable


def render(report: ComparisonReport) -> str:
    """The text of the file."""
    document = JUnitXml(f"slogate compare {printable(report.service)}")
    suite = TestSuite(printable(f"{report.candidate.name} beside {report.base.name}"))
    for row in report.of(Family.OBJECTIVES):
        suite.add_testcase(_case(report, row))
    document.add_testsuite(suite)
    document.update_statistics()  # type: ignore[no-untyped-call]  # junitparser is typed in part
    text: bytes = document.tostring()  # type: ignore[no-untyped-call]  # as above
    return text.decode("utf-8")


def _case(report: ComparisonReport, row: Row) -> TestCase:
    case = TestCase(printable(row.name), classname=printable(f"{report.service}.{row.area.value}"))
    message = printable(f"{row.word}: {row.reason}")
    match row.change:
        case Change.REGRESSED:
            case.result = [Failure(message, "regressed")]
        case Change.INCONCLUSIVE:
            case.result = [Failure(message, "inconclusive")]
        case Change.ERROR:
            case.result = [Error(message, "not judgeable")]
        case _:
            case.system_out = message
    return case
