"""Formats are told apart by content, whatever a file is called and whether it is packed."""

import gzip
from pathlib import Path

import pytest
from records import DATA

from slogate.errors import ConfigError, UsageError
from slogate.imports.formats import format_of
from slogate.imports.records import Told

KINDS = {
    "k6.json": ("k6", "JSON lines"),
    "k6.csv": ("k6", "CSV"),
    "jmeter.csv": ("JMeter", "JTL (CSV)"),
    "jmeter.xml": ("JMeter", "JTL (XML)"),
    "locust-jmeter-listener.csv": ("JMeter", "JTL (CSV)"),
    "vegeta.json": ("vegeta", "JSON lines"),
    "vegeta.csv": ("vegeta", "CSV"),
    "locust.csv": ("Locust", "request log (CSV)"),
    "lighthouse.json": ("Lighthouse", "JSON"),
    "page.har": ("HAR", "JSON"),
}


def test_every_kept_record_is_in_the_table() -> None:
    assert {path.name for path in DATA.iterdir()} - {"README.md"} == set(KINDS)


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("name", KINDS)
def test_a_format_is_known_by_its_content(tmp_path: Path, name: str, packed: bool) -> None:
    path = tmp_path / "some.txt"
    content = (DATA / name).read_bytes()
    path.write_bytes(gzip.compress(content) if packed else content)
    found = format_of(path)
    assert (found.tool, found.name) == KINDS[name]


@pytest.mark.parametrize("name", [name for name, (tool, _) in KINDS.items() if tool not in {"Lighthouse", "HAR"}])
def test_a_file_of_records_is_read_as_it_comes(tmp_path: Path, name: str) -> None:
    path = tmp_path / "many"
    head, sample = (DATA / name).read_bytes().split(b"\n", 1)
    path.write_bytes(head + b"\n" + sample.replace(b"</testResults>\n", b"") * 5000 + b'"broken')
    form = format_of(path)
    assert form.requests is not None
    records = form.requests(path, Told())
    assert next(records).latency_us > 0
    with pytest.raises(ConfigError):
        list(records)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is empty"),
        ("\n \n", "is empty"),
        ("hello", "no format that is known"),
        ("{}", "no format that is known"),
        ("a,b,c\n1,2,3\n", "no format that is known"),
        ("Type,Name,Request Count,Failure Count\n", "rounded percentiles"),
        ("Timestamp,User Count,Type,Name\n", "rounded percentiles"),
        ("Label,# Samples,Average\n", "aggregate report"),
        ('{\n  "metrics": {', "k6's summary"),
    ],
)
def test_anything_else_is_refused_with_a_cure(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "some.csv"
    path.write_text(text)
    with pytest.raises(UsageError, match=message) as caught:
        format_of(path)
    assert caught.value.cure


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32"])
def test_another_encoding_is_named(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "traffic"
    path.write_text((DATA / "page.har").read_text(encoding="utf-8"), encoding=encoding)
    with pytest.raises(UsageError, match=f"looks like {encoding.upper()}, and UTF-8 is read"):
        format_of(path)


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        format_of(tmp_path)
