"""Folders of every earlier version are still read, and judged to the verdict of their time."""

import json
from pathlib import Path
from typing import Any

import pytest

from slogate.runs.migration import STEPS, Content, NewerSchemaError, migrated
from slogate.runs.schema import SCHEMA_VERSION
from slogate.verify import judge_folder
from support import REPOSITORY

RUNS = REPOSITORY / "tests" / "data" / "runs"
FOLDERS = sorted(RUNS.glob("v*/*/"))
WORDS = ("id", "state", "criterion", "unit")
NUMBERS = ("estimate", "low", "high", "limit", "warn", "n", "n_effective", "exceedances")


def judged(document: dict[str, Any]) -> list[dict[str, Any]]:
    """The objectives that were judged. What is only shown says more with each version."""
    return [item for item in document["objectives"] if item["state"] != "info"]


def said(document: dict[str, Any]) -> list[list[Any]]:
    return [[item[name] for name in WORDS] for item in judged(document)]


def numbers(document: dict[str, Any]) -> list[Any]:
    return [item[name] for item in judged(document) for name in NUMBERS]


def test_each_version_has_a_folder() -> None:
    assert {folder.parent.name for folder in FOLDERS} == {f"v{number}" for number in range(1, SCHEMA_VERSION + 1)}


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: f"{folder.parent.name}/{folder.name}")
def test_a_kept_folder_is_judged_as_it_was(folder: Path) -> None:
    then = json.loads((folder / "verdict.json").read_text(encoding="utf-8"))
    assert f"v{json.loads((folder / 'run.json').read_text())['schema_version']}" == folder.parent.name
    now = judge_folder(folder, None, {}).document.model_dump(mode="json")
    assert (now["state"], now["exit_code"]) == (then["state"], then["exit_code"])
    assert said(now) == said(then)
    assert numbers(now) == pytest.approx(numbers(then))
    assert {item["code"] for item in now["findings"]} >= {item["code"] for item in then["findings"]}


def _renamed(content: Content) -> Content:
    return {"name": content["title"], **{key: value for key, value in content.items() if key != "title"}}


def _doubled(content: Content) -> Content:
    return {**content, "size": content["size"] * 2}


CHAIN = {1: _renamed, 2: _doubled}


@pytest.mark.parametrize(
    ("version", "content"),
    [(1, {"title": "a", "size": 1}), (2, {"name": "a", "size": 1}), (3, {"name": "a", "size": 2})],
)
def test_steps_are_taken_from_the_version_on(version: int, content: Content) -> None:
    found = migrated({"schema_version": version, **content}, CHAIN, 3)
    assert found == {"schema_version": 3, "name": "a", "size": 2}


def test_there_is_a_step_from_each_version() -> None:
    assert sorted(STEPS) == list(range(1, SCHEMA_VERSION))


def test_what_was_given_stays_as_it_is() -> None:
    content = {"schema_version": 1, "title": "a", "size": 1}
    migrated(content, CHAIN, 3)
    assert content == {"schema_version": 1, "title": "a", "size": 1}


@pytest.mark.parametrize("version", [0, -1, "1", None, 1.5])
def test_a_version_that_there_never_was_is_refused(version: object) -> None:
    with pytest.raises(ValueError, match="there is no schema"):
        migrated({"schema_version": version}, CHAIN, 3)


def test_a_newer_version_is_refused_by_its_number() -> None:
    with pytest.raises(NewerSchemaError, match=r"^4$"):
        migrated({"schema_version": 4}, CHAIN, 3)
