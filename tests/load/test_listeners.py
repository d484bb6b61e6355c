"""What Locust logs when a listener raised is heard, and told by where it was."""

import logging

from slogate.load.listeners import ListenerErrors, listener_error_in


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


def test_it_is_read_from_a_log() -> None:
    head = "[2026-11-24 20:00:00,000] vm/ERROR/root: Uncaught exception in event handler: \n"
    trace = 'Traceback (most recent call last):\n  File "/x/shop.py", line 12, in tell\n    f()\nKeyError: 1\n'
    log = f"starting\n{head}{trace}\n[2026-11-24 20:00:01,000] vm/INFO/locust.main: Shutting down\n"
    assert listener_error_in(log) == "shop.py:12: KeyError: 1"
    assert listener_error_in(log + head + trace) == "shop.py:12: KeyError: 1 (and 1 more, there or in another)"
    assert listener_error_in("starting\n") == ""
    assert listener_error_in(head) == ""
