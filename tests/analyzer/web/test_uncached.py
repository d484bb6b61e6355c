from collections.abc import Callable

import pytest

from slogate.analyzer.web.facts import CacheHeaders, LoadOutcome, PageLoad, Request
from slogate.analyzer.web.metric import Metric, MissingReason, missing
from slogate.analyzer.web.uncached import uncached

PageLoadFactory = Callable[..., PageLoad]
RequestFactory = Callable[..., Request]
BARE = CacheHeaders()


@pytest.mark.parametrize(
    ("headers", "count"),
    [
        (BARE, 1),
        (CacheHeaders(cache_control="max-age=3600"), 0),
        (CacheHeaders(cache_control="no-cache"), 0),  # kept, and asked for again
        (CacheHeaders(cache_control=""), 0),
        (CacheHeaders(expires="Thu, 01 Jan 2099 00:00:00 GMT"), 0),
        (CacheHeaders(etag=True), 0),
        (CacheHeaders(cache_control="no-store"), 1),
        (CacheHeaders(cache_control="private, No-Store , max-age=0", expires="0", etag=True), 1),
        (CacheHeaders(cache_control="max-age=1, x-no-store"), 0),
    ],
)
def test_which_headers_let_a_file_be_kept(
    page_load: PageLoadFactory, asked: RequestFactory, headers: CacheHeaders, count: int
) -> None:
    assert uncached(page_load(requests=(asked(cache_headers=headers),))) == Metric(float(count))


@pytest.mark.parametrize(
    ("facts", "count"),
    [
        ({"type": "Script"}, 1),
        ({"type": "Stylesheet"}, 1),
        ({"type": "Image"}, 1),
        ({"type": "Font"}, 1),
        ({"type": "Document"}, 0),
        ({"type": "Fetch"}, 0),
        ({"status": 299}, 1),
        ({"status": 302}, 0),
        ({"status": 404}, 0),
        ({"status": None, "failed": True}, 0),
        ({"from_cache": True}, 0),
        ({"url": "data:image/png", "type": "Image"}, 0),
        ({"url": "https://metrics.example/t.js"}, 1),
    ],
)
def test_which_responses_are_files(
    page_load: PageLoadFactory, asked: RequestFactory, facts: dict[str, object], count: int
) -> None:
    assert uncached(page_load(requests=(asked(cache_headers=BARE, **facts),))) == Metric(float(count))


def test_headers_that_were_not_recorded_are_not_absent(page_load: PageLoadFactory, asked: RequestFactory) -> None:
    file, unknown = asked(cache_headers=CacheHeaders(etag=True)), asked(cache_headers=None)
    assert uncached(page_load(requests=(file, unknown))) == missing(MissingReason.UNKNOWN_HEADERS)
    assert uncached(page_load(requests=(file, asked(cache_headers=None, type="Fetch")))) == Metric(0.0)


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"fcp_ms": None}, MissingReason.NO_FCP),
        ({"outcome": LoadOutcome.HTTP_ERROR}, MissingReason.NOT_MEASURED),
    ],
)
def test_a_page_that_was_not_shown_has_none(
    page_load: PageLoadFactory, facts: dict[str, object], reason: MissingReason
) -> None:
    assert uncached(page_load(**facts)) == missing(reason)
