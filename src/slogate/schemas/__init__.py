"""The published JSON Schemas, generated from the models, one `<name>.schema.json` each."""

import json

from pydantic import TypeAdapter
from pydantic.json_schema import JsonSchemaMode

from slogate.analyzer.web.facts import PageLoad
from slogate.checklists.model import Checklist
from slogate.report.comparison.json import ComparisonDocument
from slogate.report.json import VerdictDocument
from slogate.runs.info import RunInfo
from slogate.slo.model import Slo

# What people write is described as it is read, what slogate writes as it is written.
_MODELS: dict[str, tuple[TypeAdapter[object], JsonSchemaMode]] = {
    "slo": (TypeAdapter(Slo), "validation"),
    "checklist": (TypeAdapter(Checklist), "validation"),
    "verdict": (TypeAdapter(VerdictDocument), "serialization"),
    "comparison": (TypeAdapter(ComparisonDocument), "serialization"),
    "run": (TypeAdapter(RunInfo), "serialization"),
    "page": (TypeAdapter(PageLoad), "serialization"),
}
NAMES = tuple(_MODELS)


def text(name: str) -> str:
    """The schema of `slo` (slo.yaml), `checklist` (checklist.yaml), `verdict` (verdict.json), `comparison`
    (comparison.json), `run` (run.json) or `page` (a line of pages.jsonl).
    """
    model, mode = _MODELS[name]
    schema = model.json_schema(mode=mode)
    return json.dumps({"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}, indent=2) + "\n"
