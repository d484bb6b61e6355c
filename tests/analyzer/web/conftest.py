from collections.abc import Callable
from dataclasses import replace

import pytest

from slogate.analyzer.web.facts import LoadOutcome, NavigationTiming, PageLoad, Paint, Request

LoadFactory = Callable[..., PageLoad]


@pytest.fixture
def page_load() -> LoadFactory:
    """Makes a load that painted at 100 ms, ended DOMContentLoaded at 200 ms and was recorded for 20 s."""

    def make(*, fcp_ms: float | None = 100.0, dcl_ms: float | None = 200.0, **facts: object) -> PageLoad:
        load = PageLoad(
            page="home",
            index=1,
            warmup=False,
            throttle="none",
            started_at_us=0,
            outcome=LoadOutcome.OK,
            timing=NavigationTiming(dcl_end_ms=dcl_ms),
            paints=() if fcp_ms is None else (Paint(name="first-contentful-paint", start_ms=fcp_ms),),
            end_ms=20_000.0,
        )
        return replace(load, **facts)  # type: ignore[arg-type]  # each test passes the fields it is about

    return make


@pytest.fixture
def asked() -> Callable[..., Request]:
    """Makes a request that was answered: a script of 1,000 bytes from the page's own host."""

    def make(**facts: object) -> Request:
        answered = Request(
            url="http://www.shop.example/app.js",
            method="GET",
            type="Script",
            start_ms=10.0,
            end_ms=90.0,
            status=200,
            encoded_bytes=1000,
        )
        return replace(answered, **facts)  # type: ignore[arg-type]  # as above

    return make
