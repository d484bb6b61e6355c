"""Runs are found by folder, by release, by their place in time, or as the baseline."""

import json
from pathlib import Path

import pytest

from slogate.errors import UsageError
from slogate.runs.references import RunRef, baseline_for, find_run, find_runs

RUNS = [
    ("20261101T000000Z-1.4.0", "1.4.0", "complete", "pass"),
    ("20261102T000000Z-1.5.0", "1.5.0", "complete", "fail"),
    ("20261103T000000Z-1.4.0", "1.4.0", "complete", "warning"),
    ("20261103T000000Z-1.4.0-2", "1.4.0", "complete", "fail"),  # a second one in the same second
    ("20261104T000000Z-1.6.0", "1.6.0", "interrupted", "inconclusive"),
    ("20261105T000000Z-feature-x", "feature/x", "complete", "pass"),  # whose name no folder can have
]


@pytest.fixture
def base(tmp_path: Path) -> Path:
    for name, release, state, verdict in RUNS:
        (tmp_path / name).mkdir()
        (tmp_path / name / "run.json").write_text(json.dumps({"release": release, "state": state}))
        (tmp_path / name / "verdict.json").write_text(json.dumps({"state": verdict}))
    (tmp_path / "20261106T000000Z-notes").mkdir()  # no run in it
    return tmp_path


@pytest.mark.parametrize(
    ("name", "folders"),
    [
        ("@latest", ["20261105T000000Z-feature-x"]),
        ("@previous", ["20261104T000000Z-1.6.0"]),
        ("1.4.0", ["20261101T000000Z-1.4.0", "20261103T000000Z-1.4.0", "20261103T000000Z-1.4.0-2"]),
        ("feature/x", ["20261105T000000Z-feature-x"]),
        ("@baseline", ["20261101T000000Z-1.4.0", "20261103T000000Z-1.4.0"]),  # and not the one that failed
        ("1.5.0,@latest,1.5.0", ["20261102T000000Z-1.5.0", "20261105T000000Z-feature-x"]),
    ],
)
def test_names(base: Path, name: str, folders: list[str]) -> None:
    assert [run.path.name for run in find_runs(name, base)] == folders
    assert find_run(name, base).name == folders[-1]


def test_a_folder_is_itself(base: Path) -> None:
    path = base / "20261101T000000Z-1.4.0"
    assert find_run(str(path), base) == path
    assert [run.path for run in find_runs(f"{path},1.5.0", base)] == [path, base / "20261102T000000Z-1.5.0"]


def test_one_run_may_be_incomplete_and_the_runs_of_a_release_not(base: Path) -> None:
    assert find_run("1.6.0", base).name == "20261104T000000Z-1.6.0"
    with pytest.raises(UsageError, match=r"no run of 1\.6\.0 in .* came to its end"):
        find_runs("1.6.0", base)


def test_a_baseline_is_older_of_another_release_and_passed(base: Path) -> None:
    def names(folder: str, release: str) -> list[str]:
        return [run.path.name for run in baseline_for(RunRef(base / folder, release, "complete"), base)]

    assert names("20261105T000000Z-feature-x", "feature/x") == ["20261103T000000Z-1.4.0", "20261101T000000Z-1.4.0"]
    assert names("20261102T000000Z-1.5.0", "1.5.0") == ["20261101T000000Z-1.4.0"]
    assert names("20261103T000000Z-1.4.0", "1.4.0") == []


def test_no_baseline_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "20261101T000000Z-1.4.0").mkdir()
    (tmp_path / "20261101T000000Z-1.4.0" / "run.json").write_text('{"release": "1.4.0", "state": "complete"}')
    with pytest.raises(UsageError, match=r"no run that passed and is of another release than the latest, 1\.4\.0"):
        find_runs("@baseline", tmp_path)


def test_an_unknown_name_suggests_a_near_one(base: Path) -> None:
    with pytest.raises(UsageError, match=r"did you mean 1\.5\.0"):
        find_run("1.5", base)


@pytest.mark.parametrize("name", ["@latest", "@previous", "@baseline"])
def test_nothing_yet_is_a_clear_error(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match="has 0 runs"):
        find_run(name, tmp_path / "none")


@pytest.mark.parametrize("content", ["", "{", "[]", '{"release": 3}'])
def test_a_damaged_run_is_left_to_whoever_opens_it(tmp_path: Path, content: str) -> None:
    (tmp_path / "20261101T000000Z-1.4.0").mkdir()
    (tmp_path / "20261101T000000Z-1.4.0" / "run.json").write_text(content)
    assert find_run("@latest", tmp_path).name == "20261101T000000Z-1.4.0"
