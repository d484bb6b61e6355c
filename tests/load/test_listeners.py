"""What Locust logs when a listener raised is heard, and told by where it was."""

import logging

from slogate.load.listeners import ListenerErrors


def log_an_error(error: str) -> None:
    """As Locust's EventHook.fire does."""
    places = '  File "/locust/event.py", line 50, in fire\n  File "/x/shop.py", line 12, in sign_in\n    f()\n'
    told = f"Traceback (most recent call last):\n{places}{error}\n"
    logging.error("Uncaught exception in event handler: \n%s", told)


def test_the_first_is_told_by_its_place() -> None:
    errors = ListenerErrors()
    logging.error("something else")
    assert errors.told == ""
    log_an_error("KeyError: 'token'")
    log_an_error("ValueError: later")
    errors.stop()
    assert errors.told == "shop.py:12: KeyError: 'token' (and 1 more, there or in another)"


def test_after_the_end_nothing_is_heard() -> None:
    errors = ListenerErrors()
    errors.stop()
    log_an_error("KeyError: 'token'")
    assert errors.told == ""
