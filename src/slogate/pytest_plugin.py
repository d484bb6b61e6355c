"""Each objective of slo.yaml as a test of pytest: `pytest slo.yaml --slo-run latest`.

pytest loads this with every session, so it imports nothing of slogate until a run is asked for. A test passes where its
objective passes, with or without a warning; one that is not met, not decided or not judgeable fails in its own words,
and one without a criterion is skipped. Nothing is measured.
"""

import os
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from slogate.report.model import Report, Row
    from slogate.verify import Outcome

# pytest takes an argument that begins with @ for a file of arguments; `--slo-run=@latest` is none.
_WORDS = {"latest": "@latest", "previous": "@previous"}
_SUFFIXES = frozenset({".yaml", ".yml"})
_REPORTS = pytest.StashKey[list["Report"]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--slo-run`, without which nothing here happens, and `--slo-out`."""
    group = parser.getgroup("slogate", "performance objectives (slogate)")
    group.addoption(
        "--slo-run",
        metavar="RUN",
        help="Judge this run (a folder, a release, latest or previous) by the slo.yaml that is named as a test file.",
    )
    group.addoption("--slo-out", metavar="FOLDER", default="reports", help="Where run folders are (reports).")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """A YAML file that was named on the command line, where a run is to be judged."""
    asked = parent.config.getoption("slo_run") is not None
    if asked and file_path.suffix in _SUFFIXES and parent.session.isinitpath(file_path):
        return ObjectivesFile.from_parent(parent, path=file_path)
    return None


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """The verdict in a sentence, and what was found about the run itself."""
    for report in config.stash.get(_REPORTS, []):
        terminalreporter.section(f"slogate: {report.info.service} {report.info.release}")
        terminalreporter.line(f"{report.word}: {report.headline}")
        for finding in report.notes:
            terminalreporter.line(f"note: {finding.message}")


class ObjectivesFile(pytest.File):
    """slo.yaml, with a test for each objective on each thing that the run measured."""

    def collect(self) -> Iterator["ObjectiveTest"]:
        """Judges the run. Raises `CollectError` where nothing was judged."""
        outcome = _judged(self.path, self.config)
        self.config.stash.setdefault(_REPORTS, []).append(outcome.report)
        if not outcome.report.rows:
            raise self.CollectError(outcome.report.headline)
        for row, result in zip(outcome.report.rows, outcome.document.objectives, strict=True):
            yield ObjectiveTest.from_parent(self, name=result.id, row=row, numbers=asdict(result))

    def repr_failure(  # type: ignore[override]  # as pytest's own collectors have it
        self, excinfo: pytest.ExceptionInfo[BaseException]
    ) -> Any:
        """What is wrong with a file or a run is a message, and no traceback."""
        from slogate.errors import SlogateError  # noqa: PLC0415  # only where something went wrong

        return str(excinfo.value) if isinstance(excinfo.value, SlogateError) else super().repr_failure(excinfo)


class ObjectiveTest(pytest.Item):
    """One objective. Its name is the objective's id, as in verdict.json."""

    def __init__(self, *, row: "Row", numbers: dict[str, Any], **others: Any) -> None:
        super().__init__(**others)
        self._row = row
        kept = ("state", "unit", "estimate", "low", "high", "limit", "n", "n_effective")
        self.user_properties += [(f"slo_{name}", str(numbers[name])) for name in kept if numbers[name] is not None]

    def runtest(self) -> None:
        """Raises `ObjectiveNotMetError` for whatever is not a pass."""
        match self._row.state.value:
            case "pass":
                return
            case "warning":
                self.add_report_section("call", "slogate", self._row.reason)
            case "info":
                pytest.skip(self._row.reason)
            case _:
                raise ObjectiveNotMetError(_sentence(self._row))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """The sentence alone: where in slogate it was raised says nothing to anybody."""
        if isinstance(excinfo.value, ObjectiveNotMetError):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """The file, and what is tested in it."""
        return self.path, None, f"{self._row.name} {self._row.criterion}"


class ObjectiveNotMetError(Exception):
    """An objective that did not pass, in words."""


def _sentence(row: "Row") -> str:
    said = f"{row.word}: {row.name} {row.criterion}: {row.reason}"
    return f"{said}\n  -> {row.cure}" if row.cure else said


def _judged(slo: Path, config: pytest.Config) -> "Outcome":
    # Here, because a session that judges nothing is not to wait for numpy.
    from slogate.runs.references import find_run  # noqa: PLC0415  # as above
    from slogate.verify import judge_folder  # noqa: PLC0415  # as above

    base = config.invocation_params.dir / config.getoption("slo_out")
    run = _WORDS.get(config.getoption("slo_run"), config.getoption("slo_run"))
    named = config.invocation_params.dir / run
    return judge_folder(named if named.is_dir() else find_run(run, base), slo, os.environ)
