"""JUnit XML as GitLab and Jenkins take it. The format has no standard, so this keeps to what both read:

- GitLab shows the *content* of a failure, an error or a skip, and Jenkins their attribute `message` above that content:
  so each has both. GitLab takes `classname` for the suite, and of cases with the same name only the first.
- Jenkins' xUnit plugin refuses a file that its schema (junit-10.xsd) does not know: `testsuites` has no count of
  skipped cases there, a case no file, and a time no sign.

Neither colours a case that was skipped, and a build with such cases alone is green in both. So only what nobody
asserted may be a skip.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from junitparser import Error, Failure, JUnitXml, Skipped, TestCase, TestSuite

from slogate.report.text import printable

_RESULTS = {"failure": Failure, "error": Error, "skipped": Skipped}


@dataclass(frozen=True)
class Case:
    """One test. `kind` is `failure`, `error`, `skipped`, or empty for what passed; `type` says of the first two what
    sort they are. `told` is what there is to say, the most important line first.
    """

    name: str
    classname: str
    kind: str
    type: str
    told: tuple[str, ...]


@dataclass(frozen=True)
class Suite:
    """Some cases under one name."""

    name: str
    cases: tuple[Case, ...] = field(default=())


def render(name: str, suites: Iterable[Suite], seconds: float | None = None) -> str:
    """The text of a file. `seconds` is how long all of it took together, None where that is not known."""
    document, seen = JUnitXml(printable(name)), Counter[tuple[str, str]]()
    for suite in suites:
        element = TestSuite(printable(suite.name))
        for case in suite.cases:
            element.add_testcase(_element(case, seen))
        element.update_statistics()  # type: ignore[no-untyped-call]  # junitparser is typed in part
        if seconds is not None and seconds >= 0:
            element.time = seconds
        document.add_testsuite(element)
    for count in ("tests", "failures", "errors"):
        setattr(document, count, sum(getattr(suite, count) for suite in document))
    if seconds is not None and seconds >= 0:
        document.time = seconds
    text: bytes = document.tostring()  # type: ignore[no-untyped-call]  # as above
    return text.decode("utf-8")


def _element(case: Case, seen: Counter[tuple[str, str]]) -> TestCase:
    name, classname = printable(case.name), printable(case.classname)
    seen[name, classname] += 1
    number = seen[name, classname]  # long names may be cut to the same
    element = TestCase(name if number == 1 else f"{name} ({number})", classname=classname)
    lines = [printable(line) for line in case.told if line]
    if case.kind:
        result = _RESULTS[case.kind](lines[0], case.type)
        result.text = "\n".join(lines)
        element.result = [result]
    else:
        element.system_out = "\n".join(lines)
    return element
