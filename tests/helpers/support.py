"""What tests import from each other: the repository's place, a small SLO, and readers of run folders."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from slogate.runs.folder import RunFolder

REPOSITORY = Path(__file__).parents[2]
START_S = 1_790_000_000.0
SLO = """\
version: 1
service: shop
targets: {api: "http://127.0.0.1:8710"}
api:
  latency: {mean: < 200ms, p95: < 500ms, p99: < 1000ms}
  errors: < 1%
resources: {cpu: < 70%}
profiles:
  smoke: {rate: 20/s, duration: 60s}
"""

MakeRun = Callable[..., RunFolder]


def info_of(folder: RunFolder) -> dict[str, Any]:
    """run.json as plain data."""
    content: dict[str, Any] = json.loads((folder.path / "run.json").read_text(encoding="utf-8"))
    return content
