"""HAR files: what belongs to a page is a load of it, what belongs to none is a request."""

import json
from pathlib import Path
from typing import Any

import pytest
from records import DATA, page_loads, read

from slogate.analyzer.evidence import Outcome
from slogate.analyzer.imported import Lack
from slogate.analyzer.web import METRICS
from slogate.analyzer.web.facts import CacheHeaders, LoadOutcome
from slogate.analyzer.web.metric import MissingReason
from slogate.errors import ConfigError
from slogate.imports.records import Told

LOG: dict[str, Any] = json.loads((DATA / "page.har").read_text(encoding="utf-8"))["log"]


def written(tmp_path: Path, **changes: object) -> Path:
    path = tmp_path / "traffic"
    path.write_text(json.dumps({"log": LOG | changes}), encoding="utf-8")
    return path


def entry(**response: object) -> dict[str, Any]:
    first: dict[str, Any] = LOG["entries"][0]
    return first | {"response": first["response"] | response}


def test_a_page_has_its_traffic_and_the_ends_of_its_handlers() -> None:
    told = Told()
    [load] = page_loads(DATA / "page.har", told)
    assert (load.page, load.outcome, load.status) == ("home", LoadOutcome.OK, 200)
    assert (load.timing.dcl_end_ms, load.timing.load_end_ms) == (271, 274)
    assert load.timing.response_start_ms == pytest.approx(9 + 115.707)
    assert [request.type for request in load.requests] == ["Document", "Stylesheet", "Image", "Script"]
    assert load.requests[0].cache_headers == CacheHeaders(cache_control="no-cache", etag=True)
    assert (load.requests[0].headers or {})["content-type"].startswith("text/html")
    assert METRICS["page_bytes"].measure(load).value == 3035 + 8287 + 32879 + 2892
    assert (told.tool, told.lacks) == ("Playwright", {Lack.PAINTS})


@pytest.mark.parametrize("name", ["fcp", "lcp", "tti", "tbt", "cls", "inp"])
def test_what_the_page_did_is_not_known(name: str) -> None:
    [load] = page_loads(DATA / "page.har")
    assert METRICS[name].measure(load).missing is MissingReason.NOT_WATCHED


@pytest.mark.parametrize(("status", "outcome"), [(500, LoadOutcome.HTTP_ERROR), (0, LoadOutcome.NO_RESPONSE)])
def test_an_error_page_is_not_measured(tmp_path: Path, status: int, outcome: LoadOutcome) -> None:
    [load] = page_loads(written(tmp_path, entries=[entry(status=status)]))
    assert load.outcome is outcome
    assert METRICS["page_bytes"].measure(load).missing is MissingReason.NOT_MEASURED


def test_an_unknown_size_is_not_zero(tmp_path: Path) -> None:
    [load] = page_loads(written(tmp_path, entries=[entry(_transferSize=-1, bodySize=-1)]))
    assert METRICS["page_bytes"].measure(load).missing is MissingReason.UNKNOWN_SIZE


def test_entries_without_a_page_are_requests(tmp_path: Path) -> None:
    timings = {"blocked": 1, "dns": 2, "connect": 3, "ssl": 1, "send": 0, "wait": 10, "receive": 5}
    alone = {name: value for name, value in entry().items() if name != "pageref"} | {"timings": timings}
    [row] = read(written(tmp_path, entries=[alone], pages=[]))
    assert row == (1795533936_834000, 15_000, "/", "GET", 200, Outcome.OK, -1, 5000)


def test_secrets_in_addresses_are_masked(tmp_path: Path) -> None:
    first = entry()
    first["request"] = first["request"] | {"url": "http://127.0.0.1:8797/?token=abcdefgh"}
    [load] = page_loads(written(tmp_path, entries=[first]))
    assert "abcdefgh" not in repr(load)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"startedDateTime": "0001-01-01T00:00:00+14:00"}, "startedDateTime: '0001-.*' is no time between 1973"),
        ({"startedDateTime": None}, "startedDateTime is None, where a text belongs"),
        ({"response": {"status": None}}, "status is None, where a whole number belongs"),
        ({"timings": {"wait": "long"}}, "wait is 'long', where a number belongs"),
        ({"request": []}, r"request is \[\], where an object belongs"),
    ],
)
def test_a_broken_entry_is_told_with_its_place(tmp_path: Path, changes: dict[str, Any], message: str) -> None:
    path = written(tmp_path, entries=[entry(), entry() | changes])
    with pytest.raises(ConfigError, match=rf"traffic:1: not a HAR file: log.entries\[1\]: {message}"):
        page_loads(path)


def test_what_is_no_utf_8_is_told_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "traffic"
    path.write_bytes(b'{"log": {"version": "1.2",\n"comment": "\xff"}}')
    with pytest.raises(ConfigError, match="traffic:2: what stands here is no UTF-8"):
        page_loads(path)


@pytest.mark.parametrize("text", ['{"log": {"version": "1.2",\n', '{"log": {"version": "1.2", "entries": [{}]}}'])
def test_a_broken_file_is_told(tmp_path: Path, text: str) -> None:
    path = tmp_path / "traffic"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=r"traffic:\d: not a HAR file"):
        page_loads(path)
