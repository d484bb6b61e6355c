"""k6's own output: `k6 run --out json=FILE` and `--out csv=FILE`.

k6 tells each request as nine points, `http_req_duration` among them, one after the other, with the time at which the
request ended. The duration is from the first byte sent to the last byte read; the set-up of the connection is
`http_req_blocked`. Points of other metrics are left alone, but for `iterations` and `dropped_iterations`.

Formats: https://grafana.com/docs/k6/latest/results-output/real-time/json/ and .../real-time/csv/
"""

import csv
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from slogate.analyzer.imported import Lack
from slogate.imports import times
from slogate.imports.records import NO_METHOD, RequestRecord, Told, microseconds, outcome_of, path_of, status_of
from slogate.imports.source import broken, lines_of, malformed, texts_of

_DURATION, _BLOCKED = "http_req_duration", "http_req_blocked"
_SET_UP = frozenset({"http_req_connecting", "http_req_tls_handshaking"})
_COUNTED = frozenset({"iterations", "dropped_iterations"})
_WANTED = frozenset({_DURATION, _BLOCKED, *_SET_UP, *_COUNTED})
_POINT = re.compile(rb'\{"(?:metric":"(\w+)","type":"Point"|type":"Point","metric":"(\w+)")')
_BRIEF = re.compile(rb'"data":\{"time":"([^"]+)","value":([-+.\deE]+)')
_CSV_COLUMNS = ("metric_name", "timestamp", "metric_value", "method", "name", "status")


def is_json(head: bytes) -> bool:
    """A first line that defines a metric or is a point."""
    line = head.partition(b"\n")[0]
    return line.startswith(b'{"') and b'"data":{' in line and (b'"type":"Metric"' in line or b'"type":"Point"' in line)


def is_csv(head: bytes) -> bool:
    """The names of the first columns."""
    return head.startswith(b"metric_name,timestamp,metric_value,")


def read_json(path: Path, told: Told) -> Iterator[RequestRecord]:
    """The requests of a file of JSON lines. Raises `ConfigError` for a line that is broken; of points that are not
    needed, only the two ends of the line are looked at.
    """
    points = _Points(told)
    number = 0
    for number, line in lines_of(path):
        try:
            found = _POINT.match(line)
            name = "" if found is None else (found[1] or found[2]).decode()
            if name in _WANTED:
                yield from _json_point(points, name, line)
            elif found is None and json.loads(line)["type"] not in {"Metric", "Point"}:
                malformed("neither a metric nor a point")
            if not line.endswith(b"}"):
                malformed("the line does not end")
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise broken(path, number, f"not a line of k6's JSON output: {_said(error)}") from None
    yield from points.rest()


def _json_point(points: "_Points", name: str, line: bytes) -> Iterator[RequestRecord]:
    brief = _BRIEF.search(line) if name != _DURATION else None
    if brief is not None:
        yield from points.take(name, times.of_text(brief[1].decode())[0], float(brief[2]), {})
    else:
        data = json.loads(line)["data"]
        yield from points.take(name, times.of_text(data["time"])[0], float(data["value"]), data["tags"] or {})


def read_csv(path: Path, told: Told) -> Iterator[RequestRecord]:
    """The requests of a CSV file. Raises `ConfigError` for a row that is broken."""
    points = _Points(told)
    rows = csv.reader(texts_of(path), strict=True)
    try:
        header = next(rows)
        missing = [name for name in _CSV_COLUMNS if name not in header]
        if missing:
            malformed(f"there is no column {missing[0]!r}")
        for row in rows:
            if row and row[0] in _WANTED:
                tags = dict(zip(header, row, strict=True))
                yield from points.take(row[0], _csv_time(row[1], told), float(row[2]), tags)
            elif row and len(row) != len(header):
                malformed(f"{len(row)} columns, and the header has {len(header)}")
    except (ValueError, csv.Error, StopIteration) as error:
        raise broken(path, rows.line_num, f"not a row of k6's CSV output: {_said(error)}") from None
    yield from points.rest()


def _csv_time(text: str, told: Told) -> int:
    if not text.isdecimal():
        return times.of_text(text)[0]
    moment_us, whole_seconds = times.of_number(text)
    if whole_seconds:
        told.lacks.add(Lack.WHOLE_SECONDS)
    return moment_us


class _Points:
    """Puts the points of a request together: the duration comes first, the set-up of its connection after it."""

    def __init__(self, told: Told) -> None:
        self._told = told
        self._open: RequestRecord | None = None
        self._ended_us = 0
        self._blocked_us = 0

    def take(self, name: str, ended_us: int, value: float, tags: Mapping[str, str]) -> Iterator[RequestRecord]:
        """The next point; yields the request before it, once that is whole."""
        if name == _DURATION:
            yield from self.rest()
            self._open = self._request(ended_us, value, tags)
            self._ended_us, self._blocked_us = ended_us, 0
        elif name in _COUNTED:
            self._told.iterations += round(value) if name == "iterations" else 0
            self._told.dropped_iterations += round(value) if name == "dropped_iterations" else 0
        elif self._open is not None and ended_us == self._ended_us:
            if name == _BLOCKED:
                self._blocked_us = microseconds(value, 1000)
            elif value > 0:  # a connection was made; what `blocked` says of a kept one is no set-up
                self._open = self._open._replace(connect_us=self._blocked_us)

    def rest(self) -> Iterator[RequestRecord]:
        """The last request."""
        if self._open is not None:
            yield self._open
            self._open = None

    def _request(self, ended_us: int, value: float, tags: Mapping[str, str]) -> RequestRecord:
        latency_us = microseconds(value, 1000)
        status = status_of(tags.get("status") or "0")
        expected = tags.get("expected_response")
        error = f"{tags.get('error') or ''}"
        ok = expected == "true" if expected else 100 <= status < 400 and not error
        self._told.came_from(tags.get("url") or "")
        return RequestRecord(
            ended_us - latency_us,
            latency_us,
            path_of(tags.get("name") or tags.get("url") or "/"),
            tags.get("method") or NO_METHOD,
            status,
            outcome_of(status, ok=ok, error=error),
        )


def _said(error: Exception) -> str:
    return f"{error.args[0]!r} is missing" if isinstance(error, KeyError) else str(error)
