"""What the shop sells, says and who may sign in: the same rows at every start, so that runs can be compared."""

import random
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from slogate.demo.palette import PALETTES
from slogate.demo.passwords import hash_password

ACCOUNT_COUNT = 50
POST_COUNT = 200
DEMO_PASSWORD = "harbour-lantern-42"  # noqa: S105 - the public password of accounts that hold nothing

_SEED = 20_240_229
_SALT = bytes(range(16))


@dataclass(frozen=True)
class Category:
    """`slug` names it in URLs and names its drawing; `price_cents` is the range that its prices are drawn from."""

    slug: str
    title: str
    things: tuple[str, ...]
    sentence: str
    price_cents: tuple[int, int]


CATEGORIES = (
    Category(
        "lamps",
        "Lamps",
        ("table lamp", "reading lamp", "bedside lamp"),
        "Warm light on a quiet evening.",
        (3900, 14900),
    ),
    Category(
        "chairs",
        "Chairs",
        ("dining chair", "desk chair", "kitchen chair"),
        "Sits well for a long supper.",
        (8900, 32900),
    ),
    Category(
        "mugs", "Mugs", ("mug", "coffee cup", "tea mug"), "Thrown by hand, glazed twice, dishwasher safe.", (1200, 3400)
    ),
    Category(
        "planters",
        "Planters",
        ("planter", "herb pot", "window pot"),
        "Drains well and comes with a saucer.",
        (1800, 6900),
    ),
    Category(
        "clocks",
        "Clocks",
        ("wall clock", "kitchen clock", "studio clock"),
        "A silent movement, one battery a year.",
        (2900, 9900),
    ),
    Category(
        "bags", "Bags", ("tote bag", "market bag", "day bag"), "Holds a laptop and a loaf of bread.", (2400, 11900)
    ),
    Category("vases", "Vases", ("vase", "bud vase", "carafe"), "Good with a branch, better with tulips.", (1900, 8900)),
    Category(
        "notebooks", "Notebooks", ("notebook", "sketchbook", "journal"), "Lies flat; the paper takes ink.", (900, 2900)
    ),
)
LINES = ("Alba", "Nord", "Mira", "Tove", "Luno", "Ember", "Wren")
FINISHES = tuple(PALETTES)

_POST_TITLES = (
    "How we glaze a {thing}", "A visit to the {finish} workshop", "Five rooms, one {thing}", "Caring for {finish}",
    "Why the {line} line took two years", "The {thing}, taken apart", "Letters from people who own a {line}",
)  # fmt: skip
_POST_SENTENCES = (
    "The first attempt stood on the bench for a month before anybody dared to use it.",
    "We asked three makers, and the answers agreed on one thing only: take your time.",
    "What looks like a detail is the reason why it lasts.",
    "Nothing here is new, and that is rather the point.",
    "It began with a sketch on the back of a delivery note.",
    "A good object is one that you stop noticing.",
    "The light in the workshop comes from the north, and so does the timber.",
)
_AUTHORS = ("Ines Holm", "Tomas Reed", "Maja Lind", "Piet Aalders")


def email_of(number: int) -> str:
    """The address of demo account `number`, from 1 to ACCOUNT_COUNT."""
    return f"shopper{number:02d}@example.com"


def fill(connection: sqlite3.Connection) -> None:
    """Write all rows in one transaction. The tables must be empty."""
    draw = random.Random(_SEED)  # noqa: S311 - the same catalogue each time is what is wanted
    connection.execute("BEGIN")
    connection.executemany("INSERT INTO accounts VALUES (:id, :email, :name, :password_hash)", _accounts())
    connection.executemany(
        "INSERT INTO products VALUES (:id, :name, :category, :finish, :description, :price_cents, :stock, :image)",
        _products(draw),
    )
    connection.executemany(
        "INSERT INTO posts VALUES (:id, :title, :author, :published_on, :summary, :body)", _posts(draw)
    )
    connection.execute("COMMIT")


def _accounts() -> Iterator[dict[str, Any]]:
    # One hash for all: fifty of them would cost two seconds at every start, and the password is public anyway.
    shared_hash = hash_password(DEMO_PASSWORD, _SALT)
    for number in range(1, ACCOUNT_COUNT + 1):
        yield {"id": number, "email": email_of(number), "name": f"Shopper {number:02d}", "password_hash": shared_hash}


def _products(draw: random.Random) -> Iterator[dict[str, Any]]:
    kinds = [(category, line, finish) for category in CATEGORIES for line in LINES for finish in FINISHES]
    draw.shuffle(kinds)  # so that the first page shows a bit of everything
    for number, (category, line, finish) in enumerate(kinds, start=1):
        thing = draw.choice(category.things)
        low, high = category.price_cents
        yield {
            "id": number,
            "name": f"{line} {thing} in {finish}",
            "category": category.slug,
            "finish": finish,
            "description": f"{category.sentence} The {line} {thing} in {finish} is made in small batches.",
            "price_cents": round(draw.randint(low, high), -2) - 10,
            "stock": draw.randint(120, 400),
            "image": f"/images/{category.slug}-{finish}.svg",
        }


def _posts(draw: random.Random) -> Iterator[dict[str, Any]]:
    first_day = date(2023, 1, 9)
    for number in range(1, POST_COUNT + 1):
        words = {
            "thing": draw.choice(CATEGORIES).things[0],
            "finish": draw.choice(FINISHES),
            "line": draw.choice(LINES),
        }
        paragraphs = [" ".join(draw.sample(_POST_SENTENCES, 4)) for _ in range(4)]
        yield {
            "id": number,
            "title": draw.choice(_POST_TITLES).format(**words),
            "author": draw.choice(_AUTHORS),
            "published_on": (first_day + timedelta(days=5 * number)).isoformat(),
            "summary": draw.choice(_POST_SENTENCES),
            "body": "\n\n".join(paragraphs),
        }
