import pytest
from hypothesis import given
from hypothesis import strategies as st

from slogate.analyzer.web.facts import Request
from slogate.analyzer.web.third_party import is_third_party, registrable_domain, site_of


@pytest.mark.parametrize(
    ("host", "domain"),
    [
        ("shop.example", "shop.example"),
        ("www.shop.example", "shop.example"),
        ("a.b.c.shop.example", "shop.example"),
        ("WWW.Shop.Example.", "shop.example"),
        ("shop.co.uk", "shop.co.uk"),
        ("www.shop.co.uk", "shop.co.uk"),
        ("cdn.shop.com.au", "shop.com.au"),
        ("www.shop.or.kr", "shop.or.kr"),
        ("co.uk", "co.uk"),
        ("www.co.shop", "co.shop"),  # no country has four letters
        ("shop.kr", "shop.kr"),
        ("localhost", "localhost"),
        ("127.0.0.1", "127.0.0.1"),
        ("127.0.0.2", "127.0.0.2"),
        ("::1", "::1"),
    ],
)
def test_a_registrable_domain(host: str, domain: str) -> None:
    assert registrable_domain(host) == domain


@pytest.mark.parametrize(
    ("url", "site"),
    [
        ("http://www.shop.example:8080/cart?x=1", "shop.example"),
        ("http://***@www.shop.example/", "shop.example"),
        ("http://[::1]:80/", "::1"),
        ("", None),
        ("about:blank", None),
        ("http://[::1", None),
    ],
)
def test_the_site_of_an_address(url: str, site: str | None) -> None:
    assert site_of(url) == site


@pytest.mark.parametrize(
    ("url", "third"),
    [
        ("https://www.shop.example/a", False),
        ("http://shop.example:81/a", False),
        ("https://cdn.shop.example/a", False),
        ("https://shop.example.org/a", True),
        ("https://myshop.example/a", True),
        ("https://metrics.example/a", True),
        ("http://127.0.0.1/a", True),
        ("http://[::1", True),
    ],
)
def test_who_is_a_third_party(url: str, third: bool) -> None:
    asked = Request(url=url, method="GET", type="Script", start_ms=0.0)
    assert is_third_party(asked, "shop.example") is third


hosts = st.from_regex(r"([a-z]{1,4}\.){0,3}[a-z]{1,4}", fullmatch=True)


@given(hosts)
def test_a_registrable_domain_is_its_own_and_an_ending_of_the_host(host: str) -> None:
    domain = registrable_domain(host)
    assert registrable_domain(domain) == domain
    assert host == domain or host.endswith(f".{domain}")
