from collections.abc import Callable
from typing import Any

import httpx
import pytest

from slogate.demo.seed import DEMO_PASSWORD, email_of
from slogate.demo.tokens import Tokens

Ask = Callable[..., httpx.Response]
Headers = dict[str, str]

NEEDS_SIGN_IN = [
    ("GET", "/api/auth/me"),
    ("GET", "/api/cart"),
    ("POST", "/api/cart"),
    ("DELETE", "/api/cart/1"),
    ("GET", "/api/orders"),
    ("POST", "/api/orders"),
]


def test_health(ask: Ask) -> None:
    answer = ask("GET", "/health")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


def test_a_token_of_login_is_accepted(ask: Ask, signed_in: Headers) -> None:
    answer = ask("GET", "/api/auth/me", headers=signed_in)
    assert answer.json() == {"id": 1, "email": email_of(1), "name": "Shopper 01"}


@pytest.mark.parametrize(("email", "password"), [(email_of(1), "wrong"), ("nobody@example.com", DEMO_PASSWORD)])
def test_wrong_credentials_are_401_without_saying_which(ask: Ask, email: str, password: str) -> None:
    answer = ask("POST", "/api/auth/login", json={"email": email, "password": password})
    assert answer.status_code == 401
    assert answer.json() == {"error": "wrong_credentials", "message": "the address or the password is wrong"}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"not JSON",
        b"\xff\xfe",
        b"[" * 100_000,
        b"[]",
        b"{}",
        b'{"email": 1, "password": "x"}',
        b'{"email": "", "password": "x"}',
        b'{"email": "\\ud800", "password": "x"}',
        b'{"email": "a@example.com", "password": null}',
    ],
)
def test_login_bodies_that_are_not_valid_are_400(ask: Ask, body: bytes) -> None:
    answer = ask("POST", "/api/auth/login", content=body)
    assert answer.status_code == 400
    assert answer.json()["error"] == "invalid"


@pytest.mark.parametrize(("method", "path"), NEEDS_SIGN_IN)
def test_no_token_is_401(ask: Ask, method: str, path: str) -> None:
    answer = ask(method, path)
    assert (answer.status_code, answer.json()["error"]) == (401, "no_token")
    assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize(("method", "path"), NEEDS_SIGN_IN)
def test_a_token_of_somebody_else_is_403(ask: Ask, method: str, path: str) -> None:
    foreign = Tokens().issue(1)
    answer = ask(method, path, headers={"Authorization": f"Bearer {foreign}"})
    assert (answer.status_code, answer.json()["error"]) == (403, "wrong_token")


def test_products_come_in_pages_that_do_not_overlap(ask: Ask) -> None:
    pages = [ask("GET", f"/api/products?page={page}&size=100").json() for page in range(1, 8)]
    ids = [item["id"] for page in pages for item in page["items"]]
    assert ids == list(range(1, pages[0]["total"] + 1))
    assert pages[0]["pages"] == 6
    assert pages[6]["items"] == []


def test_a_category_holds_only_its_products(ask: Ask) -> None:
    answer = ask("GET", "/api/products?category=mugs").json()
    assert answer["total"] == 63
    assert {item["category"] for item in answer["items"]} == {"mugs"}
    assert ask("GET", "/api/products?category=cars").json()["total"] == 0


@pytest.mark.parametrize(
    "query", ["page=0", "page=-1", "page=x", "page=1.5", "page=10001", "size=0", "size=101", "page="]
)
@pytest.mark.parametrize("path", ["/api/products", "/api/posts", "/api/products/search"])
def test_paging_that_is_not_valid_is_400(ask: Ask, path: str, query: str) -> None:
    answer = ask("GET", f"{path}?q=oak&{query}")
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid")


def test_search_finds_names_in_any_case(ask: Ask) -> None:
    answer = ask("GET", "/api/products/search?q=TEA+MUG&size=100").json()
    assert answer["total"] > 0
    assert all("tea mug" in item["name"] for item in answer["items"])


@pytest.mark.parametrize("words", ["%", "_", "\\", "' OR 1=1 --", '"'])
def test_search_takes_its_words_literally(ask: Ask, words: str) -> None:
    answer = ask("GET", "/api/products/search", params={"q": words})
    assert (answer.status_code, answer.json()["total"]) == (200, 0)


