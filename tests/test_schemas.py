"""The published schemas are those of the models, and hold for real files."""

import json
from importlib import resources
from pathlib import Path

import jsonschema
import pytest
import yaml
from synthetic import page

from slogate import schemas
from slogate.analyzer.evidence import RunState
from slogate.analyzer.web.facts import PageLoad
from slogate.runs.pages import PageLoadWriter
from slogate.verify import judge_folder, rendered
from support import REPOSITORY, MakeRun, info_of


@pytest.mark.parametrize("name", schemas.NAMES)
def test_the_published_file_is_the_generated_one(name: str) -> None:
    published = resources.files("slogate.schemas").joinpath(f"{name}.schema.json").read_text(encoding="utf-8")
    assert published == schemas.text(name), f"run: slogate schema {name} > src/slogate/schemas/{name}.schema.json"


def test_the_checklist_is_valid_by_the_schema() -> None:
    content = yaml.safe_load((REPOSITORY / "slo.yaml").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(json.loads(schemas.text("slo"))).validate(content)


@pytest.mark.parametrize(
    ("path", "value"),
    [("api", {"latency": {"p95": "500ms"}}), ("api", {"latencies": {}}), ("version", 2), ("profiles", {})],
)
def test_an_editor_sees_what_the_checker_sees(path: str, value: object) -> None:
    content = yaml.safe_load((REPOSITORY / "slo.yaml").read_text(encoding="utf-8"))
    content[path] = value
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(json.loads(schemas.text("slo"))).validate(content)


@pytest.mark.parametrize("latencies", [[20.0] * 1200, [20.0, 1500.0] * 600, [20.0] * 10, []])
def test_verdict_json_is_valid_by_its_schema(make_run: MakeRun, latencies: list[float]) -> None:
    outcome = judge_folder(make_run(latencies).path, None, {})
    jsonschema.Draft202012Validator(json.loads(schemas.text("verdict"))).validate(json.loads(rendered(outcome, "json")))


@pytest.mark.parametrize("state", list(RunState))
def test_run_json_is_valid_by_its_schema(make_run: MakeRun, state: RunState) -> None:
    content = info_of(make_run([20.0], state=state))
    jsonschema.Draft202012Validator(json.loads(schemas.text("run"))).validate(content)
    content["phases"][0]["judged"] = "yes"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(json.loads(schemas.text("run"))).validate(content)


@pytest.mark.parametrize("load", [page(), page(fcp_ms=None), page(reported={"fcp": 1.0, "tti": None})])
def test_a_line_of_pages_jsonl_is_valid_by_its_schema(tmp_path: Path, load: PageLoad) -> None:
    with PageLoadWriter(tmp_path / "pages.jsonl") as pages:
        pages.append(load)
    content = json.loads((tmp_path / "pages.jsonl").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(json.loads(schemas.text("page"))).validate(content)
    content["index"] = "first"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(json.loads(schemas.text("page"))).validate(content)
