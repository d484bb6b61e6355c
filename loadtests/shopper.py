"""Shoppers on the shop's API: they browse, search, look, fill a cart and order, and some sign in.

It also runs alone, and --slo has the test judged:
locust -f loadtests/shopper.py --slo slo.yaml --headless -u 5 -r 5 -t 10s --host http://127.0.0.1:8710

One task is one arrival, so each makes one request where it can. Paths with an id are named by their pattern, so that
all products count as one endpoint. Search words are plain letters: one odd query value can make a firewall ban the
address that the load comes from.
"""

import os
import random
from threading import Lock
from typing import Any

from locust import between, task

from slogate import HttpUser  # which also gives plain `locust` the options --slo, --slo-out and --release

ACCOUNTS = [f"shopper{number:02d}@example.com" for number in range(1, 11)]
PASSWORD = os.environ.get("SHOP_PASSWORD", "harbour-lantern-42")

CATEGORIES = ["lamps", "chairs", "mugs", "planters", "clocks", "bags", "vases", "notebooks"]
SEARCH_WORDS = ["oak", "brass", "tea mug", "lamp", "journal", "Nord", "tulips", "kitchen"]
PRODUCT_IDS = range(1, 501)
POST_IDS = range(1, 201)


def field_of(response: Any, name: str) -> Any:
    """`name` of the JSON in the answer. A 200 without it is a failure that its status hides."""
    if not 200 <= response.status_code < 300:
        return None  # a failure already
    try:
        return response.json()[name]
    except (ValueError, LookupError, TypeError):
        response.failure(f"no {name} in the answer")
        return None


def sign_in(client: Any, email: str) -> str | None:
    """One login: the token, or None when the shop refuses."""
    account = {"email": email, "password": PASSWORD}
    with client.post("/api/auth/login", json=account, catch_response=True) as response:
        token: str | None = field_of(response, "token")
    return token


class Sessions:
    """Signs accounts in, one at a time, and keeps their tokens for all users of this process.

    Logins are slow on purpose (a password hash). They are a load of their own, which is SignIn's.
    """

    attempts = 3

    def __init__(self) -> None:
        self._lock = Lock()
        self._tokens: dict[str, str] = {}

    def token(self, client: Any, email: str) -> str | None:
        """None when the shop goes on refusing. The user then carries on without: what it is answered is a finding."""
        with self._lock:
            for _ in range(self.attempts):
                if email in self._tokens:
                    break
                if token := sign_in(client, email):
                    self._tokens[email] = token
            return self._tokens.get(email)


sessions = Sessions()


class Shopper(HttpUser):
    """Looks around, and buys now and then."""

    weight = 6
    wait_time = between(0.5, 1.5)  # for plain locust; slogate schedules the arrivals itself

    def on_start(self) -> None:
        token = sessions.token(self.client, random.choice(ACCOUNTS))
        self.headers = {"Authorization": f"Bearer {token}"} if token else {}

    @task(6)
    def browse(self) -> None:
        category = random.choice(CATEGORIES)
        page = random.randint(1, 3)
        self.get_expecting("items", f"/api/products?category={category}&page={page}", name="/api/products")

    @task(3)
    def search(self) -> None:
        words = random.choice(SEARCH_WORDS).replace(" ", "+")
        self.get_expecting("items", f"/api/products/search?q={words}", name="/api/products/search")

    @task(6)
    def look_at_a_product(self) -> None:
        self.get_expecting("price_cents", f"/api/products/{random.choice(PRODUCT_IDS)}", name="/api/products/[id]")

    @task(2)
    def look_at_the_cart(self) -> None:
        self.get_expecting("total_cents", "/api/cart", name="/api/cart")

    @task(2)
    def add_to_cart(self) -> None:
        line = {"product_id": random.choice(PRODUCT_IDS), "quantity": random.randint(1, 3)}
        self.client.post("/api/cart", json=line, headers=self.headers)

    @task(1)
    def order(self) -> None:
        """Two requests: nobody orders an empty cart."""
        self.add_to_cart()
        with self.client.post("/api/orders", headers=self.headers, catch_response=True) as response:
            if (
                response.status_code == 409
            ):  # another user of this account has just ordered the same cart: a right answer
                response.success()

    @task(2)
    def check_the_session(self) -> None:
        self.get_expecting("email", "/api/auth/me", name="/api/auth/me")

    @task(1)
    def read_the_journal(self) -> None:
        self.get_expecting("items", "/api/posts?page=1", name="/api/posts")

    @task(1)
    def read_a_post(self) -> None:
        self.get_expecting("body", f"/api/posts/{random.choice(POST_IDS)}", name="/api/posts/[id]")

    def get_expecting(self, field: str, path: str, name: str) -> None:
        """GET `path`, whose answer must have `field`."""
        with self.client.get(path, name=name, headers=self.headers, catch_response=True) as response:
            field_of(response, field)


class SignIn(HttpUser):
    """Signs in, again and again: the slow endpoint, apart from the others."""

    weight = 1
    wait_time = between(0.5, 1.5)

    @task
    def sign_in(self) -> None:
        sign_in(self.client, random.choice(ACCOUNTS))
