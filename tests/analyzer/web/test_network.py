from collections.abc import Callable

import pytest

from slogate.analyzer.web.facts import PageLoad, Request
from slogate.analyzer.web.network import sent, transferred_bytes


def request(**changes: object) -> Request:
    known = {"url": "http://shop/a", "method": "GET", "type": "Fetch", "start_ms": 1.0, "end_ms": 9.0, "status": 200}
    return Request(**known | changes)  # type: ignore[arg-type]  # fields as each case needs them


@pytest.mark.parametrize(
    ("facts", "size"),
    [
        ({"encoded_bytes": 900}, 900),
        ({"encoded_bytes": 900, "body_bytes_seen": 700}, 900),  # the whole is known
        ({"encoded_bytes": 0}, 0),
        ({"encoded_bytes": None}, None),
        ({"encoded_bytes": None, "body_bytes_seen": 700}, None),
        # under way: the headers, and of the body what has come
        ({"end_ms": None, "encoded_bytes": 120, "body_bytes_seen": 700}, 820),
        ({"end_ms": None, "encoded_bytes": 120, "body_bytes_seen": 0}, 120),
        ({"end_ms": None, "encoded_bytes": 120}, None),
        ({"end_ms": None, "body_bytes_seen": 700}, None),
        ({"end_ms": None, "status": None}, 0),
        # failed half-way, and failed without a response
        ({"failed": True, "encoded_bytes": 120, "body_bytes_seen": 700}, 820),
        ({"failed": True, "encoded_bytes": 120}, None),
        ({"failed": True, "encoded_bytes": None, "body_bytes_seen": 0}, None),
        ({"failed": True, "status": None}, 0),
    ],
)
def test_how_much_an_answer_transferred(facts: dict[str, object], size: int | None) -> None:
    assert transferred_bytes(request(**facts)) == size


@pytest.mark.parametrize(
    ("facts", "counts"),
    [
        ({}, True),
        ({"url": "HTTPS://shop/a"}, True),
        ({"method": "OPTIONS"}, True),
        ({"status": 302}, True),
        ({"status": 404}, True),
        ({"failed": True, "status": None}, True),
        ({"end_ms": None}, True),
        ({"from_cache": True}, False),
        ({"url": "data:image/png"}, False),
        ({"url": "blob:http://shop/1"}, False),
        ({"url": "wss://shop/live"}, False),
    ],
)
def test_what_went_over_the_network(page_load: Callable[..., PageLoad], facts: dict[str, object], counts: bool) -> None:
    asked = request(**facts)
    assert sent(page_load(requests=(asked,))) == [asked] * counts
