"""A healthy shop for all tests of this folder, and a way to make others."""

from collections.abc import Iterator

import pytest

from slogate.demo.server import RunningShop, running_shop


@pytest.fixture(scope="session")
def shop() -> Iterator[RunningShop]:
    """The embedded shop without a fault."""
    with running_shop() as running:
        yield running
