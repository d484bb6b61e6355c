"""Responses of catch_response=True that are never opened are counted, for every client. A program: Locust patches the
process.

unchecked_program.py BASE_URL fails with a traceback, or prints "held".
"""

import sys
from typing import Any

from locust import FastHttpUser, HttpUser
from locust.env import Environment

import slogate
from slogate.load.unchecked import Unchecked


def client_of(kind: Any) -> Any:
    """The client of a user of this class."""
    return type("Visitor", (kind,), {"host": sys.argv[1]})(Environment()).client


told: list[int] = []
for user in (slogate.HttpUser, HttpUser, FastHttpUser):
    client = client_of(user)
    unchecked = Unchecked()
    client.get("/")
    with client.get("/", catch_response=True) as response:
        response.success()
    del response
    assert unchecked.count == 0, user
    client.get("/", catch_response=True)
    client.get("/", catch_response=True)
    assert unchecked.count == 2, user
    unchecked.stop(lambda _why, count: told.append(count))
client.get("/", catch_response=True)
client_of(slogate.HttpUser).get("/", catch_response=True)
assert Unchecked().count == 0
assert told == [2, 2, 2]
sys.stdout.write("held\n")
