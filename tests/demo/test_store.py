import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from slogate.demo.store import MAX_CART_LINES, MAX_QUANTITY, ConflictError, Row, Store, whole_number


@pytest.fixture
def store(database: Path) -> Iterator[Store]:
    opened = Store(database)
    yield opened
    opened.close()


def _product(store: Store, product_id: int) -> Row:
    product = store.product(product_id)
    assert product is not None
    return product


def _set_stock(database: Path, product_id: int, stock: int) -> None:
    with sqlite3.connect(database) as connection:
        connection.execute("UPDATE products SET stock = ? WHERE id = ?", (stock, product_id))
    connection.close()


def test_an_order_takes_from_the_stock(store: Store) -> None:
    before = _product(store, 3)["stock"]
    store.put_in_cart(1, _product(store, 3), 4)
    store.place_order(1)
    assert _product(store, 3)["stock"] == before - 4


def test_what_is_not_in_stock_cannot_be_put_in_a_cart(store: Store, database: Path) -> None:
    _set_stock(database, 3, 2)
    with pytest.raises(ConflictError, match="2 left") as raised:
        store.put_in_cart(1, _product(store, 3), 3)
    assert raised.value.code == "out_of_stock"


def test_an_order_that_cannot_be_filled_changes_nothing(store: Store, database: Path) -> None:
    store.put_in_cart(1, _product(store, 3), 2)
    store.put_in_cart(1, _product(store, 4), 3)
    _set_stock(database, 4, 1)
    before, cart = _product(store, 3), store.cart(1)
    with pytest.raises(ConflictError) as raised:
        store.place_order(1)
    assert raised.value.code == "out_of_stock"
    assert _product(store, 3) == before
    assert store.cart(1) == cart
    assert store.orders(1, page=1, size=10)["total"] == 0


def test_a_long_load_test_never_sells_out(store: Store) -> None:
    for _ in range(300):
        store.put_in_cart(1, _product(store, 3), MAX_QUANTITY)
        store.place_order(1)
    assert _product(store, 3)["stock"] >= MAX_QUANTITY
    assert store.orders(1, page=30, size=10)["items"]


def test_a_full_cart_lets_go_of_its_oldest_line(store: Store) -> None:
    for product_id in range(1, MAX_CART_LINES + 4):
        store.put_in_cart(1, _product(store, product_id), 1)
    held = [item["product_id"] for item in store.cart(1)["items"]]
    assert held == list(range(4, MAX_CART_LINES + 4))


def test_an_order_keeps_the_price_that_it_was_placed_at(store: Store, database: Path) -> None:
    store.put_in_cart(1, _product(store, 3), 1)
    placed = store.place_order(1)
    with sqlite3.connect(database) as connection:
        connection.execute("UPDATE products SET price_cents = 1 WHERE id = 3")
    connection.close()
    assert store.orders(1, page=1, size=1)["items"][0]["total_cents"] == placed["total_cents"]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0", 0),
        ("7", 7),
        (str(2**63 - 1), 2**63 - 1),
        (str(2**63), None),
        ("", None),
        ("-1", None),
        ("²", None),
        ("1_0", None),
    ],
)
def test_whole_numbers_of_urls(text: str, number: int | None) -> None:
    assert whole_number(text) == number
