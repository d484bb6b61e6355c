"""The comparison as JUnit XML: one test case a metric with an objective. What is not known is never green."""

from slogate.analyzer.compare import Change
from slogate.analyzer.measure import Family
from slogate.report import xunit
from slogate.report.comparison.model import ComparisonReport, Row

_KINDS = {
    Change.REGRESSED: ("failure", "regressed"),
    Change.INCONCLUSIVE: ("failure", "inconclusive"),
    Change.ERROR: ("error", "not judgeable"),
}


def render(report: ComparisonReport) -> str:
    """The text of the file."""
    cases = tuple(_case(report, row) for row in report.of(Family.OBJECTIVES))
    suite = xunit.Suite(f"{report.candidate.name} beside {report.base.name}", cases)
    return xunit.render(f"slogate compare {report.service}", [suite])


def _case(report: ComparisonReport, row: Row) -> xunit.Case:
    kind, sort = _KINDS.get(row.change, ("", ""))
    return xunit.Case(
        name=row.name,
        classname=f"{report.service}.{row.area.value}",
        kind=kind,
        type=sort,
        told=(f"{row.word}: {row.reason}",),
    )
