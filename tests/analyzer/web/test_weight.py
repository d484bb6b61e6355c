from collections.abc import Callable

import pytest

from slogate.analyzer.web import METRICS
from slogate.analyzer.web.facts import LoadOutcome, PageLoad, Request
from slogate.analyzer.web.metric import Metric, MissingReason, missing
from slogate.analyzer.web.weight import image_bytes, js_bytes, page_bytes, third_party_bytes

PageLoadFactory = Callable[..., PageLoad]
RequestFactory = Callable[..., Request]
PAGE = "http://www.shop.example/cart"
WEIGHTS = ("page_bytes", "js_bytes", "css_bytes", "image_bytes", "font_bytes", "third_party_bytes")


def test_each_kind_is_added_up_by_itself(page_load: PageLoadFactory, asked: RequestFactory) -> None:
    kinds = {"Document": 1, "Script": 10, "Stylesheet": 100, "Image": 1000, "Font": 10_000, "Fetch": 100_000}
    own = [asked(type=kind, encoded_bytes=size) for kind, size in kinds.items()]
    foreign = asked(type="Script", url="https://metrics.example/t.js", encoded_bytes=20)
    load = page_load(url=PAGE, requests=(*own, foreign))
    assert {name: METRICS[name].measure(load).value for name in WEIGHTS} == {
        "page_bytes": 111_131.0,
        "js_bytes": 30.0,
        "css_bytes": 100.0,
        "image_bytes": 1000.0,
        "font_bytes": 10_000.0,
        "third_party_bytes": 20.0,
    }


@pytest.mark.parametrize("name", WEIGHTS)
def test_a_page_without_such_requests_weighs_nothing(page_load: PageLoadFactory, name: str) -> None:
    assert METRICS[name].measure(page_load(url=PAGE)) == Metric(0.0)


def test_what_the_cache_gave_and_what_asked_nobody_weighs_nothing(
    page_load: PageLoadFactory, asked: RequestFactory
) -> None:
    cached = asked(from_cache=True, encoded_bytes=None)
    inlined = asked(url="data:text/javascript", encoded_bytes=5000)
    assert page_bytes(page_load(requests=(asked(), cached, inlined))) == Metric(1000.0)


def test_what_failed_or_did_not_end_weighs_what_had_come(page_load: PageLoadFactory, asked: RequestFactory) -> None:
    refused = asked(failed=True, status=None, encoded_bytes=None)
    broken = asked(failed=True, encoded_bytes=100, body_bytes_seen=200)
    stream = asked(end_ms=None, encoded_bytes=100, body_bytes_seen=3000)
    assert page_bytes(page_load(requests=(refused, broken, stream))) == Metric(3400.0)


@pytest.mark.parametrize(
    "unknown",
    [
        {"encoded_bytes": None},
        {"end_ms": None, "encoded_bytes": 100},  # as an earlier version recorded it
        {"failed": True, "encoded_bytes": None},
    ],
)
def test_one_unknown_part_makes_the_sum_unknown_and_only_that_sum(
    page_load: PageLoadFactory, asked: RequestFactory, unknown: dict[str, object]
) -> None:
    load = page_load(url=PAGE, requests=(asked(), asked(**unknown), asked(type="Image")))
    assert page_bytes(load) == js_bytes(load) == missing(MissingReason.UNKNOWN_SIZE)
    assert image_bytes(load) == Metric(1000.0)
    assert third_party_bytes(load) == Metric(0.0)


@pytest.mark.parametrize("name", WEIGHTS)
@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"fcp_ms": None}, MissingReason.NO_FCP),
        ({"end_ms": None}, MissingReason.NOT_MEASURED),
        ({"outcome": LoadOutcome.CRASHED}, MissingReason.NOT_MEASURED),
        ({"outcome": LoadOutcome.CRASHED, "url": ""}, MissingReason.NOT_MEASURED),
    ],
)
def test_a_page_that_was_not_shown_is_not_light(
    page_load: PageLoadFactory, name: str, facts: dict[str, object], reason: MissingReason
) -> None:
    assert METRICS[name].measure(page_load(**{"url": PAGE} | facts)) == missing(reason)


def test_a_page_without_a_host_has_no_third_parties(page_load: PageLoadFactory, asked: RequestFactory) -> None:
    assert third_party_bytes(page_load(url="", requests=(asked(),))) == missing(MissingReason.UNKNOWN_SITE)
