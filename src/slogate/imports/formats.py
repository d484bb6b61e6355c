"""The formats that there are, and which of them a file has: told by its content, never by its name."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from slogate.analyzer.imported import Lack
from slogate.analyzer.web.facts import PageLoad
from slogate.errors import UsageError
from slogate.imports import har, jmeter, k6, lighthouse, locust_csv, vegeta
from slogate.imports.records import RequestRecord, Told
from slogate.imports.source import head_of

_Requests = Callable[[Path, Told], Iterator[RequestRecord]]
_INSIDE = frozenset({Lack.INTENDED_START, Lack.CONNECTION_INSIDE})


@dataclass(frozen=True)
class Format:
    """A format of a tool; `lacks` is what it never tells. Of `requests` and `pages` one is None."""

    tool: str
    name: str
    recognises: Callable[[bytes], bool]
    lacks: frozenset[Lack]
    requests: _Requests | None = None
    pages: Callable[[Path, Told, str | None], Iterator[PageLoad | RequestRecord]] | None = None


FORMATS = (
    Format("k6", "JSON lines", k6.is_json, frozenset({Lack.INTENDED_START, Lack.CONNECTION_OUTSIDE}), k6.read_json),
    Format("k6", "CSV", k6.is_csv, frozenset({Lack.INTENDED_START, Lack.CONNECTION_OUTSIDE}), k6.read_csv),
    Format("JMeter", "JTL (CSV)", jmeter.is_csv, _INSIDE | {Lack.METHOD}, jmeter.read_csv),
    Format("JMeter", "JTL (XML)", jmeter.is_xml, _INSIDE | {Lack.METHOD}, jmeter.read_xml),
    Format(
        "vegeta", "JSON lines", vegeta.is_json, frozenset({Lack.LATENESS, Lack.CONNECTION_INSIDE}), vegeta.read_json
    ),
    Format("vegeta", "CSV", vegeta.is_csv, frozenset({Lack.LATENESS, Lack.CONNECTION_INSIDE}), vegeta.read_csv),
    Format("Locust", "request log (CSV)", locust_csv.is_csv, _INSIDE, locust_csv.read_csv),
    Format("Lighthouse", "JSON", lighthouse.is_json, frozenset(), pages=lighthouse.read_json),
    Format("HAR", "JSON", har.is_json, frozenset({Lack.INTENDED_START}), pages=har.read_json),
)
# Files that look like measurements, and hold none: what begins them, what they are, and what to do instead.
_NO_MEASUREMENTS = (
    (b"Type,Name,Request Count", "the statistics of `locust --csv`: rounded percentiles", "log each request"),
    (b"Timestamp,User Count,Type,Name", "the history of `locust --csv`: rounded percentiles", "log each request"),
    (b"Label,# Samples,", "JMeter's aggregate report", "save the JTL file: jmeter -l results.jtl"),
    (b'{"root_group"', "k6's summary", "run k6 with --out json=FILE"),
    (b'{"metrics"', "k6's summary", "run k6 with --out json=FILE"),
)


def format_of(path: Path) -> Format:
    """The format of a file. Raises `UsageError` for one of no known format, and `ConfigError` for one that cannot be
    read.
    """
    head = head_of(path)
    if not head.strip():
        raise UsageError(f"{path} is empty", cure="name the file that the tool wrote its results to")
    for form in FORMATS:
        if form.recognises(head):
            return form
    encoding = json.detect_encoding(head)
    if not encoding.startswith("utf-8"):
        name = encoding.upper()
        raise UsageError(
            f"{path} looks like {name}, and UTF-8 is read", cure=f"write it again: iconv -f {name} -t UTF-8 {path}"
        )
    start = b"".join(head[:64].split()) if head.lstrip().startswith(b"{") else head
    for beginning, what, cure in _NO_MEASUREMENTS:
        if start.startswith(beginning):
            raise UsageError(f"{path} is {what}, and holds no request", cure=cure)
    raise UsageError(
        f"{path} is of no format that is known here",
        cure=f"it may be one of {', '.join(f'{form.tool} {form.name}' for form in FORMATS)}; see docs/import.md",
    )
