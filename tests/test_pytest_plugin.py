"""pytest as a gate: every objective is a test, in a session of its own."""

import os
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from junitparser import Failure, JUnitXml, Skipped

from slogate.analyzer.evidence import RunState
from support import REPOSITORY, SLO, MakeRun

FAST, SLOW = [20.0] * 1200, ([20.0] * 23 + [1500.0]) * 50
HEAVY = {"numpy", "pyarrow", "pydantic", "scipy", "click", "rich", "yaml", "playwright", "locust", "pandas"}


@dataclass(frozen=True)
class Session:
    """A finished session: its exit code, what it printed, and its tests by name."""

    code: int
    text: str
    cases: dict[str, list[Any]]


def session(place: Path, *arguments: object) -> Session:
    """Runs pytest in a process of its own, with this plugin alone."""
    plain = ["-p", "slogate.pytest_plugin", "-p", "no:cacheprovider", "--junitxml=found.xml"]
    found = subprocess.run(
        [sys.executable, "-m", "pytest", *plain, *map(str, arguments)],
        cwd=place,
        env={**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    document = JUnitXml.fromfile(str(place / "found.xml"))
    cases = {case.name: list(case.result) for suite in document for case in suite}
    return Session(found.returncode, found.stdout + found.stderr, cases)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "slo.yaml").write_text(SLO, encoding="utf-8")
    return tmp_path


def test_objectives_that_are_met_pass(make_run: MakeRun, place: Path) -> None:
    make_run(FAST)
    found = session(place, "slo.yaml", "--slo-run", "latest")
    assert found.code == 0
    assert found.cases == {
        name: [] for name in ("api.latency.mean", "api.latency.p95", "api.latency.p99", "api.errors", "resources.cpu")
    }
    assert "PASS: all 5 objectives are met" in found.text


def test_one_that_is_not_met_fails_with_its_sentence_and_no_traceback(make_run: MakeRun, place: Path) -> None:
    make_run(SLOW)
    found = session(place, "slo.yaml", "--slo-run=@latest")
    assert found.code == 1
    [failure] = found.cases["api.latency.p99"]
    assert isinstance(failure, Failure)
    assert failure.message.startswith("FAIL: p99 latency < 1000ms: ")
    assert "slower than 1,000 ms" in failure.message
    assert "Traceback" not in found.text
    assert "pytest_plugin.py" not in found.text
    assert "slo.yaml::api.latency.p99" in found.text


@pytest.mark.parametrize(
    ("latencies", "word"), [([20.0] * 50, "INCONCLUSIVE: "), ([], "NOT JUDGEABLE: ")], ids=["few", "none"]
)
def test_what_is_not_decided_or_not_judgeable_is_a_failure(
    make_run: MakeRun, place: Path, latencies: list[float], word: str
) -> None:
    make_run(latencies)
    found = session(place, "slo.yaml", "--slo-run", "1.0.0")
    [failure] = found.cases["api.latency.p99"]
    assert isinstance(failure, Failure)
    assert failure.message.startswith(word)
    assert found.code == 1


def test_a_run_that_was_cut_short_does_not_pass(make_run: MakeRun, place: Path) -> None:
    make_run(FAST, state=RunState.INTERRUPTED)
    found = session(place, "slo.yaml", "--slo-run", "latest")
    assert found.code == 1
    assert all(results for results in found.cases.values())


def test_an_objective_without_a_criterion_is_skipped(make_run: MakeRun, place: Path) -> None:
    (place / "slo.yaml").write_text(SLO.replace("cpu: < 70%", "disk: normal"), encoding="utf-8")
    make_run(FAST)
    found = session(place, "slo.yaml", "--slo-run", "latest")
    [skipped] = found.cases["resources.disk_iops"]
    assert isinstance(skipped, Skipped)
    assert found.code == 0


def test_the_file_on_the_command_line_judges_and_not_that_of_the_run(make_run: MakeRun, place: Path) -> None:
    make_run(FAST)
    (place / "slo.yaml").write_text(SLO.replace("p95: < 500ms", "p95: < 5ms"), encoding="utf-8")
    found = session(place, "slo.yaml", "--slo-run", "latest")
    assert [name for name, results in found.cases.items() if results] == ["api.latency.p95"]


def test_node_ids_and_keywords_choose_objectives(make_run: MakeRun, place: Path) -> None:
    make_run(FAST)
    assert set(session(place, "slo.yaml", "--slo-run", "latest", "-k", "p95 or errors").cases) == {
        "api.latency.p95",
        "api.errors",
    }
    assert set(session(place, "slo.yaml::resources.cpu", "--slo-run", "latest").cases) == {"resources.cpu"}


@pytest.mark.parametrize(
    ("slo", "run", "message"),
    [(SLO, "9.9.9", "'9.9.9' is neither a run folder nor a release"), ("version: 1\n", "latest", "slo.yaml:")],
)
def test_a_mistake_is_a_message_and_no_traceback(
    make_run: MakeRun, place: Path, slo: str, run: str, message: str
) -> None:
    make_run(FAST)
    (place / "slo.yaml").write_text(slo, encoding="utf-8")
    found = session(place, "slo.yaml", "--slo-run", run)
    assert found.code == 2
    assert message in found.text
    assert "Traceback" not in found.text


def test_without_a_run_it_changes_nothing_and_imports_nothing(place: Path) -> None:
    (place / "test_other.py").write_text(
        "import sys\n\n\ndef test_light():\n"
        f"    assert not {HEAVY!r} & {{name.partition('.')[0] for name in sys.modules}}\n"
    )
    found = session(place, ".")
    assert (found.code, list(found.cases)) == (0, ["test_light"]), found.text


def test_the_package_tells_pytest_of_it() -> None:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["entry-points"]["pytest11"] == {"slogate": "slogate.pytest_plugin"}
