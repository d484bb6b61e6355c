"""vegeta's results, as `vegeta encode` writes them: JSON lines, or CSV of twelve columns (eleven before it told
headers) without a header.

A result's time is when its request began and its latency goes to the last byte, connection set-up included. vegeta
keeps to its rate, as long as its workers last; by how much a request was late it does not tell.

Format: https://github.com/tsenart/vegeta, `vegeta encode -h`
"""

import csv
import json
from collections.abc import Iterator
from pathlib import Path

from slogate.imports import times
from slogate.imports.records import RequestRecord, Told, http_status, microseconds, outcome_of, path_of
from slogate.imports.source import broken, lines_of, malformed, texts_of

_COLUMNS = 11  # time, code, latency, bytes out and in, error, body, attack, number, method, address; and headers
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
            result = json.loads(line)
            yield _request(
                times.of_text(result["timestamp"])[0],
                int(result["code"]),
                int(result["latency"]),
                int(result["bytes_in"]),
                result["error"],
                result["method"],
                result["url"],
                told,
            )
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            missing = f"{error.args[0]!r} is missing" if isinstance(error, KeyError) else str(error)
            raise broken(path, number, f"not a result of vegeta: {missing}") from None


def read_csv(path: Path, told: Told) -> Iterator[RequestRecord]:
    """The requests of a CSV file. Raises `ConfigError` for a row that is broken."""
    before = csv.field_size_limit(_LONGEST_FIELD)
    rows = csv.reader(texts_of(path), strict=True)
    try:
        for row in rows:
            if not row:
                continue
            if len(row) not in {_COLUMNS, _COLUMNS + 1}:
                malformed(f"{len(row)} columns, where {_COLUMNS} or {_COLUMNS + 1} belong")
            began, code, latency, _, size, error, _, _, _, method, url = row[:_COLUMNS]
            yield _request(times.of_number(began)[0], int(code), int(latency), int(size), error, method, url, told)
    except (ValueError, csv.Error) as error:
        raise broken(path, rows.line_num, f"not a result of vegeta: {error}") from None
    finally:
        csv.field_size_limit(before)


def _request(
    began_us: int, code: int, latency_ns: int, size: int, error: str, method: str, url: str, told: Told
) -> RequestRecord:
    told.came_from(url)
    status = http_status(code)
    ok = not error and 200 <= status < 400
    latency_us = microseconds(latency_ns, 1e-3)
    return RequestRecord(
        began_us, latency_us, path_of(url), method, status, outcome_of(status, ok=ok, error=error), size
    )
