"""A run is found by folder, by release, or by its place in time."""

from pathlib import Path

import pytest

from slogate.errors import UsageError
from slogate.runs.naming import find_run


@pytest.fixture
def base(tmp_path: Path) -> Path:
    for name in ("20261101T000000Z-1.4.0", "20261102T000000Z-1.5.0", "20261103T000000Z-1.4.0"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "run.json").write_text("{}")
    (tmp_path / "20261104T000000Z-notes").mkdir()  # no run in it
    return tmp_path


@pytest.mark.parametrize(
    ("name", "folder"),
    [
        ("@latest", "20261103T000000Z-1.4.0"),
        ("@previous", "20261102T000000Z-1.5.0"),
        ("1.4.0", "20261103T000000Z-1.4.0"),
        ("1.5.0", "20261102T000000Z-1.5.0"),
    ],
)
def test_names(base: Path, name: str, folder: str) -> None:
    assert find_run(name, base).name == folder


def test_a_folder_is_itself(base: Path) -> None:
    path = base / "20261101T000000Z-1.4.0"
    assert find_run(str(path), base) == path


def test_an_unknown_name_suggests_a_near_one(base: Path) -> None:
    with pytest.raises(UsageError, match=r"did you mean 1\.5\.0"):
        find_run("1.5", base)


def test_nothing_yet_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="has 0 runs"):
        find_run("@latest", tmp_path / "none")
