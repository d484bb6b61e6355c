"""One GET of /item, for ever.

BENCH_USER names the user class: slogate, fast or http. BENCH_PER_USER is how many requests a second each user makes,
which slogate replaces by its schedule; without it a user asks as soon as it has been answered.
"""

import os

import locust
from locust import constant, constant_throughput, task


def _kind() -> type[locust.User]:
    name = os.environ["BENCH_USER"]
    if name == "slogate":
        import slogate  # noqa: PLC0415  # an installation that has no such class yet has the others

        return slogate.HttpUser
    return {"fast": locust.FastHttpUser, "http": locust.HttpUser}[name]


class Visitor(_kind()):  # type: ignore[misc]  # it is chosen when the file is read
    """Asks for the item."""

    wait_time = constant_throughput(float(os.environ["BENCH_PER_USER"])) if "BENCH_PER_USER" in os.environ else constant(0)

    @task
    def item(self) -> None:
        """Asks once."""
        self.client.get("/item")
