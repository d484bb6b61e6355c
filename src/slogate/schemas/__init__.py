"""The published JSON Schemas, generated from the models: `slo.schema.json` and `verdict.schema.json`."""

import json

from slogate.report.json import VerdictDocument
from slogate.slo.model import Slo


def text(name: str) -> str:
    """The schema of `slo` (slo.yaml) or `verdict` (verdict.json)."""
    model, mode = (Slo, "validation") if name == "slo" else (VerdictDocument, "serialization")
    schema = model.model_json_schema(mode=mode)  # type: ignore[arg-type]  # both are JsonSchemaMode literals
    return json.dumps({"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}, indent=2) + "\n"
