"""Where the browser of a run is."""

import socket

import pytest

from slogate.page_side import machine_of_browser


@pytest.mark.parametrize(
    ("cdp", "machine"),
    [
        (None, socket.gethostname()),
        ("http://127.0.0.1:9222", socket.gethostname()),
        ("http://localhost:9222", socket.gethostname()),
        ("http://192.0.2.7:9222", "192.0.2.7"),
        ("ws://192.0.2.7:9222/devtools/browser/1", "192.0.2.7"),
    ],
)
def test_a_browser_that_is_reached_on_this_machine_runs_here(cdp: str | None, machine: str) -> None:
    assert machine_of_browser(cdp) == machine
