"""Makes the database of the example: the loans of an invented city's libraries. The same rows every time.

    python make_database.py library.db

10 branches, 20,000 books with full-text search, and 120,000 loans. Titles and authors are put together from word lists,
and a loan does not say who borrowed: there is nothing private in it.
"""

import random
import sqlite3
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import accumulate
from pathlib import Path

BOOKS = 20_000
LOANS = 120_000
FIRST_DAY = date(2021, 1, 2)
DAYS = 1_800

BRANCHES = ["Central", "Harbour", "Hill", "Mill", "Northgate", "Oldtown", "Orchard", "Riverside", "Station", "Westend"]
GENRES = ["novel", "crime", "history", "science", "poetry", "travel", "cooking", "children", "biography"]
FIRST_NAMES = ["Ada", "Bruno", "Clara", "Elif", "Farid", "Greta", "Hana", "Ivo", "Luca", "Mina", "Noor", "Pavel"]
LAST_NAMES = ["Amsel", "Berger", "Dorn", "Eklund", "Faro", "Grimm", "Ito", "Jansen", "Kovac", "Marek", "Novak"]
ADJECTIVES = ["broken", "distant", "golden", "hidden", "last", "little", "lost", "quiet", "silent", "winter"]
NOUNS = ["bridge", "clock", "forest", "garden", "harbour", "island", "lantern", "letter", "river", "tide"]
PLACES = ["Bergen", "Cadiz", "Galway", "Kyoto", "Lagos", "Lima", "Oslo", "Porto", "Riga", "Tartu", "Turin"]

SCHEMA = """
CREATE TABLE branches (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
CREATE TABLE books (
  id INTEGER PRIMARY KEY, title TEXT NOT NULL, author TEXT NOT NULL, genre TEXT NOT NULL, year INTEGER NOT NULL,
  pages INTEGER NOT NULL, blurb TEXT NOT NULL
);
CREATE TABLE loans (
  id INTEGER PRIMARY KEY, book_id INTEGER NOT NULL REFERENCES books(id),
  branch_id INTEGER NOT NULL REFERENCES branches(id), lent_on TEXT NOT NULL, days INTEGER NOT NULL
);
"""
INDEXES = """
CREATE INDEX books_by_genre ON books(genre);
CREATE INDEX loans_by_book ON loans(book_id);
CREATE INDEX loans_by_branch ON loans(branch_id, lent_on);
CREATE INDEX loans_by_day ON loans(lent_on);
CREATE VIRTUAL TABLE books_fts USING fts5(title, author, blurb, content='books', content_rowid='id');
INSERT INTO books_fts(books_fts) VALUES ('rebuild');
ANALYZE;
"""


def make_database(path: Path) -> None:
    """Writes the database to `path`. What stood there is replaced at the end, in one step."""
    draft = path.with_name(f"{path.name}-draft")
    draft.unlink(missing_ok=True)
    draw = random.Random(42)
    database = sqlite3.connect(draft)
    database.executescript(SCHEMA)
    with database:
        database.executemany("INSERT INTO branches VALUES (?, ?)", enumerate(BRANCHES, start=1))
        database.executemany("INSERT INTO books VALUES (?, ?, ?, ?, ?, ?, ?)", _books(draw))
        database.executemany("INSERT INTO loans VALUES (?, ?, ?, ?, ?)", _loans(draw))
    database.executescript(INDEXES)
    database.close()
    draft.replace(path)


def _books(draw: random.Random) -> Iterator[tuple[object, ...]]:
    for number in range(1, BOOKS + 1):
        noun, other, place = draw.choice(NOUNS), draw.choice(NOUNS), draw.choice(PLACES)
        title = f"The {draw.choice(ADJECTIVES)} {noun} of {place}".title()
        author = f"{draw.choice(FIRST_NAMES)} {draw.choice(LAST_NAMES)}"
        genre = draw.choice(GENRES)
        blurb = (
            f"A {genre} title about a {draw.choice(ADJECTIVES)} {other} and the {noun} that {author} saw in {place}."
        )
        yield number, title, author, genre, draw.randint(1950, 2025), draw.randint(48, 900), blurb


def _loans(draw: random.Random) -> Iterator[tuple[object, ...]]:
    """Few books are lent often, most of them hardly ever; large branches lend more; in the order of the days."""
    often = list(accumulate(1 / (50 + rank) for rank in range(BOOKS)))
    books = draw.choices(draw.sample(range(1, BOOKS + 1), BOOKS), cum_weights=often, k=LOANS)
    branches = draw.choices(range(1, len(BRANCHES) + 1), weights=range(len(BRANCHES), 0, -1), k=LOANS)
    days = sorted(draw.choices(range(DAYS), k=LOANS))
    for number, (book, branch, day) in enumerate(zip(books, branches, days, strict=True), start=1):
        yield number, book, branch, (FIRST_DAY + timedelta(day)).isoformat(), draw.randint(1, 28)


if __name__ == "__main__":
    make_database(Path(sys.argv[1]))
