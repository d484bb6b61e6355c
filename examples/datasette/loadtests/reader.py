"""A program that reads the JSON API of Datasette: rows, full-text search, one book, and a report in SQL.

Datasette says 200 also when a column of the query does not exist (no rows), and when it had no time to count the rows
that match (a count of null). So every answer is looked into.

It also runs alone: locust -f loadtests/reader.py --headless -u 5 -t 10s --host http://127.0.0.1:8001
"""

import random
from collections.abc import Callable
from typing import Any

from locust import FastHttpUser, between, task

BRANCHES = range(1, 11)
BOOKS = range(1, 20_001)
YEARS = range(2021, 2026)
LIST = "_size=20&_nosuggest=1"  # a program has no use for suggested facets, and they cost far more than the rows
WORDS = ["lantern", "harbour", "oslo", "golden river", "novak", "silent forest", "kyoto tide", "history"]


def has_rows(answer: Any) -> bool:
    """Whether there is what was asked for. All that is asked for here has at least one row."""
    return len(answer["rows"]) > 0


def has_counted_rows(answer: Any) -> bool:
    """Whether there are rows, and Datasette had the time to count all that match."""
    return has_rows(answer) and answer["filtered_table_rows_count"] >= len(answer["rows"])


class Reader(FastHttpUser):
    """One request a task, so that one arrival is one request."""

    wait_time = between(0.5, 1.5)  # for plain locust; slogate schedules the arrivals itself

    @task(6)
    def look_at_a_book(self) -> None:
        self.get(f"/library/books/{random.choice(BOOKS)}.json", "/library/books/[id].json", has_rows)

    @task(4)
    def search_books(self) -> None:
        words = random.choice(WORDS).replace(" ", "+")
        self.get(f"/library/books.json?_search={words}&{LIST}", "/library/books.json?_search", has_counted_rows)

    @task(2)
    def list_loans_of_a_branch(self) -> None:
        path = f"/library/loans.json?branch_id={random.choice(BRANCHES)}&_sort_desc=lent_on&{LIST}"
        self.get(path, "/library/loans.json?branch_id", has_counted_rows)

    @task(2)
    def report_what_is_lent_most(self) -> None:
        path = f"/library/most_lent.json?branch={random.choice(BRANCHES)}&since={random.choice(YEARS)}-01-01"
        self.get(path, "/library/most_lent.json", has_rows)

    def get(self, path: str, name: str, is_right: Callable[[Any], bool]) -> None:
        """GET `path`, counted under `name`. A 200 whose body is not right is a failure."""
        with self.client.get(path, name=name, catch_response=True) as response:
            if not 200 <= response.status_code < 300:
                return  # a failure already
            try:
                if not is_right(response.json()):
                    response.failure("the answer lacks rows")
            except (ValueError, LookupError, TypeError) as error:
                response.failure(f"the answer is not what was asked for: {error!r}")
