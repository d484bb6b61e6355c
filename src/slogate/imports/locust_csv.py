"""A row a request, as a listener of Locust's `events.request` writes it: CSV whose columns are the event's own names.

Needed are `request_type`, `name`, `response_time` (ms) and `start_time` (seconds since the epoch); `response_length`,
`status_code` and `exception` are taken where they are. Locust's clients count a response time from before the
connection is set up. The statistics that `locust --csv` writes are no such file: they hold rounded percentiles.
"""

import csv
from collections.abc import Iterator, Mapping
from pathlib import Path

from slogate.analyzer.imported import Lack
from slogate.imports import times
from slogate.imports.fields import columns_of, moment, row_of, span_us
from slogate.imports.records import METHODS, UNKNOWN_SIZE, RequestRecord, Told, outcome_of, status_of
from slogate.imports.source import broken, malformed, said, texts_of

_COLUMNS = frozenset({"request_type", "name", "response_time", "start_time"})
_NO_EXCEPTION = frozenset({"", "None"})


def is_csv(head: bytes) -> bool:
    """A header with the columns that are needed, in any order."""
    line = head.removeprefix(b"\xef\xbb\xbf").partition(b"\n")[0].decode("utf-8", "replace")
    return {name.strip().strip('"') for name in line.split(",")} >= _COLUMNS


def read_csv(path: Path, told: Told) -> Iterator[RequestRecord]:
    """The requests of a file. Raises `ConfigError` for a row that is broken."""
    rows = csv.reader(texts_of(path), strict=True)
    try:
        names = columns_of([name.strip() for name in next(rows)])
        if "status_code" not in names:
            told.lacks.add(Lack.STATUS)
        if "exception" not in names and "status_code" not in names:
            malformed("neither exception nor status_code tells which requests failed")
        for row in rows:
            if row:
                yield _request(row_of(names, row))
    except (ValueError, csv.Error) as error:
        raise broken(path, rows.line_num, f"not a row of a request log: {said(error)}") from None


def _request(row: Mapping[str, str]) -> RequestRecord:
    status = status_of(row.get("status_code", ""))
    exception = row.get("exception", "")
    ok = exception in _NO_EXCEPTION if "exception" in row else 0 < status < 400
    # What is no HTTP, such as gRPC, has no status, and the listener of docs/import.md writes 0.
    told = "status_code" in row and row["request_type"] in METHODS
    size = row.get("response_length", "")
    return RequestRecord(
        moment(row, "start_time", times.of_number)[0],
        span_us(row, "response_time", 1000),
        row["name"],
        row["request_type"],
        status,
        outcome_of(status, ok=ok, error=exception, status_told=told),
        int(size) if size.isdecimal() else UNKNOWN_SIZE,
    )
