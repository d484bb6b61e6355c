"""k6's JSON lines and CSV: the same requests out of both, and a broken line is told with its number."""

import json
from pathlib import Path

import pytest
from records import DATA, kept, read

from slogate.analyzer.evidence import Outcome
from slogate.analyzer.imported import Lack
from slogate.errors import ConfigError
from slogate.imports.records import Told

DROPPED = '{"metric":"dropped_iterations","type":"Point","data":{"time":"2026-11-24T15:24:38Z","value":3,"tags":{}}}\n'


def point(tags: str) -> str:
    data = f'{{"time":"2026-11-24T15:24:38Z","value":3,"tags":{tags}}}'
    return f'{{"metric":"http_req_duration","type":"Point","data":{data}}}\n'


def test_a_request_is_what_its_duration_point_says() -> None:
    first, second, *_ = read(DATA / "k6.json")
    # It ended at ...37.415701 after 1.375569 ms; its connection took 1.653184 ms before it was sent.
    assert first == (1795533877_415701 - 1376, 1376, "/api/products", "GET", 200, Outcome.OK, -1, 1653)
    assert (second.endpoint, second.status, second.outcome) == ("/api/products/[id]", 404, Outcome.HTTP_ERROR)
    assert second.connect_us is None, "a kept connection was not set up"


def test_a_refused_connection_has_no_status() -> None:
    [refused] = [row for row in read(DATA / "k6.json") if row.endpoint == "/refused"]
    assert (refused.status, refused.outcome) == (0, Outcome.CONNECTION)


def test_json_and_csv_tell_the_same() -> None:
    told = Told()
    rows = [(r.latency_us, r.endpoint, r.status, r.outcome, r.connect_us) for r in read(DATA / "k6.csv", told)]
    assert rows == [(r.latency_us, r.endpoint, r.status, r.outcome, r.connect_us) for r in read(DATA / "k6.json")]
    assert Lack.WHOLE_SECONDS in told.lacks


@pytest.mark.parametrize(
    ("text", "whole"),
    [("1795533877", True), ("1795533877415", False), ("1795533877415701", False), ("2026-11-24T15:24:37Z", False)],
)
def test_each_time_format_of_the_csv_is_understood(tmp_path: Path, text: str, whole: bool) -> None:
    path = tmp_path / "points"
    path.write_text(kept("k6.csv").replace("1795533877", text), encoding="utf-8")
    told = Told()
    assert {row.started_us + row.latency_us for row in read(path, told)} >= {
        1795533877_415701 if len(text) == 16 else 1795533877_415000 if len(text) == 13 else 1795533877_000000
    }
    assert (Lack.WHOLE_SECONDS in told.lacks) >= whole


def test_iterations_that_k6_dropped_are_counted(tmp_path: Path) -> None:
    path = tmp_path / "points"
    path.write_text(kept("k6.json") + DROPPED, encoding="utf-8")
    told = Told()
    read(path, told)
    assert told.dropped_iterations == 3


def test_the_order_of_the_fields_does_not_matter(tmp_path: Path) -> None:
    path = tmp_path / "points"
    older = kept("k6.json").replace(
        '{"metric":"http_req_duration","type":"Point",', '{"type":"Point","metric":"http_req_duration",'
    )
    path.write_text(older, encoding="utf-8")
    assert read(path) == read(DATA / "k6.json")


def test_blanks_between_the_fields_do_not_matter(tmp_path: Path) -> None:
    path = tmp_path / "points"
    lines = [json.dumps(json.loads(line)) for line in kept("k6.json").splitlines()]
    path.write_text("\n".join(lines), encoding="utf-8")
    assert read(path) == read(DATA / "k6.json")


def test_a_point_whose_type_comes_last_is_one(tmp_path: Path) -> None:
    path = tmp_path / "points"
    definition, *points = kept("k6.json").splitlines()
    lines = [json.dumps(dict(sorted(json.loads(line).items()))) for line in points]
    path.write_text("\n".join([definition, *lines]), encoding="utf-8")
    assert read(path) == read(DATA / "k6.json")


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        ('"429"', Outcome.RATE_LIMITED),
        ('"403"', Outcome.HTTP_ERROR),
        ('"404"', Outcome.OK),
        ('"0"', Outcome.CONNECTION),
        ('"soon"', Outcome.CONNECTION),
    ],
)
def test_a_refusal_that_the_script_expects_is_one(tmp_path: Path, status: str, outcome: Outcome) -> None:
    path = tmp_path / "points"
    path.write_text(point(f'{{"name":"/a","expected_response":"true","status":{status}}}'), encoding="utf-8")
    assert [row.outcome for row in read(path)] == [outcome]


def test_points_without_a_status_say_so(tmp_path: Path) -> None:
    path = tmp_path / "points"
    path.write_text(point('{"name":"/a","expected_response":"true"}'), encoding="utf-8")
    told = Told()
    assert [row.outcome for row in read(path, told)] == [Outcome.OK]
    assert Lack.STATUS in told.lacks


@pytest.mark.parametrize(
    "line",
    [
        '{"metric":"http_req_duration","type":"Point","data":{"time":"0001-01-01T00:00:00.000Z","value":1,"tags":{}}}',
        '{"metric":"http_req_duration","type":"Point","data":{"time":1,"value":1,"tags":{}}}',
        '{"metric":"http_req_duration","type":"Point","data":{"time":"2026-11-24T15:24:37Z","value":1,"tags":[]}}',
        '{"metric":"http_req_duration","type":"Point","data":{"time":"2026-11-24T15:24:37Z","val',
        '{"metric":"http_req_receiving","type":"Point","data":{"time":"2026-11-24T15:24:37Z","val',
        '{"metric":"http_req_duration","type":"Point","data":{"time":"today","value":1,"tags":{}}}',
        '{"metric":"http_req_duration","type":"Point","data":{"time":"2026-11-24T15:24:37Z","value":-1,"tags":{}}}',
        '{"metric":"http_req_duration","type":"Point","data":{"time":"2026-11-24T15:24:37Z","value":"x","tags":{}}}',
        '{"metric":"http_req_duration","type":"Point","data":{"time":"2026-11-24T15:24:37Z","value":1}}',
        '{"metric":"http_req_duration","type":"Point","data":[]}',
        '{"metric":"http_req_duration","type":"Point","data":{"time":"2026-11-24T15:24:37Z","value":1,"tags":{"name":5}}}',
        '{"metric":"vus","type":[]}',
        "{}",
        "null",
        "time=1 level=info",
    ],
)
def test_a_broken_line_is_told_with_its_number(tmp_path: Path, line: str) -> None:
    path = tmp_path / "points"
    text = kept("k6.json")
    path.write_text(f"{text}{line}\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=rf"points:{text.count(chr(10)) + 1}: "):
        read(path)


@pytest.mark.parametrize(
    "row",
    [
        "http_req_duration,1795533877,1.0",
        "http_req_duration,soon,1.0" + "," * 16,
        "http_req_duration,1795533877,fast" + "," * 16,
        "vus,1795533877",
        '"never closed',
    ],
)
def test_a_broken_row_is_told_with_its_number(tmp_path: Path, row: str) -> None:
    path = tmp_path / "points"
    text = kept("k6.csv")
    path.write_text(f"{text}{row}\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=rf"points:{text.count(chr(10)) + 1}: "):
        read(path)


def test_a_missing_column_is_named(tmp_path: Path) -> None:
    path = tmp_path / "points"
    path.write_text("metric_name,timestamp,metric_value,method,name\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"points:1: .* no column 'status'"):
        read(path)
