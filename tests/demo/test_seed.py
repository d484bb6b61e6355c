import sqlite3
from pathlib import Path

from slogate.demo.palette import PALETTES
from slogate.demo.seed import ACCOUNT_COUNT, CATEGORIES, POST_COUNT
from slogate.demo.store import Store


def _dump(database: Path) -> list[str]:
    Store(database).close()
    with sqlite3.connect(database) as connection:
        lines = list(connection.iterdump())
    connection.close()
    return lines


def test_the_same_rows_at_every_start(tmp_path: Path) -> None:
    assert _dump(tmp_path / "one.sqlite") == _dump(tmp_path / "two.sqlite")


def test_an_existing_database_is_left_as_it_is(database: Path) -> None:
    first = _dump(database)
    with sqlite3.connect(database) as connection:
        connection.execute("DELETE FROM posts WHERE id = 1")
    connection.close()
    assert len(_dump(database)) == len(first) - 1


def test_there_is_enough_of_everything(database: Path) -> None:
    store = Store(database)
    total = store.products(page=1, size=1, category=None)["total"]
    assert total == 504
    for category in CATEGORIES:
        assert store.products(page=1, size=1, category=category.slug)["total"] == total // len(CATEGORIES)
    assert store.posts(page=1, size=1)["total"] == POST_COUNT
    assert store.account(ACCOUNT_COUNT) is not None
    assert all(product["finish"] in PALETTES for product in store.products(page=1, size=100, category=None)["items"])
    store.close()
