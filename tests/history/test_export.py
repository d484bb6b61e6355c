"""The table that others read."""

import csv
import io
import json

import pandas as pd
from past_runs import judged, result

from slogate.history.database import History
from slogate.history.export import COLUMNS, rows, write
from slogate.history.recording import record


def exported(history: History, form: str) -> io.BytesIO:
    out = io.BytesIO()
    with history.begin() as connection:
        for night in range(2):
            record(connection, judged(night, result(), result("api.errors", None)))
        write(rows(connection), form, out)
    out.seek(0)
    return out


def test_as_csv(history: History) -> None:
    found = list(csv.DictReader(io.TextIOWrapper(exported(history, "csv"), encoding="utf-8")))
    assert [(row["release"], row["objective"], row["estimate"]) for row in found] == [
        ("1.4.0", "api.latency.p95", "100.0"),
        ("1.4.0", "api.errors", ""),
    ] * 2
    assert found[0]["started_at"] == "2026-09-01T02:00:00+00:00"
    assert found[0]["run_reason"] == "it is a pass"


def test_as_lines_of_json(history: History) -> None:
    found = [json.loads(line) for line in exported(history, "jsonl")]
    assert [row["estimate"] for row in found] == [100.0, None, 100.0, None]
    assert tuple(found[0]) == COLUMNS


def test_as_parquet(history: History) -> None:
    found = pd.read_parquet(exported(history, "parquet"))
    assert list(found["estimate"].fillna(-1)) == [100.0, -1, 100.0, -1]
    assert str(found["started_at"].iloc[0]) == "2026-09-01 02:00:00+00:00"
