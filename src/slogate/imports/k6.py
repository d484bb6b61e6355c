"""k6's own output: `k6 run --out json=FILE` and `--out csv=FILE`.

k6 tells each request as nine points, `http_req_duration` among them, one after the other, with the time at which the
request ended. The duration is from the first byte sent to the last byte read; the set-up of the connection is
`http_req_blocked`. Points of other metrics are left alone, but for `iterations` and `dropped_iterations`.

Formats: https://grafana.com/docs/k6/latest/results-output/real-time/json/ and .../real-time/csv/
"""

import csv
import re
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from slogate.analyzer.imported import Lack
from slogate.imports import times
from slogate.imports.fields import columns_of, inner, moment, number, object_of, row_of, text
from slogate.imports.records import NO_METHOD, RequestRecord, Told, microseconds, outcome_of, path_of, status_of
from slogate.imports.source import broken, lines_of, malformed, said, texts_of

_DURATION, _BLOCKED = "http_req_duration", "http_req_blocked"
_SET_UP = frozenset({"http_req_connecting", "http_req_tls_handshaking"})
_COUNTED = frozenset({"iterations", "dropped_iterations"})
_WANTED = frozenset({_DURATION, _BLOCKED, *_SET_UP, *_COUNTED})
_POINT = re.compile(
    rb'\{\s*"(?:metric"\s*:\s*"(\w+)"\s*,\s*"type"\s*:\s*"Point"|type"\s*:\s*"Point"\s*,\s*"metric"\s*:\s*"(\w+)")'
)
_BRIEF = re.compile(
    rb'"data"\s*:\s*\{\s*"time"\s*:\s*"([^"]+)"\s*,\s*"value"\s*:\s*(-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?)\s*[,}]'
)
_CSV_COLUMNS = ("metric_name", "timestamp", "metric_value", "method", "name", "status")


def is_json(head: bytes) -> bool:
    """A first line that defines a metric or is a point."""
    line = b"".join(head.lstrip().partition(b"\n")[0].split())
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
            name = _name_of(object_of(line)) if found is None else (found[1] or found[2]).decode()
            if name in _WANTED:
                yield from _json_point(points, name, line)
            if not line.endswith(b"}"):
                malformed("the line does not end")
        except (ValueError, KeyError) as error:
            raise broken(path, number, f"not a line of k6's JSON output: {said(error)}") from None
    yield from points.rest()


def _name_of(record: Mapping[str, Any]) -> str:
    """The metric of a point; nothing for the definition of a metric."""
    if text(record, "type") not in {"Metric", "Point"}:
        malformed("neither a metric nor a point")
    return text(record, "metric") if record["type"] == "Point" else ""


def _json_point(points: "_Points", name: str, line: bytes) -> Iterator[RequestRecord]:
    brief = _BRIEF.search(line) if name != _DURATION else None
    if brief is not None:
        yield from points.take(name, times.of_text(brief[1].decode())[0], float(brief[2]), {})
    else:
        data = inner(object_of(line), "data")
        tags = inner(data, "tags") if data["tags"] is not None else {}
        yield from points.take(name, moment(data, "time", times.of_text)[0], number(data, "value"), tags)


def read_csv(path: Path, told: Told) -> Iterator[RequestRecord]:
    """The requests of a CSV file. Raises `ConfigError` for a row that is broken."""
    points = _Points(told)
    rows = csv.reader(texts_of(path), strict=True)
    try:
        header = columns_of(next(rows))
        missing = [name for name in _CSV_COLUMNS if name not in header]
        if missing:
            malformed(f"there is no column {missing[0]!r}")
        for row in rows:
            if row and row[0] in _WANTED:
                tags = row_of(header, row)
                ended_us = moment(tags, "timestamp", partial(_csv_time, told=told))
                yield from points.take(row[0], ended_us, number(tags, "metric_value"), tags)
            elif row and len(row) != len(header):
                row_of(header, row)
    except (ValueError, csv.Error, StopIteration) as error:
        raise broken(path, rows.line_num, f"not a row of k6's CSV output: {said(error)}") from None
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

    def take(self, name: str, ended_us: int, value: float, tags: Mapping[str, Any]) -> Iterator[RequestRecord]:
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

    def _request(self, ended_us: int, value: float, tags: Mapping[str, Any]) -> RequestRecord:
        latency_us = microseconds(value, 1000)
        if "status" not in tags:  # k6's systemTags may leave it out
            self._told.lacks.add(Lack.STATUS)
        status = status_of(_tag(tags, "status"))
        expected, error, url = (_tag(tags, name) for name in ("expected_response", "error", "url"))
        ok = expected == "true" if expected else 100 <= status < 400 and not error
        self._told.came_from(url)
        return RequestRecord(
            ended_us - latency_us,
            latency_us,
            path_of(_tag(tags, "name") or url or "/"),
            _tag(tags, "method") or NO_METHOD,
            status,
            outcome_of(status, ok=ok, error=error, status_told="status" in tags),
        )


def _tag(tags: Mapping[str, Any], name: str) -> str:
    """A tag; nothing for one that there is not."""
    return "" if tags.get(name) is None else text(tags, name)