@pytest.mark.parametrize("query", ["", "q=", "q=+", f"q={'a' * 201}"])
def test_search_without_words_is_400(ask: Ask, query: str) -> None:
    assert ask("GET", f"/api/products/search?{query}").status_code == 400


@pytest.mark.parametrize("kind", ["products", "posts"])
@pytest.mark.parametrize("row_id", ["0", "99999", "x", "1.5", "-1", "9" * 30, "%C2%B2"])
def test_what_does_not_exist_is_404(ask: Ask, kind: str, row_id: str) -> None:
    answer = ask("GET", f"/api/{kind}/{row_id}")
    assert (answer.status_code, answer.json()["error"]) == (404, "not_found")


def test_details(ask: Ask) -> None:
    product: dict[str, Any] = ask("GET", "/api/products/7").json()
    assert product["id"] == 7
    assert product["name"] in product["description"]
    assert ask("GET", product["image"]).headers["content-type"].startswith("image/svg+xml")
    assert ask("GET", "/api/posts/200").json()["body"]


def test_posts_are_newest_first(ask: Ask) -> None:
    days = [post["published_on"] for post in ask("GET", "/api/posts?size=50").json()["items"]]
    assert days == sorted(days, reverse=True)


def test_a_cart_becomes_an_order(ask: Ask, signed_in: Headers) -> None:
    for product_id, quantity in [(3, 2), (5, 1), (3, 4)]:
        line = {"product_id": product_id, "quantity": quantity}
        assert ask("POST", "/api/cart", json=line, headers=signed_in).status_code == 201
    cart = ask("GET", "/api/cart", headers=signed_in).json()
    assert {item["product_id"]: item["quantity"] for item in cart["items"]} == {5: 1, 3: 4}
    assert cart["total_cents"] == sum(item["price_cents"] * item["quantity"] for item in cart["items"])

    placed = ask("POST", "/api/orders", headers=signed_in)
    assert placed.status_code == 201
    assert placed.json()["total_cents"] == cart["total_cents"]
    assert ask("GET", "/api/cart", headers=signed_in).json() == {"items": [], "total_cents": 0}
    (order,) = ask("GET", "/api/orders", headers=signed_in).json()["items"]
    assert (order["id"], order["pieces"], order["total_cents"]) == (placed.json()["id"], 5, cart["total_cents"])


def test_an_empty_cart_cannot_be_ordered(ask: Ask, signed_in: Headers) -> None:
    answer = ask("POST", "/api/orders", headers=signed_in)
    assert (answer.status_code, answer.json()["error"]) == (409, "cart_empty")


def test_lines_can_be_removed_once(ask: Ask, signed_in: Headers) -> None:
    ask("POST", "/api/cart", json={"product_id": 3, "quantity": 1}, headers=signed_in)
    assert ask("DELETE", "/api/cart/3", headers=signed_in).json()["items"] == []
    assert ask("DELETE", "/api/cart/3", headers=signed_in).status_code == 404


@pytest.mark.parametrize(
    ("line", "status"),
    [
        ({"product_id": 3}, 400),
        ({"quantity": 1}, 400),
        ({"product_id": 3, "quantity": 0}, 400),
        ({"product_id": 3, "quantity": 11}, 400),
        ({"product_id": 3, "quantity": True}, 400),
        ({"product_id": 3, "quantity": 1.5}, 400),
        ({"product_id": "3", "quantity": 1}, 400),
        ({"product_id": 10**30, "quantity": 1}, 400),
        ({"product_id": 99_999, "quantity": 1}, 404),
    ],
)
def test_cart_lines_that_cannot_be(ask: Ask, signed_in: Headers, line: dict[str, object], status: int) -> None:
    assert ask("POST", "/api/cart", json=line, headers=signed_in).status_code == status


def test_carts_belong_to_accounts(ask: Ask, signed_in: Headers) -> None:
    ask("POST", "/api/cart", json={"product_id": 3, "quantity": 1}, headers=signed_in)
    other = ask("POST", "/api/auth/login", json={"email": email_of(2), "password": DEMO_PASSWORD}).json()["token"]
    assert ask("GET", "/api/cart", headers={"Authorization": f"Bearer {other}"}).json()["items"] == []
