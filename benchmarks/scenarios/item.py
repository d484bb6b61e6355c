"""One GET of /item, for ever.

BENCH_USER names the user class: slogate, fast or http. BENCH_PER_USER is how many requests a second each user makes,
which slogate replaces by its schedule; without it a user asks as soon as it has been answered.
"""

import os
import random
from typing import Any

import locust
from gevent import sleep
from locust import constant, constant_throughput, task

PER_USER = float(os.environ.get("BENCH_PER_USER", "0"))


def _kind() -> Any:
    name = os.environ["BENCH_USER"]
    if name == "slogate":
        import slogate  # noqa: PLC0415  # an installation that has no such class yet has the others

        return slogate.HttpUser  # type: ignore[attr-defined, unused-ignore]  # as above
    return {"fast": locust.FastHttpUser, "http": locust.HttpUser}[name]


class Visitor(_kind()):  # type: ignore[misc]  # it is chosen when the file is read
    """Asks for the item."""

    wait_time = constant_throughput(PER_USER) if PER_USER else constant(0)

    def on_start(self) -> None:
        """Users that begin together would ask together ever after, all in one turn of the event loop: cheaper than
        requests that come one by one, and no load that visitors make.
        """
        if PER_USER:
            # Locust's pace counts from when the user was made, so only a longer wait than one turn sets users apart.
            sleep(random.uniform(1, 2) / PER_USER)  # noqa: S311  # a load is drawn at random, not secretly

    @task
    def item(self) -> None:
        """Asks once."""
        self.client.get("/item")
