"""The shop's data in SQLite: every SQL statement of the shop is here, with bound parameters.

One connection, used from one thread. Most queries take less time than it would to hand them to another thread.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from slogate.demo import seed

MAX_QUANTITY = 10  # of one product in a cart
MAX_CART_LINES = 20
MAX_INTEGER = 2**63 - 1  # SQLite's largest

_RESTOCK_BELOW = 100  # more than an order can take, so a long load test never sells out
_RESTOCK_BY = 500

_CART = """
    SELECT p.id AS product_id, p.name, p.image, p.price_cents, c.quantity, p.price_cents * c.quantity AS total_cents
    FROM cart_lines c JOIN products p ON p.id = c.product_id
    WHERE c.account_id = ? ORDER BY c.added_at, p.id
"""
_PRODUCT_BRIEF = "SELECT id, name, category, finish, price_cents, stock, image FROM products"
_MATCHES = r"name LIKE ? ESCAPE '\' OR description LIKE ? ESCAPE '\'"

Row = dict[str, Any]


class ConflictError(Exception):
    """The shop's state does not allow what was asked. `code` is for programs, the message for people."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class Store:
    """Opens `database`, and makes and fills the tables when the file is new."""

    def __init__(self, database: Path) -> None:
        self._connection = sqlite3.connect(database, isolation_level=None)  # transactions are begun by hand
        self._connection.row_factory = sqlite3.Row
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = OFF")  # the file does not outlive the process that would need it
        self._connection.execute("PRAGMA foreign_keys = ON")
        if not self._rows("SELECT 1 FROM sqlite_master WHERE name = 'accounts'"):
            self._connection.executescript(Path(__file__).with_name("schema.sql").read_text(encoding="utf-8"))
            seed.fill(self._connection)

    def close(self) -> None:
        self._connection.close()

    def account_by_email(self, email: str) -> Row | None:
        """`id` and `password_hash`."""
        return self._row("SELECT id, password_hash FROM accounts WHERE email = ?", email)

    def account(self, account_id: int) -> Row | None:
        return self._row("SELECT id, email, name FROM accounts WHERE id = ?", account_id)

    def products(self, *, page: int, size: int, category: str | None) -> Row:
        """One page of the catalogue. A category that does not exist has no products."""
        if category is None:
            total = self._count("SELECT count(*) FROM products")
            items = self._rows(f"{_PRODUCT_BRIEF} ORDER BY id LIMIT ? OFFSET ?", size, (page - 1) * size)
        else:
            total = self._count("SELECT count(*) FROM products WHERE category = ?", category)
            items = self._rows(
                f"{_PRODUCT_BRIEF} WHERE category = ? ORDER BY id LIMIT ? OFFSET ?", category, size, (page - 1) * size
            )
        return _page(items, page=page, size=size, total=total)

    def search(self, words: str, *, page: int, size: int) -> Row:
        """One page of the products whose name or description holds `words`, case-insensitive in ASCII."""
        literal = words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        pattern = f"%{literal}%"
        total = self._count(f"SELECT count(*) FROM products WHERE {_MATCHES}", pattern, pattern)  # noqa: S608 - a constant
        items = self._rows(
            f"{_PRODUCT_BRIEF} WHERE {_MATCHES} ORDER BY id LIMIT ? OFFSET ?",
            pattern,
            pattern,
            size,
            (page - 1) * size,
        )
        return _page(items, page=page, size=size, total=total)

    def product(self, product_id: int) -> Row | None:
        return self._row("SELECT * FROM products WHERE id = ?", product_id)

    def cart(self, account_id: int) -> Row:
        """`items` in the order in which they were added, and `total_cents`."""
        items = self._rows(_CART, account_id)
        return {"items": items, "total_cents": sum(item["total_cents"] for item in items)}

    def put_in_cart(self, account_id: int, product: Row, quantity: int) -> None:
        """Set the cart's quantity of `product`; a full cart lets go of its oldest line.

        Raises ConflictError (out_of_stock).
        """
        if product["stock"] < quantity:
            raise ConflictError("out_of_stock", f"{product['name']}: {product['stock']} left")
        with self._transaction():
            self._connection.execute(
                "INSERT INTO cart_lines VALUES (?, ?, ?, ?)"
                " ON CONFLICT DO UPDATE SET quantity = excluded.quantity, added_at = excluded.added_at",
                (account_id, product["id"], quantity, _now()),
            )
            self._connection.execute(
                "DELETE FROM cart_lines WHERE account_id = ? AND product_id IN ("
                "SELECT product_id FROM cart_lines WHERE account_id = ? ORDER BY added_at DESC LIMIT -1 OFFSET ?)",
                (account_id, account_id, MAX_CART_LINES),
            )

    def remove_from_cart(self, account_id: int, product_id: int) -> bool:
        """Whether the product was in the cart."""
        statement = "DELETE FROM cart_lines WHERE account_id = ? AND product_id = ?"
        return self._connection.execute(statement, (account_id, product_id)).rowcount > 0

    def place_order(self, account_id: int) -> Row:
        """Turn the cart into an order, or change nothing. Raises ConflictError (cart_empty, out_of_stock)."""
        with self._transaction():
            cart = self.cart(account_id)
            if not cart["items"]:
                raise ConflictError("cart_empty", "there is nothing in the cart")
            for item in cart["items"]:
                self._take_from_stock(item)
            order_id = self._connection.execute(
                "INSERT INTO orders (account_id, placed_at, total_cents) VALUES (?, ?, ?)",
                (account_id, _now(), cart["total_cents"]),
            ).lastrowid
            self._connection.executemany(
                "INSERT INTO order_lines VALUES (?, ?, ?, ?)",
                [(order_id, item["product_id"], item["quantity"], item["price_cents"]) for item in cart["items"]],
            )
            self._connection.execute("DELETE FROM cart_lines WHERE account_id = ?", (account_id,))
        return {"id": order_id, "items": cart["items"], "total_cents": cart["total_cents"]}

    def orders(self, account_id: int, *, page: int, size: int) -> Row:
        """One page of the account's orders, the newest first."""
        total = self._count("SELECT count(*) FROM orders WHERE account_id = ?", account_id)
        items = self._rows(
            "SELECT id, placed_at, total_cents,"
            " (SELECT sum(quantity) FROM order_lines WHERE order_id = orders.id) AS pieces"
            " FROM orders WHERE account_id = ? ORDER BY id DESC LIMIT ? OFFSET ?",
            account_id,
            size,
            (page - 1) * size,
        )
        return _page(items, page=page, size=size, total=total)

    def posts(self, *, page: int, size: int) -> Row:
        """One page of the journal, the newest first, without the bodies."""
        items = self._rows(
            "SELECT id, title, author, published_on, summary FROM posts ORDER BY id DESC LIMIT ? OFFSET ?",
            size,
            (page - 1) * size,
        )
        return _page(items, page=page, size=size, total=self._count("SELECT count(*) FROM posts"))

    def post(self, post_id: int) -> Row | None:
        return self._row("SELECT * FROM posts WHERE id = ?", post_id)

    def _take_from_stock(self, item: Row) -> None:
        taken = self._connection.execute(
            "UPDATE products SET stock = stock - :quantity WHERE id = :product_id AND stock >= :quantity", item
        )
        if taken.rowcount == 0:
            raise ConflictError("out_of_stock", f"{item['name']}: fewer than {item['quantity']} left")
        self._connection.execute(
            "UPDATE products SET stock = stock + ? WHERE id = ? AND stock < ?",
            (_RESTOCK_BY, item["product_id"], _RESTOCK_BELOW),
        )

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")

    def _rows(self, statement: str, *values: object) -> list[Row]:
        return [dict(row) for row in self._connection.execute(statement, values)]

    def _row(self, statement: str, *values: object) -> Row | None:
        row = self._connection.execute(statement, values).fetchone()
        return None if row is None else dict(row)

    def _count(self, statement: str, *values: object) -> int:
        return int(self._connection.execute(statement, values).fetchone()[0])


def whole_number(text: str) -> int | None:
    """The number that `text`, of a URL, spells in decimal digits, or None when it is none that SQLite can hold."""
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(MAX_INTEGER))):
        return None
    return number if (number := int(text)) <= MAX_INTEGER else None


def _page(items: list[Row], *, page: int, size: int, total: int) -> Row:
    return {"items": items, "page": page, "size": size, "total": total, "pages": -(-total // size)}


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="microseconds")
