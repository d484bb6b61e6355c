from collections.abc import Callable

import pytest

from slogate.analyzer.web.facts import LoadOutcome, PageLoad, Request
from slogate.analyzer.web.metric import Metric, MissingReason, missing
from slogate.analyzer.web.request_count import requests, third_party_requests

PageLoadFactory = Callable[..., PageLoad]
RequestFactory = Callable[..., Request]
PAGE = "http://www.shop.example/cart"


def test_whatever_was_asked_counts_and_what_was_not_does_not(page_load: PageLoadFactory, asked: RequestFactory) -> None:
    made = (asked(), asked(status=302), asked(failed=True, status=None), asked(end_ms=None), asked(status=404))
    not_made = (asked(from_cache=True), asked(url="data:image/png"))
    load = page_load(url=PAGE, requests=made + not_made)
    assert (requests(load), third_party_requests(load)) == (Metric(5.0), Metric(0.0))


def test_third_parties_are_counted_by_site(page_load: PageLoadFactory, asked: RequestFactory) -> None:
    hosts = ("www.shop.example", "cdn.shop.example", "metrics.example", "metrics.example", "shop.example.org")
    load = page_load(url=PAGE, requests=tuple(asked(url=f"https://{host}/x") for host in hosts))
    assert (requests(load), third_party_requests(load)) == (Metric(5.0), Metric(3.0))


@pytest.mark.parametrize("metric", [requests, third_party_requests])
@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"fcp_ms": None}, MissingReason.NO_FCP),
        ({"end_ms": None}, MissingReason.NOT_MEASURED),
        ({"outcome": LoadOutcome.HTTP_ERROR}, MissingReason.NOT_MEASURED),
    ],
)
def test_a_page_that_was_not_shown_did_not_ask_for_little(
    page_load: PageLoadFactory,
    metric: Callable[[PageLoad], Metric],
    facts: dict[str, object],
    reason: MissingReason,
) -> None:
    assert metric(page_load(**{"url": PAGE} | facts)) == missing(reason)


def test_a_page_without_a_host_has_no_third_parties(page_load: PageLoadFactory, asked: RequestFactory) -> None:
    load = page_load(url="about:blank", requests=(asked(),))
    assert (requests(load), third_party_requests(load)) == (Metric(1.0), missing(MissingReason.UNKNOWN_SITE))
