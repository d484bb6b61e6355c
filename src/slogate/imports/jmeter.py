"""JMeter's result files (JTL), as CSV with its header and as XML; also what locust-plugins' JmeterListener writes.

`timeStamp` is when a sample began (`sampleresult.timestamp.start`, on in JMeter's own properties) and `elapsed` goes to
the last byte, connection set-up included. A transaction controller is a sample too: it sums up requests that are there
themselves, and is left out. A sample with others inside it is one request, whose redirects they are.

Format: https://jmeter.apache.org/usermanual/listeners.html#csvlogformat and #xmlformat2.1
"""

import csv
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any
from xml.parsers import expat

from slogate.analyzer.imported import Lack
from slogate.imports import times
from slogate.imports.fields import columns_of, moment, row_of, span_us
from slogate.imports.records import (
    UNKNOWN_SIZE,
    RequestRecord,
    Told,
    method_and_name,
    outcome_of,
    status_of,
)
from slogate.imports.source import broken, malformed, opened, said, texts_of

_TRANSACTION = "Number of samples in transaction"
_CHUNK_BYTES = 1 << 20
# The attributes of a sample in XML, as the columns of CSV are called.
_ATTRIBUTES = {
    "ts": "timeStamp",
    "t": "elapsed",
    "lb": "label",
    "s": "success",
    "rc": "responseCode",
    "rm": "responseMessage",
    "by": "bytes",
}
_SAMPLES = frozenset({"sample", "httpSample"})


def is_csv(head: bytes) -> bool:
    """A header with the columns that are always there, whatever parts them."""
    line = head.removeprefix(b"\xef\xbb\xbf").partition(b"\n")[0]
    return line.startswith(b"timeStamp") and b"elapsed" in line and b"label" in line


def is_xml(head: bytes) -> bool:
    """The root element."""
    return b"<testResults" in head[:1024]


def read_csv(path: Path, told: Told) -> Iterator[RequestRecord]:
    """The requests of a CSV file. Raises `ConfigError` for a row that is broken."""
    texts = texts_of(path)
    header = next(texts).rstrip("\r\n")
    delimiter = header[len("timeStamp")]
    rows = csv.reader(texts, delimiter=delimiter, strict=True)
    try:
        names = columns_of(header.split(delimiter))
        for row in rows:
            if row:
                yield from _requests(row_of(names, _whole_row(row, names)), told)
    except (ValueError, KeyError, csv.Error) as error:
        raise broken(path, rows.line_num + 1, f"not a row of a JTL file: {said(error)}") from None


def _whole_row(row: list[str], names: Sequence[str]) -> list[str]:
    """JmeterListener does not quote: a failure message with commas in it takes up several fields."""
    surplus = len(row) - len(names)
    if surplus <= 0 or "failureMessage" not in names or "success" not in names:
        return row
    at, success = names.index("failureMessage"), names.index("success")
    if success > at or row[success] != "false":
        return row
    return [*row[:at], ",".join(row[at : at + surplus + 1]), *row[at + surplus + 1 :]]


def read_xml(path: Path, told: Told) -> Iterator[RequestRecord]:
    """The requests of an XML file. Raises `ConfigError` where it is broken, and for one that declares a document type,
    which JMeter never does.
    """
    parser = expat.ParserCreate()
    samples = _Samples(told)
    parser.StartElementHandler = samples.start
    parser.EndElementHandler = samples.end
    parser.StartDoctypeDeclHandler = samples.refuse_doctype
    try:
        with opened(path) as file:
            while chunk := file.read(_CHUNK_BYTES):
                parser.Parse(chunk, False)  # expat takes no keyword
                yield from samples.whole()
            parser.Parse(b"", True)  # as above
        yield from samples.whole()
    except (expat.ExpatError, ValueError, KeyError) as error:
        what = str(error) if isinstance(error, expat.ExpatError) else said(error)
        raise broken(path, parser.CurrentLineNumber, f"not an XML result file of JMeter: {what}") from None


class _Samples:
    """Which of the nested samples are requests: the outermost `httpSample`, and a `sample` that has none inside it."""

    def __init__(self, told: Told) -> None:
        self._told = told
        self._open: list[tuple[str, Mapping[str, str]]] = []
        self._has_samples: list[bool] = []
        self._whole: list[RequestRecord] = []

    def start(self, element: str, attributes: Mapping[str, str]) -> None:
        """An element begins."""
        if element in _SAMPLES:
            if self._has_samples:
                self._has_samples[-1] = True
            self._open.append((element, attributes))
            self._has_samples.append(False)

    def end(self, element: str) -> None:
        """An element ends."""
        if element not in _SAMPLES:
            return
        element, attributes = self._open.pop()
        sums_up = self._has_samples.pop() and element == "sample"
        if sums_up:
            self._told.left_out += 1
        elif all(outer == "sample" for outer, _ in self._open):
            named = {_ATTRIBUTES[name]: value for name, value in attributes.items() if name in _ATTRIBUTES}
            self._whole.extend(_requests(named, self._told))

    def refuse_doctype(self, *_: Any) -> None:
        """Entities could make a small file a large one."""
        malformed("it declares a document type")

    def whole(self) -> Iterator[RequestRecord]:
        """The requests that have ended since the last time."""
        yield from self._whole
        self._whole.clear()


def _requests(sample: Mapping[str, str], told: Told) -> Iterator[RequestRecord]:
    """The request that a sample is, if it is one."""
    if sample.get("responseMessage", "").startswith(_TRANSACTION):
        told.left_out += 1
        return
    success, code = sample["success"], sample.get("responseCode")
    if success not in {"true", "false"}:
        malformed(f"success is {success[:40]!r}, neither true nor false")
    if code is None:
        told.lacks.add(Lack.STATUS)
    status = status_of(code or "")
    method, name = method_and_name(sample["label"])
    if "URL" in sample:
        told.came_from(sample["URL"])
    error = f"{code} {sample.get('responseMessage', '')} {sample.get('failureMessage', '')}"
    yield RequestRecord(
        moment(sample, "timeStamp", partial(_began_us, told=told)),
        span_us(sample, "elapsed", 1000),
        name,
        method,
        status,
        outcome_of(status, ok=success == "true", error=error, status_told=code is not None),
        int(sample["bytes"]) if sample.get("bytes", "").isdecimal() else UNKNOWN_SIZE,
    )


def _began_us(text: str, told: Told) -> int:
    if text.isdecimal():
        return times.of_number(text)[0]
    moment_us, has_zone = times.of_text(text)
    if not has_zone:
        told.lacks.add(Lack.ZONE)
    if "." not in text and "," not in text:
        told.lacks.add(Lack.WHOLE_SECONDS)
    return moment_us
