"""Samples of this machine speak of a target only if it runs here."""

import pytest

from slogate.host.address import is_this_machine


@pytest.mark.parametrize("url", ["http://127.0.0.1:8710", "http://localhost", "http://[::1]:80/x", "http://127.8.9.1"])
def test_here(url: str) -> None:
    assert is_this_machine(url)


@pytest.mark.parametrize("url", ["http://192.0.2.1", "http://no-such-host.invalid", "http://"])
def test_elsewhere_or_nowhere(url: str) -> None:
    assert not is_this_machine(url)
