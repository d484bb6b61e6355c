"""vegeta's results, as `vegeta encode` writes them: JSON lines, or CSV of twelve columns (eleven before it told
headers) without a header.

A result's time is when its request began and its latency goes to the last byte, connection set-up included. vegeta
keeps to its rate, as long as its workers last; by how much a request was late it does not tell.

Format: https://github.com/tsenart/vegeta, `vegeta encode -h`
"""

import csv
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from slogate.imports import times
from slogate.imports.fields import moment, object_of, row_of, span_us, text, whole
from slogate.imports.records import RequestRecord, Told, http_status, outcome_of, path_of
from slogate.imports.source import broken, lines_of, malformed, said, texts_of

# As the fields of JSON are called; newer versions have the headers after them.
_COLUMNS = (
    "timestamp", "code", "latency", "bytes_out", "bytes_in", "error", "body", "attack", "seq", "method", "url",
)  # fmt: skip
_LONGEST_FIELD = 1 << 27  # a body stands in its row


def is_json(head: bytes) -> bool:
    """The fields that only a result of vegeta has."""
    line = head.partition(b"\n")[0]
    return line.startswith(b"{") and all(name in line for name in (b'"attack":', b'"seq":', b'"latency":'))


def is_csv(head: bytes) -> bool:
    """A time in nanoseconds, a status, a latency; no header."""
    fields = head.partition(b"\n")[0].split(b",")
    return len(fields) >= 7 and len(fields[0]) == 19 and all(field.isdigit() for field in fields[:5])


def read_json(path: Path, told: Told) -> Iterator[RequestRecord]:
    """The requests of a file of JSON lines. Raises `ConfigError` for a line that is broken."""
    for number, line in lines_of(path):
        try:
            yield _request(object_of(line), times.of_text, told)
        except (ValueError, KeyError) as error:
            raise broken(path, number, f"not a result of vegeta: {said(error)}") from None


def read_csv(path: Path, told: Told) -> Iterator[RequestRecord]:
    """The requests of a CSV file. Raises `ConfigError` for a row that is broken."""
    before = csv.field_size_limit(_LONGEST_FIELD)
    rows = csv.reader(texts_of(path), strict=True)
    try:
        for row in rows:
            if not row:
                continue
            if len(row) - len(_COLUMNS) not in {0, 1}:
                malformed(f"{len(row)} columns, where {len(_COLUMNS)} or {len(_COLUMNS) + 1} belong")
            yield _request(row_of(_COLUMNS, row[: len(_COLUMNS)]), times.of_number, told)
    except (ValueError, csv.Error) as error:
        raise broken(path, rows.line_num, f"not a result of vegeta: {said(error)}") from None
    finally:
        csv.field_size_limit(before)


def _request(result: Mapping[str, Any], clock: Callable[[str], tuple[int, bool]], told: Told) -> RequestRecord:
    url, error = text(result, "url"), text(result, "error")
    told.came_from(url)
    status = http_status(whole(result, "code"))
    return RequestRecord(
        moment(result, "timestamp", clock)[0],
        span_us(result, "latency", 1e-3),
        path_of(url),
        text(result, "method"),
        status,
        outcome_of(status, ok=not error and 200 <= status < 400, error=error),
        whole(result, "bytes_in"),
    )
