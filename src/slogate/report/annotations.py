"""Annotations for GitHub: each objective that is not met becomes a remark at its line of the SLO file.

The format is that of workflow commands, which GitHub reads from what a step prints.
"""

from slogate.analyzer.evidence import RunState
from slogate.analyzer.result import ObjectiveResult, State
from slogate.report.model import Report, Row
from slogate.report.text import printable
from slogate.slo.file import SloFile
from slogate.slo.model import Area
from slogate.slo.resources import key_of

_MOST = 10  # of a kind in one step; GitHub drops what is more
_SUBJECTS = {Area.API: "endpoints", Area.WEB: "pages", Area.RESOURCES: "processes"}
_LEVELS = {State.ERROR: "error", State.FAIL: "error", State.INCONCLUSIVE: "warning", State.WARNING: "warning"}


def render(report: Report, file: SloFile, name: str) -> list[str]:
    """One line an annotation, errors first. `name` is the SLO file as the repository calls it.

    What is undecided is an error unless it is let through.
    """
    let_through = report.info.allow_inconclusive and report.info.state is RunState.COMPLETE
    found: dict[str, list[str]] = {"error": [], "warning": []}
    for result, row in zip(report.results, report.rows, strict=True):
        level = _LEVELS.get(row.state)
        if level is not None:
            if row.state is State.INCONCLUSIVE and not let_through:
                level = "error"
            found[level].append(_line(level, name, line_of(file, result), row))
    return [line for lines in found.values() for line in lines[:_MOST]]


def line_of(file: SloFile, result: ObjectiveResult) -> int:
    """The line of the SLO file in which an objective stands."""
    area, subject = result.area, result.subject
    metric = (result.metric, result.statistic) if result.metric == "latency" else (result.metric,)
    # Of an objective on each page only the results have a page; it has none in the file.
    has_own = any(
        (item.area, item.metric, item.subject) == (area, result.metric, subject) for item in file.slo.objectives()
    )
    if area is Area.RESOURCES:
        metric = (key_of(result.metric),)
    if subject is None or not has_own:
        return file.line(area.value, *metric)
    return file.line(area.value, _SUBJECTS[area], subject, *metric)


def _line(level: str, name: str, line: int, row: Row) -> str:
    properties = f"file={_property(name)},line={line},title={_property(f'{row.word}: {row.name} {row.criterion}')}"
    return f"::{level} {properties}::{_message(' '.join(filter(None, (row.reason, row.cure))))}"


def _message(text: str) -> str:
    return printable(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _message(text).replace(":", "%3A").replace(",", "%2C")
