"""A history for each test: in SQLite, and in a real PostgreSQL."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from postgresql import postgresql_server

from slogate.history.database import History, open_history


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """The URL of a PostgreSQL server, one for all tests of a process."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        with postgresql_server(Path(name)) as url:
            yield url


@pytest.fixture
def empty_server(server: str) -> str:
    """The same, with nothing in it."""
    engine = sa.create_engine(server)
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP SCHEMA public CASCADE")
        connection.exec_driver_sql("CREATE SCHEMA public")
    engine.dispose()
    return server


@pytest.fixture(params=["sqlite", "postgresql"])
def history(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[History]:
    """An empty history."""
    place = str(tmp_path / "history.db") if request.param == "sqlite" else request.getfixturevalue("empty_server")
    with open_history(place) as opened:
        yield opened
