"""One nginx for all tests of a process."""

from collections.abc import Iterator

import pytest

from nginx import Nginx, nginx


@pytest.fixture(scope="session")
def web(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nginx]:
    """A running nginx."""
    with nginx(tmp_path_factory.mktemp("web") / "nginx") as running:
        yield running
