"""The header that is kept is what the jar would say now."""

import time

import pytest
from requests.cookies import RequestsCookieJar

from slogate.load.http.cookies import CookieStore
from slogate.load.http.errors import InvalidRequestError

URL = "http://shop.example/cart/1?x=2"


@pytest.fixture
def store() -> CookieStore:
    made = CookieStore()
    made.take(
        ["a=1; Path=/", "b=2; Path=/cart", "c=3; Path=/account", "s=4; Secure", "other=5; Domain=evil.example"], URL
    )
    return made


def test_what_goes_where(store: CookieStore) -> None:
    for _ in range(2):  # the second time from what was kept
        assert sorted(str(store.header_for(URL)).split("; ")) == ["a=1", "b=2"]
        assert store.header_for("http://shop.example/") == "a=1"
        assert store.header_for("http://elsewhere.example/") is None
        assert "s=4" in str(store.header_for("https://shop.example/cart/1"))


def test_every_change_is_seen(store: CookieStore) -> None:
    assert store.header_for("http://shop.example/") == "a=1"
    store.take(["a=2; Path=/"], URL)
    assert store.header_for("http://shop.example/") == "a=2"
    del store["a"]
    assert store.header_for("http://shop.example/") is None
    store["z"] = "9"
    assert store.header_for("http://shop.example/") == "z=9"
    store.clear()
    assert store.header_for("http://shop.example/") is None
    store.add({"d": "1"})
    jar = RequestsCookieJar()
    jar.set("j", "2")
    store.add(jar)
    assert store.header_for("http://shop.example/") == "d=1; j=2"


def test_a_cookie_that_expires_is_sent_no_more() -> None:
    store = CookieStore()
    store.take(["gone=1; Max-Age=2", "stays=1"], URL)
    assert store.header_for(URL) == "gone=1; stays=1"
    time.sleep(2.2)
    assert store.header_for(URL) == "stays=1"


@pytest.mark.parametrize("value", ["x\r\nEvil: 1", "x\nEvil: 1", "x\0"])
def test_a_cookie_that_would_end_its_line_early_is_refused_every_time(value: str) -> None:
    store = CookieStore()
    store.add({"a": value})
    for _ in range(2):
        with pytest.raises(InvalidRequestError):
            store.header_for(URL)


def test_a_new_store_costs_nothing() -> None:
    store = CookieStore()
    assert not store.ever_filled
    store.take(["a=1"], URL)
    assert store.ever_filled
