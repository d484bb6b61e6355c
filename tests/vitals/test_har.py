"""A load as HAR: what other tools require is there, and nothing is made up."""

import json
from datetime import datetime
from typing import Any

import pytest
from synthetic import CLICK_MS, page, soft_page

from slogate.analyzer.web.clock import on_its_clock
from slogate.analyzer.web.facts import NavigationTiming, Request
from slogate.vitals.har import har, query_of

DOCUMENT = Request(
    url="http://shop/cart?step=2&token=***",
    method="GET",
    type="Document",
    start_ms=1.5,
    end_ms=21.5,
    status=200,
    encoded_bytes=900,
)


def entry(request: Request, end_ms: float | None = 20_000.0) -> dict[str, Any]:
    load = page(requests=(request,), end_ms=end_ms, started_at_us=1_700_000_000_000_000)
    only: dict[str, Any] = har(load)["log"]["entries"][0]
    return only


def test_a_request_is_an_entry_with_all_that_the_format_requires() -> None:
    made = entry(DOCUMENT)
    assert made["time"] == 20.0
    assert made["timings"] == {"send": 0, "wait": 20.0, "receive": 0}
    assert made["request"]["url"] == DOCUMENT.url
    assert made["response"]["status"] == 200
    assert made["response"]["_transferSize"] == 900
    assert made["_resourceType"] == "document"
    assert {"method", "url", "httpVersion", "cookies", "headers", "queryString", "headersSize", "bodySize"} == set(
        made["request"]
    )
    assert {"status", "statusText", "httpVersion", "cookies", "headers", "content", "redirectURL"} < set(
        made["response"]
    )
    assert {"size", "mimeType"} == set(made["response"]["content"])
    began = datetime.fromisoformat(made["startedDateTime"])
    assert began.timestamp() == pytest.approx(1_700_000_000.0015, abs=0.001)


def test_the_log_names_its_page_and_its_maker() -> None:
    timing = NavigationTiming(dcl_end_ms=50.0, load_end_ms=None)
    log = har(page("checkout", requests=(DOCUMENT, DOCUMENT), timing=timing, url="http://shop/cart"))["log"]
    assert log["version"] == "1.2"
    assert log["creator"]["name"] == "slogate"
    (only,) = log["pages"]
    assert only["pageTimings"] == {"onContentLoad": 50.0, "onLoad": -1}
    assert [item["pageref"] for item in log["entries"]] == [only["id"]] * 2
    assert json.loads(json.dumps(log)) == log


def test_what_was_over_before_a_soft_navigation_is_no_time_of_it() -> None:
    fetched = Request(url="http://shop/api", method="GET", type="Fetch", start_ms=CLICK_MS + 5, end_ms=CLICK_MS + 25)
    log = har(on_its_clock(soft_page(requests=(DOCUMENT, fetched))))["log"]
    (only,) = log["pages"]
    assert only["pageTimings"] == {"onContentLoad": -1, "onLoad": -1}
    assert [(item["request"]["url"], item["time"]) for item in log["entries"]] == [("http://shop/api", 20.0)]
    assert only["startedDateTime"] == "1970-01-01T00:00:09.000+00:00"


@pytest.mark.parametrize(
    ("request_", "end_ms", "time", "status", "comment"),
    [
        (Request(url="http://a/", method="GET", type="Image", start_ms=5.0), 25.0, 20.0, 0, "it had not ended"),
        (Request(url="http://a/", method="GET", type="Image", start_ms=5.0), None, -1, 0, "it had not ended"),
        (Request(url="http://a/", method="GET", type="XHR", start_ms=5, end_ms=9, failed=True), 25, 4, 0, "it failed"),
        (
            Request(url="http://a/", method="GET", type="Font", start_ms=5, end_ms=6, status=200, from_cache=True),
            25.0,
            1.0,
            200,
            "from the cache",
        ),
    ],
)
def test_what_is_not_known_is_not_made_up(
    request_: Request, end_ms: float | None, time: float, status: int, comment: str
) -> None:
    made = entry(request_, end_ms)
    assert (made["time"], made["response"]["status"]) == (time, status)
    assert made["comment"].startswith(comment)
    assert made["response"]["_transferSize"] == -1


def test_a_query_is_listed() -> None:
    assert query_of("http://a/?q=red%20shoes&empty=") == [
        {"name": "q", "value": "red shoes"},
        {"name": "empty", "value": ""},
    ]
    assert query_of("http://a/#?x=1") == []
    assert query_of("http://[a/?x=1") == [{"name": "x", "value": "1"}]
