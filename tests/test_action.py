"""action.yml: valid for GitHub, and its shell steps do what they are there for."""

import importlib.resources
import json
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from ci_jobs import Machine, run_github

from support import REPOSITORY

ACTION: dict[str, Any] = yaml.safe_load((REPOSITORY / "action.yml").read_text(encoding="utf-8"))
DEFAULTS = {f"inputs.{name}": str(item["default"]) for name, item in ACTION["inputs"].items()}


def test_it_is_valid_for_github() -> None:
    file = importlib.resources.files("check_jsonschema") / "builtin_schemas" / "vendor" / "github-actions.json"
    jsonschema.validate(ACTION, json.loads(file.read_text(encoding="utf-8")))


def test_the_guide_names_every_input_and_output() -> None:
    guide = (REPOSITORY / "docs/nightly.md").read_text(encoding="utf-8")
    assert all(f"`{name}`" in guide for name in (*ACTION["inputs"], *ACTION["outputs"]))


def test_every_input_that_it_reads_is_declared() -> None:
    text = (REPOSITORY / "action.yml").read_text(encoding="utf-8")
    read = {word.rstrip("}") for word in text.replace("(", " ").split() if word.startswith("inputs.")}
    assert read == set(DEFAULTS)


@pytest.mark.parametrize("code", [0, 1, 2, 3, 4])
def test_it_ends_as_slogate_does_and_tells_the_code(tmp_path: Path, code: int) -> None:
    machine = Machine(tmp_path, code)
    known = {**DEFAULTS, "github.action_path": "/action"}
    assert run_github(machine, ACTION["runs"], known, sys.executable) == code
    assert machine.outputs["steps.measure.outputs.exit-code"] == str(code)
    assert machine.calls()[-1] == "slogate nightly --release 0123456789ab"
    assert "python -m pip install /action[notify,postgres]" in machine.calls()
    kept = Path(machine.outputs["steps.collect.outputs.folder"])
    assert len(list(kept.iterdir())) == (code != 2)


def test_it_passes_on_what_it_is_given(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    (machine.suite / "perf").mkdir()
    given = {"command": "run", "profile": "launch", "target": "http://a b", "release": "1.5.0", "only": "api,web"}
    known = {**DEFAULTS, **{f"inputs.{name}": text for name, text in given.items()}, "inputs.working-directory": "perf"}
    run_github(machine, ACTION["runs"], known, sys.executable)
    asked = "slogate run --release 1.5.0 --profile launch --target http://a b --only api,web"
    assert machine.calls()[-1] == asked
    assert (machine.suite / "perf/reports").is_dir()


def test_it_runs_no_other_command(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    assert run_github(machine, ACTION["runs"], {**DEFAULTS, "inputs.command": "demo"}, sys.executable) == 2
    assert not [call for call in machine.calls() if call.startswith("slogate")]
