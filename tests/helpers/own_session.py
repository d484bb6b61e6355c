"""slogate's session in the tests' own process, and the events that it fires.

Importing Locust patches the process unless it is told not to. It is told so only while it is imported here, because a
Locust in a process that a test starts is to do as it always does.
"""

import os
from typing import Any
from unittest import mock

with mock.patch.dict(os.environ, LOCUST_SKIP_MONKEY_PATCH="1"):
    import locust.exception as locust_errors

    from slogate.load.http.session import HttpSession

__all__ = ["Events", "HttpSession", "locust_errors", "session"]


class Events(list[dict[str, Any]]):
    """What Locust's request event was fired with."""

    def fire(self, **facts: Any) -> None:
        """As the event has it."""
        self.append(facts)

    def told(self, *names: str) -> list[Any]:
        """These facts of each event; of one name the facts alone."""
        return [event[names[0]] if len(names) == 1 else tuple(event[name] for name in names) for event in self]


def session(base_url: str, **settings: Any) -> tuple[HttpSession, Events]:
    """A session of no user, and its events."""
    events = Events()
    return HttpSession(base_url, events, **{"connect_timeout": 20.0, "read_timeout": 20.0, **settings}), events
